// What the parts of the folder store share: the root, the rules for keys, and what the kernel's answers mean.
#pragma once

#include <sys/stat.h>

#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "store/beneath.h"
#include "store/object_store.h"
#include "store/shared_flush.h"

namespace docmill {

/// The root of a folder store. Listings and writers share it, so they may outlive the store.
struct Folder {
  FileDescriptor fd;           // O_PATH
  std::filesystem::path path;  // without links: only to tell where links lead, files are opened below `fd`
  std::string uri_prefix;      // "file:///data/in/"
  bool follow_links;           // also out of the folder, to read what is there; nothing is ever written there
  std::unique_ptr<SharedFlush> flush;

  std::string uri(std::string_view key) const;
};

/// invalid_input for a key that is no relative path in its one spelling: empty, absolute, with a NUL, with an empty
/// component, "." or "..", with a name longer than file names
/// are, or one that temporary files have.
Result<void> check_key(const Folder& folder, std::string_view key);

/// Open or look at what lies at `path` to read it: below the root, and behind links where they are followed.
std::expected<FileDescriptor, Errno> open_to_read(const Folder& folder, const std::string& path, int flags);
std::expected<struct stat, Errno> stat_to_read(const Folder& folder, const std::string& path);

/// "a/b/c" is "c" in the folder "a/b"; "c" is "c" in ".".
std::pair<std::string, std::string> folder_and_name(std::string_view key);

std::string etag_of(const struct stat& status);
ObjectInfo info_of(std::string_view key, const struct stat& status);

/// Nothing is there, or something below which nothing can be.
bool is_absence(Errno error);
/// The same, or a link that leads out of the root or in a circle: so it was made a link since it was listed.
bool is_left_out(Errno error);

/// What a watch says of `key` without a listing: the object of a regular file. Nothing for what a listing leaves out (a
/// key with a name of temporary files in it, a folder, a FIFO, a socket, a device, what was there a moment ago), nor
/// for a link: only a listing knows whether it is followed.
std::expected<std::optional<ObjectInfo>, Errno> listed_object(int root, const std::string& key);

/// The Error of a failed `step`, "read" or "create the folder".
Error error_of(Errno error, std::string_view subject, std::string_view step);

/// A writer of `key`, whose folder is open as `parent` (O_RDONLY).
Result<std::unique_ptr<ObjectWriter>> make_folder_writer(std::shared_ptr<const Folder> folder, std::string_view key,
                                                         FileDescriptor parent);
Result<std::unique_ptr<Listing>> make_folder_listing(std::shared_ptr<const Folder> folder, ListOptions options);

}  // namespace docmill
