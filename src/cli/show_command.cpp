#include "cli/show_command.h"

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/io/file.h>
#include <arrow/io/memory.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/exception.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/source.h"
#include "cli/stream.h"
#include "cli/values.h"
#include "cli/workplace.h"
#include "document/format.h"
#include "document/limits.h"
#include "document/tables.h"
#include "output/row_json.h"
#include "telemetry/printable.h"
#include "telemetry/stderr_line.h"

namespace docmill {
namespace {

using Row = nlohmann::ordered_json;
using Print = std::function<bool(std::string_view)>;

std::unexpected<Error> complain(std::string_view name, std::string message) {
  return fail(ErrorKind::invalid_input, name, std::move(message));
}

std::string escaped(const std::string& text) { return printable(text, Lines::escape); }

// A field of a row for people: "-" where it is null.
std::string field(const Row& row, std::string_view name) {
  const Row& value = row.at(std::string(name));
  if (value.is_null()) return "-";
  return value.is_string() ? escaped(value.get<std::string>()) : json_text(value);
}

std::string error_of(const Row& row) {
  if (row.at("error_kind").is_null()) return "";
  return fmt::format("{} ({})", field(row, "error_message"), field(row, "error_kind"));
}

std::string joined(const Row& codes) {
  std::string text;
  for (const Row& code : codes) text += (text.empty() ? "" : ", ") + escaped(code.get<std::string>());
  return text;
}

std::string document_header(const Row& row, const arrow::KeyValueMetadata* metadata) {
  std::string text =
      fmt::format("{}\n  {} bytes, {} {}, id {}\n", field(row, "source_uri"), field(row, "source_size_bytes"),
                  field(row, "page_count"), row.at("page_count") == 1 ? "page" : "pages", field(row, "document_id"));
  for (const std::string_view key : {"docmill.status", "docmill.version", "docmill.recipe_hash"})
    if (metadata != nullptr && metadata->Contains(std::string(key)))
      text += fmt::format("  {} {}\n", key, escaped(metadata->Get(std::string(key)).ValueOr("")));
  return text;
}

std::string size_of(const Row& row) {
  if (row.at("width_pt").is_null() || row.at("height_pt").is_null()) return "";
  return fmt::format(", {:g} x {:g} pt", row.at("width_pt").get<double>(), row.at("height_pt").get<double>());
}

std::string page_text(const Row& row) {
  std::string text = fmt::format("\n--- page {} of {}{}, text: {}", field(row, "page_number"), field(row, "page_count"),
                                 size_of(row), field(row, "text_source"));
  if (!row.at("ocr_confidence").is_null())
    text += fmt::format(", confidence {:.1f}", row.at("ocr_confidence").get<double>());
  text += " ---\n";
  if (const std::string codes = joined(row.at("warnings")); !codes.empty())
    text += fmt::format("[warnings: {}]\n", codes);
  if (const std::string error = error_of(row); !error.empty()) text += fmt::format("[error: {}]\n", error);
  text += printable(row.at("text").get<std::string>(), Lines::keep);
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

std::string document_line(const Row& row) {
  std::string text = fmt::format("{:<8} {:>6} {:>6} {:>6} {:>10}  {}", field(row, "status"), field(row, "page_count"),
                                 field(row, "pages_ocr"), field(row, "pages_failed"), field(row, "duration_ms"),
                                 field(row, "source_uri"));
  if (const std::string error = error_of(row); !error.empty()) text += ": " + error;
  if (row.value("output_state", Row()) == "stale") text += " [its output is stale]";
  return text + "\n";
}

std::string documents_header() {
  return fmt::format("{:<8} {:>6} {:>6} {:>6} {:>10}  {}\n", "status", "pages", "ocr", "failed", "ms", "document");
}

bool is_shown(const Column& column) { return column.name != "document_id" && column.name != "source_uri"; }

/// Any other table of the registry: its columns, one row a line. What is the same in every row stands above them.
std::string columns_header(const Table& table, const Row& row) {
  std::string text = fmt::format("{}\n", field(row, "source_uri"));
  for (const Column& column : table.columns)
    if (is_shown(column)) text += fmt::format("{}{}", text.ends_with('\n') ? "" : "\t", column.name);
  return text + "\n";
}

std::string row_line(const Table& table, const Row& row) {
  std::string text;
  for (const Column& column : table.columns)
    if (is_shown(column)) text += fmt::format("{}{}", text.empty() ? "" : "\t", field(row, column.name));
  return text + "\n";
}

// Every column of `expected` with its type; others may be there, from a later version. Manifests of an earlier one have
// no `output_state`.
bool has_columns(const arrow::Schema& schema, const arrow::Schema& expected) {
  return std::ranges::all_of(expected.fields(), [&](const auto& field) {
    const auto found = schema.GetFieldByName(field->name());
    if (!found && field->name() == "output_state") return true;
    // Whether a list's item is called "item" or "element" is up to the writer.
    return found && found->type()->id() == field->type()->id();
  });
}

// Calls `visit` for every row, until it answers false.
arrow::Status each_row(parquet::arrow::FileReader& reader, const std::function<bool(const Row&)>& visit) {
  ARROW_ASSIGN_OR_RAISE(const auto batches, reader.GetRecordBatchReader());
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, batches->Next());
    if (!batch) return arrow::Status::OK();
    for (std::int64_t i = 0; i < batch->num_rows(); ++i)
      if (!visit(row_json(*batch, i))) return arrow::Status::OK();
  }
}

// Which command may be meant for what is no Parquet file.
bool is_document(arrow::io::RandomAccessFile& file) {
  std::array<std::byte, sniff_size_bytes> head{};
  const auto size = file.ReadAt(0, head.size(), head.data());
  return size.ok() && sniff(std::span(head).first(static_cast<std::size_t>(*size))) != Format::unknown;
}

arrow::Result<std::unique_ptr<parquet::arrow::FileReader>> open(
    const std::shared_ptr<arrow::io::RandomAccessFile>& file) {
  parquet::arrow::FileReaderBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Open(file));
  std::unique_ptr<parquet::arrow::FileReader> reader;
  ARROW_RETURN_NOT_OK(builder.Build(&reader));
  reader->set_use_threads(false);
  reader->set_batch_size(64);  // pages can be large; a screen is small
  return reader;
}

