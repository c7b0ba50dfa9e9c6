// To whom a worker tells how it is.
#pragma once

#include <cstdint>
#include <vector>

#include "cli/option.h"
#include "service/listen_address.h"

namespace docmill {

/// Whether metrics go into the log, and how.
enum class MetricsLog : std::uint8_t { none, emf };

struct ObserverOptions {
  ListenAddress http;  // empty: nowhere
  MetricsLog metrics = MetricsLog::none;

  static std::vector<Option> options();
};

}  // namespace docmill
