// The one assembly of a command that processes documents: from its settings, and the stores that it opens, to a mill in
// a sandbox that is observed. A trigger brings only what is its own: where its jobs come from, and its closing words.
//
//     Workplace workplace(settings.values());
//     return run_milling(settings.values(), workplace, {.documents_in_flight = 16},
//                        [&]() -> Result<MillStores> { ... workplace.stores.open(...) ... },
//                        [&](Milling& milling) -> Result<int> { ... process(milling.mill(), ...) ... });
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>

#include "cli/granted_tasks.h"
#include "cli/group_values.h"
#include "cli/observation.h"
#include "cli/stop_signals.h"
#include "cli/workplace.h"
#include "mill/mill.h"
#include "sandbox/sandbox.h"
#include "telemetry/progress.h"

namespace docmill {

struct MillStores {
  std::unique_ptr<ObjectStore> source;
  std::unique_ptr<ObjectStore> output;
};

/// What a run of documents works with. Groups that the command does not have count with their defaults. Any thread.
class Milling {
 public:
  struct Parts {
    Workplace& workplace;
    ObjectStore& source;  // as they were opened: what goes through the mill's is counted
    ObjectStore& output;
    Sandbox& sandbox;
    TaskShares shares;
    std::stop_token stop;  // told to stop
  };

  /// All of `parts` outlives it.
  Milling(const GroupValues& values, const Parts& parts);
  Milling(const Milling&) = delete;
  Milling& operator=(const Milling&) = delete;

  const Mill& mill() const { return mill_; }
  const Parts& parts() const { return parts_; }
  RunProgress& progress() { return progress_; }
  Observation& observation() { return observation_; }

  /// Begin to tell others, as the options say. `health`: in place of that of any run. What comes of it is destroyed
  /// before this, and before what `health` uses.
  ///
  /// Errors: those of Reports::begin.
  Result<std::unique_ptr<Reports>> report(std::function<Health()> health = {});

 private:
  const Parts parts_;
  const ObserverOptions observers_;
  RunProgress progress_;
  Observation observation_;
  OutputView view_;
  Witnesses witnesses_;
  const Mill mill_;
  std::stop_callback<std::function<void()>> stopped_;  // last
};

/// Whether a person watches the run: then one live line shows how it goes. Else the log tells.
bool shows_live_line(const GroupValues& values);

struct RunSettings {
  std::uint32_t documents_in_flight = 1;  // wanted; a thread each
  /// From the first order to stop until everything that still runs is aborted.
  std::chrono::milliseconds grace = grace_default;
  int exit_code_of_early_stop = exit_code_unfinished;  // told to stop while the places were opened
};

/// Opens the places with `open`, starts the sandbox, and calls `work` on a thread of its own (cli/sandboxed.h). An
/// error of `work` is told on stderr; the exit code is then that of a wrong option for `invalid_input`, and
/// exit_code_unfinished for all else.
///
/// Errors: those of `open`, of the sandbox, and of threads.
Result<int> run_milling(const GroupValues& values, Workplace& workplace, const RunSettings& settings,
                        const std::function<Result<MillStores>()>& open,
                        const std::function<Result<int>(Milling&)>& work);

}  // namespace docmill
