// What the groups of a command come to for those who do the work.
#pragma once

#include "cli/group_values.h"
#include "document/recipe.h"
#include "sandbox/sandbox.h"

namespace docmill {

/// Groups that are missing count with their defaults.
Recipe recipe_of(const GroupValues& values);

/// The same. Its limits and languages are those of recipe_of(); without OCR there are no languages.
SandboxSettings sandbox_of(const GroupValues& values);

/// Put the installed languages in the place of `auto`. What that means on this machine is part of the recipe: with
/// other models the same page may hold other text. Does nothing where nothing is recognised or a group is missing.
///
/// Errors: those of installed_ocr_languages.
Result<void> settle_languages(GroupValues& values);

}  // namespace docmill
