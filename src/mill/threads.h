// Threads that do documents: fewer do as well.
#pragma once

#include <cstddef>

#include "base/error.h"

namespace docmill {

/// Tell, once a run, that so many were to be had. What came with them, the run goes on with.
void tell_fewer_threads(std::size_t threads, std::size_t wanted, const Error& reason);

}  // namespace docmill
