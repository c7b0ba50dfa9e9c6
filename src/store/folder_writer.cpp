#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/failpoint.h"
#include "document/limits.h"
#include "store/folder.h"
#include "store/folder_lock.h"
#include "store/temporaries.h"

namespace docmill {
namespace {

constexpr std::size_t write_buffer_size_bytes = 256 * KiB;

bool holds(const WriteCondition& condition, const std::optional<struct stat>& current) {
  switch (condition.kind) {
    case WriteCondition::Kind::always:
      return true;
    case WriteCondition::Kind::if_absent:
      return !current;
    case WriteCondition::Kind::if_etag:
      return current && etag_of(*current) == condition.etag;
  }
  return false;
}

bool is_later(const timespec& a, const timespec& b) {
  return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec;
}

timespec next_nanosecond(timespec time) {
  if (++time.tv_nsec < 1'000'000'000) return time;
  return {.tv_sec = time.tv_sec + 1, .tv_nsec = 0};
}

class FolderWriter final : public ObjectWriter {
 public:
  FolderWriter(std::shared_ptr<const Folder> folder, std::string_view key, FileDescriptor parent, TemporaryFile file)
      : folder_(std::move(folder)),
        key_(key),
        name_(folder_and_name(key).second),
        parent_(std::move(parent)),
        file_(std::move(file)) {}
  FolderWriter(const FolderWriter&) = delete;
  FolderWriter& operator=(const FolderWriter&) = delete;
  ~FolderWriter() override {
    if (!renamed_) ::unlinkat(parent_.get(), file_.name.c_str(), 0);
  }

  Result<void> write(std::span<const std::byte> bytes) override;
  Result<std::optional<std::string>> commit(const WriteCondition& condition) override;
  bool can_commit() const override { return !failure_ && !renamed_; }

 private:
  Result<void> write_out(std::span<const std::byte> bytes);
  Result<std::optional<struct stat>> current() const;
  Result<void> keep_etags_apart(const struct stat& replaced);
  Result<std::optional<std::string>> rename_if(const WriteCondition& condition);
  Result<std::optional<std::string>> publish(const WriteCondition& condition);

  Error error(Errno cause, std::string_view step) const { return error_of(cause, folder_->uri(key_), step); }
  // After a failed write or fsync nobody knows what the file holds, so it is never published.
  std::unexpected<Error> give_up(Errno cause, std::string_view step) {
    failure_ = error(cause, step);
    return std::unexpected(*failure_);
  }

  std::shared_ptr<const Folder> folder_;
  std::string key_;
  std::string name_;
  FileDescriptor parent_;
  TemporaryFile file_;
  std::vector<std::byte> buffer_;
  std::optional<Error> failure_;
  bool renamed_ = false;
};

Result<void> FolderWriter::write(std::span<const std::byte> bytes) {
  if (failure_) return std::unexpected(*failure_);
  if (buffer_.size() + bytes.size() > write_buffer_size_bytes) {
    if (auto written = write_out(buffer_); !written) return written;
    buffer_.clear();
    if (bytes.size() >= write_buffer_size_bytes) return write_out(bytes);
  }
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  return {};
}

Result<void> FolderWriter::write_out(std::span<const std::byte> bytes) {
  if (DOCMILL_FAILPOINT("store_write")) return give_up({ENOSPC}, "write");
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.fd.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return give_up({errno}, "write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

// What is under the key now; nothing when it is free.
Result<std::optional<struct stat>> FolderWriter::current() const {
  struct stat own{};
  if (::fstatat(parent_.get(), name_.c_str(), &own, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return std::nullopt;
    return std::unexpected(error({errno}, "look at what is there"));
  }
  const auto status = S_ISLNK(own.st_mode) ? stat_beneath(folder_->fd.get(), key_) : own;
  if (!status && status.error().value == ENOENT) return std::nullopt;
  if (!status) return std::unexpected(error(status.error(), "look at what is there"));
  if (!S_ISREG(status->st_mode))
    return fail(ErrorKind::invalid_input, folder_->uri(key_), "a folder or a special file has this name");
  return *status;
}

// Better: two files of one size, written within one tick of the kernel's clock, have one etag: date the later one
// later.
Result<void> FolderWriter::keep_etags_apart(const struct stat& replaced) {
  struct stat own{};
  if (::fstat(file_.fd.get(), &own) != 0) return std::unexpected(error({errno}, "look at the new file"));
  if (own.st_size != replaced.st_size || is_later(own.st_mtim, replaced.st_mtim)) return {};
  const timespec times[] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, next_nanosecond(replaced.st_mtim)};
  if (::futimens(file_.fd.get(), times) != 0) return std::unexpected(error({errno}, "date"));
  return {};
}

Result<std::optional<std::string>> FolderWriter::rename_if(const WriteCondition& condition) {
  const auto lock = FolderLock::take(parent_.get());
  if (!lock) return std::unexpected(error(lock.error(), "lock the folder"));
  auto replaced = current();
  if (!replaced) return std::unexpected(std::move(replaced).error());
  if (!holds(condition, *replaced)) return std::nullopt;
  if (*replaced)
    if (auto kept = keep_etags_apart(**replaced); !kept) return std::unexpected(std::move(kept).error());
  if (::renameat(parent_.get(), file_.name.c_str(), parent_.get(), name_.c_str()) != 0)
    return std::unexpected(error({errno}, "rename"));
  renamed_ = true;
  struct stat own{};
  if (::fstat(file_.fd.get(), &own) != 0) return std::unexpected(error({errno}, "look at the new file"));
  return etag_of(own);
}

// The file is flushed before it has the name, and the folder after: outside the lock, for the next writer need not wait
// for the disk.
Result<std::optional<std::string>> FolderWriter::publish(const WriteCondition& condition) {
  Result<std::optional<std::string>> etag;
  const auto give_name = [&] {
    (void)DOCMILL_FAILPOINT("put_fsynced");
    etag = rename_if(condition);
    if (renamed_) (void)DOCMILL_FAILPOINT("put_renamed");
    return renamed_;
  };
  const auto published =
      folder_->flush->publish({.file = file_.fd.get(), .give_name = give_name, .folder = parent_.get()});
  if (!published.file) return give_up(published.file.error(), "flush");
  if (!published.folder) return std::unexpected(error(published.folder.error(), "flush the folder"));
  return etag;
}

Result<std::optional<std::string>> FolderWriter::commit(const WriteCondition& condition) {
  if (renamed_) return fail(ErrorKind::invalid_input, folder_->uri(key_), "committed before");
  if (auto checked = check_condition(condition, folder_->uri(key_)); !checked)
    return std::unexpected(std::move(checked).error());
  (void)DOCMILL_FAILPOINT("before_put");
  if (failure_) return std::unexpected(*failure_);
  if (auto written = write_out(buffer_); !written) return std::unexpected(std::move(written).error());
  buffer_.clear();
  (void)DOCMILL_FAILPOINT("put_temp_written");
  return publish(condition);
}

}  // namespace

Result<std::unique_ptr<ObjectWriter>> make_folder_writer(std::shared_ptr<const Folder> folder, std::string_view key,
                                                         FileDescriptor parent) {
  auto file = create_temporary(parent.get());
  if (!file) return std::unexpected(error_of(file.error(), folder->uri(key), "create a file in its folder"));
  return std::make_unique<FolderWriter>(std::move(folder), key, std::move(parent), std::move(*file));
}

}  // namespace docmill
