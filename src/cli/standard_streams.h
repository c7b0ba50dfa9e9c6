// Descriptors 0, 1 and 2, which a supervisor may have closed.
#pragma once

namespace docmill {

/// Put /dev/null in the place of each standard stream that is closed. Else the next file or socket that is opened would
/// get its number: the log would go into it, and a child's stderr would take its place. Before anything is opened.
///
/// False where that cannot be done.
bool open_standard_streams();

}  // namespace docmill
