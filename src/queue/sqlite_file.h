// SQLite as docmill uses it: one file that several processes write, errors as values.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace docmill {

using SqliteValue = std::variant<std::nullptr_t, std::int64_t, std::string_view>;

/// A row of a query, while it is visited.
class SqliteRow {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string text(int column) const;

 private:
  sqlite3_stmt* statement_;
};

/// Whether the file is what it was when an equal mark was taken.
struct SqliteMark {
  std::int64_t changes_of_others = 0;
  std::int64_t own_changes = 0;

  bool operator==(const SqliteMark&) const = default;
};

/// One connection; one thread at a time may use it. A process that forks opens its own in the child.
///
/// Rollback journal, and a flush at each commit: Debian's SQLite 3.40 can damage a file in write-ahead mode that
/// several connections write (fixed in 3.51.3). The journal is truncated rather than removed, for that is flushed as
/// well. A lock of somebody else's is waited for, ten seconds.
///
/// Errors of every member: unavailable (still locked, disk full, a failed read or write), denied, invalid_input (the
/// file is damaged; what to do).
class SqliteFile {
 public:
  /// Open `path`, make it where `create` allows that, and check it (`PRAGMA quick_check` reads it all).
  ///
  /// Errors: also not_found (the folder; the file, without `create`), invalid_input (no SQLite file, or not docmill's;
  /// on a network file system, whose locks do not hold).
  static Result<std::unique_ptr<SqliteFile>> open(const std::filesystem::path& path, bool create);
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;
  ~SqliteFile();

  /// Run one statement, and call `visit` for every row. `sql` is a literal: its prepared form is kept.
  Result<void> run(const char* sql, std::initializer_list<SqliteValue> values = {},
                   const std::function<void(const SqliteRow&)>& visit = {});
  /// Rows that the last statement changed.
  std::int64_t changes() const;
  /// Run `work` in a transaction that may write: all of it takes effect, or on an error none.
  Result<void> transact(const std::function<Result<void>()>& work);
  Result<SqliteMark> mark();

 private:
  SqliteFile(sqlite3* connection, std::filesystem::path path) : connection_(connection), path_(std::move(path)) {}
  Result<void> prepare_file(bool create);
  Result<void> check();
  Result<bool> is_own();
  Result<void> claim(bool create);
  Result<sqlite3_stmt*> statement_of(const char* sql);
  std::unexpected<Error> failed(int code) const;

  sqlite3* connection_;
  std::filesystem::path path_;
  std::chrono::steady_clock::time_point lock_awaited_since_;
  std::unordered_map<const char*, sqlite3_stmt*> statements_;
};

}  // namespace docmill
