// The file of last outcomes: JSON that a person can read, one line a document, the newest first.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "document/job.h"

namespace docmill {

/// The outcome of a document, and the run that it comes from: a row of the documents table.
struct HistoryRow {
  std::string run_id;
  std::string docmill_version;
  DocumentRecord record;
};

/// The last outcome of each document. Pure: no store, no clock.
class HistoryFile {
 public:
  /// Errors: invalid_input (no such file: what was expected and found).
  static Result<HistoryFile> parse(std::string_view text);
  /// As parse() reads it.
  std::string text() const;

  /// Of two outcomes of one document the newer one stays, whatever the order in which they come; but that a version
  /// was found done before is no news where it is known how. So merging a row again changes nothing.
  ///
  /// Whether the file is another one now.
  bool merge(const HistoryRow& row);

  std::size_t size() const { return entries_.size(); }
  /// The oldest rows beyond the newest `kept`, oldest first; they stay until remove().
  Result<std::vector<HistoryRow>> oldest(std::size_t kept) const;
  void remove(const std::vector<HistoryRow>& rows);

 private:
  struct Entry {
    WallTime finished_at;
    std::string source_etag, recipe_hash;
    bool skipped = false;
    std::string line;  // the row as JSON

    static Entry of(const HistoryRow& row);
    bool gives_way_to(const Entry& other) const;
  };
  using Entries = std::unordered_map<std::string, Entry>;  // by source_uri

  std::vector<const Entries::value_type*> newest_first() const;

  Entries entries_;
};

}  // namespace docmill
