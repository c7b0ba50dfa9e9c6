#include "sandbox/wire/page_row.h"

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/api.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>

#include <new>
#include <string>

#include "document/schemas.h"
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

arrow::Result<std::shared_ptr<arrow::RecordBatch>> read_batch(std::span<const std::byte> message) {
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
  ARROW_ASSIGN_OR_RAISE(auto batch,
                        arrow::ipc::ReadRecordBatch(*parsed, page_content_schema(), &no_dictionaries, options));
  ARROW_RETURN_NOT_OK(batch->ValidateFull());
  return batch;
}

template <typename Array>
const Array& column(const arrow::RecordBatch& batch, const char* name) {
  return static_cast<const Array&>(*batch.GetColumnByName(name));
}

bool has_forbidden_null(const arrow::RecordBatch& batch) {
  for (int i = 0; i < batch.num_columns(); ++i)
    if (!batch.schema()->field(i)->nullable() && batch.column(i)->null_count() > 0) return true;
  return column<arrow::ListArray>(batch, "warnings").values()->null_count() > 0;
}

bool is_document_kind(ErrorKind kind) {
  const ErrorClass error_class = class_of(kind);
  return error_class == ErrorClass::document_for_good || error_class == ErrorClass::document_perhaps;
}

/// The page's error, if it has one, is of a kind that a child can know of, and its message is of a size for people.
Result<std::optional<ErrorKind>> read_error(const arrow::RecordBatch& batch) {
  const auto& kinds = column<arrow::StringArray>(batch, "error_kind");
  const auto& messages = column<arrow::StringArray>(batch, "error_message");
  if (messages.value_length(0) > static_cast<std::int32_t>(error_message_size_bytes_max))
    return bad("a long error_message");
  if (kinds.IsNull(0)) return std::nullopt;
  const auto kind = error_kind_from(kinds.GetView(0));
  if (!kind || !is_document_kind(*kind)) return bad("an error_kind that no child gives");
  return kind;
}

}  // namespace

std::shared_ptr<arrow::Buffer> encode(const PageRow& row) {
  auto message = arrow::ipc::SerializeRecordBatch(*to_record_batch(row), arrow::ipc::IpcWriteOptions::Defaults());
  if (!message.ok()) throw std::bad_alloc();
  return *std::move(message);
}

Result<ExtractedPage> decode_page_row(std::span<const std::byte> message, std::uint32_t page_index) {
  auto read = read_batch(message);
  if (!read.ok()) return bad("a page row that is not valid: " + read.status().message());
  const auto batch = *std::move(read);
  if (batch->num_rows() != 1 || has_forbidden_null(*batch)) return bad("a page row that breaks its schema");
  if (column<arrow::UInt32Array>(*batch, "page_number").Value(0) != page_index + 1) return bad("a row of another page");
  ExtractedPage page{.page_index = page_index, .row = batch, .text_source = TextSource::none, .error_kind = {}};
  const auto source = text_source_from(column<arrow::StringArray>(*batch, "text_source").GetView(0));
  if (!source) return bad("an unknown text_source");
  page.text_source = *source;
  const auto error_kind = read_error(*batch);
  if (!error_kind) return std::unexpected(error_kind.error());
  page.error_kind = *error_kind;
  return page;
}

}  // namespace docmill::wire
