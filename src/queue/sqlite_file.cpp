#include "queue/sqlite_file.h"

#include <fmt/format.h>
#include <linux/magic.h>
#include <sqlite3.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

#include "base/exceptions.h"
#include "base/failpoint.h"

namespace docmill {
namespace {

namespace fs = std::filesystem;

using namespace std::chrono_literals;

constexpr std::chrono::seconds busy_timeout = 10s;
// Marks a file as docmill's in its header: "docm".
constexpr std::int64_t application_id = 0x646f636d;

std::string reason_of(sqlite3* connection, int code) {
  std::string reason = connection == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection);
  const int system_error = connection == nullptr ? 0 : sqlite3_system_errno(connection);
  if (system_error != 0) reason += ", " + std::generic_category().message(system_error);
  return reason;
}

std::string damage_text(const fs::path& path, std::string_view found) {
  return fmt::format(
      "the file is damaged ({}); stop what uses it, save what can be read (sqlite3 {} .recover | sqlite3 NEW.db), and "
      "put NEW.db in its place, or begin with a new file: enqueue finds again what is not done",
      found, path.string());
}

Error error_of(sqlite3* connection, int code, const fs::path& path) {
  const auto error = [&](ErrorKind kind, std::string message) {
    return Error{.kind = kind, .subject = path.string(), .message = std::move(message)};
  };
  const std::string reason = reason_of(connection, code);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return error(ErrorKind::unavailable, fmt::format("locked by another process for {} s", busy_timeout.count()));
    case SQLITE_FULL:
      return error(ErrorKind::unavailable, "disk full");
    case SQLITE_CORRUPT:
      return error(ErrorKind::invalid_input, damage_text(path, reason));
    case SQLITE_NOTADB:
      return error(ErrorKind::invalid_input, "this is no SQLite file, or its first bytes are damaged; name another");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return error(ErrorKind::denied, fmt::format("no permission to write the file and its folder ({})", reason));
    case SQLITE_CANTOPEN:
      return error(ErrorKind::denied, fmt::format("the file cannot be opened for writing ({})", reason));
    default:
      return error(ErrorKind::unavailable, reason);
  }
}

// SQLite's own wait grows to a tenth of a second, in which others come and go: with eight writers it leaves the file
// idle most of the time. A transaction takes a millisecond or a few.
int wait_for_lock(void* first_attempt, int attempts) {
  using Time = std::chrono::steady_clock::time_point;
  const Time now = std::chrono::steady_clock::now();
  Time& since = *static_cast<Time*>(first_attempt);
  if (attempts == 0) since = now;
  if (now - since >= busy_timeout) return 0;
  std::this_thread::sleep_for(std::chrono::milliseconds(std::min(attempts + 1, 5)));
  return 1;
}

bool is_on_network(const fs::path& folder) {
  struct statfs status{};
  if (::statfs(folder.c_str(), &status) != 0) return false;
  constexpr unsigned long cifs_magic = 0xff534d42;
  constexpr unsigned long smb2_magic = 0xfe534d42;
  const auto type = static_cast<unsigned long>(status.f_type) & 0xffffffffUL;
  return type == NFS_SUPER_MAGIC || type == cifs_magic || type == smb2_magic;
}

Result<void> check_place(const fs::path& path, bool create) {
  std::error_code error;
  const fs::path folder = path.parent_path();
  if (!fs::is_directory(folder, error))
    return fail(ErrorKind::not_found, path.string(), fmt::format("there is no folder {}", folder.string()));
  if (!create && !fs::exists(path, error)) return fail(ErrorKind::not_found, path.string(), "there is no such file");
  if (is_on_network(folder))
    return fail(ErrorKind::invalid_input, path.string(),
                "this is a network file system, where locks do not hold; name a file on a local disk, or use SQS");
  return {};
}

int bind(sqlite3_stmt* statement, int index, const SqliteValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return sqlite3_bind_int64(statement, index, *number);
  if (const auto* text = std::get_if<std::string_view>(&value))
    return sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
  return sqlite3_bind_null(statement, index);
}

/// A statement that is not rewound keeps its lock; `visit` may throw.
struct Rewound {
  explicit Rewound(sqlite3_stmt* stepped) : statement(stepped) {}
  Rewound(const Rewound&) = delete;
  Rewound& operator=(const Rewound&) = delete;
  ~Rewound() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
  sqlite3_stmt* statement;
};

}  // namespace

bool SqliteRow::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::int64_t SqliteRow::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string SqliteRow::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return bytes == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(bytes), size);
}

