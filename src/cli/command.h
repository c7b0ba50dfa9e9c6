// From a command line to what is to be done: the way into the room.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/assign.h"
#include "cli/commands.h"
#include "cli/group_values.h"
#include "cli/surroundings.h"

namespace docmill {

struct Invocation {
  Command command = Command::help;
  GroupValues settings = {};                        // the command's groups; none of Command::help
  std::vector<SettingInForce> in_force = {};        // of commands that read settings
  std::vector<std::string> unknown_variables = {};  // each with the nearest that is known, for people
  std::string help = {};                            // for Command::help: what to print on stdout
};

/// Read a command line (without the program's name). A value comes from the flag, else the environment, else the env
/// file, else the configuration file, else the default. Reads those files and the passwords, which it may ask for;
/// changes nothing.
///
/// Errors: invalid_input for everything that the user can mend: an unknown command, flag or key (names the nearest), a
/// value out of its range (names the option, the value and the range), a missing one, a file that cannot be read, an
/// `out` that equals or contains `in`. The exit code is exit_code_usage.
Result<Invocation> parse_command_line(std::span<const std::string> words, const Surroundings& surroundings);

/// What to print on stderr for an error of parse_command_line: what is wrong, and where help is.
std::string usage_error_text(const Error& error);

inline constexpr int exit_code_usage = 2;

/// Of a command that an error keeps from starting: what the user can mend is usage or configuration, the rest is the
/// place's.
int exit_code_of_start(const Error& error);

}  // namespace docmill
