// `docmill worker`: queue, stores, sandbox and mill put together.
#pragma once

#include "base/error.h"
#include "cli/options/bucket.h"
#include "cli/options/bucket_access.h"
#include "cli/options/child_limits.h"
#include "cli/options/children.h"
#include "cli/options/codes.h"
#include "cli/options/crops.h"
#include "cli/options/document_limits.h"
#include "cli/options/encryption.h"
#include "cli/options/history.h"
#include "cli/options/languages.h"
#include "cli/options/layout.h"
#include "cli/options/log.h"
#include "cli/options/observers.h"
#include "cli/options/output.h"
#include "cli/options/outputs.h"
#include "cli/options/page_images.h"
#include "cli/options/passwords.h"
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
#include "cli/options/work.h"
#include "cli/settings_of.h"
#include "cli/standard_output.h"

namespace docmill {

using SettingsOfWorker =
    SettingsOf<BucketOptions, SourceOptions, OutputOptions, SelectionOptions, QueueOptions, PasswordOptions,
               SettingsFileOptions, RegionOptions, EncryptionOptions, BucketAccessOptions, WorkOptions, ObserverOptions,
               HistoryOptions, RepetitionOptions, TextOptions, LanguageOptions, RecipeFileOptions, OutputsOptions,
               PageImageOptions, CodeOptions, CropOptions, LayoutOptions, RowGroupOptions, DocumentLimitOptions,
               ChildLimitOptions, ChildrenOptions, SummaryOptions, QuietOptions, LogOptions>;

/// The exit code. Log goes to stderr, the summary to stdout.
///
/// Errors: what keeps the worker from starting: invalid_input and not_found are the user's, the rest the place's.
Result<int> worker_command(const SettingsOfWorker& settings, StandardOutput& out);

}  // namespace docmill
