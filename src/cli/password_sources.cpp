#include "cli/password_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "cli/password_prompt.h"
#include "cli/small_text.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

// One password a line. A line feed, with or without a carriage return, ends a line; blanks belong to the password.
void add_passwords(std::vector<std::string>& passwords, std::string_view text) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) passwords.emplace_back(line);
  }
}

}  // namespace

Result<void> read_passwords(GroupValues& values, const Layers& layers) {
  auto& passwords = values.get<PasswordOptions>();
  if (!passwords.file.empty()) {
    const auto text = read_small_text(passwords.file, values, layers);
    if (!text) return std::unexpected(Error(text.error()).within("--passwords-file"));
    add_passwords(passwords.found, *text);
  }
  if (!passwords.variable.empty()) {
    const auto text = find_variable(layers, passwords.variable);
    if (!text)
      return fail(ErrorKind::invalid_input,
                  printable(fmt::format("--password-env {}", passwords.variable), Lines::escape),
                  "there is no such environment variable");
    add_passwords(passwords.found, *text);
  }
  if (!passwords.ask) return {};
  auto typed = ask_for_passwords();
  if (!typed) return std::unexpected(std::move(typed).error());
  std::ranges::move(*typed, std::back_inserter(passwords.found));
  return {};
}

}  // namespace docmill
