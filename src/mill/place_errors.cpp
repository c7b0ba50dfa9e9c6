#include "mill/place_errors.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "telemetry/log.h"

namespace docmill {

void note_place_error(Error error, std::vector<Error>& first, std::uint64_t& more) {
  constexpr std::size_t first_max = 20;
  log::error("place_error", {{"error_kind", name_of(error.kind)}, {"message", error.text()}});
  if (first.size() < first_max)
    first.push_back(std::move(error));
  else
    ++more;
}

}  // namespace docmill
