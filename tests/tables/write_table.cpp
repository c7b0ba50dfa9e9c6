// An Arrow file -> a Parquet file, by one of the ways behind TableWriter, so that other readers can be asked what it
// holds: tests/e2e/test_tables.py.
//
//   write_table WAY ROWS_PER_GROUP COMPRESS_ALL VARIED IN.arrow OUT.parquet
//
// WAY: own, libparquet, or chosen; COMPRESS_ALL: 0 or 1; VARIED: names with commas between. Batches are written as they
// stand in the file. The exit code is 0, or 1 with the error's text on stderr.
#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/ipc/reader.h>
#include <fmt/format.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "output/parquet/encoder.h"
#include "output/table_writer.h"
#include "store/folder_store.h"

namespace docmill {
namespace {

Result<TableFormat> format_of(const std::string& way, const TableLayout& layout) {
  if (way == "chosen") return TableFormat::create(layout);
  auto format = way == "own" ? parquet_format::flat_format(layout) : parquet_format::arrow_format(layout);
  if (!format) return std::unexpected(std::move(format).error());
  return TableFormat(layout, *std::move(format));
}

std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> names;
  std::istringstream text(list);
  for (std::string name; std::getline(text, name, ',');) names.push_back(name);
  return names;
}

arrow::Result<arrow::RecordBatchVector> batches_in(const std::string& path, std::shared_ptr<arrow::Schema>& schema) {
  ARROW_ASSIGN_OR_RAISE(const auto file, arrow::io::ReadableFile::Open(path));
  ARROW_ASSIGN_OR_RAISE(const auto reader, arrow::ipc::RecordBatchFileReader::Open(file));
  schema = reader->schema();
  arrow::RecordBatchVector batches;
  for (int i = 0; i < reader->num_record_batches(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto batch, reader->ReadRecordBatch(i));
    batches.push_back(std::move(batch));
  }
  return batches;
}

Result<void> write(const std::vector<std::string>& words) {
  TableLayout layout{.schema = nullptr, .varied = names_in(words[3]), .compress_all = words[2] == "1"};
  const auto batches = batches_in(words[4], layout.schema);
  if (!batches.ok()) return fail(ErrorKind::invalid_input, words[4], batches.status().ToString());
  const auto format = format_of(words[0], layout);
  if (!format) return std::unexpected(format.error());
  const std::filesystem::path out = words[5];
  const auto store = open_folder_store(out.parent_path(), /*create_root=*/false);
  if (!store) return std::unexpected(store.error());
  auto object = (*store)->create(out.filename().native());
  if (!object) return std::unexpected(object.error());
  auto writer = TableWriter::create(*std::move(object), *format, std::stol(words[1]));
  if (!writer) return std::unexpected(writer.error());
  for (const auto& batch : *batches)
    if (auto written = writer->write(*batch); !written) return written;
  if (const auto finished = writer->finish({{"key", "v\u00e4lue"}}); !finished)
    return std::unexpected(finished.error());
  if (const auto committed = writer->commit(WriteCondition::always()); !committed)
    return std::unexpected(committed.error());
  return {};
}

}  // namespace
}  // namespace docmill

int main(int count, char** arguments) {
  if (count != 7) return 2;
  const auto written = docmill::write({arguments + 1, arguments + count});
  if (!written) fmt::print(stderr, "{}\n", written.error().text());
  return written ? 0 : 1;
}
