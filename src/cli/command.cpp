#include "cli/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "cli/arguments.h"
#include "cli/help.h"
#include "cli/layers.h"
#include "cli/nearest.h"
#include "cli/small_file.h"
#include "cli/values.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> complain(std::string_view subject, std::string message) {
  return fail(ErrorKind::invalid_input, subject, std::move(message));
}

const CommandInfo* find_command(std::string_view name) {
  const auto all = commands();
  const auto found = std::ranges::find(all, name, &CommandInfo::name);
  return found == all.end() ? nullptr : &*found;
}

std::unexpected<Error> unknown_command(std::string_view word) {
  std::vector<std::string> names;
  for (const CommandInfo& info : commands()) names.emplace_back(info.name);
  std::string message = fmt::format("unknown command {}", word);
  if (const auto index = nearest(word, names)) message += fmt::format("; the nearest is {}", names[*index]);
  return complain("docmill", printable(message, Lines::escape));
}

Settings defaults_in(const Surroundings& surroundings) {
  Settings settings;
  settings.sandbox.slots = std::clamp<std::uint32_t>(surroundings.cores, 1, 256);
  settings.sandbox.program = surroundings.program_dir / "docmill-extract";
  settings.sandbox.font_dir = surroundings.font_dir;
  settings.sandbox.tessdata_dir = surroundings.tessdata_dir;
  settings.log.format = surroundings.stderr_is_terminal ? log::Format::text : log::Format::json;
  return settings;
}

void make_absolute(fs::path& path, const fs::path& working_dir) {
  if (!path.empty()) path = (working_dir / path).lexically_normal();
}

void complete(Settings& settings, const Surroundings& surroundings) {
  for (fs::path* path : {&settings.passwords_file, &settings.config_file, &settings.sandbox.program,
                         &settings.sandbox.font_dir, &settings.sandbox.tessdata_dir})
    make_absolute(*path, surroundings.working_dir);
  for (Place* place : {&settings.in, &settings.out}) {
    if (!place->is_folder()) continue;
    fs::path path = place->path();
    make_absolute(path, surroundings.working_dir);
    *place = place_of(path);
  }
  if (settings.sandbox.font_dir != surroundings.font_dir) settings.recipe.font_dir = settings.sandbox.font_dir;
  if (settings.sandbox.tessdata_dir != surroundings.tessdata_dir)
    settings.recipe.tessdata_dir = settings.sandbox.tessdata_dir;
  settings.sandbox.limits = settings.recipe.limits;
  settings.sandbox.ocr_languages = settings.recipe.ocr == OcrMode::never ? "" : settings.recipe.ocr_languages;
}

Result<void> assign_all(Invocation& invocation, const Layers& layers, const Surroundings& surroundings) {
  std::vector<std::pair<const Option*, std::string>> origins;
  for (const Option& option : options()) {
    if (!option.commands.contains(invocation.command)) continue;
    const auto found = find_value(layers, option);
    origins.emplace_back(&option, found ? found->origin : "default");
    if (!found) continue;
    if (const auto expected = option.binding.assign(invocation.settings, found->text))
      return complain(printable(found->subject, Lines::escape), fmt::format("expected {}", *expected));
  }
  complete(invocation.settings, surroundings);
  for (auto& [option, origin] : origins)
    invocation.in_force.push_back(
        {.option = option, .value = option->binding.show(invocation.settings), .origin = std::move(origin)});
  return {};
}

// One password a line. A line feed, with or without a carriage return, ends a line; blanks belong to the password.
std::vector<std::string> passwords_in(std::string_view text) {
  std::vector<std::string> passwords;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) passwords.emplace_back(line);
  }
  return passwords;
}

Result<void> read_passwords(Settings& settings) {
  if (settings.passwords_file.empty()) return {};
  const auto text = read_small_file(settings.passwords_file);
  if (!text) return std::unexpected(Error(text.error()).within("--passwords-file"));
  settings.passwords = passwords_in(*text);
  return {};
}

std::string shown(const Place& place) { return place.is_folder() ? place.path().string() : place.uri(); }

// Where links and ".." lead, also for a folder that is still to be made.
fs::path resolved(const fs::path& path) {
  std::error_code error;
  fs::path result = fs::weakly_canonical(path, error);
  if (error) result = path.lexically_normal();
  return result.has_filename() ? result : result.parent_path();  // "a/" and "a" are one folder
}

Result<void> check_folder(std::string_view flag, const Place& place, bool must_exist) {
  std::error_code error;
  const std::string subject = fmt::format("{} {}", flag, place.path().string());
  if (!fs::exists(place.path(), error)) {
    if (must_exist) return complain(subject, "there is no such folder");
  } else if (!fs::is_directory(place.path(), error)) {
    return complain(subject, "this is not a folder");
  }
  return {};
}

