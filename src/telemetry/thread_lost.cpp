#include "telemetry/thread_lost.h"

#include <nlohmann/json.hpp>
#include <string>

#include "telemetry/log.h"

namespace docmill::log {

OnThreadLost tell_lost(std::string_view thread) {
  return [thread = std::string(thread)](const Error& error) {
    log::error("thread_lost", {{"thread", thread}, {"reason", error.text()}});
  };
}

}  // namespace docmill::log
