// The commands of docmill: each is words for its help and a list of groups of options.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/option.h"

namespace docmill {

enum class Command : std::uint8_t {
  sweep,
  worker,
  enqueue,
  queue,
  prune,
  collect,
  runs,
  recipe,
  doctor,
  extract,
  show,
  config,
  version,
  help
};

struct CommandInfo {
  Command command;
  std::string_view name;
  std::string_view arguments;    // as in the usage line: "FILE... [options]"
  std::string_view summary;      // one line
  std::string_view description;  // for its help; paragraphs are separated by an empty line
  bool reads_settings;           // environment and files count, not only flags
  std::vector<const OptionGroup*> groups = {};
  /// Groups of other commands whose settings it shows: what has neither variable nor key is not among its options.
  std::vector<const OptionGroup*> shown_groups = {};
  std::string_view examples = {};  // command lines, one a line
  std::string_view mode = {};      // its name in `--mode` of deployments that came before, where that is another
};

/// Two commands may declare an option of one name, variable or key with two meanings; one command has it once.
std::span<const CommandInfo> commands();
const CommandInfo& info_of(Command command);

/// In the order in which help shows them; those under one heading stand together.
std::vector<const Option*> options_of(const CommandInfo& command);
/// Those of all these commands, each declaration once.
std::vector<const Option*> options_of(std::span<const CommandInfo> all);

/// The command's option with this flag; nullptr when there is none.
const Option* find_option(const CommandInfo& command, std::string_view flag);

/// Its groups as they are before anything is assigned.
GroupValues defaults_of(const CommandInfo& command, const Surroundings& surroundings);

/// The variable that names the command where the command line names none.
std::string mode_variable();

}  // namespace docmill
