// The files under which a folder store writes before it renames them.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "store/beneath.h"

namespace docmill {

/// True for ".docmill-<pid>-<16 hex digits>.tmp".
bool is_temporary_name(std::string_view name);

/// A new file, locked (flock) while its writer lives: that tells a dead one from one that is being written, also on
/// file systems that several machines or containers share, where process ids say nothing.
struct TemporaryFile {
  FileDescriptor fd;
  std::string name;
};
std::expected<TemporaryFile, Errno> create_temporary(int folder);

/// Remove the temporary files of dead writers from the folder. What cannot be removed stays.
void remove_dead_temporaries(int folder);

}  // namespace docmill
