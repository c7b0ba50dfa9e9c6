// What the parts of the folder store share: the root, the rules for keys, and what the kernel's answers mean.
#pragma once

#include <sys/stat.h>

#include <expected>
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
  FileDescriptor fd;       // O_PATH
  std::string uri_prefix;  // "file:///data/in/"
  std::unique_ptr<SharedFlush> flush;

  std::string uri(std::string_view key) const;
};

/// invalid_input for a key that is no relative path in its one spelling: empty, absolute, with a NUL, with an empty
/// component, "." or "..", with a name longer than file names
/// are, or one that temporary files have.
Result<void> check_key(const Folder& folder, std::string_view key);

/// "a/b/c" is "c" in the folder "a/b"; "c" is "c" in ".".
std::pair<std::string, std::string> folder_and_name(std::string_view key);

std::string etag_of(const struct stat& status);
ObjectInfo info_of(std::string_view key, const struct stat& status);

/// Nothing is there, or something below which nothing can be.
bool is_absence(Errno error);
/// The same, or a link that leads out of the root or in a circle: what a listing leaves out.
bool is_left_out(Errno error);

/// What a listing says of `key`, and a watch with it: the object of a regular file, or of a link to one that stays
/// below the root. Nothing for what they leave out: a key with a name of temporary files in it, a link that leads
/// elsewhere, a folder, a FIFO, a socket, a device, what was there a moment ago.
std::expected<std::optional<ObjectInfo>, Errno> listed_object(int root, const std::string& key);

/// The Error of a failed `step`, "read" or "create the folder".
Error error_of(Errno error, std::string_view subject, std::string_view step);

/// A writer of `key`, whose folder is open as `parent` (O_RDONLY).
Result<std::unique_ptr<ObjectWriter>> make_folder_writer(std::shared_ptr<const Folder> folder, std::string_view key,
                                                         FileDescriptor parent);
Result<std::unique_ptr<Listing>> make_folder_listing(std::shared_ptr<const Folder> folder, ListOptions options);

}  // namespace docmill
