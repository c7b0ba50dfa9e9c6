// The file of last outcomes: JSON that a person can read, one line a document, the newest first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "document/job.h"

namespace docmill {

/// A result as the file keeps it: a row of the documents table, and what orders it among others.
struct HistoryRow {
  std::string run_id;  // of one process
  std::string docmill_version;
  DocumentRecord record;
  std::optional<std::string> source_sequencer = {};  // of the event that told of just this version, where one did
  std::vector<std::string> replaced = {};            // the outcomes before it, the last one first; HistoryFile fills it
};

/// The last outcome of each document. Pure: no store, no clock.
class HistoryFile {
 public:
  /// Errors: invalid_input (no such file: what was expected and found).
  static Result<HistoryFile> parse(std::string_view text);
  /// As parse() reads it.
  std::string text() const;

  /// What an outcome is beside that which is there of its document. No clock of a worker counts: they differ.
  enum class Merged : std::uint8_t {
    changed,    // it is in the file now
    unchanged,  // it is there or was before; or a version was found done of which it is known how it was done
    outdated,   // an older version's, by the times of its store and the sequencers of its events
    unclear,    // whether it is older cannot be told; only the source can say
  };
  /// An outcome of the version that is there, of a newer one, of none (the document could not be looked at), and that
  /// the document is gone are in the file then. The last two say how it stands now; so may the others where the
  /// source's present version is theirs, which place() is for.
  Merged merge(const HistoryRow& row);
  /// In the file, whatever is there.
  void place(HistoryRow row);

  std::size_t size() const { return entries_.size(); }
  /// Nothing where there is no such document.
  Result<std::optional<HistoryRow>> find(std::string_view source_uri) const;
  /// Those that were finished last, the last one first.
  Result<std::vector<HistoryRow>> newest(std::size_t count_max) const;
  /// The oldest rows beyond the newest `kept`, oldest first; they stay until remove().
  Result<std::vector<HistoryRow>> oldest(std::size_t kept) const;
  void remove(const std::vector<HistoryRow>& rows);

 private:
  struct Entry {
    WallTime finished_at;
    std::optional<WallTime> modified_at;
    std::string source_etag, sequencer, recipe_hash;
    bool found_done = false, gone = false, superseded = false;
    std::string id;
    std::vector<std::string> replaced;
    std::string line;  // the row as JSON

    static Entry of(const HistoryRow& row);
    bool has_version() const { return modified_at && !source_etag.empty(); }
    bool is_of_version_of(const Entry& other) const {
      return source_etag == other.source_etag && modified_at == other.modified_at;
    }
  };
  static Merged merged(const Entry& there, const Entry& row);
  static Merged by_version(const Entry& there, const Entry& row);
  using Entries = std::unordered_map<std::string, Entry>;  // by source_uri

  std::vector<const Entries::value_type*> newest_first() const;

  Entries entries_;
};

}  // namespace docmill
