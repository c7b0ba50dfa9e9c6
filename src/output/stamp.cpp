#include "output/stamp.h"

#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/schema.h>
#include <parquet/statistics.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>

#include "document/limits.h"
#include "document/version.h"
#include "output/footer_stamp.h"

namespace docmill {
namespace {

struct Entry {
  const char* key;
  std::string OutputStamp::* value;
};

constexpr std::array<Entry, 5> entries{{{"docmill.version", &OutputStamp::version},
                                        {"docmill.recipe_hash", &OutputStamp::recipe_hash},
                                        {"docmill.source_etag", &OutputStamp::source_etag},
                                        {"docmill.source_sha256", &OutputStamp::source_sha256},
                                        {"docmill.status", &OutputStamp::status}}};

constexpr const char* error_kind_key = "docmill.error_kind";
constexpr const char* outputs_key = "docmill.outputs";

/// "words=0123456789abcdef,page_images=..."
std::string text_of(const std::vector<std::pair<OutputId, std::string>>& outputs) {
  std::string text;
  for (const auto& [output, hash] : outputs)
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", output_of(output).name, hash);
  return text;
}

/// Those that this version knows.
std::vector<std::pair<OutputId, std::string>> outputs_in(std::string_view text) {
  std::vector<std::pair<OutputId, std::string>> outputs;
  while (!text.empty()) {
    const std::string_view entry = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), entry.size() + 1));
    const std::size_t sign = entry.find('=');
    const auto output = output_from(entry.substr(0, sign));
    if (sign != std::string_view::npos && output) outputs.emplace_back(*output, entry.substr(sign + 1));
  }
  return outputs;
}

// A Parquet file ends in: footer, its length (4 bytes, little endian), "PAR1".
constexpr std::uint64_t tail_size_bytes = 8;
// Holds the footer of about 500 pages, so one read does for most.
constexpr std::uint64_t first_read_size_bytes = 64 * KiB;
// 50,000 pages need about 3 MiB; a longer footer is not ours.
constexpr std::uint64_t footer_size_bytes_max = 64 * MiB;

std::uint64_t footer_size_of(std::string_view tail) {
  std::uint64_t size = 0;
  for (int i = 3; i >= 0; --i) size = size << 8U | static_cast<unsigned char>(tail[static_cast<std::size_t>(i)]);
  return size;
}

// The size of the footer of a file that ends so; nothing where it is no Parquet file, or one that cannot be.
std::optional<std::uint64_t> footer_at_end(std::string_view end, std::uint64_t file_size_bytes) {
  if (end.size() < tail_size_bytes || !end.ends_with("PAR1")) return std::nullopt;
  const std::uint64_t size = footer_size_of(end.substr(end.size() - tail_size_bytes));
  return size > footer_size_bytes_max || size + tail_size_bytes > file_size_bytes ? std::nullopt : std::optional(size);
}

// The footer; nothing when the object does not end like a Parquet file.
Result<std::optional<std::string>> read_footer(ObjectStore& store, const ObjectInfo& info) {
  const std::uint64_t end_size = std::min(info.size_bytes, first_read_size_bytes);
  auto end = store.read_range(info.key, info.size_bytes - end_size, end_size);
  if (!end) return std::unexpected(std::move(end).error());
  const auto footer_size = footer_at_end(*end, info.size_bytes);
  if (!footer_size) return std::nullopt;
  const std::uint64_t whole_size = *footer_size + tail_size_bytes;
  if (whole_size <= end->size()) return end->substr(end->size() - whole_size, *footer_size);
  auto footer = store.read_range(info.key, info.size_bytes - whole_size, *footer_size);
  if (!footer) return std::unexpected(std::move(footer).error());
  return std::move(*footer);
}

std::optional<OutputStamp> stamp_among(const ObjectMetadata& metadata) {
  OutputStamp stamp;
  for (const Entry& entry : entries) {
    const auto found = metadata.find(entry.key);
    if (found == metadata.end()) return std::nullopt;
    stamp.*entry.value = found->second;
  }
  if (const auto kind = metadata.find(error_kind_key); kind != metadata.end())
    stamp.error_kind = error_kind_from(kind->second);
  if (const auto outputs = metadata.find(outputs_key); outputs != metadata.end())
    stamp.outputs = outputs_in(outputs->second);
  return stamp;
}

std::optional<OutputStamp> stamp_in_footer(const std::string& footer) {
  try {
    const auto parsed = parquet::FileMetaData::Make(footer.data(), static_cast<std::int64_t>(footer.size()));
    const auto metadata = parsed->key_value_metadata();
    return metadata ? stamp_in(*metadata) : std::nullopt;
  } catch (const std::exception&) {  // damaged, so not a file that says what it is
    return std::nullopt;
  }
}