Result<void> show_pages(parquet::arrow::FileReader& reader, const ShowRequest& request, const Print& print) {
  const auto metadata = reader.parquet_reader()->metadata()->key_value_metadata();
  bool first = true;
  bool found = false;
  const auto status = each_row(reader, [&](const Row& row) {
    if (std::exchange(first, false) && !print(document_header(row, metadata.get()))) return false;
    const bool wanted = !request.page_number || row.at("page_number") == *request.page_number;
    found = found || wanted;
    return !wanted || (print(page_text(row)) && !request.page_number);
  });
  if (!status.ok()) return complain(request.name, status.message());
  if (request.page_number && !found)
    return complain(request.name, fmt::format("there is no page {} in this file", *request.page_number));
  return {};
}

Result<void> show_documents(parquet::arrow::FileReader& reader, const ShowRequest& request, const Print& print) {
  if (request.page_number) return complain(request.name, "this is a table of documents; --page is for one of pages");
  if (!print(documents_header())) return {};
  const auto status = each_row(reader, [&](const Row& row) { return print(document_line(row)); });
  if (!status.ok()) return complain(request.name, status.message());
  return {};
}

Result<void> show_rows(parquet::arrow::FileReader& reader, const Table& table, const ShowRequest& request,
                       const Print& print) {
  bool first = true;
  const auto status = each_row(reader, [&](const Row& row) {
    if (std::exchange(first, false) && !print(columns_header(table, row))) return false;
    const bool wanted = !request.page_number || row.at("page_number") == *request.page_number;
    return !wanted || print(row_line(table, row));
  });
  if (!status.ok()) return complain(request.name, status.message());
  if (first) print(fmt::format("no rows of table {}\n", table.name));
  return {};
}

Result<void> show_file(const ShowRequest& request, const Print& print) {
  if (is_document(*request.file))
    return complain(
        request.name,
        "this is a document; docmill extract prints documents, docmill show the Parquet files made of them");
  const auto reader = open(request.file);
  if (!reader.ok())
    return complain(request.name, "this is no Parquet file that can be read: " + reader.status().message());
  std::shared_ptr<arrow::Schema> schema;
  const auto status = (*reader)->GetSchema(&schema);
  if (!status.ok()) return complain(request.name, status.message());
  if (has_columns(*schema, *table_of(TableId::pages).schema)) return show_pages(**reader, request, print);
  if (has_columns(*schema, *documents_table().schema)) return show_documents(**reader, request, print);
  for (const Carrier carrier : carriers)
    if (has_columns(*schema, *carrier.table().schema)) return show_rows(**reader, carrier.table(), request, print);
  return complain(request.name, "this is a Parquet file, but none of docmill's tables");
}

std::shared_ptr<arrow::io::RandomAccessFile> in_memory(const Blob& blob) {
  return std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(blob.text()));
}

Result<std::shared_ptr<arrow::io::RandomAccessFile>> open_local(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return complain(path.native(), "there is no such file");
  if (std::filesystem::is_directory(path, error))
    return complain(path.native(), "this is a folder; name Parquet files in it");
  auto file = arrow::io::ReadableFile::Open(path.string());
  if (!file.ok()) return complain(path.native(), file.status().message());
  return *file;
}

Result<void> show_named(const std::string& name, const ShowOptions& options, Stores& stores, StandardOutput& out) {
  auto file = open_shown(name, stores, Limits{}.document_size_bytes_max);
  if (!file) return std::unexpected(std::move(file).error());
  return show({.name = name, .file = *std::move(file), .page_number = options.page_number},
              [&out](std::string_view text) { return out.print(text); });
}

}  // namespace

Result<void> show(const ShowRequest& request, const Print& print) {
  try {
    return show_file(request, print);
  } catch (const std::exception& exception) {  // a damaged file: parquet throws, and JSON where a null was not promised
    return complain(request.name, exception.what());
  }
}

Result<std::shared_ptr<arrow::io::RandomAccessFile>> open_shown(const std::string& name, Stores& stores,
                                                                std::uint64_t size_bytes_max) {
  if (is_stream(name)) {
    const auto blob = read_stream(name, size_bytes_max, {});
    if (!blob) return std::unexpected(blob.error());
    return in_memory(*blob);
  }
  if (const auto path = parse_path(name)) return open_local(*path);
  const auto named = open_argument(name, stores);
  if (!named) return std::unexpected(named.error());
  if (!named->only) return complain(name, "there is no such object; name Parquet files, not a prefix of them");
  const auto object = named->store->get(*named->only, size_bytes_max);
  if (!object) return std::unexpected(object.error());
  return in_memory(object->blob);
}

Result<int> show_command(const SettingsOfShow& settings, StandardOutput& out) {
  const auto& options = settings.get<ShowOptions>();
  Workplace workplace(settings.values());
  int exit_code = 0;
  for (const std::string& name : options.files) {
    if (out.is_broken()) break;
    const auto shown = show_named(name, options, workplace.stores, out);
    if (shown) continue;
    write_stderr_line("docmill: " + printable(shown.error().text(), Lines::escape));
    exit_code = std::max(exit_code, exit_code_of_start(shown.error()));
  }
  return exit_code;
}

}  // namespace docmill
