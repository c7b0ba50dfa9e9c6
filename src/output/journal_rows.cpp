#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <ios>
#include <nlohmann/json.hpp>
#include <ranges>
#include <utility>

#include "document/limits.h"
#include "output/journal.h"
#include "output/record_json.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

using nlohmann::json;

/// Most lines are shorter.
constexpr std::size_t line_read_size_bytes = 1 * KiB;

std::optional<JournalHeader> header_from(const std::string& line) {
  const json header = json::parse(line, nullptr, false);
  if (!header.is_object()) return std::nullopt;
  const auto run_id = header.find("run_id");
  const auto version = header.find("docmill_version");
  if (run_id == header.end() || version == header.end() || !run_id->is_string() || !version->is_string())
    return std::nullopt;
  return JournalHeader{.run_id = run_id->get<std::string>(), .docmill_version = version->get<std::string>()};
}

Result<SequencedRecord> row_from(const std::string& line) {
  if (auto row = record_from_line(line)) return *std::move(row);
  const json row = json::parse(line, nullptr, false);
  auto record = record_from_json(row);
  if (!record) return std::unexpected(std::move(record).error());
  const auto sequence = row.find("sequence");
  if (sequence == row.end() || !sequence->is_number_unsigned())
    return fail(ErrorKind::invalid_input, "row", "`sequence` is missing or of another type");
  return SequencedRecord{.sequence = sequence->get<std::uint64_t>(), .record = std::move(*record)};
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

// The line that begins at `offset`; nothing where none ends behind it.
std::optional<std::string> line_at(const FileDescriptor& file, std::uint64_t offset) {
  std::string line;
  for (;;) {
    const std::size_t had = line.size();
    line.resize(had + line_read_size_bytes);
    const ssize_t got = ::pread(file.get(), line.data() + had, line_read_size_bytes, static_cast<off_t>(offset + had));
    if (got < 0 && errno == EINTR) {
      line.resize(had);
      continue;
    }
    if (got <= 0) return std::nullopt;
    line.resize(had + static_cast<std::size_t>(got));
    const std::size_t end = line.find('\n', had);
    if (end == std::string::npos) continue;
    line.resize(end);
    return line;
  }
}

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
  rows.file_ = FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (auto indexed = rows.index_lines(); !indexed) return std::unexpected(std::move(indexed).error());
  rows.keep_last_of_each_sequence();
  return rows;
}

Result<void> JournalRows::index_lines() {
  std::ifstream file(path_, std::ios::binary);
  std::string line;
  if (!next_line(file, line)) return fail(ErrorKind::unavailable, path_.native(), "cannot be read");
  std::uint64_t offset = line.size() + 1;
  for (; next_line(file, line); offset += line.size() + 1) {
    if (const auto sequence = sequence_of(line)) {
      index_.push_back({.sequence = *sequence, .offset = offset});
    } else if (const auto row = row_from(line)) {
      index_.push_back({.sequence = row->sequence, .offset = offset});
    } else {
      warn(offset, row.error());
    }
  }
  if (file.bad()) return fail(ErrorKind::unavailable, path_.native(), "cannot be read to its end");
  return {};
}

void JournalRows::keep_last_of_each_sequence() {
  std::ranges::sort(index_, std::greater());
  const auto repeated = std::ranges::unique(index_, {}, &Place::sequence);
  index_.erase(repeated.begin(), repeated.end());
  std::ranges::reverse(index_);
}

Result<std::optional<DocumentRecord>> JournalRows::row(std::size_t i) {
  const auto line = line_at(file_, index_[i].offset);
  if (!line) return fail(ErrorKind::unavailable, path_.native(), "cannot be read again");
  auto row = row_from(*line);
  if (row) return std::move(row->record);
  warn(index_[i].offset, row.error());
  return std::nullopt;
}

void JournalRows::warn(std::uint64_t offset, const Error& error) const {
  log::warning("journal_row_unreadable", {{"journal", path_.native()}, {"offset", offset}, {"reason", error.text()}});
}

}  // namespace docmill
