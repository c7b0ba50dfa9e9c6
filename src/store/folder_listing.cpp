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
#include "store/folder_links.h"
#include "store/temporaries.h"

namespace docmill {
namespace {

struct CloseStream {
  void operator()(DIR* stream) const { ::closedir(stream); }
};
using DirectoryStream = std::unique_ptr<DIR, CloseStream>;

enum class EntryKind : std::uint8_t { file, folder, link, special };

EntryKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return EntryKind::file;
  if (S_ISDIR(mode)) return EntryKind::folder;
  return S_ISLNK(mode) ? EntryKind::link : EntryKind::special;
}

EntryKind kind_of(int folder, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return kind_of(DTTOIF(entry.d_type));
  struct stat status{};
  // One that is gone is found gone when it is described.
  if (::fstatat(folder, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) return EntryKind::file;
  return kind_of(status.st_mode);
}

bool leads_to_folder(int folder, const char* name) {
  struct stat status{};
  return ::fstatat(folder, name, &status, 0) == 0 && S_ISDIR(status.st_mode);
}

/// Depth first with one sorted list of names a level. No folder stays open between two calls, so depth costs no
/// descriptors.
class FolderListing final : public Listing {
 public:
  FolderListing(std::shared_ptr<const Folder> folder, ListOptions options)
      : folder_(std::move(folder)), options_(std::move(options)), links_(*folder_) {}

  Result<void> enter_root() { return enter("", /*by_link=*/false); }
  Result<std::optional<ObjectInfo>> next() override;

 private:
  struct Entry {
    std::string name;  // of a folder, or of a link to one, with '/' at its end
    bool is_link = false;
    auto operator<=>(const Entry&) const = default;
  };
  struct Level {
    std::string prefix;
    std::vector<Entry> entries;  // sorted
    std::size_t position = 0;
    FileId id{};
  };

  void tell(LeftOut reason, std::string_view entry) const {
    if (options_.on_left_out) options_.on_left_out(reason, entry);
  }
  bool may_match(const std::string& key) const;
  bool was_entered(const struct stat& status) const;
  Result<std::vector<Entry>> read_entries(FileDescriptor fd, const std::string& prefix) const;
  Result<std::optional<ObjectInfo>> visit(const std::string& key, bool is_link);
  Result<void> enter(const std::string& prefix, bool by_link);
  Result<std::optional<ObjectInfo>> describe(const std::string& key, bool by_link) const;

  std::shared_ptr<const Folder> folder_;
  ListOptions options_;
  FolderLinks links_;
  std::vector<Level> levels_;
};

bool FolderListing::may_match(const std::string& key) const {
  // All keys of a folder that does not begin `start_after` sort on the folder's side of it.
  const bool is_past = key > options_.start_after || (key.ends_with('/') && options_.start_after.starts_with(key));
  return is_past && (key.starts_with(options_.prefix) || (key.ends_with('/') && options_.prefix.starts_with(key)));
}

/// Some mounts contain a folder above them, so that going down ends nowhere.
bool FolderListing::was_entered(const struct stat& status) const {
  return links_.was_followed_to(status) || std::ranges::find(levels_, id_of(status), &Level::id) != levels_.end();
}

Result<std::vector<FolderListing::Entry>> FolderListing::read_entries(FileDescriptor fd,
                                                                      const std::string& prefix) const {
  const DirectoryStream stream(::fdopendir(fd.get()));
  if (!stream) return std::unexpected(error_of({errno}, folder_->uri(prefix), "list"));
  const int folder = fd.release();  // now the stream's
  std::vector<Entry> entries;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());  // NOLINT(concurrency-mt-unsafe): the stream is this thread's own
    if (entry == nullptr) break;
    std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    const bool is_temporary = is_temporary_name(name);
    const EntryKind kind = kind_of(folder, *entry);
    const bool is_link = kind == EntryKind::link;
    // As "a/" a folder sorts where its keys do: after "a-b" and "a.pdf".
    if (kind == EntryKind::folder || (is_link && leads_to_folder(folder, entry->d_name))) name += '/';
    if (!may_match(prefix + name)) continue;
    if (is_temporary || kind == EntryKind::special)
      tell(is_temporary ? LeftOut::temporary : LeftOut::special, prefix + name);
    else
      entries.push_back({.name = std::move(name), .is_link = is_link});
  }
  if (errno != 0) return std::unexpected(error_of({errno}, folder_->uri(prefix), "list"));
  std::ranges::sort(entries);
  return entries;
}

Result<void> FolderListing::enter(const std::string& prefix, bool by_link) {
  const std::string path = prefix.empty() ? "." : prefix.substr(0, prefix.size() - 1);
  auto fd = open_to_read(*folder_, path, O_RDONLY | O_DIRECTORY);
  if (!fd && !prefix.empty() && is_left_out(fd.error())) {
    tell(LeftOut::vanished, prefix);
    return {};
  }
  if (!fd) return std::unexpected(error_of(fd.error(), folder_->uri(prefix), "list"));
  struct stat status{};
  if (::fstat(fd->get(), &status) != 0) return std::unexpected(error_of({errno}, folder_->uri(prefix), "list"));
  if (!by_link && was_entered(status)) {
    tell(LeftOut::repeated, prefix);
    return {};
  }
  auto entries = read_entries(std::move(*fd), prefix);
  if (!entries) return std::unexpected(std::move(entries).error());
  levels_.push_back({.prefix = prefix, .entries = std::move(*entries), .position = 0, .id = id_of(status)});
  return {};
}

Result<std::optional<ObjectInfo>> FolderListing::describe(const std::string& key, bool by_link) const {
  const auto status = stat_to_read(*folder_, key);
  if (!status && !is_left_out(status.error()))
    return std::unexpected(error_of(status.error(), folder_->uri(key), "look at"));
  if (status && S_ISREG(status->st_mode) && (by_link || !links_.was_followed_to(*status))) return info_of(key, *status);
  if (!status)
    tell(LeftOut::vanished, key);
  else
    tell(S_ISREG(status->st_mode) ? LeftOut::repeated : LeftOut::special, key);
  return std::nullopt;
}

/// Nothing where no object is to be told of the entry itself.
Result<std::optional<ObjectInfo>> FolderListing::visit(const std::string& key, bool is_link) {
  const bool is_folder = key.ends_with('/');
  if (is_folder && options_.leave_out && options_.leave_out(key)) {
    tell(LeftOut::folder, key);
    return std::nullopt;
  }
  if (is_link) {
    const auto reason = links_.reason_against(is_folder ? key.substr(0, key.size() - 1) : key);
    if (!reason) return std::unexpected(reason.error());
    if (*reason) {
      tell(**reason, key);
      return std::nullopt;
    }
  }
  if (!is_folder) return describe(key, is_link);
  if (auto entered = enter(key, is_link); !entered) return std::unexpected(std::move(entered).error());
  return std::nullopt;
}

Result<std::optional<ObjectInfo>> FolderListing::next() {
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.position == level.entries.size()) {
      levels_.pop_back();
      continue;
    }
    const Entry& entry = level.entries[level.position++];
    auto info = visit(level.prefix + entry.name, entry.is_link);
    if (!info || *info) return info;
  }
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Listing>> make_folder_listing(std::shared_ptr<const Folder> folder, ListOptions options) {
  auto listing = std::make_unique<FolderListing>(std::move(folder), std::move(options));
  if (auto entered = listing->enter_root(); !entered) return std::unexpected(std::move(entered).error());
  return listing;
}

}  // namespace docmill
