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
#include <unistd.h>

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
#include "cli/folder_view.h"
#include "cli/source.h"
#include "cli/stream.h"
#include "cli/table_text.h"
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

/// In a pipe, for tools that read columns.
bool is_shown(const Column& column) { return column.name != "document_id" && column.name != "source_uri"; }

/// Any other table of the registry: its columns, one row a line. What is the same in every row stands above them.
std::string columns_header(const Table& table, const Row& row) {
  std::string text = fmt::format("{}\n", field(row, "source_uri"));
  for (const Column& column : table.columns)
    if (is_shown(column)) text += fmt::format("{}{}", text.ends_with('\n') ? "" : "\t", column.name);
  return text + "\n";
}

/// An earlier version's file lacks columns.
std::string row_line(const Table& table, const Row& row) {
  std::string text;
  for (const Column& column : table.columns)
    if (is_shown(column))
      text += fmt::format("{}{}", text.empty() ? "" : "\t", row.contains(column.name) ? field(row, column.name) : "-");
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

/// A file of an earlier version, whose table has more columns by now.
bool has_columns_of_before(const arrow::Schema& schema, const arrow::Schema& expected) {
  return schema.num_fields() > 0 && expected.fields().front()->Equals(schema.field(0)) &&
         std::ranges::all_of(schema.fields(), [&](const auto& field) {
           const auto known = expected.GetFieldByName(field->name());
           return known && known->type()->id() == field->type()->id();
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

/// For a terminal: rows below each other, some hundred at a time, under one line of names.
class AlignedRows {
 public:
  AlignedRows(const Table& table, const Print& print) : table_(table), print_(print) {}

  bool add(const Row& row) {
    if (!rows_ && !print_(field(row, "source_uri") + "\n")) return false;
    if (!rows_) rows_.emplace(table_, true);
    rows_->add(row);
    constexpr std::size_t rows_at_a_time = 500;
    return ++held_ < rows_at_a_time || flush();
  }

  bool flush() {
    if (held_ == 0) return true;
    const bool read = print_(rows_->text(std::exchange(is_first_, false)));
    rows_.emplace(table_, true);
    held_ = 0;
    return read;
  }

 private:
  const Table& table_;
  const Print& print_;
  std::optional<RowsTable> rows_;
  std::size_t held_ = 0;
  bool is_first_ = true;
};

Result<void> show_rows(parquet::arrow::FileReader& reader, const Table& table, const ShowRequest& request,
                       const Print& print) {
  bool any = false;
  AlignedRows aligned(table, print);
  const auto status = each_row(reader, [&](const Row& row) {
    const bool is_first = !std::exchange(any, true);
    if (is_first && !request.for_terminal && !print(columns_header(table, row))) return false;
    if (request.page_number && row.at("page_number") != *request.page_number) return true;
    return request.for_terminal ? aligned.add(row) : print(row_line(table, row));
  });
  if (!status.ok()) return complain(request.name, status.message());
  aligned.flush();
  if (!any) print(fmt::format("no rows of table {}\n", table.name));
  return {};
}

/// Rows of any table, as they are.
Result<void> show_json(parquet::arrow::FileReader& reader, const ShowRequest& request, const Print& print) {
  const auto status = each_row(reader, [&](const Row& row) {
    const bool wanted = !request.page_number || row.value("page_number", Row()) == *request.page_number;
    return !wanted || print(json_text(row) + "\n");
  });
  if (!status.ok()) return complain(request.name, status.message());
  return {};
}

/// The table of which the file has all columns, or of which an earlier version had no more.
const Table* table_in(const arrow::Schema& schema) {
  for (const auto has : {has_columns, has_columns_of_before})
    for (const Carrier carrier : carriers)
      if (has(schema, *carrier.table().schema)) return &carrier.table();
  return nullptr;
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
  const bool is_of_run = has_columns(*schema, *documents_table().schema);
  const Table* const table = table_in(*schema);
  if (request.json && (is_of_run || table != nullptr)) return show_json(**reader, request, print);
  if (has_columns(*schema, *table_of(TableId::pages).schema)) return show_pages(**reader, request, print);
  if (is_of_run) return show_documents(**reader, request, print);
  if (table != nullptr) return show_rows(**reader, *table, request, print);
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

/// The place that is named, where it is a folder or a prefix; null where it is a file.
Result<std::unique_ptr<ObjectStore>> folder_of(const std::string& name, Stores& stores) {
  std::error_code error;
  const auto path = parse_path(name);
  if (is_stream(name) || (path && !std::filesystem::is_directory(*path, error))) return nullptr;
  auto named = open_argument(name, stores);
  if (!named) return std::unexpected(std::move(named).error());
  if (named->only) return nullptr;
  return std::move(named->store);
}

Result<void> show_named(const std::string& name, const ShowOptions& options, bool json, Stores& stores,
                        StandardOutput& out) {
  const Print print = [&out](std::string_view text) { return out.print(text); };
  if (auto folder = folder_of(name, stores); !folder || *folder != nullptr) {
    if (!folder) return std::unexpected(std::move(folder).error());
    if (options.page_number) return complain(name, "this is a folder; --page is for a file");
    return show_folder(**folder, stores, {.json = json}, print);
  }
  auto file = open_shown(name, stores, Limits{}.document_size_bytes_max);
  if (!file) return std::unexpected(std::move(file).error());
  return show({.name = name,
               .file = *std::move(file),
               .page_number = options.page_number,
               .json = json,
               .for_terminal = ::isatty(STDOUT_FILENO) == 1},
              print);
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
    const auto shown = show_named(name, options, settings.get<JsonOptions>().on, workplace.stores, out);
    if (shown) continue;
    write_stderr_line("docmill: " + printable(shown.error().text(), Lines::escape));
    exit_code = std::max(exit_code, exit_code_of_start(shown.error()));
  }
  return exit_code;
}

}  // namespace docmill
