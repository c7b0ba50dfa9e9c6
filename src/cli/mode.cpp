#include "cli/mode.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "telemetry/printable.h"

namespace docmill {
namespace {

std::unexpected<Error> complain(std::string message) {
  return fail(ErrorKind::invalid_input, "docmill", std::move(message));
}

// The values of --mode, and the other words in their order; nothing behind "--" is looked at.
struct ModeAndWords {
  std::vector<std::string> modes;
  std::vector<std::string> words;
};

Result<ModeAndWords> take_mode(std::span<const std::string> given) {
  constexpr std::string_view flag = "--mode";
  constexpr std::string_view flag_with_value = "--mode=";
  ModeAndWords taken;
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i] == "--") {
      std::ranges::copy(given.subspan(i), std::back_inserter(taken.words));
      break;
    }
    if (given[i].starts_with(flag_with_value))
      taken.modes.push_back(given[i].substr(flag_with_value.size()));
    else if (given[i] == flag)
      taken.modes.push_back(i + 1 < given.size() ? given[++i] : "");
    else
      taken.words.push_back(given[i]);
    if (!taken.modes.empty() && taken.modes.back().empty()) return complain("--mode needs a value: --mode sweep");
  }
  return taken;
}

bool asks_for_no_command(std::string_view word) {
  return word == "--help" || word == "-h" || word == "--version" || word == "-V";
}

}  // namespace

const CommandInfo* find_command(std::string_view name) {
  const auto all = commands();
  const auto found = std::ranges::find_if(
      all, [&](const CommandInfo& info) { return info.name == name || (!name.empty() && info.mode == name); });
  return found == all.end() ? nullptr : &*found;
}

Result<std::vector<std::string>> with_command_first(std::span<const std::string> given,
                                                    const Environment& environment) {
  auto taken = take_mode(given);
  if (!taken) return std::unexpected(std::move(taken).error());
  auto& [modes, words] = *taken;
  const bool has_command = !words.empty() && !words.front().starts_with('-');
  const auto variable = environment.find(mode_variable());
  if (!has_command && modes.empty() && variable != environment.end() &&
      (words.empty() || !asks_for_no_command(words.front())))
    modes.push_back(variable->second);
  if (!has_command && !modes.empty()) words.insert(words.begin(), modes.front());
  for (const std::string& mode : modes)
    if (find_command(mode) != find_command(words.front()))
      return complain(printable(fmt::format("the command is {}, and --mode says {}; give one", words.front(), mode),
                                Lines::escape));
  return std::move(words);
}

}  // namespace docmill
