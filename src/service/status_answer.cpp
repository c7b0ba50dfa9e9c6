#include "service/status_answer.h"

#include <fmt/format.h>

namespace docmill {
namespace {

StatusAnswer said(int status, std::string_view text) { return {.status = status, .body = fmt::format("{}\n", text)}; }

bool is_this_machine(std::string_view host) {
  if (const std::size_t colon = host.rfind(':'); colon != std::string_view::npos && host.find(']', colon) == host.npos)
    host = host.substr(0, colon);
  return host == "localhost" || host == "[::1]" || host == "127.0.0.1";
}

StatusAnswer health_answer(bool well, const Health& health) {
  return well ? said(200, "ok") : said(503, health.reason);
}

}  // namespace

StatusAnswer answer_to(const StatusRequest& request, bool loopback, const Metrics& metrics,
                       const std::function<Health()>& health) {
  if (request.has_body) {
    StatusAnswer answer = said(413, "no request here has a body");
    answer.close = true;
    return answer;
  }
  const std::string_view path = request.target.substr(0, request.target.find('?'));
  const bool is_metrics = path == "/metrics";
  if (!is_metrics && path != "/healthz" && path != "/readyz") return said(404, "there is /healthz, /readyz, /metrics");
  if (request.method != "GET" && request.method != "HEAD") return said(405, "GET or HEAD");
  if (is_metrics) {
    if (loopback && !is_this_machine(request.host)) return said(421, "this is another host");
    return {.content_type = prometheus_content_type, .body = prometheus_text(metrics.snapshot())};
  }
  const Health now = health();
  return path == "/healthz" ? health_answer(now.alive, now) : health_answer(now.ready, now);
}

}  // namespace docmill
