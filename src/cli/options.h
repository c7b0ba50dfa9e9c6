// The options and commands of docmill, each declared once: parsing, help, `docmill config`, docs/cli.md and the
// suggestions for mistyped names come from here.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/settings.h"

namespace docmill {

enum class Command : std::uint8_t {
  sweep,
  worker,
  enqueue,
  queue,
  prune,
  runs,
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
  std::string_view arguments;      // as in the usage line: "FILE... [options]"
  std::string_view summary;        // one line
  std::string_view description;    // for its help; paragraphs are separated by an empty line
  bool reads_settings;             // environment and files count, not only flags
  std::string_view examples = {};  // command lines, one a line
  std::string_view mode = {};      // its name in `--mode` of deployments that came before, where that is another
};

std::span<const CommandInfo> commands();
const CommandInfo& info_of(Command command);

class CommandSet {
 public:
  constexpr CommandSet(std::initializer_list<Command> commands) {
    for (const Command command : commands) bits_ |= 1U << static_cast<unsigned>(command);
  }
  constexpr bool contains(Command command) const { return ((bits_ >> static_cast<unsigned>(command)) & 1U) != 0; }

 private:
  unsigned bits_ = 0;
};

/// How an option's text becomes part of Settings, and back.
struct Binding {
  std::string accepted;  // what a value may be, for people: "50 to 600"; empty where the value's name says it
  /// What was expected, when `text` is no such value; nothing when it was assigned.
  std::function<std::optional<std::string>(Settings&, std::string_view text)> assign;
  std::function<std::string(const Settings&)> show;
  /// Of numbers: whether the value in `settings` is above that in `cap`.
  std::function<bool(const Settings& settings, const Settings& cap)> exceeds = {};
};

struct Option {
  std::string_view flag;              // without dashes: "ocr-dpi"
  std::string_view value_name = {};   // "DPI"; empty for a switch, which is on or off
  std::string_view environment = {};  // an issue's name; empty for DOCMILL_<FLAG>
  std::string_view inverse = {};      // a flag without value that sets a switch to false
  std::string_view alias = {};        // another spelling of the flag, with a variable and a key of its own
  std::string_view letter = {};       // "i" for -i
  std::string_view group;
  CommandSet commands;
  std::string_view help;
  std::string_view default_text = {};  // where the default depends on the machine
  bool repeatable = false;             // its values are a list joined by commas; of several flags all count
  bool flag_only = false;              // has neither variable nor key
  bool hidden = false;                 // for developers: not in help or manual
  bool in_message = false;             // one of the recipe, which a message may carry: see message_recipe.h
  bool is_limit = false;               // a message may ask for less than the worker's own, and not for more
  Binding binding;

  bool is_switch() const { return value_name.empty(); }
  std::string environment_name() const;  // "OCR_DPI", "DOCMILL_WORKERS"
  std::string config_key() const;        // "ocr_dpi"
  /// Those two first, then the alias's: where several are set, the first counts.
  std::vector<std::string> environment_names() const;
  std::vector<std::string> config_keys() const;
  /// As shown to people: `default_text`, or the value in `Settings{}`; empty where there is none.
  std::string default_shown() const;
};

/// In the order in which help shows them; options of one group stand together.
std::span<const Option> options();

/// The option with this flag; nullptr when there is none.
const Option* find_option(std::string_view flag);

/// The variable that names the command where the command line names none.
std::string mode_variable();

/// "DOCMILL_" and the flag in capitals, with underscores.
std::string default_environment_name(std::string_view flag);

}  // namespace docmill
