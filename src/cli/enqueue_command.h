// `docmill enqueue`: one message for each document of a place.
#pragma once

#include "base/error.h"
#include "cli/options/bucket.h"
#include "cli/options/bucket_access.h"
#include "cli/options/codes.h"
#include "cli/options/crops.h"
#include "cli/options/document_limits.h"
#include "cli/options/dry_run.h"
#include "cli/options/empty_source.h"
#include "cli/options/enqueue.h"
#include "cli/options/log.h"
#include "cli/options/outputs.h"
#include "cli/options/page_images.h"
#include "cli/options/queue.h"
#include "cli/options/quiet.h"
#include "cli/options/recipe_file.h"
#include "cli/options/region.h"
#include "cli/options/repetition.h"
#include "cli/options/row_groups.h"
#include "cli/options/selection.h"
#include "cli/options/settings_files.h"
#include "cli/options/source.h"
#include "cli/options/summary.h"
#include "cli/options/text.h"
#include "cli/settings_of.h"
#include "cli/standard_output.h"

namespace docmill {

using SettingsOfEnqueue =
    SettingsOf<BucketOptions, SourceOptions, SelectionOptions, QueueOptions, SettingsFileOptions, RegionOptions,
               BucketAccessOptions, EmptySourceOptions, EnqueueOptions, DryRunOptions, RepetitionOptions, TextOptions,
               RecipeFileOptions, OutputsOptions, PageImageOptions, CodeOptions, CropOptions, RowGroupOptions,
               DocumentLimitOptions, SummaryOptions, QuietOptions, LogOptions>;

/// Prints what was sent on stdout. Exit codes: 0 a message for every document; 3 the place or the queue failed, or it
/// was told to stop. An Error is something that could not begin.
Result<int> enqueue_command(const SettingsOfEnqueue& settings, StandardOutput& out);

}  // namespace docmill
