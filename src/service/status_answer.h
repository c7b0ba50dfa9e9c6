// What the status server answers, without a connection.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "mill/liveness.h"
#include "telemetry/metrics.h"

namespace docmill {

struct StatusRequest {
  std::string_view method;
  std::string_view target;
  std::string_view host;  // empty where there is none
  bool has_body = false;  // or says that it will have one
};

struct StatusAnswer {
  int status = 200;
  std::string_view content_type = "text/plain; charset=utf-8";
  std::string body = {};
  bool close = false;
};

/// `loopback`: the server listens on this machine alone, so whoever asks for metrics under another name was led here by
/// somebody's DNS.
StatusAnswer answer_to(const StatusRequest& request, bool loopback, const Metrics& metrics,
                       const std::function<Health()>& health);

}  // namespace docmill
