#include "output/page_files.h"

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/reader.h>

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/array_building.h"
#include "base/digest.h"
#include "document/image_name.h"
#include "document/limits.h"
#include "output/names.h"

namespace docmill {
namespace {

/// A list of that size names over a million files.
constexpr std::uint64_t list_size_bytes_max = 256 * MiB;

/// A column of the list, whatever its file is: strangers may have written it.
template <typename Array>
arrow::Result<std::shared_ptr<Array>> column_of(const arrow::RecordBatch& rows, const std::string& name) {
  const auto& declared = files_table().schema->GetFieldByName(name);
  const auto column = rows.GetColumnByName(name);
  const bool has_forbidden_null = column && !declared->nullable() && column->null_count() > 0;
  if (!column || !column->type()->Equals(declared->type()) || has_forbidden_null)
    return arrow::Status::Invalid("no column `", name, "`, or one of another kind");
  return std::static_pointer_cast<Array>(column);
}

arrow::Status append_files(const arrow::RecordBatch& rows, std::vector<ListedFile>& files) {
  ARROW_ASSIGN_OR_RAISE(const auto outputs, column_of<arrow::StringArray>(rows, "output"));
  ARROW_ASSIGN_OR_RAISE(const auto pages, column_of<arrow::UInt32Array>(rows, "page_number"));
  ARROW_ASSIGN_OR_RAISE(const auto keys, column_of<arrow::StringArray>(rows, "key"));
  ARROW_ASSIGN_OR_RAISE(const auto sizes, column_of<arrow::UInt64Array>(rows, "size_bytes"));
  ARROW_ASSIGN_OR_RAISE(const auto hashes, column_of<arrow::StringArray>(rows, "sha256"));
  ARROW_ASSIGN_OR_RAISE(const auto types, column_of<arrow::StringArray>(rows, "content_type"));
  for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
    const auto output = output_from(outputs->GetView(row));
    if (!output) continue;
    files.push_back({.output = *output,
                     .page_number = pages->IsNull(row) ? std::nullopt : std::optional(pages->Value(row)),
                     .key = keys->GetString(row),
                     .size_bytes = sizes->Value(row),
                     .sha256 = hashes->GetString(row),
                     .content_type = types->GetString(row)});
  }
  return arrow::Status::OK();
}

arrow::Result<std::vector<ListedFile>> files_in(const std::string& parquet) {
  const auto source = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(parquet));
  ARROW_ASSIGN_OR_RAISE(auto reader, parquet::arrow::OpenFile(source, arrow::default_memory_pool()));
  ARROW_ASSIGN_OR_RAISE(const auto batches, reader->GetRecordBatchReader());
  std::vector<ListedFile> files;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const auto rows, batches->Next());
    if (!rows) return files;
    ARROW_RETURN_NOT_OK(append_files(*rows, files));
  }
}

}  // namespace

Result<void> each_file(ObjectStore& store, const Layout& layout, std::string_view path, OutputId output,
                       const std::function<Result<void>(ObjectInfo)>& visit) {
  if (output_of(output).has_one_file()) {
    auto info = store.head(file_key(layout, path, {.output = output, .kind = FileKind::json, .bytes = {}}));
    if (!info) return std::unexpected(std::move(info).error());
    return *info ? visit(**std::move(info)) : Result<void>();
  }
  auto listing = store.list({.prefix = files_folder(layout, path, output)});
  if (!listing) return std::unexpected(std::move(listing).error());
  for (;;) {
    auto info = (*listing)->next();
    if (!info) return std::unexpected(std::move(info).error());
    if (!*info) return {};
    if (auto visited = visit(**std::move(info)); !visited) return visited;
  }
}

