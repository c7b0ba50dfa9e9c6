#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/folder.h"
#include "store/temporaries.h"

namespace docmill {
namespace {

struct CloseStream {
  void operator()(DIR* stream) const { ::closedir(stream); }
};
using DirectoryStream = std::unique_ptr<DIR, CloseStream>;

bool is_special(unsigned char type) {
  return type == DT_FIFO || type == DT_SOCK || type == DT_CHR || type == DT_BLK || type == DT_WHT;
}

/// Depth first with one sorted list of names a level. No folder stays open between two calls, so depth costs no
/// descriptors.
class FolderListing final : public Listing {
 public:
  FolderListing(std::shared_ptr<const Folder> folder, ListOptions options)
      : folder_(std::move(folder)), options_(std::move(options)) {}

  /// Go into the folder `prefix` ("" or "a/b/"), unless it is to be left out.
  Result<void> enter(const std::string& prefix);
  Result<std::optional<ObjectInfo>> next() override;

 private:
  struct Level {
    std::string prefix;
    std::vector<std::string> names;  // sorted; those of folders end in '/'
    std::size_t position = 0;
    dev_t device = 0;
    ino_t inode = 0;
  };

  bool is_entered(const struct stat& status) const;
  bool may_match(const std::string& key) const;
  bool is_folder(const dirent& entry, const std::string& key) const;
  Result<std::vector<std::string>> read_names(FileDescriptor fd, const std::string& prefix) const;
  Result<std::optional<ObjectInfo>> describe(const std::string& key) const;

  std::shared_ptr<const Folder> folder_;
  ListOptions options_;
  std::vector<Level> levels_;
};

bool FolderListing::is_entered(const struct stat& status) const {
  return std::ranges::any_of(
      levels_, [&](const Level& level) { return level.device == status.st_dev && level.inode == status.st_ino; });
}

bool FolderListing::may_match(const std::string& key) const {
  // All keys of a folder that does not begin `start_after` sort on the folder's side of it.
  const bool is_past = key > options_.start_after || (key.ends_with('/') && options_.start_after.starts_with(key));
  return is_past && (key.starts_with(options_.prefix) || (key.ends_with('/') && options_.prefix.starts_with(key)));
}

bool FolderListing::is_folder(const dirent& entry, const std::string& key) const {
  if (entry.d_type == DT_DIR) return true;
  if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return false;
  const auto status = stat_beneath(folder_->fd.get(), key);
  return status && S_ISDIR(status->st_mode);
}

Result<std::vector<std::string>> FolderListing::read_names(FileDescriptor fd, const std::string& prefix) const {
  const DirectoryStream stream(::fdopendir(fd.get()));
  if (!stream) return std::unexpected(error_of({errno}, folder_->uri(prefix), "list"));
  fd.release();  // now the stream's
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());  // NOLINT(concurrency-mt-unsafe): the stream is this thread's own
    if (entry == nullptr) break;
    std::string name = entry->d_name;
    if (name == "." || name == ".." || is_special(entry->d_type) || is_temporary_name(name)) continue;
    // As "a/" a folder sorts where its keys do: after "a-b" and "a.pdf".
    if (is_folder(*entry, prefix + name)) name += '/';
    if (may_match(prefix + name)) names.push_back(std::move(name));
  }
  if (errno != 0) return std::unexpected(error_of({errno}, folder_->uri(prefix), "list"));
  std::ranges::sort(names);
  return names;
}

Result<void> FolderListing::enter(const std::string& prefix) {
  if (!prefix.empty() && options_.leave_out && options_.leave_out(prefix)) return {};
  const std::string path = prefix.empty() ? "." : prefix.substr(0, prefix.size() - 1);
  auto fd = open_beneath(folder_->fd.get(), path, O_RDONLY | O_DIRECTORY);
  if (!fd && !prefix.empty() && is_left_out(fd.error())) return {};
  if (!fd) return std::unexpected(error_of(fd.error(), folder_->uri(prefix), "list"));
  struct stat status{};
  if (::fstat(fd->get(), &status) != 0) return std::unexpected(error_of({errno}, folder_->uri(prefix), "list"));
  if (is_entered(status)) return {};
  auto names = read_names(std::move(*fd), prefix);
  if (!names) return std::unexpected(std::move(names).error());
  levels_.push_back(
      {.prefix = prefix, .names = std::move(*names), .position = 0, .device = status.st_dev, .inode = status.st_ino});
  return {};
}

Result<std::optional<ObjectInfo>> FolderListing::describe(const std::string& key) const {
  auto object = listed_object(folder_->fd.get(), key);
  if (!object) return std::unexpected(error_of(object.error(), folder_->uri(key), "look at"));
  return *std::move(object);
}

Result<std::optional<ObjectInfo>> FolderListing::next() {
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.position == level.names.size()) {
      levels_.pop_back();
      continue;
    }
    const std::string key = level.prefix + level.names[level.position++];
    if (key.ends_with('/')) {
      if (auto entered = enter(key); !entered) return std::unexpected(std::move(entered).error());
      continue;
    }
    auto info = describe(key);
    if (!info || *info) return info;
  }
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Listing>> make_folder_listing(std::shared_ptr<const Folder> folder, ListOptions options) {
  auto listing = std::make_unique<FolderListing>(std::move(folder), std::move(options));
  if (auto entered = listing->enter(""); !entered) return std::unexpected(std::move(entered).error());
  return listing;
}

}  // namespace docmill
