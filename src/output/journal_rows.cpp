#include "output/journal_rows.h"

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

// A line as the journal writes it now begins with it, and the row itself is looked at when it is wanted; earlier
// versions wrote the members in another order.
std::optional<std::uint64_t> sequence_of(const std::string& line) {
  constexpr std::string_view start = R"({"sequence":)";
  std::uint64_t sequence = 0;
  if (line.starts_with(start)) {
    const auto [end, error] = std::from_chars(line.data() + start.size(), line.data() + line.size(), sequence);
    if (error == std::errc() && end != line.data() + line.size() && *end == ',') return sequence;
  }
  const json row = json::parse(line, nullptr, false);
  if (!row.is_object()) return std::nullopt;
  const auto member = row.find("sequence");
  return member == row.end() || !member->is_number_unsigned() ? std::nullopt
                                                              : std::optional(member->get<std::uint64_t>());
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
    if (const auto sequence = sequence_of(line))
      index_.push_back({.sequence = *sequence, .offset = offset});
    else
      warn(offset, {ErrorKind::invalid_input, "row", "not a JSON object with a `sequence`"});
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
  auto record = record_from_json(json::parse(*line, nullptr, false));
  if (record) return *std::move(record);
  warn(index_[i].offset, record.error());
  return std::nullopt;
}

void JournalRows::warn(std::uint64_t offset, const Error& error) const {
  log::warning("journal_row_unreadable", {{"journal", path_.native()}, {"offset", offset}, {"reason", error.text()}});
}

}  // namespace docmill
