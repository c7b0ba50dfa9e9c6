// `docmill runs list|show|prune`.
#pragma once

#include "cli/options/bucket.h"
#include "cli/options/bucket_access.h"
#include "cli/options/confirmation.h"
#include "cli/options/json.h"
#include "cli/options/log.h"
#include "cli/options/output.h"
#include "cli/options/region.h"
#include "cli/options/runs.h"
#include "cli/options/settings_files.h"
#include "cli/settings_of.h"
#include "cli/standard_output.h"

namespace docmill {

using SettingsOfRuns = SettingsOf<BucketOptions, OutputOptions, SettingsFileOptions, RegionOptions, BucketAccessOptions,
                                  RunsOptions, ConfirmationOptions, JsonOptions, LogOptions>;

/// The exit code: 0; of show 2 where there is no such run. Errors: what the place answers.
Result<int> runs_command(const SettingsOfRuns& settings, StandardOutput& out);

}  // namespace docmill
