// Where the exceptions of libraries and of the allocator end.
#pragma once

#include <exception>

#include "base/error.h"

namespace docmill {

/// What an exception comes to: unavailable, for it is the machine that lacks something.
Error error_of(const std::exception& exception);

/// What `work` answers, a Result; an exception that leaves it is its error.
template <typename Work>
auto without_exceptions(const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& exception) {
    return std::unexpected(error_of(exception));
  }
}

}  // namespace docmill