Result<std::unique_ptr<SqliteFile>> SqliteFile::open(const fs::path& path, bool create) {
  if (auto checked = check_place(path, create); !checked) return std::unexpected(std::move(checked).error());
  sqlite3* connection = nullptr;
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &connection, flags, nullptr);
  std::unique_ptr<SqliteFile> file(new SqliteFile(connection, path));  // closes it on every way out
  if (code != SQLITE_OK) return file->failed(code);
  if (auto prepared = file->prepare_file(create); !prepared) return std::unexpected(std::move(prepared).error());
  return file;
}

SqliteFile::~SqliteFile() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(connection_);
}

Result<void> SqliteFile::prepare_file(bool create) {
  sqlite3_busy_handler(connection_, wait_for_lock, &lock_awaited_since_);
  if (auto checked = check(); !checked) return checked;
  for (const char* const setting : {"PRAGMA synchronous=FULL", "PRAGMA trusted_schema=OFF", "PRAGMA mmap_size=0"})
    if (auto set = run(setting); !set) return set;
  if (auto claimed = claim(create); !claimed) return claimed;
  std::string mode;
  if (auto set = run("PRAGMA journal_mode=TRUNCATE", {}, [&](const SqliteRow& row) { mode = row.text(0); }); !set)
    return set;
  if (mode != "truncate")
    return fail(ErrorKind::unavailable, path_.string(), fmt::format("the file stays in journal mode {}", mode));
  return {};
}

Result<void> SqliteFile::check() {
  std::string found;
  if (auto checked = run("PRAGMA quick_check(1)", {}, [&](const SqliteRow& row) { found = row.text(0); }); !checked)
    return checked;
  if (found != "ok") return fail(ErrorKind::invalid_input, path_.string(), damage_text(path_, found));
  return {};
}

// A file of docmill's says so in its header. False: it is empty.
Result<bool> SqliteFile::is_own() {
  std::int64_t id = 0;
  std::int64_t tables = 0;
  if (auto read = run("PRAGMA application_id", {}, [&](const SqliteRow& row) { id = row.integer(0); }); !read)
    return std::unexpected(std::move(read).error());
  if (id == application_id) return true;
  if (auto read = run("SELECT count(*) FROM sqlite_schema", {}, [&](const auto& row) { tables = row.integer(0); });
      !read)
    return std::unexpected(std::move(read).error());
  if (id == 0 && tables == 0) return false;
  return fail(ErrorKind::invalid_input, path_.string(),
              "this is an SQLite file of another program; name a file of docmill's, or one that does not exist yet");
}

// An empty one is made docmill's, but not by who only looks: to begin a transaction would write to it.
Result<void> SqliteFile::claim(bool create) {
  const auto claim_empty = [this, create]() -> Result<void> {
    const auto own = is_own();
    if (!own) return std::unexpected(own.error());
    return *own || !create ? Result<void>{} : run("PRAGMA application_id=0x646f636d");
  };
  return create ? transact(claim_empty) : claim_empty();
}

Result<sqlite3_stmt*> SqliteFile::statement_of(const char* sql) {
  auto& statement = statements_[sql];
  if (statement != nullptr) return statement;
  const int code = sqlite3_prepare_v3(connection_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return failed(code);
  return statement;
}

Result<void> SqliteFile::run(const char* sql, std::initializer_list<SqliteValue> values,
                             const std::function<void(const SqliteRow&)>& visit) {
  const auto statement = statement_of(sql);
  if (!statement) return std::unexpected(statement.error());
  const Rewound rewound{*statement};
  int code = SQLITE_OK;
  int index = 0;
  for (const SqliteValue& value : values)
    if (code == SQLITE_OK) code = bind(*statement, ++index, value);
  if (code == SQLITE_OK) code = sqlite3_step(*statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(*statement))
    if (visit) visit(SqliteRow(*statement));
  return code == SQLITE_DONE ? Result<void>() : failed(code);
}

std::int64_t SqliteFile::changes() const { return sqlite3_changes64(connection_); }

Result<void> SqliteFile::transact(const std::function<Result<void>()>& work) {
  if (auto begun = run("BEGIN IMMEDIATE"); !begun) return begun;
  auto result = without_exceptions(work);
  if (result) {
    (void)DOCMILL_FAILPOINT("sqlite_before_commit");
    result = run("COMMIT");
    (void)DOCMILL_FAILPOINT("sqlite_committed");
  }
  // Some errors have rolled back already.
  if (!result && sqlite3_get_autocommit(connection_) == 0) static_cast<void>(run("ROLLBACK"));
  return result;
}

Result<SqliteMark> SqliteFile::mark() {
  SqliteMark mark{.own_changes = sqlite3_total_changes64(connection_)};
  auto read = run("PRAGMA data_version", {}, [&](const SqliteRow& row) { mark.changes_of_others = row.integer(0); });
  if (!read) return std::unexpected(std::move(read).error());
  return mark;
}

std::unexpected<Error> SqliteFile::failed(int code) const {
  return std::unexpected(error_of(connection_, code, path_));
}

}  // namespace docmill
