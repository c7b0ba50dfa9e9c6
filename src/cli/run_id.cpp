#include "cli/run_id.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace docmill {

std::string make_run_id(Clock& clock, Random& random) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(clock.wall_now()).time_since_epoch().count();
  return fmt::format("{:%Y%m%dT%H%M%SZ}-{:08x}", fmt::gmtime(seconds), random.next() & 0xffffffffU);
}

}  // namespace docmill