// All rows of an output name one document, so the least of them is the one.
std::optional<std::string> source_uri_in_footer(const std::string& footer) {
  try {
    const auto parsed = parquet::FileMetaData::Make(footer.data(), static_cast<std::int64_t>(footer.size()));
    const auto metadata = parsed->key_value_metadata();
    if (const int own = metadata ? metadata->FindKey(source_uri_key) : -1; own >= 0) return metadata->value(own);
    const int column = parsed->schema()->ColumnIndex("source_uri");
    if (column < 0 || parsed->num_row_groups() == 0) return std::nullopt;
    const auto statistics = parsed->RowGroup(0)->ColumnChunk(column)->statistics();
    if (!statistics || !statistics->HasMinMax()) return std::nullopt;
    const std::string least = statistics->EncodeMin();
    return least == statistics->EncodeMax() ? std::optional(least) : std::nullopt;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::string_view major_of(std::string_view version_text) { return version_text.substr(0, version_text.find('.')); }

}  // namespace

bool OutputStamp::vouches_for(OutputId output, std::string_view hash) const {
  return recipe_hash == hash ||
         std::ranges::any_of(outputs, [&](const auto& other) { return other.first == output && other.second == hash; });
}

std::vector<std::pair<std::string, std::string>> metadata_of(const OutputStamp& stamp) {
  std::vector<std::pair<std::string, std::string>> metadata;
  metadata.reserve(entries.size() + 1);
  for (const Entry& entry : entries) metadata.emplace_back(entry.key, stamp.*entry.value);
  if (stamp.error_kind) metadata.emplace_back(error_kind_key, name_of(*stamp.error_kind));
  if (!stamp.outputs.empty()) metadata.emplace_back(outputs_key, text_of(stamp.outputs));
  return metadata;
}

std::optional<OutputStamp> stamp_in(const arrow::KeyValueMetadata& footer) {
  ObjectMetadata found;
  for (std::int64_t i = 0; i < footer.size(); ++i) found.emplace(footer.key(i), footer.value(i));
  return stamp_among(found);
}

std::optional<OutputStamp> stamp_in_file(std::string_view parquet) {
  const auto footer = footer_at_end(parquet, parquet.size());
  return footer ? stamp_in_footer(std::string(parquet.substr(parquet.size() - tail_size_bytes - *footer, *footer)))
                : std::nullopt;
}

Result<std::optional<StampedOutput>> read_stamp(ObjectStore& store, std::string_view key) {
  auto info = store.head(key);
  if (!info) return std::unexpected(std::move(info).error());
  if (!*info) return std::nullopt;
  if ((*info)->metadata) {
    if (auto stamp = stamp_among(*(*info)->metadata)) return StampedOutput{.info = **std::move(info), .stamp = stamp};
  }
  auto footer = read_footer(store, **info);
  if (!footer && footer.error().kind == ErrorKind::source_gone) return std::nullopt;
  if (!footer) return std::unexpected(std::move(footer).error());
  return StampedOutput{.info = std::move(**info), .stamp = *footer ? stamp_in_footer(**footer) : std::nullopt};
}

Result<void> remove_if_stale(ObjectStore& store, const std::string& key, std::string_view source_etag) {
  const auto found = read_stamp(store, key);
  if (!found) return std::unexpected(found.error());
  if (!*found || !(*found)->stamp || (*found)->stamp->source_etag == source_etag) return {};
  const auto removed = store.remove_if(key, (*found)->info.etag);
  if (!removed) return std::unexpected(removed.error());
  return {};
}

Result<std::optional<std::string>> read_source_uri(ObjectStore& store, const ObjectInfo& info) {
  const auto footer = read_footer(store, info);
  if (!footer && footer.error().kind == ErrorKind::source_gone) return std::nullopt;
  if (!footer) return std::unexpected(footer.error());
  return *footer ? source_uri_in_footer(**footer) : std::nullopt;
}

bool is_same_major(std::string_view version_text) { return major_of(version_text) == major_of(version); }

Result<std::optional<OutputFooter>> read_output_footer(ObjectStore& store, const ObjectInfo& info) {
  const auto footer = read_footer(store, info);
  if (!footer && footer.error().kind == ErrorKind::source_gone) return std::nullopt;
  if (!footer) return std::unexpected(footer.error());
  if (!*footer) return std::nullopt;
  OutputFooter found{.stamp = stamp_in_footer(**footer), .source_uri = source_uri_in_footer(**footer)};
  try {
    const auto parsed = parquet::FileMetaData::Make((*footer)->data(), static_cast<std::int64_t>((*footer)->size()));
    found.row_count = static_cast<std::uint64_t>(std::max<std::int64_t>(parsed->num_rows(), 0));
  } catch (const std::exception&) {  // damaged
    return std::nullopt;
  }
  return found;
}

bool is_of_source(const OutputStamp& stamp, std::string_view source_etag) {
  return stamp.source_etag == source_etag && is_same_major(stamp.version);
}

bool is_current(const OutputStamp& stamp, std::string_view source_etag, OutputId output, std::string_view hash) {
  return is_of_source(stamp, source_etag) && stamp.vouches_for(output, hash);
}

bool is_done(const OutputStamp& stamp, std::string_view source_etag, OutputId output, std::string_view hash) {
  return is_current(stamp, source_etag, output, hash) && stamp.status != "retry";
}

}  // namespace docmill
