// The rows of a journal, read back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/blob.h"
#include "document/job.h"

namespace docmill {

/// The first line of a journal.
struct JournalHeader {
  std::string run_id;
  std::string docmill_version;
};

/// Nothing when the file's first line is no such header, or the file cannot be read.
std::optional<JournalHeader> read_journal_header(const std::filesystem::path& path);

/// A journal's rows in the order of their sequence. Memory: 16 bytes a row.
class JournalRows {
 public:
  /// Errors: invalid_input (no journal), unavailable (cannot be read). Lines that are no rows are left out, with a
  /// warning in the log, but for a torn last one: that is how a killed writer leaves it.
  static Result<JournalRows> open(const std::filesystem::path& path);

  const JournalHeader& header() const { return header_; }
  std::size_t size() const { return index_.size(); }
  /// The row at this place of the order; nothing when its line turns out to be none.
  Result<std::optional<DocumentRecord>> row(std::size_t i);

 private:
  struct Place {
    std::uint64_t sequence;
    std::uint64_t offset;
    auto operator<=>(const Place&) const = default;
  };
  Result<void> index_lines();
  void keep_last_of_each_sequence();
  void warn(std::uint64_t offset, const Error& error) const;

  std::filesystem::path path_;
  FileDescriptor file_;
  JournalHeader header_;
  std::vector<Place> index_;
};

}  // namespace docmill
