#include "output/page_files.h"

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/reader.h>

#include <algorithm>
#include <new>
#include <tuple>
#include <utility>

#include "base/digest.h"
#include "document/limits.h"
#include "output/names.h"

namespace docmill {
namespace {

/// A list of that size names over a million files.
constexpr std::uint64_t list_size_bytes_max = 256 * MiB;

void check(const arrow::Status& status) {
  if (!status.ok()) throw std::bad_alloc();
}

std::shared_ptr<arrow::Array> finished(arrow::ArrayBuilder& builder) {
  std::shared_ptr<arrow::Array> array;
  check(builder.Finish(&array));
  return array;
}

Result<void> list_into(FilesSeen& seen, ObjectStore& store, const std::string& folder) {
  auto listing = store.list({.prefix = folder});
  if (!listing) return std::unexpected(std::move(listing).error());
  for (;;) {
    auto info = (*listing)->next();
    if (!info) return std::unexpected(std::move(info).error());
    if (!*info) return {};
    std::string key = (*info)->key;
    seen.by_key.emplace(std::move(key), **std::move(info));
  }
}

arrow::Result<std::vector<std::string>> keys_in(const std::string& file) {
  const auto source = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(file));
  ARROW_ASSIGN_OR_RAISE(auto reader, parquet::arrow::OpenFile(source, arrow::default_memory_pool()));
  ARROW_ASSIGN_OR_RAISE(const auto table, reader->ReadTable());
  const auto column = table->GetColumnByName("key");
  if (!column || column->type()->id() != arrow::Type::STRING) return arrow::Status::Invalid("no column of keys");
  std::vector<std::string> keys;
  for (const auto& chunk : column->chunks()) {
    const auto& values = static_cast<const arrow::StringArray&>(*chunk);
    for (std::int64_t row = 0; row < values.length(); ++row) keys.push_back(values.GetString(row));
  }
  return keys;
}

}  // namespace

Result<FilesSeen> look_at_files(ObjectStore& store, std::string_view path, Outputs outputs) {
  FilesSeen seen;
  for (const OutputId output : output_ids) {
    if (!outputs.has(output) || output_of(output).table) continue;
    const auto listed = list_into(seen, store, files_folder(path, output));
    if (listed) continue;
    if (listed.error().kind != ErrorKind::denied) return std::unexpected(listed.error());
    return FilesSeen{.denied = listed.error()};
  }
  return seen;
}

WriteCondition PageFiles::condition_of(const std::string& key) const {
  if (seen_.denied) return WriteCondition::always();
  const auto found = seen_.by_key.find(key);
  return found == seen_.by_key.end() ? WriteCondition::if_absent() : WriteCondition::if_etag(found->second.etag);
}

Result<bool> PageFiles::add(const PageFile& file) {
  const std::string key = page_file_key(path_, file);
  Entry entry{.output = file.output,
              .page_index = file.page_index,
              .size_bytes = file.bytes.size_bytes(),
              .sha256 = sha256_hex(file.bytes),
              .kind = file.kind,
              .put_etag = std::nullopt};
  const auto lies_there = seen_.by_key.find(key);
  if (lies_there == seen_.by_key.end() || !store_.is_known_to_hold(lies_there->second, file.bytes)) {
    auto writer = store_.create(key);
    if (!writer) return std::unexpected(std::move(writer).error());
    Result<void> written;
    file.bytes.visit_pieces([&](std::span<const std::byte> piece) {
      if (written) written = (*writer)->write(piece);
    });
    if (!written) return std::unexpected(std::move(written).error());
    (*writer)->set_attributes({.content_type = std::string(content_type_of(file.kind)), .metadata = {}});
    auto etag = (*writer)->commit(condition_of(key));
    if (!etag) return std::unexpected(std::move(etag).error());
    if (!*etag) return false;
    entry.put_etag = *std::move(etag);
  }
  entries_.insert_or_assign(key, std::move(entry));
  return true;
}

std::shared_ptr<arrow::RecordBatch> PageFiles::rows(const DocumentColumns& document) const {
  std::vector<const std::pair<const std::string, Entry>*> in_order;
  for (const auto& entry : entries_) in_order.push_back(&entry);
  std::ranges::sort(in_order, {}, [](const auto* entry) {
    return std::tuple(entry->second.output, entry->second.page_index, std::string_view(entry->first));
  });
  arrow::StringBuilder ids, uris, outputs, keys, hashes, types;
  arrow::UInt32Builder pages;
  arrow::UInt64Builder sizes;
  for (const auto* const entry : in_order) {
    const auto& [key, file] = *entry;
    check(ids.Append(document.document_id));
    check(uris.Append(document.source_uri));
    check(outputs.Append(output_of(file.output).name));
    check(pages.Append(file.page_index + 1));
    check(keys.Append(key));
    check(sizes.Append(file.size_bytes));
    check(hashes.Append(file.sha256));
    check(types.Append(content_type_of(file.kind)));
  }
  return arrow::RecordBatch::Make(files_table().schema, static_cast<std::int64_t>(in_order.size()),
                                  {finished(ids), finished(uris), finished(outputs), finished(pages), finished(keys),
                                   finished(sizes), finished(hashes), finished(types)});
}

Result<void> PageFiles::remove_leftovers() {
  for (const auto& [key, info] : seen_.by_key) {
    if (entries_.contains(key)) continue;
    if (auto removed = store_.remove_if(key, info.etag); !removed) return std::unexpected(std::move(removed).error());
  }
  return {};
}

Result<void> PageFiles::take_back(const std::vector<std::string>& listed) {
  for (const auto& [key, entry] : entries_) {
    if (!entry.put_etag || std::ranges::find(listed, key) != listed.end()) continue;
    if (auto removed = store_.remove_if(key, *entry.put_etag); !removed)
      return std::unexpected(std::move(removed).error());
  }
  return {};
}

Result<std::vector<std::string>> read_file_keys(ObjectStore& store, std::string_view key) {
  auto list = store.get(key, list_size_bytes_max);
  if (!list && list.error().kind == ErrorKind::source_gone) return std::vector<std::string>{};
  if (!list) return std::unexpected(std::move(list).error());
  try {
    auto keys = keys_in(list->blob.text());
    if (!keys.ok()) return fail(ErrorKind::corrupt, store.uri(key), keys.status().ToString());
    return *std::move(keys);
  } catch (const std::exception& error) {
    return fail(ErrorKind::corrupt, store.uri(key), error.what());
  }
}

}  // namespace docmill
