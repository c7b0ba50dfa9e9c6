// `docmill collect`.
#pragma once

#include "cli/options/bucket_access.h"
#include "cli/options/collect.h"
#include "cli/options/encryption.h"
#include "cli/options/layout.h"
#include "cli/options/log.h"
#include "cli/options/quiet.h"
#include "cli/options/recipe_file.h"
#include "cli/options/region.h"
#include "cli/options/settings_files.h"
#include "cli/options/summary.h"
#include "cli/settings_of.h"
#include "cli/standard_output.h"

namespace docmill {

using SettingsOfCollect =
    SettingsOf<CollectOptions, RecipeFileOptions, LayoutOptions, SettingsFileOptions, RegionOptions, EncryptionOptions,
               BucketAccessOptions, SummaryOptions, QuietOptions, LogOptions>;

/// The exit code: 0; 1 where outputs could not be read and are left out, or evidence of stale ones; 3 where the run did
/// not finish.
///
/// Errors: what opening the places answers, and those of collect() and PartitionRule::create().
Result<int> collect_command(const SettingsOfCollect& settings, StandardOutput& out);

/// --in and --out are there, and neither lies in the other.
///
/// Errors: invalid_input.
Result<void> check_collect(const GroupValues& values, std::string_view command);

}  // namespace docmill
