// Help texts and the manual, made from the option declarations. Pure functions.
#pragma once

#include <string>

#include "cli/options.h"

namespace docmill {

/// `docmill --help`.
std::string help_of_program();
/// `docmill COMMAND --help`: complete and grouped, lines of at most 100 columns.
std::string help_of(Command command);

/// docs/cli.md.
std::string manual();

}  // namespace docmill
