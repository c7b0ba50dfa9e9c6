#include "cli/options/children.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "cli/absolute.h"
#include "cli/bindings.h"
#include "sandbox/wire/work_list.h"

namespace docmill {
namespace {

constexpr IntegerRange slots_range{.min = 1, .max = 256};

// A person names one folder; by default there are several.
Binding tessdata_dir() {
  return bound::to<ChildrenOptions>(
      "", [](auto& children) -> auto& { return children.tessdata_dirs; },
      [](std::string_view text) -> Parsed<TessdataDirs> {
        auto path = parse_path(text);
        if (!path) return std::unexpected(std::move(path).error());
        return TessdataDirs{*std::move(path)};
      },
      [](const TessdataDirs& folders) {
        std::vector<std::string> paths;
        for (const std::filesystem::path& folder : folders) paths.push_back(folder.string());
        return fmt::format("{}", fmt::join(paths, ", "));
      });
}

}  // namespace

std::vector<Option> ChildrenOptions::options() {
  return {
      {.flag = "workers",
       .value_name = "COUNT",
       .heading = Heading::sandbox,
       .help = "Processes that read documents at a time.",
       .default_text = "the cores that the cgroup grants",
       .binding = bound::integer<ChildrenOptions>(slots_range, [](auto& children) -> auto& { return children.slots; })},
      {.flag = "sandbox",
       .value_name = "MODE",
       .heading = Heading::sandbox,
       .help = "strict: a system-call filter and limits, or nothing is read; require: the filter where it can be had, "
               "the limits in any case; off: neither, for benchmarks with documents of your own.",
       .binding = bound::choice<ChildrenOptions, SandboxMode>(
           {{"strict", SandboxMode::strict}, {"require", SandboxMode::require}, {"off", SandboxMode::off}},
           [](auto& children) -> auto& { return children.mode; })},
      {.flag = "documents-per-child",
       .value_name = "COUNT",
       .heading = Heading::sandbox,
       .help = "Small documents that one process may read, one after the other. A hostile one can see and falsify the "
               "others of its process: 1 where they belong to different owners.",
       .binding = bound::integer<ChildrenOptions>(
           {1, wire::work_list_entries_max}, [](auto& children) -> auto& { return children.documents_per_child_max; })},
      {.flag = "font-dir",
       .value_name = "DIR",
       .heading = Heading::sandbox,
       .help = "Fonts for pages that bring none; no other font is read.",
       .default_text = "the fonts that come with docmill",
       .binding = bound::local_path<ChildrenOptions>([](auto& children) -> auto& { return children.font_dir; })},
      {.flag = "tessdata-dir",
       .value_name = "DIR",
       .heading = Heading::sandbox,
       .help = "Tesseract's language files.",
       .default_text = "those that come with docmill, then the system's",
       .binding = tessdata_dir()},
      {.flag = "sandbox-program",
       .value_name = "FILE",
       .heading = Heading::sandbox,
       .help = "The program that reads documents.",
       .default_text = "docmill-extract beside docmill",
       .hidden = true,
       .binding = bound::local_path<ChildrenOptions>([](auto& children) -> auto& { return children.program; })},
  };
}

void ChildrenOptions::set_defaults(const Surroundings& surroundings) {
  slots = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(surroundings.cores, slots_range.min, slots_range.max));
  program = surroundings.program_dir / "docmill-extract";
  font_dir = surroundings.font_dir;
  tessdata_dirs = surroundings.tessdata_dirs;
}

void ChildrenOptions::complete(const Surroundings& surroundings) {
  for (std::filesystem::path* path : {&program, &font_dir}) make_absolute(*path, surroundings.working_dir);
  for (std::filesystem::path& folder : tessdata_dirs) make_absolute(folder, surroundings.working_dir);
  font_dir_is_named = font_dir != surroundings.font_dir;
  tessdata_dir_is_named = tessdata_dirs != surroundings.tessdata_dirs;
}

}  // namespace docmill
