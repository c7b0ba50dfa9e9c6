#include "cli/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "cli/nearest.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

using Options = std::vector<const Option*>;

std::unexpected<Error> complain(const CommandInfo& command, std::string_view message) {
  return fail(ErrorKind::invalid_input, fmt::format("docmill {}", command.name), printable(message, Lines::escape));
}

struct Spelled {
  const Option* option = nullptr;
  bool inverse = false;
};

Spelled option_with_letter(const Options& options, std::string_view letter) {
  for (const Option* option : options)
    if (!letter.empty() && option->letter == letter) return {.option = option};
  return {};
}

Spelled option_with_flag(const Options& options, std::string_view flag) {
  for (const Option* option : options) {
    if (option->flag == flag || (!option->alias.empty() && option->alias == flag)) return {.option = option};
    if (!option->inverse.empty() && option->inverse == flag) return {.option = option, .inverse = true};
  }
  return {};
}

// "--in" or "-i".
Spelled option_spelled(const Options& options, std::string_view spelling) {
  return spelling.starts_with("--") ? option_with_flag(options, spelling.substr(2))
                                    : option_with_letter(options, spelling.substr(1));
}

std::vector<std::string> flags_of(const Options& options) {
  std::vector<std::string> flags{"help"};
  for (const Option* option : options) {
    if (option->hidden) continue;
    flags.emplace_back(option->flag);
    if (!option->alias.empty()) flags.emplace_back(option->alias);
    if (!option->inverse.empty()) flags.emplace_back(option->inverse);
  }
  return flags;
}

// The commands that have an option of this spelling; empty where none has.
std::string owners_of(std::string_view spelling, std::span<const CommandInfo> all) {
  std::string names;
  for (const CommandInfo& info : all)
    if (option_spelled(options_of(info), spelling).option != nullptr)
      names += fmt::format("{}docmill {}", names.empty() ? "" : ", ", info.name);
  return names;
}

std::string unknown_flag(const Options& options, std::string_view word, std::string_view flag) {
  const auto flags = flags_of(options);
  std::string message = fmt::format("unknown option {}", word);
  if (const auto index = nearest(flag, flags)) message += fmt::format("; the nearest is --{}", flags[*index]);
  return message;
}

// Reads the words of one command line from left to right.
class Reader {
 public:
  Reader(const CommandInfo& command, std::span<const std::string> words, std::span<const CommandInfo> all)
      : command_(command), options_(options_of(command)), words_(words), all_(all) {}

  Result<Arguments> read() {
    bool options_ended = false;
    for (; next_ < words_.size(); ++next_) {
      const std::string& word = words_[next_];
      if (options_ended || word.size() < 2 || word.front() != '-') {
        arguments_.positional.push_back(word);
      } else if (word == "--") {
        options_ended = true;
      } else if (word == "--help" || word == "-h") {
        arguments_.help = true;
      } else if (auto read = flag(word); !read) {
        return std::unexpected(std::move(read).error());
      }
    }
    return std::move(arguments_);
  }

 private:
  Result<void> flag(std::string_view word) {
    const std::size_t equals = word.find('=');
    const std::string_view spelling = word.substr(0, equals);
    const std::string_view name = spelling.substr(std::min(spelling.find_first_not_of('-'), spelling.size()));
    const auto [option, inverse] = option_spelled(options_, spelling);
    if (option == nullptr) return complain(command_, not_of_this_command(spelling, name));
    std::optional<std::string> value;
    if (equals != std::string_view::npos) value = word.substr(equals + 1);
    if (inverse && value) return complain(command_, fmt::format("{} takes no value", spelling));
    if (option->is_switch())
      value = inverse ? "false" : value.value_or("true");
    else if (!value)
      value = following_value();
    if (!value)
      return complain(command_, fmt::format("{} needs a value: {} {}", spelling, spelling, option->value_name));
    arguments_.flags.push_back({.option = option, .spelling = std::string(spelling), .value = *std::move(value)});
    return {};
  }

  std::string not_of_this_command(std::string_view spelling, std::string_view name) const {
    const std::string owners = owners_of(spelling, all_);
    return owners.empty() ? unknown_flag(options_, spelling, name)
                          : fmt::format("{} is an option of {}", spelling, owners);
  }

  // A word with two dashes is the next flag rather than a value; such a value can be written with '='.
  std::optional<std::string> following_value() {
    if (next_ + 1 >= words_.size() || words_[next_ + 1].starts_with("--")) return std::nullopt;
    return words_[++next_];
  }

  const CommandInfo& command_;
  Options options_;
  std::span<const std::string> words_;
  std::span<const CommandInfo> all_;
  std::size_t next_ = 0;
  Arguments arguments_;
};

}  // namespace

Result<Arguments> parse_arguments(const CommandInfo& command, std::span<const std::string> words,
                                  std::span<const CommandInfo> all) {
  return Reader(command, words, all).read();
}

}  // namespace docmill
