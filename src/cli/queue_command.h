// `docmill queue`: what is in a queue and its dead letters.
#pragma once

#include "base/error.h"
#include "cli/options/confirmation.h"
#include "cli/options/json.h"
#include "cli/options/log.h"
#include "cli/options/queue.h"
#include "cli/options/queue_look.h"
#include "cli/options/region.h"
#include "cli/options/settings_files.h"
#include "cli/settings_of.h"
#include "cli/standard_output.h"

namespace docmill {

using SettingsOfQueue = SettingsOf<QueueOptions, SettingsFileOptions, RegionOptions, QueueLookOptions,
                                   ConfirmationOptions, JsonOptions, LogOptions>;

/// stats, peek, redrive or purge; prints on stdout, for people or as JSON. Exit code 0; an Error is what went wrong.
Result<int> queue_command(const SettingsOfQueue& settings, StandardOutput& out);

}  // namespace docmill
