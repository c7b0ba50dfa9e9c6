// Runs a command's work beside the sandbox's event loop.
#pragma once

#include <functional>
#include <stop_token>

#include "base/error.h"
#include "sandbox/sandbox.h"

namespace docmill {

/// Start the sandbox, call `work` on a thread of its own while this one, the main thread, runs the event loop, and
/// answer what `work` did. SIGINT and SIGTERM: the first requests the stop that `work` is given, and when `grace` has
/// passed everything that still runs is aborted; the second ends the process with exit code 3.
Result<int> run_sandboxed(const SandboxSettings& settings, std::chrono::milliseconds grace,
                          const std::function<int(Sandbox&, std::stop_token)>& work);

}  // namespace docmill
