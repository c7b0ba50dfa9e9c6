// Passwords typed by a person.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace docmill {

/// Ask on the terminal of this process, which shows nothing of what is typed, for one password a line until an empty
/// line or the end of input. Stdin and stdout are left alone. A signal that would stop or end the process while it asks
/// does so when the terminal shows again what is typed. Before the first thread.
///
/// Errors: invalid_input (there is no terminal; says what to use instead), unavailable (it cannot be read).
Result<std::vector<std::string>> ask_for_passwords();

}  // namespace docmill
