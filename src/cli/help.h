// Help texts and the manual, made from the option declarations. Pure functions.
#pragma once

#include <string>

#include "cli/commands.h"

namespace docmill {

/// `docmill --help`.
std::string help_of_program();
/// `docmill COMMAND --help`: complete, under headings, lines of at most 100 columns.
std::string help_of(const CommandInfo& command);

/// docs/cli.md.
std::string manual();

}  // namespace docmill
