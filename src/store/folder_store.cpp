#include "store/folder_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <set>
#include <system_error>
#include <utility>

#include "base/digest.h"
#include "base/percent_encoded.h"
#include "store/folder.h"
#include "store/folder_lock.h"
#include "store/temporaries.h"

namespace docmill {
namespace {

// The folders that this store has tidied are remembered, so that a folder of many outputs is not read for each of
// them. When there are more, they are forgotten, and tidied once more.
constexpr std::size_t tidied_folders_max = 10'000;

// A file must be open before its kind can be known for sure; O_NONBLOCK keeps a FIFO from holding us up until then.
constexpr int read_flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;

std::expected<FileDescriptor, Errno> open_or_create_folder(const Folder& root, const std::string& path) {
  auto opened = open_beneath(root.fd.get(), path, O_RDONLY | O_DIRECTORY);
  if (opened || opened.error().value != ENOENT || path == ".") return opened;
  const auto [parent_path, name] = folder_and_name(path);
  const auto parent = open_or_create_folder(root, parent_path);
  if (!parent) return std::unexpected(parent.error());
  if (::mkdirat(parent->get(), name.c_str(), 0777) != 0 && errno != EEXIST) return std::unexpected(Errno{errno});
  if (auto flushed = root.flush->flush_folder(parent->get()); !flushed) return std::unexpected(flushed.error());
  return open_beneath(root.fd.get(), path, O_RDONLY | O_DIRECTORY);
}

bool is_same_version(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && etag_of(a) == etag_of(b);
}

class FolderStore final : public ObjectStore {
 public:
  explicit FolderStore(std::shared_ptr<const Folder> folder) : folder_(std::move(folder)) {}

  std::string uri(std::string_view key) const override { return folder_->uri(key); }
  Result<std::unique_ptr<Listing>> list(const ListOptions& options) override {
    return make_folder_listing(folder_, options);
  }
  Result<std::optional<ObjectInfo>> head(std::string_view key) override;
  Result<Object> get(std::string_view key, std::uint64_t size_bytes_max, Room* room) override;
  Result<std::string> read_range(std::string_view key, std::uint64_t offset, std::uint64_t length) override;
  Result<std::unique_ptr<ObjectWriter>> create(std::string_view key) override;
  Result<void> remove(std::string_view key) override;
  Result<bool> remove_if(std::string_view key, std::string_view etag) override;
  bool is_known_to_hold(const ObjectInfo& listed, const Blob& bytes) override;

 private:
  struct OpenFile {
    FileDescriptor fd;
    struct stat status{};
  };
  Result<OpenFile> open_file(std::string_view key) const;
  template <typename Condition>
  Result<bool> remove_where(std::string_view key, const Condition& holds);
  Result<void> check_unchanged(std::string_view key, const OpenFile& file) const;
  void tidy(int folder);

  Error error(Errno cause, std::string_view key, std::string_view step) const {
    return error_of(cause, folder_->uri(key), step);
  }

