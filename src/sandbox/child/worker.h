// What a locked-down child does: its work list, entry by entry, into the pipe.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sandbox/wire/work_list.h"
#include "sandbox/wire/zygote_protocol.h"

namespace docmill::child {

/// The pipe for frames. The parent may close its end at any time; then writing fails and the child ends.
struct FramePipe {
  int fd = -1;
};

/// Do every entry of `list`; `documents[i]` are the mapped bytes of entry i. False when nobody reads the pipe any more.
bool run_work_list(const wire::WorkList& list, std::span<const std::span<const std::byte>> documents,
                   bool recogniser_available, FramePipe pipe, wire::Progress& progress);

}  // namespace docmill::child
