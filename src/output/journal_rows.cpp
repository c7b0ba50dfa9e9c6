#include <algorithm>
#include <charconv>
#include <ios>
#include <nlohmann/json.hpp>
#include <ranges>
#include <utility>

#include "output/journal.h"
#include "output/record_json.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

using nlohmann::json;

std::optional<JournalHeader> header_from(const std::string& line) {
  const json header = json::parse(line, nullptr, false);
  if (!header.is_object()) return std::nullopt;
  const auto run_id = header.find("run_id");
  const auto version = header.find("docmill_version");
  if (run_id == header.end() || version == header.end() || !run_id->is_string() || !version->is_string())
    return std::nullopt;
  return JournalHeader{.run_id = run_id->get<std::string>(), .docmill_version = version->get<std::string>()};
}

struct Row {
  std::uint64_t sequence;
  DocumentRecord record;
};

Result<Row> row_from(const std::string& line) {
  const json row = json::parse(line, nullptr, false);
  auto record = record_from_json(row);
  if (!record) return std::unexpected(std::move(record).error());
  const auto sequence = row.find("sequence");
  if (sequence == row.end() || !sequence->is_number_unsigned())
    return fail(ErrorKind::invalid_input, "row", "`sequence` is missing or of another type");
  return Row{.sequence = sequence->get<std::uint64_t>(), .record = std::move(*record)};
}

// Of a line as the journal writes it now; earlier versions wrote the members in another order. The row itself is looked
// at when it is wanted.
std::optional<std::uint64_t> sequence_of(std::string_view line) {
  constexpr std::string_view start = R"({"sequence":)";
  if (!line.starts_with(start)) return std::nullopt;
  std::uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(line.data() + start.size(), line.data() + line.size(), sequence);
  if (error != std::errc() || end == line.data() + line.size() || *end != ',') return std::nullopt;
  return sequence;
}

// The next line that ends in a line feed: one without it was torn.
bool next_line(std::ifstream& file, std::string& line) { return std::getline(file, line) && !file.eof(); }

}  // namespace

std::optional<JournalHeader> read_journal_header(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  return next_line(file, line) ? header_from(line) : std::nullopt;
}

Result<JournalRows> JournalRows::open(const std::filesystem::path& path) {
  auto header = read_journal_header(path);
  if (!header) return fail(ErrorKind::invalid_input, path.native(), "not a journal of a run");
  JournalRows rows;
  rows.path_ = path;
  rows.header_ = std::move(*header);
  rows.file_.open(path, std::ios::binary);
  if (auto indexed = rows.index_lines(); !indexed) return std::unexpected(std::move(indexed).error());
  rows.keep_last_of_each_sequence();
  return rows;
}

Result<void> JournalRows::index_lines() {
  std::string line;
  if (!next_line(file_, line)) return fail(ErrorKind::unavailable, path_.native(), "cannot be read");
  std::uint64_t offset = line.size() + 1;
  for (; next_line(file_, line); offset += line.size() + 1) {
    if (const auto sequence = sequence_of(line)) {
      index_.push_back({.sequence = *sequence, .offset = offset});
    } else if (const auto row = row_from(line)) {
      index_.push_back({.sequence = row->sequence, .offset = offset});
    } else {
      warn(offset, row.error());
    }
  }
  if (file_.bad()) return fail(ErrorKind::unavailable, path_.native(), "cannot be read to its end");
  return {};
}

void JournalRows::keep_last_of_each_sequence() {
  std::ranges::sort(index_, std::greater());
  const auto repeated = std::ranges::unique(index_, {}, &Place::sequence);
  index_.erase(repeated.begin(), repeated.end());
  std::ranges::reverse(index_);
}

Result<std::optional<DocumentRecord>> JournalRows::row(std::size_t i) {
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(index_[i].offset));
  std::string line;
  if (!next_line(file_, line)) return fail(ErrorKind::unavailable, path_.native(), "cannot be read again");
  auto row = row_from(line);
  if (row) return std::move(row->record);
  warn(index_[i].offset, row.error());
  return std::nullopt;
}

void JournalRows::warn(std::uint64_t offset, const Error& error) const {
  log::warning("journal_row_unreadable", {{"journal", path_.native()}, {"offset", offset}, {"reason", error.text()}});
}

}  // namespace docmill
