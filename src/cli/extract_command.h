// `docmill extract`: documents to the terminal, through the same sandbox as a sweep.
#pragma once

#include "base/error.h"
#include "cli/options/bucket_access.h"
#include "cli/options/child_limits.h"
#include "cli/options/children.h"
#include "cli/options/codes.h"
#include "cli/options/crops.h"
#include "cli/options/document_limits.h"
#include "cli/options/extract.h"
#include "cli/options/languages.h"
#include "cli/options/log.h"
#include "cli/options/outputs.h"
#include "cli/options/page_images.h"
#include "cli/options/passwords.h"
#include "cli/options/quiet.h"
#include "cli/options/recipe_file.h"
#include "cli/options/region.h"
#include "cli/options/settings_files.h"
#include "cli/options/text.h"
#include "cli/settings_of.h"
#include "cli/standard_output.h"

namespace docmill {

using SettingsOfExtract =
    SettingsOf<PasswordOptions, SettingsFileOptions, RegionOptions, BucketAccessOptions, TextOptions, LanguageOptions,
               RecipeFileOptions, OutputsOptions, PageImageOptions, CodeOptions, CropOptions, ExtractOptions,
               DocumentLimitOptions, ChildLimitOptions, ChildrenOptions, QuietOptions, LogOptions>;

/// The exit code: 0 every page of every document was read, 1 not, 2 what is named is no document's address, 3 told to
/// stop. Output goes to stdout, errors to stderr.
///
/// Errors: what keeps it from starting.
Result<int> extract_command(const SettingsOfExtract& settings, StandardOutput& out);

}  // namespace docmill
