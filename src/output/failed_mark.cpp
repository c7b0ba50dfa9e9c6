#include "output/failed_mark.h"

#include <nlohmann/json.hpp>

#include "document/limits.h"
#include "document/version.h"
#include "output/names.h"
#include "output/record_json.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

constexpr std::uint64_t mark_size_bytes_max = 1 * MiB;

Result<FailedMark> mark_from(std::string_view text) {
  if (text.size() > mark_size_bytes_max) return fail(ErrorKind::invalid_input, "mark", "too long");
  const auto json = nlohmann::json::parse(text, nullptr, false);
  auto record = record_from_json(json);
  if (!record) return std::unexpected(std::move(record).error());
  const auto made_by = json.find("docmill_version");
  if (made_by == json.end() || !made_by->is_string())
    return fail(ErrorKind::invalid_input, "mark", "`docmill_version` is missing or of another type");
  return FailedMark{.record = std::move(*record), .docmill_version = made_by->get<std::string>()};
}

}  // namespace

Result<std::optional<FailedMark>> read_failed_mark(ObjectStore& store, std::string_view path) {
  return read_failed_mark_at(store, failed_mark_key(path));
}

Result<std::optional<FailedMark>> read_failed_mark_at(ObjectStore& store, std::string_view key) {
  auto text = store.read_range(key, 0, mark_size_bytes_max + 1);
  if (!text && text.error().kind == ErrorKind::source_gone) return std::nullopt;
  if (!text) return std::unexpected(std::move(text).error());
  auto mark = mark_from(*text);
  if (mark) return std::move(*mark);
  log::warning("failed_mark_unreadable", {{"mark", store.uri(key)}, {"reason", mark.error().text()}});
  return std::nullopt;
}

Result<void> write_failed_mark(ObjectStore& store, std::string_view path, const DocumentRecord& record) {
  nlohmann::json json = to_json(record);
  json["docmill_version"] = version;
  const std::string text = json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  auto written = put(store, failed_mark_key(path), std::as_bytes(std::span(text)), WriteCondition::always(),
                     {.content_type = "application/json", .metadata = {}});
  if (!written) return std::unexpected(std::move(written).error());
  return {};
}

Result<void> remove_failed_mark(ObjectStore& store, std::string_view path) {
  return store.remove(failed_mark_key(path));
}

bool mark_holds(const FailedMark& mark, std::string_view source_etag, std::string_view recipe_hash,
                bool passwords_given) {
  if (mark.record.error_kind == ErrorKind::encrypted && passwords_given) return false;
  return mark.docmill_version == version && mark.record.source_etag == source_etag &&
         mark.record.recipe_hash == recipe_hash;
}

}  // namespace docmill