Result<FilesSeen> look_at_files(ObjectStore& store, const Layout& layout, std::string_view path, Outputs outputs) {
  FilesSeen seen;
  for (const OutputId output : output_ids) {
    if (!outputs.has(output) || !output_of(output).has_files()) continue;
    const auto listed = each_file(store, layout, path, output, [&](ObjectInfo info) -> Result<void> {
      std::string key = info.key;
      seen.by_key.emplace(std::move(key), std::move(info));
      return {};
    });
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

std::string PageFiles::key_of(const PageFile& file, std::string_view sha256) const {
  if (file.output != OutputId::images) return file_key(layout_, path_, file);
  return fmt::format("{}{}.{}", files_folder(layout_, path_, file.output), image_name(sha256), extension_of(file.kind));
}

Result<bool> PageFiles::add(const PageFile& file) {
  std::string hash = sha256_hex(file.bytes);
  const std::string key = key_of(file, hash);
  if (const auto known = entries_.find(key); known != entries_.end() && known->second.file.sha256 == hash) {
    // Several pages show it; it is listed with the first of them, whichever came first.
    auto& number = known->second.file.page_number;
    if (file.page_index && number) number = std::min(*number, *file.page_index + 1);
    return true;
  }
  Entry entry{.file = {.output = file.output,
                       .page_number = file.page_index ? std::optional(*file.page_index + 1) : std::nullopt,
                       .key = key,
                       .size_bytes = file.bytes.size_bytes(),
                       .sha256 = std::move(hash),
                       .content_type = std::string(content_type_of(file.kind))}};
  const auto lies_there = seen_.by_key.find(key);
  if (lies_there == seen_.by_key.end() || !store_.is_known_to_hold(lies_there->second, file.bytes)) {
    auto writer = store_.create(key);
    if (!writer) return std::unexpected(std::move(writer).error());
    Result<void> written;
    file.bytes.visit_pieces([&](std::span<const std::byte> piece) {
      if (written) written = (*writer)->write(piece);
    });
    if (!written) return std::unexpected(std::move(written).error());
    (*writer)->set_attributes({.content_type = entry.file.content_type, .metadata = {}});
    auto etag = (*writer)->commit(condition_of(key));
    if (!etag) return std::unexpected(std::move(etag).error());
    if (!*etag) return false;
    entry.put_etag = *std::move(etag);
  }
  entries_.insert_or_assign(key, std::move(entry));
  return true;
}

std::shared_ptr<arrow::RecordBatch> PageFiles::rows(const DocumentColumns& document,
                                                    std::vector<ListedFile> others) const {
  std::vector<ListedFile> files = std::move(others);
  for (const auto& [key, entry] : entries_) files.push_back(entry.file);
  std::ranges::sort(files, {}, [](const ListedFile& file) {
    return std::tuple(file.output, file.page_number, std::string_view(file.key));
  });
  arrow::StringBuilder ids, uris, outputs, keys, hashes, types;
  arrow::UInt32Builder pages;
  arrow::UInt64Builder sizes;
  for (const ListedFile& file : files) {
    check_built(ids.Append(document.document_id));
    check_built(uris.Append(document.source_uri));
    check_built(outputs.Append(output_of(file.output).name));
    check_built(file.page_number ? pages.Append(*file.page_number) : pages.AppendNull());
    check_built(keys.Append(file.key));
    check_built(sizes.Append(file.size_bytes));
    check_built(hashes.Append(file.sha256));
    check_built(types.Append(file.content_type));
  }
  return arrow::RecordBatch::Make(files_table().schema, static_cast<std::int64_t>(files.size()),
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

Result<void> PageFiles::take_back(const std::vector<ListedFile>& listed) {
  for (const auto& [key, entry] : entries_) {
    if (!entry.put_etag || std::ranges::find(listed, key, &ListedFile::key) != listed.end()) continue;
    if (auto removed = store_.remove_if(key, *entry.put_etag); !removed)
      return std::unexpected(std::move(removed).error());
  }
  return {};
}

Result<std::optional<FileList>> read_file_list(ObjectStore& store, std::string_view key) {
  auto list = store.get(key, list_size_bytes_max);
  if (!list && list.error().kind == ErrorKind::source_gone) return std::nullopt;
  if (!list) return std::unexpected(std::move(list).error());
  try {
    const std::string parquet = list->blob.text();
    auto files = files_in(parquet);
    if (!files.ok()) return fail(ErrorKind::corrupt, store.uri(key), files.status().ToString());
    return FileList{.stamp = stamp_in_file(parquet), .files = *std::move(files)};
  } catch (const std::exception& error) {
    return fail(ErrorKind::corrupt, store.uri(key), error.what());
  }
}

}  // namespace docmill
