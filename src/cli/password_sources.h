// Passwords from where the options say.
#pragma once

#include "base/error.h"
#include "cli/layers.h"
#include "cli/options/passwords.h"

namespace docmill {

/// Read the file and the variable, and ask for more where that is wanted. After everything else was found right: nobody
/// types a password for a command that then refuses its arguments.
///
/// REQUIRES: `values` has a group of passwords.
///
/// Errors: those of read_small_text() and ask_for_passwords(), invalid_input (there is no such variable).
Result<void> read_passwords(GroupValues& values, const Layers& layers);

}  // namespace docmill
