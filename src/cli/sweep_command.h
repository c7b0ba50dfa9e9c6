// `docmill sweep`: stores, sandbox and mill put together.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "cli/options/bucket.h"
#include "cli/options/bucket_access.h"
#include "cli/options/child_limits.h"
#include "cli/options/children.h"
#include "cli/options/codes.h"
#include "cli/options/crops.h"
#include "cli/options/document_limits.h"
#include "cli/options/dry_run.h"
#include "cli/options/empty_source.h"
#include "cli/options/encryption.h"
#include "cli/options/languages.h"
#include "cli/options/layout.h"
#include "cli/options/log.h"
#include "cli/options/observers.h"
#include "cli/options/output.h"
#include "cli/options/outputs.h"
#include "cli/options/page_images.h"
#include "cli/options/passwords.h"
#include "cli/options/quiet.h"
#include "cli/options/recipe_file.h"
#include "cli/options/region.h"
#include "cli/options/repetition.h"
#include "cli/options/row_groups.h"
#include "cli/options/selection.h"
#include "cli/options/settings_files.h"
#include "cli/options/source.h"
#include "cli/options/summary.h"
#include "cli/options/sweep.h"
#include "cli/options/text.h"
#include "cli/settings_of.h"
#include "cli/standard_output.h"

namespace docmill {

/// Documents that a sweep has in flight. Most of their threads wait for a child.
inline constexpr std::uint32_t documents_in_flight_max = 256;

using SettingsOfSweep =
    SettingsOf<BucketOptions, SourceOptions, OutputOptions, SelectionOptions, PasswordOptions, SettingsFileOptions,
               RegionOptions, EncryptionOptions, BucketAccessOptions, ObserverOptions, EmptySourceOptions,
               DryRunOptions, RepetitionOptions, TextOptions, LanguageOptions, RecipeFileOptions, OutputsOptions,
               PageImageOptions, CodeOptions, CropOptions, LayoutOptions, RowGroupOptions, SweepOptions,
               DocumentLimitOptions, ChildLimitOptions, ChildrenOptions, SummaryOptions, QuietOptions, LogOptions>;

/// The exit code. Progress and log go to stderr, the summary to stdout.
///
/// Errors: what keeps the run from starting: invalid_input and not_found are the user's, the rest the place's.
Result<int> sweep_command(const SettingsOfSweep& settings, StandardOutput& out);

}  // namespace docmill
