#include "mill/threads.h"

#include <nlohmann/json.hpp>

#include "telemetry/log.h"

namespace docmill {

void tell_fewer_threads(std::size_t threads, std::size_t wanted, const Error& reason) {
  log::warning("fewer_threads", {{"threads", threads}, {"wanted", wanted}, {"reason", reason.text()}});
}

}  // namespace docmill
