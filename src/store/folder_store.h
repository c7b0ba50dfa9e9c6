// A folder of the local file system as an object store.
#pragma once

#include <filesystem>
#include <memory>

#include "store/object_store.h"

namespace docmill {

/// Keys are paths relative to `root`. A key is resolved below the root by the kernel (openat2 with RESOLVE_BENEATH and
/// NO_MAGICLINKS), so neither "..", nor a symbolic link, nor an absolute path leads out of it; only regular files are
/// opened. A key may go by symbolic links that stay inside; an absolute one leads out wherever it points. Where openat2
/// is refused (an old kernel, a container's filter), no link is followed. Listings go by no link: what it leads to is
/// listed under its own name, or lies outside.
///
/// The etag is "<size>-<modification time in ns>"; a write dates its file later than one of the same size that it
/// replaces. Writes go to a temporary file in the object's own folder, are
/// flushed (fsync), renamed, and the folder flushed; a condition is checked and the rename done under a lock on the
/// object's folder. A temporary file that a killed process left behind is never listed, and removed when a store first
/// writes to its folder. A key that ends in a temporary file's name (".docmill-<pid>-<hex>.tmp") is invalid_input.
///
/// Errors: not_found (`root` does not exist and `create_root` is false; it is not a folder), denied, and of the members
/// besides those of ObjectStore: unavailable with "disk full" in the message.
Result<std::unique_ptr<ObjectStore>> open_folder_store(const std::filesystem::path& root, bool create_root);

/// The same, to read from only, with links that lead out of the folder: they are followed, and what lies behind them is
/// listed once, under the first name in the order of the listing. So no document is done twice, and circles end. What
/// is below `root` has the name that it has there.
Result<std::unique_ptr<ObjectStore>> open_linked_folder_store(const std::filesystem::path& root);

}  // namespace docmill
