// `docmill prune`.
#pragma once

#include "cli/options/bucket.h"
#include "cli/options/bucket_access.h"
#include "cli/options/confirmation.h"
#include "cli/options/layout.h"
#include "cli/options/log.h"
#include "cli/options/output.h"
#include "cli/options/recipe_file.h"
#include "cli/options/region.h"
#include "cli/options/selection.h"
#include "cli/options/settings_files.h"
#include "cli/options/source.h"
#include "cli/options/summary.h"
#include "cli/settings_of.h"
#include "cli/standard_output.h"

namespace docmill {

using SettingsOfPrune = SettingsOf<BucketOptions, SourceOptions, OutputOptions, RecipeFileOptions, LayoutOptions,
                                   SelectionOptions, SettingsFileOptions, RegionOptions, BucketAccessOptions,
                                   ConfirmationOptions, SummaryOptions, LogOptions>;

/// The exit code: 0 where everything was looked at, and removed where that was asked for; 3 where the run could not
/// finish. Errors: what opening the places answers, and those of prune().
Result<int> prune_command(const SettingsOfPrune& settings, StandardOutput& out);

}  // namespace docmill
