#include "results/history_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
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
/// Outcomes of one document that others may record between an attempt to write one and its repetition.
constexpr std::size_t replaced_max = 4;

/// What people look for comes first.
std::string line_of(const HistoryRow& row) {
  json members = to_json(row.record);
  members["run_id"] = row.run_id;
  members["docmill_version"] = row.docmill_version;
  if (row.source_sequencer) members["source_sequencer"] = *row.source_sequencer;
  if (!row.replaced.empty()) members["replaced"] = row.replaced;
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
  if (const auto sequencer = members.find("source_sequencer"); sequencer != members.end() && sequencer->is_string())
    row.source_sequencer = sequencer->get<std::string>();
  if (const auto replaced = members.find("replaced"); replaced != members.end() && replaced->is_array())
    for (const json& id : *replaced)
      if (id.is_string()) row.replaced.push_back(id.get<std::string>());
  return row;
}

/// A process records an outcome of a document once at a time.
std::string id_of(const HistoryRow& row) { return fmt::format("{} {}", row.run_id, iso8601(row.record.finished_at)); }

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
      file_.place(*std::move(row));
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
  const DocumentRecord& record = row.record;
  const bool moved = record.error_kind && class_of(*record.error_kind) == ErrorClass::source_moved;
  return {.finished_at = record.finished_at,
          .modified_at = record.source_modified_at,
          .source_etag = record.source_etag.value_or(""),
          .sequencer = row.source_sequencer.value_or(""),
          .recipe_hash = record.recipe_hash,
          .found_done = record.status == DocumentStatus::skipped && !moved,
          .gone = record.error_kind == ErrorKind::source_gone,
          .superseded = record.error_kind == ErrorKind::superseded,
          .id = id_of(row),
          .replaced = row.replaced,
          .line = line_of(row)};
}

HistoryFile::Merged HistoryFile::by_version(const Entry& there, const Entry& row) {
  const bool later = is_later_sequencer(row.sequencer, there.sequencer);
  const bool earlier = is_later_sequencer(there.sequencer, row.sequencer);
  const bool ordered = !row.sequencer.empty() && !there.sequencer.empty() && (later || earlier);
  // S3 dates to the second.
  if (*row.modified_at == *there.modified_at && !ordered) return row.superseded ? Merged::outdated : Merged::unclear;
  const bool newer = *row.modified_at == *there.modified_at ? later : *row.modified_at > *there.modified_at;
  return newer ? Merged::changed : Merged::outdated;
}

HistoryFile::Merged HistoryFile::merged(const Entry& there, const Entry& row) {
  // By an attempt whose answer was lost.
  if (there.id == row.id || std::ranges::find(there.replaced, row.id) != there.replaced.end()) return Merged::unchanged;
  if (row.gone) return Merged::changed;
  const bool same_work = there.source_etag == row.source_etag && there.recipe_hash == row.recipe_hash;
  if (row.found_done && same_work && !there.found_done && !there.gone && !there.superseded) return Merged::unchanged;
  if (!row.has_version()) return Merged::changed;
  if (there.gone || !there.has_version()) return Merged::unclear;
  return row.is_of_version_of(there) ? Merged::changed : by_version(there, row);
}

HistoryFile::Merged HistoryFile::merge(const HistoryRow& row) {
  const auto there = entries_.find(row.record.source_uri);
  const Merged outcome = there == entries_.end() ? Merged::changed : merged(there->second, Entry::of(row));
  if (outcome == Merged::changed) place(row);
  return outcome;
}

void HistoryFile::place(HistoryRow row) {
  const auto [there, added] = entries_.try_emplace(row.record.source_uri);
  if (!added) {
    row.replaced.assign(1, there->second.id);
    const auto& before = there->second.replaced;
    row.replaced.insert(row.replaced.end(), before.begin(),
                        before.begin() + static_cast<std::ptrdiff_t>(std::min(before.size(), replaced_max - 1)));
  }
  there->second = Entry::of(row);
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

Result<std::optional<HistoryRow>> HistoryFile::find(std::string_view source_uri) const {
  const auto found = entries_.find(std::string(source_uri));
  if (found == entries_.end()) return std::nullopt;
  return row_from(json::parse(found->second.line, nullptr, /*allow_exceptions=*/false));
}

Result<std::vector<HistoryRow>> HistoryFile::newest(std::size_t count_max) const {
  std::vector<HistoryRow> rows;
  for (const auto* const entry : newest_first()) {
    if (rows.size() == count_max) break;
    auto row = row_from(json::parse(entry->second.line, nullptr, /*allow_exceptions=*/false));
    if (!row) return std::unexpected(std::move(row).error());
    rows.push_back(*std::move(row));
  }
  return rows;
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