  std::shared_ptr<const Folder> folder_;
  std::mutex mutex_;
  std::set<std::pair<dev_t, ino_t>> tidied_;  // guarded by mutex_
};

Result<std::optional<ObjectInfo>> FolderStore::head(std::string_view key) {
  if (auto checked = check_key(*folder_, key); !checked) return std::unexpected(std::move(checked).error());
  const auto status = stat_to_read(*folder_, std::string(key));
  if (!status && is_absence(status.error())) return std::nullopt;
  if (!status) return std::unexpected(error(status.error(), key, "look at"));
  if (!S_ISREG(status->st_mode)) return std::nullopt;
  return info_of(key, *status);
}

Result<FolderStore::OpenFile> FolderStore::open_file(std::string_view key) const {
  if (auto checked = check_key(*folder_, key); !checked) return std::unexpected(std::move(checked).error());
  OpenFile file;
  auto fd = open_to_read(*folder_, std::string(key), read_flags);
  if (!fd && is_absence(fd.error())) return fail(ErrorKind::source_gone, folder_->uri(key), "there is no such file");
  if (!fd) {
    Error refused = error(fd.error(), key, "open for reading");
    // Its folders let us pass, so it is the file itself that does not.
    const bool is_known = stat_beneath(folder_->fd.get(), std::string(key)).has_value();
    if (refused.kind == ErrorKind::denied && is_known) refused.scope = FaultScope::one_object;
    return std::unexpected(std::move(refused));
  }
  file.fd = std::move(*fd);
  if (::fstat(file.fd.get(), &file.status) != 0) return std::unexpected(error({errno}, key, "look at"));
  if (!S_ISREG(file.status.st_mode)) return fail(ErrorKind::source_gone, folder_->uri(key), "not a regular file");
  return file;
}

// The file itself says whether it was written to or has lost its name; only then is the name looked at.
Result<void> FolderStore::check_unchanged(std::string_view key, const OpenFile& file) const {
  struct stat now{};
  if (::fstat(file.fd.get(), &now) != 0) return std::unexpected(error({errno}, key, "look at"));
  if (now.st_nlink == file.status.st_nlink && etag_of(now) == etag_of(file.status)) return {};
  const auto after = stat_to_read(*folder_, std::string(key));
  if (!after && is_absence(after.error()))
    return fail(ErrorKind::source_gone, folder_->uri(key), "removed while it was read");
  if (!after) return std::unexpected(error(after.error(), key, "look at"));
  if (is_same_version(file.status, *after)) return {};
  return fail(ErrorKind::source_changed, folder_->uri(key),
              fmt::format("changed while it was read: version {}, then {}", etag_of(file.status), etag_of(*after)));
}

Result<Object> FolderStore::get(std::string_view key, std::uint64_t size_bytes_max, Room* room) {
  auto file = open_file(key);
  if (!file) return std::unexpected(std::move(file).error());
  const auto size_bytes = static_cast<std::uint64_t>(file->status.st_size);
  if (size_bytes > size_bytes_max)
    return fail(ErrorKind::limit_bytes, folder_->uri(key),
                fmt::format("{} bytes, the limit is {}", size_bytes, size_bytes_max));
  if (room != nullptr) room->ask(size_bytes);
  BlobBuilder builder;
  // More bytes than the size told: the file grows, which the check below reports.
  auto appended = builder.append_file(file->fd.get(), size_bytes);
  if (!appended && appended.error().kind != ErrorKind::limit_bytes)
    return std::unexpected(std::move(appended).error().within(folder_->uri(key)));
  if (auto unchanged = check_unchanged(key, *file); !unchanged) return std::unexpected(std::move(unchanged).error());
  auto blob = std::move(builder).seal();
  if (!blob) return std::unexpected(std::move(blob).error().within(folder_->uri(key)));
  if (!appended || blob->size_bytes() != size_bytes)
    return fail(ErrorKind::source_changed, folder_->uri(key), "its length is not what the file system says");
  return Object{.info = info_of(key, file->status), .blob = std::move(*blob)};
}

Result<std::string> FolderStore::read_range(std::string_view key, std::uint64_t offset, std::uint64_t length) {
  auto file = open_file(key);
  if (!file) return std::unexpected(std::move(file).error());
  const auto size_bytes = static_cast<std::uint64_t>(file->status.st_size);
  std::string bytes(std::min(length, size_bytes - std::min(offset, size_bytes)), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got =
        ::pread(file->fd.get(), bytes.data() + filled, bytes.size() - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(error({errno}, key, "read"));
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

void FolderStore::tidy(int folder) {
  struct stat status{};
  if (::fstat(folder, &status) != 0) return;
  {
    const std::lock_guard lock(mutex_);
    if (tidied_.size() >= tidied_folders_max) tidied_.clear();
    if (!tidied_.emplace(status.st_dev, status.st_ino).second) return;
  }
  remove_dead_temporaries(folder);
}

Result<std::unique_ptr<ObjectWriter>> FolderStore::create(std::string_view key) {
  if (auto checked = check_key(*folder_, key); !checked) return std::unexpected(std::move(checked).error());
  auto parent = open_or_create_folder(*folder_, folder_and_name(key).first);
  if (!parent) return std::unexpected(error(parent.error(), key, "create its folder"));
  tidy(parent->get());
  return make_folder_writer(folder_, key, std::move(*parent));
}

Result<void> FolderStore::remove(std::string_view key) {
  auto removed = remove_where(key, [](int, const char*) { return true; });
  if (!removed) return std::unexpected(std::move(removed).error());
  return {};
}

bool FolderStore::is_known_to_hold(const ObjectInfo& listed, const Blob& bytes) {
  if (listed.size_bytes != bytes.size_bytes()) return false;
  const auto there = get(listed.key, listed.size_bytes, nullptr);
  return there && there->info.etag == listed.etag && sha256_hex(there->blob) == sha256_hex(bytes);
}

Result<bool> FolderStore::remove_if(std::string_view key, std::string_view etag) {
  return remove_where(key, [etag](int parent, const char* name) {
    struct stat status{};
    return ::fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
           etag_of(status) == etag;
  });
}

/// `holds` is asked under the lock of the folder.
template <typename Condition>
Result<bool> FolderStore::remove_where(std::string_view key, const Condition& holds) {
  if (auto checked = check_key(*folder_, key); !checked) return std::unexpected(std::move(checked).error());
  const auto [path, name] = folder_and_name(key);
  const auto parent = open_beneath(folder_->fd.get(), path, O_RDONLY | O_DIRECTORY);
  if (!parent && is_absence(parent.error())) return false;
  if (!parent) return std::unexpected(error(parent.error(), key, "open its folder"));
  {
    const auto lock = FolderLock::take(parent->get());
    if (!lock) return std::unexpected(error(lock.error(), key, "lock its folder"));
    if (!holds(parent->get(), name.c_str())) return false;
    // A folder is no object, so there is nothing to remove.
    if (::unlinkat(parent->get(), name.c_str(), 0) != 0 && errno != ENOENT && errno != EISDIR)
      return std::unexpected(error({errno}, key, "remove"));
  }
  if (auto flushed = folder_->flush->flush_folder(parent->get()); !flushed)
    return std::unexpected(error(flushed.error(), key, "flush its folder"));
  return true;
}

// As the caller wrote it, made absolute: the target of a link may be another one tomorrow, and the address is in the
// outputs. Only "a/link/.." means nothing before the link is followed.
std::filesystem::path absolute_root(const std::filesystem::path& root) {
  const bool climbs = std::ranges::find(root, std::filesystem::path("..")) != root.end();
  std::error_code ignored;
  const auto resolved = climbs ? std::filesystem::canonical(root, ignored) : std::filesystem::path();
  return resolved.empty() ? std::filesystem::absolute(root, ignored).lexically_normal() : resolved;
}

std::string uri_prefix_of(const std::filesystem::path& root) {
  std::string prefix = "file://" + percent_encoded(absolute_root(root).native());
  if (!prefix.ends_with('/')) prefix += '/';
  return prefix;
}

Result<std::unique_ptr<ObjectStore>> open(const std::filesystem::path& root, bool create_root, bool follow_links) {
  std::error_code created;
  if (create_root) std::filesystem::create_directories(root, created);
  if (created) return std::unexpected(error_of({created.value()}, root.native(), "create the folder"));
  FileDescriptor fd(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd && is_absence({errno}))
    return fail(ErrorKind::not_found, root.native(), errno == ENOTDIR ? "not a folder" : "there is no such folder");
  if (!fd) return std::unexpected(error_of({errno}, root.native(), "open the folder"));
  auto flush = std::make_unique<SharedFlush>(fd.get());
  std::error_code ignored;  // then every link leads out
  auto folder = std::make_shared<Folder>(Folder{.fd = std::move(fd),
                                                .path = std::filesystem::canonical(root, ignored),
                                                .uri_prefix = uri_prefix_of(root),
                                                .follow_links = follow_links,
                                                .flush = std::move(flush)});
  return std::make_unique<FolderStore>(std::move(folder));
}

}  // namespace

Result<std::unique_ptr<ObjectStore>> open_folder_store(const std::filesystem::path& root, bool create_root) {
  return open(root, create_root, /*follow_links=*/false);
}

Result<std::unique_ptr<ObjectStore>> open_linked_folder_store(const std::filesystem::path& root) {
  return open(root, /*create_root=*/false, /*follow_links=*/true);
}

}  // namespace docmill
