#include "cli/milling.h"

#include <unistd.h>

#include <optional>
#include <utility>

#include "cli/command.h"
#include "cli/options/log.h"
#include "cli/options/passwords.h"
#include "cli/options/quiet.h"
#include "cli/options/repetition.h"
#include "cli/recipe_of.h"
#include "cli/sandboxed.h"
#include "telemetry/stderr_line.h"

namespace docmill {

Milling::Milling(const GroupValues& values, const Parts& parts)
    : parts_(parts),
      observers_(values.get_or_default<ObserverOptions>()),
      observation_({.source = parts.source,
                    .output = parts.output,
                    .sandbox = parts.sandbox,
                    .aws = parts.workplace.connection.made(),
                    .progress = progress_,
                    .clock = *parts.workplace.clock}),
      view_(observation_.output()),
      mill_{.source = observation_.source(),
            .output = observation_.output(),
            .extractor = observation_.extractor(),
            .clock = *parts.workplace.clock,
            .random = *parts.workplace.random,
            .passwords = values.get_or_default<PasswordOptions>().found,
            .redo_done = !values.get_or_default<RepetitionOptions>().skip_if_exists,
            .source_bytes = parts.workplace.source_bytes,
            .progress = progress_,
            .view = view_,
            .witnesses = witnesses_},
      stopped_(parts.stop, [this] {
        progress_.stopping = true;
        observation_.liveness().on_drain();
      }) {}

Result<std::unique_ptr<Reports>> Milling::report(std::function<Health()> health) {
  if (!health) health = [this] { return observation_.liveness().health(); };
  return Reports::begin(observers_, observation_.metrics(), std::move(health), *parts_.workplace.clock,
                        *parts_.workplace.concurrency);
}

bool shows_live_line(const GroupValues& values) {
  return !values.get_or_default<QuietOptions>().on &&
         values.get_or_default<LogOptions>().settings.format == log::Format::text && ::isatty(STDERR_FILENO) == 1;
}

Result<int> run_milling(const GroupValues& values, Workplace& workplace, const RunSettings& settings,
                        const std::function<Result<MillStores>()>& open,
                        const std::function<Result<int>(Milling&)>& work) {
  SandboxSettings sandbox_settings = sandbox_of(values);
  const TaskShares shares =
      fit_to_granted_tasks({.slots = sandbox_settings.slots, .threads = settings.documents_in_flight});
  sandbox_settings.slots = shares.slots;
  auto ends_on_signal = EndOnSignal::begin(settings.exit_code_of_early_stop);
  if (!ends_on_signal) return std::unexpected(std::move(ends_on_signal).error());
  std::optional opening(*std::move(ends_on_signal));
  const auto stores = open();
  if (!stores) return std::unexpected(stores.error());
  opening.reset();
  return run_sandboxed(sandbox_settings, settings.grace, [&](Sandbox& sandbox, const std::stop_token& stop) {
    Milling milling(values, {.workplace = workplace,
                             .source = *stores->source,
                             .output = *stores->output,
                             .sandbox = sandbox,
                             .shares = shares,
                             .stop = stop});
    const auto exit_code = work(milling);
    if (exit_code) return *exit_code;
    write_stderr_line("docmill: " + exit_code.error().text());
    return exit_code.error().kind == ErrorKind::invalid_input ? exit_code_usage : exit_code_unfinished;
  });
}

}  // namespace docmill
