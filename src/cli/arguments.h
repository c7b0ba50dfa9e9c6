// The words of a command line, told apart by the declarations of the command's options.
//
// Written by hand and not on CLI11: there an option is declared by calls on a parser object, and its environment,
// configuration file, help and suggestions have forms of their own; here one declaration feeds all of them, and what is
// left to do is this small grammar.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"

namespace docmill {

struct GivenFlag {
  const Option* option;
  std::string spelling;  // "--force"
  std::string value;
};

struct Arguments {
  bool help = false;
  std::vector<GivenFlag> flags;  // in their order
  std::vector<std::string> positional;
};

/// Read the words behind the command: `--flag VALUE`, `--flag=VALUE`, `-f VALUE`, switches, `--help` or `-h`, and
/// everything behind `--` as it is. Values are not looked at.
///
/// Errors: invalid_input (an unknown flag, with the nearest known one; a flag of another command of `all`; a value
/// missing or too many).
Result<Arguments> parse_arguments(const CommandInfo& command, std::span<const std::string> words,
                                  std::span<const CommandInfo> all = commands());

}  // namespace docmill
