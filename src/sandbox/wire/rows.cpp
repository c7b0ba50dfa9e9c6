#include "sandbox/wire/rows.h"

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/api.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <new>
#include <string>

#include "sandbox/wire/frame.h"

namespace docmill::wire {
namespace {

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorKind::bad_child_output, "extraction child", std::move(message));
}

// Reading an uncompressed message allocates nothing: its columns are slices of the message. A compressed body would be
// unpacked into memory of a size that the child names; from this pool it gets none.
class NoMemory final : public arrow::MemoryPool {
 public:
  using arrow::MemoryPool::Allocate;
  using arrow::MemoryPool::Free;
  using arrow::MemoryPool::Reallocate;
  arrow::Status Allocate(std::int64_t size, std::int64_t /*alignment*/, std::uint8_t** out) override {
    if (size > 0) return arrow::Status::OutOfMemory("a message that needs memory of its own");
    alignas(64) static std::uint8_t nothing = 0;
    *out = &nothing;
    return arrow::Status::OK();
  }
  arrow::Status Reallocate(std::int64_t /*old_size*/, std::int64_t new_size, std::int64_t alignment,
                           std::uint8_t** ptr) override {
    return Allocate(new_size, alignment, ptr);
  }
  void Free(std::uint8_t* /*buffer*/, std::int64_t /*size*/, std::int64_t /*alignment*/) override {}
  std::int64_t bytes_allocated() const override { return 0; }
  std::int64_t total_bytes_allocated() const override { return 0; }
  std::int64_t num_allocations() const override { return 0; }
  std::string backend_name() const override { return "none"; }
};

arrow::Result<std::shared_ptr<arrow::RecordBatch>> read_batch(std::span<const std::byte> message,
                                                              const std::shared_ptr<arrow::Schema>& schema) {
  // A string's memory is aligned for every type that the schema has; Arrow's own would be for its vector code.
  arrow::io::BufferReader stream(
      arrow::Buffer::FromString({reinterpret_cast<const char*>(message.data()), message.size()}));
  static NoMemory no_memory;
  arrow::ipc::IpcReadOptions options = arrow::ipc::IpcReadOptions::Defaults();
  options.memory_pool = &no_memory;
  options.use_threads = false;
  options.max_recursion_depth = 8;
  ARROW_ASSIGN_OR_RAISE(auto parsed, arrow::ipc::ReadMessage(&stream, &no_memory));
  if (parsed == nullptr || parsed->type() != arrow::ipc::MessageType::RECORD_BATCH ||
      parsed->custom_metadata() != nullptr)
    return arrow::Status::Invalid("not a plain record batch");
  const arrow::ipc::DictionaryMemo no_dictionaries;
  ARROW_ASSIGN_OR_RAISE(auto batch, arrow::ipc::ReadRecordBatch(*parsed, schema, &no_dictionaries, options));
  ARROW_RETURN_NOT_OK(batch->ValidateFull());
  return batch;
}

template <typename Array>
const Array& column(const arrow::RecordBatch& batch, const char* name) {
  return static_cast<const Array&>(*batch.GetColumnByName(name));
}

bool has_forbidden_null(const arrow::RecordBatch& batch) {
  for (int i = 0; i < batch.num_columns(); ++i) {
    if (!batch.schema()->field(i)->nullable() && batch.column(i)->null_count() > 0) return true;
    if (batch.column(i)->type_id() != arrow::Type::LIST) continue;
    const auto& list = static_cast<const arrow::ListArray&>(*batch.column(i));
    if (!list.list_type()->value_field()->nullable() && list.values()->null_count() > 0) return true;
  }
  return false;
}

/// Values of columns that have a closed list of them.
bool has_unknown_value(const arrow::RecordBatch& batch, const Table& table) {
  return std::ranges::any_of(table.columns, [&](const Column& declared) {
    if (declared.values.empty() || declared.origin != ColumnOrigin::child) return false;
    const auto& values = column<arrow::StringArray>(batch, std::string(declared.name).c_str());
    for (std::int64_t row = 0; row < values.length(); ++row)
      if (values.IsValid(row) && std::ranges::find(declared.values, values.GetView(row)) == declared.values.end())
        return true;
    return false;
  });
}

bool is_all_of_page(const arrow::RecordBatch& batch, std::uint32_t page_index) {
  const auto& numbers = column<arrow::UInt32Array>(batch, "page_number");
  for (std::int64_t row = 0; row < numbers.length(); ++row)
    if (numbers.IsNull(row) || numbers.Value(row) != page_index + 1) return false;
  return true;
}

bool is_document_kind(ErrorKind kind) {
  const ErrorClass error_class = class_of(kind);
  return error_class == ErrorClass::document_for_good || error_class == ErrorClass::document_perhaps;
}

/// The page's error, if it has one, is of a kind that a child can know of, and its message is of a size for people.
Result<std::optional<Error>> read_error(const arrow::RecordBatch& batch) {
  const auto& kinds = column<arrow::StringArray>(batch, "error_kind");
  const auto& messages = column<arrow::StringArray>(batch, "error_message");
  if (messages.value_length(0) > static_cast<std::int32_t>(error_message_size_bytes_max))
    return bad("a long error_message");
  if (kinds.IsNull(0)) return std::nullopt;
  const auto kind = error_kind_from(kinds.GetView(0));
  if (!kind || !is_document_kind(*kind)) return bad("an error_kind that no child gives");
  return Error{*kind, "", messages.GetString(0)};
}

decltype(PageSummary::warned) read_warned(const arrow::RecordBatch& batch) {
  decltype(PageSummary::warned) warned;
  const auto& lists = column<arrow::ListArray>(batch, "warnings");
  const auto& codes = static_cast<const arrow::StringArray&>(*lists.values());
  for (std::int64_t at = lists.value_offset(0); at < lists.value_offset(1); ++at)
    for (std::size_t i = 0; i < warning::counted.size(); ++i)
      if (codes.GetView(at) == warning::counted[i]) warned.set(i);
  return warned;
}

}  // namespace

std::shared_ptr<arrow::Buffer> encode(const arrow::RecordBatch& rows) {
  auto message = arrow::ipc::SerializeRecordBatch(rows, arrow::ipc::IpcWriteOptions::Defaults());
  if (!message.ok()) throw std::bad_alloc();
  return *std::move(message);
}

Result<std::shared_ptr<arrow::RecordBatch>> decode_rows(std::span<const std::byte> message, TableId table,
                                                        std::uint32_t page_index) {
  const Table& declared = table_of(table);
  auto read = read_batch(message, declared.child_schema);
  if (!read.ok()) return bad("rows that are not valid: " + read.status().message());
  auto batch = *std::move(read);
  if (has_forbidden_null(*batch)) return bad("rows that break their schema");
  if (table == TableId::pages && batch->num_rows() != 1) return bad("not one row of a page");
  if (!is_all_of_page(*batch, page_index)) return bad("a row of another page");
  if (has_unknown_value(*batch, declared)) return bad("a value that the table does not have");
  return batch;
}

Result<PageSummary> summary_of(const arrow::RecordBatch& page) {
  auto error = read_error(page);
  if (!error) return std::unexpected(std::move(error).error());
  return PageSummary{
      .text_source = text_source_from(column<arrow::StringArray>(page, "text_source").GetView(0)).value(),
      .error = *std::move(error),
      .warned = read_warned(page)};
}

}  // namespace docmill::wire
