// What the log says of a thread that an exception has ended.
#pragma once

#include <string_view>

#include "base/concurrency.h"

namespace docmill::log {

/// For start_thread(): tells that what this thread did is not done any more.
OnThreadLost tell_lost(std::string_view thread);

}  // namespace docmill::log
