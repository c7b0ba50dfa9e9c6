#include "base/exceptions.h"

#include <new>

namespace docmill {

Error error_of(const std::exception& exception) {
  // Short texts, which take no memory: there is none.
  if (dynamic_cast<const std::bad_alloc*>(&exception) != nullptr)
    return {ErrorKind::unavailable, "docmill", "out of memory"};
  return {ErrorKind::unavailable, "docmill", exception.what()};
}

}  // namespace docmill
