#include "output/history_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>
#include <utility>

#include "output/record_json.h"

namespace docmill {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::string_view format_member = "docmill_history";
constexpr int format_number = 1;

/// What people look for comes first.
std::string line_of(const HistoryRow& row) {
  json members = to_json(row.record);
  members["run_id"] = row.run_id;
  members["docmill_version"] = row.docmill_version;
  ordered_json line;
  for (const char* const first : {"source_uri", "status", "error_kind", "error_message", "finished_at"}) {
    line[first] = members[first];
    members.erase(first);
  }
  for (const auto& [name, value] : members.items()) line[name] = value;
  return line.dump(-1, ' ', /*ensure_ascii=*/false, ordered_json::error_handler_t::replace);
}

Result<HistoryRow> row_from(const json& members) {
  auto record = record_from_json(members);
  if (!record) return std::unexpected(std::move(record).error());
  HistoryRow row{.run_id = {}, .docmill_version = {}, .record = *std::move(record)};
  for (const auto& [name, out] :
       {std::pair("run_id", &row.run_id), std::pair("docmill_version", &row.docmill_version)}) {
    const auto member = members.find(name);
    if (member == members.end() || !member->is_string())
      return fail(ErrorKind::invalid_input, "record", fmt::format("`{}` is missing or of another type", name));
    *out = member->get<std::string>();
  }
  return row;
}

std::unexpected<Error> foreign(std::string_view found) {
  return fail(ErrorKind::invalid_input, "", fmt::format("no history of docmill: {}", found));
}

/// Takes the rows out while the text is parsed, so that they are never all in memory as JSON values.
class Reader {
 public:
  explicit Reader(HistoryFile& file) : file_(file) {}

  /// json::parse() calls it: false leaves the value out.
  bool operator()(int depth, json::parse_event_t event, json& value) {
    if (depth == 1 && event == json::parse_event_t::key) in_documents_ = value == "documents";
    if (depth != 2 || event != json::parse_event_t::object_end || !in_documents_) return true;
    take(value);
    return false;
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  void take(const json& value) {
    ++count_;
    if (error_) return;
    if (auto row = row_from(value))
      file_.merge(*row);
    else
      error_ = std::move(row).error().within(fmt::format("document {} of the list", count_));
  }

  HistoryFile& file_;
  bool in_documents_ = false;
  std::size_t count_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<HistoryFile> HistoryFile::parse(std::string_view text) {
  HistoryFile file;
  Reader reader(file);
  const json root = json::parse(text, std::ref(reader), /*allow_exceptions=*/false);
  if (root.is_discarded()) return foreign("it is not JSON");
  if (!root.is_object() || !root.contains(format_member))
    return foreign(fmt::format("it is no JSON object with `{}`", format_member));
  if (root[format_member] != format_number)
    return foreign(fmt::format("its `{}` is not {}", format_member, format_number));
  const auto documents = root.find("documents");
  // The reader has taken the objects out of it.
  if (documents == root.end() || !documents->is_array() || !documents->empty())
    return foreign("its `documents` is no list of objects");
  if (reader.error()) return std::unexpected(*reader.error());
  return file;
}

std::string HistoryFile::text() const {
  std::string text = fmt::format("{{\n\"{}\": {},\n\"documents\": [", format_member, format_number);
  std::string_view between = "\n";
  for (const auto* const entry : newest_first()) {
    text += between;
    text += entry->second.line;
    between = ",\n";
  }
  return text + "\n]\n}\n";
}

HistoryFile::Entry HistoryFile::Entry::of(const HistoryRow& row) {
  return {.finished_at = row.record.finished_at,
          .source_etag = row.record.source_etag.value_or(""),
          .recipe_hash = row.record.recipe_hash,
          .skipped = row.record.status == DocumentStatus::skipped,
          .line = line_of(row)};
}

bool HistoryFile::Entry::gives_way_to(const Entry& other) const {
  if (skipped != other.skipped && source_etag == other.source_etag && recipe_hash == other.recipe_hash) return skipped;
  return std::tie(finished_at, line) < std::tie(other.finished_at, other.line);
}

bool HistoryFile::merge(const HistoryRow& row) {
  Entry entry = Entry::of(row);
  const auto [place, added] = entries_.try_emplace(row.record.source_uri, entry);
  if (added) return true;
  if (!place->second.gives_way_to(entry)) return false;
  place->second = std::move(entry);
  return true;
}

std::vector<const HistoryFile::Entries::value_type*> HistoryFile::newest_first() const {
  std::vector<const Entries::value_type*> sorted;
  sorted.reserve(entries_.size());
  for (const auto& entry : entries_) sorted.push_back(&entry);
  std::ranges::sort(sorted, [](const auto* a, const auto* b) {
    return std::tie(b->second.finished_at, a->first) < std::tie(a->second.finished_at, b->first);
  });
  return sorted;
}

Result<std::vector<HistoryRow>> HistoryFile::oldest(std::size_t kept) const {
  std::vector<HistoryRow> rows;
  const auto sorted = newest_first();
  for (std::size_t i = sorted.size(); i > kept; --i) {
    auto row = row_from(json::parse(sorted[i - 1]->second.line, nullptr, /*allow_exceptions=*/false));
    if (!row) return std::unexpected(std::move(row).error());
    rows.push_back(*std::move(row));
  }
  return rows;
}

void HistoryFile::remove(const std::vector<HistoryRow>& rows) {
  for (const HistoryRow& row : rows) entries_.erase(row.record.source_uri);
}

}  // namespace docmill