// Links and ".." followed, where the place is a folder.
Place resolved(const Place& place) { return place.is_folder() ? place_of(resolved(place.path())) : place; }

Result<void> check_places(Settings& settings) {
  if (settings.in.empty())
    return complain("docmill sweep", "--in is missing: the folder of documents, or s3://BUCKET/PREFIX");
  if (settings.out.empty())
    return complain("docmill sweep", "--out is missing: the folder for the Parquet files, or s3://BUCKET/PREFIX");
  if (settings.in.is_folder())
    if (auto checked = check_folder("--in", settings.in, true); !checked) return checked;
  if (settings.out.is_folder())
    if (auto checked = check_folder("--out", settings.out, false); !checked) return checked;
  for (const Place& place : {settings.in, settings.out})
    if (!place.is_folder()) return complain(place.uri(), "this version reads and writes folders only");
  const Place in = resolved(settings.in);
  const Place out = resolved(settings.out);
  if (out.contains(in))
    return complain(fmt::format("--out {}", shown(settings.out)),
                    fmt::format("this is --in or contains it ({}); outputs need a folder of their own, beside or below",
                                shown(settings.in)));
  settings.out_prefix = in.contains(out) ? out.prefix.substr(in.prefix.size()) : "";
  return {};
}

bool takes_files(Command command) { return command == Command::extract || command == Command::show; }

std::string unexpected_argument(Command command, const Arguments& arguments) {
  return fmt::format("unexpected argument {}; {}a value of a switch is written with '=', as in --skip-if-exists=false",
                     arguments.positional.front(),
                     command == Command::sweep ? "folders are named by flags, --in DIR --out DIR; " : "");
}

Result<void> check_arguments(Command command, const Arguments& arguments) {
  const std::string subject = fmt::format("docmill {}", info_of(command).name);
  const bool any = !arguments.positional.empty();
  if (takes_files(command) && !any) return complain(subject, "a FILE is missing");
  if (any && !takes_files(command))
    return complain(subject, printable(unexpected_argument(command, arguments), Lines::escape));
  return {};
}

Result<Invocation> read_command(Command command, std::span<const std::string> words, const Surroundings& surroundings) {
  auto arguments = parse_arguments(command, words);
  if (!arguments) return std::unexpected(std::move(arguments).error());
  if (arguments->help) return Invocation{.help = help_of(command)};
  if (auto checked = check_arguments(command, *arguments); !checked) return std::unexpected(checked.error());
  Invocation invocation{.command = command, .settings = defaults_in(surroundings)};
  invocation.settings.files = arguments->positional;
  const auto layers = read_layers(command, *std::move(arguments), surroundings);
  if (!layers) return std::unexpected(layers.error());
  if (auto assigned = assign_all(invocation, *layers, surroundings); !assigned)
    return std::unexpected(assigned.error());
  if (command == Command::sweep)
    if (auto checked = check_places(invocation.settings); !checked) return std::unexpected(checked.error());
  if (command == Command::sweep || command == Command::extract)
    if (auto read = read_passwords(invocation.settings); !read) return std::unexpected(read.error());
  return invocation;
}

Result<Invocation> read_help(std::span<const std::string> words) {
  if (words.empty() || words.front().starts_with("-")) return Invocation{.help = help_of_program()};
  const CommandInfo* info = find_command(words.front());
  if (info == nullptr) return unknown_command(words.front());
  return Invocation{.help = help_of(info->command)};
}

}  // namespace

Result<Invocation> parse_command_line(std::span<const std::string> words, const Surroundings& surroundings) {
  if (words.empty()) return complain("docmill", "a command is missing, such as docmill sweep --in DIR --out DIR");
  const std::string_view first = words.front();
  if (first == "--help" || first == "-h") return read_help({});
  if (first == "--version") return read_command(Command::version, words.subspan(1), surroundings);
  const CommandInfo* info = find_command(first);
  if (info == nullptr) return unknown_command(first);
  if (info->command == Command::help) return read_help(words.subspan(1));
  auto invocation = read_command(info->command, words.subspan(1), surroundings);
  // An error names the place of the mistake; the command is what the closing line of usage_error_text() needs.
  if (!invocation && !invocation.error().subject.starts_with("docmill"))
    return std::unexpected(std::move(invocation).error().within(fmt::format("docmill {}", info->name)));
  return invocation;
}

std::string usage_error_text(const Error& error) {
  const std::string_view subject = error.subject;
  const std::string_view command = subject.substr(0, subject.find(':'));
  return fmt::format("{}: {}\nSee {} --help\n", printable(subject, Lines::escape),
                     printable(error.message, Lines::escape), command);
}

}  // namespace docmill
