#include "cli/options/observers.h"

#include "cli/bindings.h"

namespace docmill {
namespace {

Binding listen_address() {
  return bound::to<ObserverOptions>(
      "HOST:PORT, [::1]:PORT, or :PORT for every address of this machine",
      [](auto& observers) -> auto& { return observers.http; }, parse_listen_address,
      [](const ListenAddress& address) { return address.empty() ? std::string() : address.text(); });
}

}  // namespace

std::vector<Option> ObserverOptions::options() {
  return {
      {.flag = "http",
       .value_name = "ADDR",
       .heading = Heading::observation,
       .help = "Answer /healthz, /readyz and /metrics (Prometheus) over HTTP there.",
       .binding = listen_address()},
      {.flag = "metrics",
       .value_name = "FORMAT",
       .environment = "METRICS",
       .heading = Heading::observation,
       .help = "Metrics in the log, about once a minute: emf is CloudWatch's embedded metric format.",
       .binding =
           bound::choice<ObserverOptions, MetricsLog>({{"none", MetricsLog::none}, {"emf", MetricsLog::emf}},
                                                      [](auto& observers) -> auto& { return observers.metrics; })},
  };
}

}  // namespace docmill
