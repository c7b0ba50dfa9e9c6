#include "mill/leftovers.h"

#include <nlohmann/json.hpp>

#include "output/names.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// Far more than the parts of the largest output take, with all their retries.
constexpr std::chrono::hours alive_max{24};

}  // namespace

void remove_leftovers(ObjectStore& output, const Layout& layout, Clock& clock) {
  const auto is_own = [&](std::string_view key) { return is_output_key(layout, key); };
  if (const auto looked = output.remove_leftovers(clock.wall_now() - alive_max, is_own); !looked)
    log::info("uploads_unseen",
              {{"reason", looked.error().text()},
               {"consequence", "parts of uploads that were killed stay until a rule of the bucket ends them"}});
}

}  // namespace docmill
