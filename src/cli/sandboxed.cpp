#include "cli/sandboxed.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/concurrency.h"
#include "cli/stop_signals.h"
#include "sandbox/slots.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// Other processes of this user can neither attach to this one nor find its memory in a core file.
void become_unreadable() {
  ::prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

SandboxSettings fitted(SandboxSettings settings) {
  const Slots slots = fit_slots(settings.slots, settings.limits.child_memory_bytes_max, memory_granted_bytes());
  if (slots.count < settings.slots)
    log::warning("fewer_workers", {{"workers", slots.count}, {"wanted", settings.slots}, {"reason", "memory"}});
  settings.slots = slots.count;
  settings.limits.child_memory_bytes_max = slots.child_memory_bytes_max;
  return settings;
}

}  // namespace

Result<int> run_sandboxed(const SandboxSettings& settings, std::chrono::milliseconds grace,
                          const std::function<int(Sandbox&, std::stop_token)>& work) {
  block_stop_signals();
  become_unreadable();
  auto sandbox = Sandbox::create(fitted(settings));
  if (!sandbox) return std::unexpected(std::move(sandbox).error());
  if (settings.mode == SandboxMode::off)
    log::warning("sandbox_off", {{"message", "documents are read without a sandbox; fit for benchmarks only"}});
  const std::stop_source stop;
  const auto signals = StopSignals::wait(stop, grace, [&] { (*sandbox)->drain(); }, [&] { (*sandbox)->abort(); });
  if (!signals) return std::unexpected(signals.error());
  Result<int> exit_code;
  auto worker = start_thread(
      [&](const std::stop_token&) {
        exit_code = work(**sandbox, stop.get_token());
        (*sandbox)->close();
      },
      [&](const Error& error) {
        exit_code = std::unexpected(error);
        (*sandbox)->close();
      });
  if (!worker) return std::unexpected(std::move(worker).error());
  (*sandbox)->run();
  worker->join();
  return exit_code;
}

}  // namespace docmill
