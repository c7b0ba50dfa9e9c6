// How a mock document makes its child lie to the parent. Test builds only.
#pragma once

#ifdef DOCMILL_TESTING

#include <cstdint>
#include <string_view>

namespace docmill::child {

/// Write something else than frames into the pipe, for reliability.md's row "child writes garbage":
///   raw_output N   N bytes that are no frame (default 4096)
///   lie_schema     a page row whose record batch is of another schema
///   flood MB       a frame that claims, and sends, so many MiB
///   short          the first half of a frame, then the end of the process
///   exit_early     the end of the process with status 0
void misbehave(int fd, std::uint16_t entry, std::uint32_t page_index, std::string_view action,
               std::string_view argument);

}  // namespace docmill::child

#endif
