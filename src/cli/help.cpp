#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

#include "cli/wrapped.h"

namespace docmill {
namespace {

constexpr std::size_t help_column = 32;

std::string spelled(const Option& option) {
  std::string text = fmt::format("--{}", option.flag);
  if (!option.is_switch()) text += fmt::format(" {}", option.value_name);
  return text;
}

// "[default 200; 50 to 600; OCR_DPI]"
std::string facts(const Option& option) {
  std::vector<std::string> parts;
  if (const std::string shown = option.default_shown(); !shown.empty()) parts.push_back("default " + shown);
  if (!option.binding.accepted.empty()) parts.push_back(option.binding.accepted);
  if (!option.flag_only) parts.push_back(option.environment_name());
  return fmt::format("[{}]", fmt::join(parts, "; "));
}

void append_row(std::string& out, std::string_view left, std::string_view right) {
  fmt::format_to(std::back_inserter(out), "  {:<{}}", left, help_column - 2);
  if (left.size() + 3 > help_column) {
    out += '\n';
    out.append(help_column, ' ');
  }
  append_wrapped(out, right, help_column, help_column);
}

void append_option(std::string& out, const Option& option) {
  append_row(out, spelled(option), fmt::format("{} {}", option.help, facts(option)));
  const std::string value = option.is_switch() ? "" : fmt::format(" {}", option.value_name);
  if (!option.inverse.empty())
    append_row(out, fmt::format("--{}", option.inverse), fmt::format("--{}=false", option.flag));
  if (!option.alias.empty())
    append_row(out, fmt::format("--{}{}", option.alias, value), fmt::format("--{}", option.flag));
  if (!option.letter.empty())
    append_row(out, fmt::format("-{}{}", option.letter, value), fmt::format("--{}", option.flag));
}

void append_options(std::string& out, const CommandInfo& command) {
  std::optional<Heading> heading;
  for (const Option* option : options_of(command)) {
    if (option->hidden) continue;
    if (option->heading != heading) out += fmt::format("\n{}\n", name_of(option->heading));
    heading = option->heading;
    append_option(out, *option);
  }
}

constexpr std::string_view precedence =
    "A value comes from the flag, else the environment variable in brackets, else the file of variables given by "
    "--env-file, else the JSON file given by --config (keys: flags with underscores), else the default.";

constexpr std::string_view exit_codes =
    "0 every document is ok; 1 some documents failed or are partial, now or from before; 2 usage or configuration; 3 "
    "the "
    "run could not finish or was told to stop.";

void append_examples(std::string& out, std::string_view examples) {
  out += "\nExamples\n";
  while (!examples.empty()) {
    const std::string_view line = examples.substr(0, examples.find('\n'));
    examples.remove_prefix(std::min(examples.size(), line.size() + 1));
    fmt::format_to(std::back_inserter(out), "  {}\n", line);
  }
}

// Text as it stands in a cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|' || c == '<') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string code(std::string_view text) { return text.empty() ? std::string() : fmt::format("`{}`", text); }

void append_manual_row(std::string& out, const Option& option) {
  std::string others = option.inverse.empty() ? "" : fmt::format(", `--{}`", option.inverse);
  if (!option.alias.empty()) others += fmt::format(", `--{}`", option.alias);
  if (!option.letter.empty()) others += fmt::format(", `-{}`", option.letter);
  const std::string shown = option.default_shown();
  const std::string default_cell = option.default_text.empty() ? code(shown) : shown;
  fmt::format_to(std::back_inserter(out), "| `{}`{} | {} | {} | {} | {} |\n", spelled(option), others,
                 option.flag_only ? "" : code(option.environment_name()), cell(default_cell),
                 cell(option.binding.accepted), cell(option.help));
}

void append_manual_options(std::string& out, const CommandInfo& command) {
  std::optional<Heading> heading;
  for (const Option* option : options_of(command)) {
    if (option->hidden) continue;
    if (option->heading != heading)
      out += fmt::format("\n### {}\n\n| flag | variable | default | values | meaning |\n|---|---|---|---|---|\n",
                         name_of(option->heading));
    heading = option->heading;
    append_manual_row(out, *option);
  }
}

}  // namespace

std::string help_of_program() {
  std::string out = "docmill turns PDFs and images into Parquet.\n\nUsage: docmill COMMAND [options]\n\nCommands\n";
  for (const CommandInfo& info : commands())
    fmt::format_to(std::back_inserter(out), "  {:<10}{}\n", info.name, info.summary);
  out += "\nBegin with\n  docmill sweep --in DIR --out DIR\n\nOptions of a command: docmill COMMAND --help\n";
  return out;
}

std::string help_of(const CommandInfo& command) {
  std::string out = fmt::format("Usage: docmill {} {}\n\n", command.name, command.arguments);
  append_wrapped(out, command.description, 0, 0);
  append_options(out, command);
  out += "\nHelp\n";
  append_row(out, "--help, -h", "Print this.");
  if (command.reads_settings) {
    out += '\n';
    append_wrapped(out, precedence, 0, 0);
  }
  if (command.command == Command::sweep || command.command == Command::extract) {
    out += '\n';
    append_wrapped(out, fmt::format("Exit codes: {}", exit_codes), 0, 0);
  }
  if (!command.examples.empty()) append_examples(out, command.examples);
  return out;
}

std::string manual() {
  std::string out =
      "# Commands and options\n\n<!-- Written by `make docs` from src/cli/options/; a test compares the two. "
      "-->\n\n";
  out += fmt::format(
      "{}\n\nAn unknown key is an error; an unknown variable whose name begins with `DOCMILL_` is a warning, for "
      "Kubernetes\nputs some into every pod beside a Service of that name. `DOCMILL_MODE` names the command where the "
      "command line\nnames none.\n"
      "Sizes are `64KiB`, `16MiB`, `1GiB` or plain bytes; durations are `500ms`, `30s`, `10m`, `1h` or plain "
      "seconds;\nplaces are paths, `file:///PATH` or `s3://BUCKET/PREFIX`.\n\nExit codes: {}\n",
      precedence, exit_codes);
  for (const CommandInfo& info : commands()) {
    out += fmt::format("\n## docmill {}\n\n    docmill {} {}\n\n{}\n", info.name, info.name, info.arguments,
                       info.description);
    // The options of `config` are those of `sweep`, and once is enough.
    if (info.command != Command::config) append_manual_options(out, info);
  }
  return out;
}

}  // namespace docmill
