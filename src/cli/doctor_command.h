// `docmill doctor`: whether a run could do its work here.
#pragma once

#include "base/error.h"
#include "cli/options/bucket.h"
#include "cli/options/bucket_access.h"
#include "cli/options/encryption.h"
#include "cli/options/json.h"
#include "cli/options/layout.h"
#include "cli/options/log.h"
#include "cli/options/output.h"
#include "cli/options/outputs.h"
#include "cli/options/queue.h"
#include "cli/options/recipe_file.h"
#include "cli/options/region.h"
#include "cli/options/settings_files.h"
#include "cli/options/source.h"
#include "cli/settings_of.h"
#include "cli/standard_output.h"

namespace docmill {

using SettingsOfDoctor = SettingsOf<BucketOptions, SourceOptions, OutputOptions, QueueOptions, SettingsFileOptions,
                                    RegionOptions, EncryptionOptions, BucketAccessOptions, RecipeFileOptions,
                                    OutputsOptions, LayoutOptions, JsonOptions, LogOptions>;

/// Prints what was found; 0 where nothing is in the way, 1 where something is.
Result<int> doctor_command(const SettingsOfDoctor& settings, StandardOutput& out);

}  // namespace docmill
