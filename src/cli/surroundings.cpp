#include "cli/surroundings.h"

#include <unistd.h>

#include <array>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <system_error>

#include "cli/granted_cores.h"

namespace docmill {
namespace {

namespace fs = std::filesystem;

Environment environment_of_process() {
  Environment variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    // getenv() answers the first of two equal names, and so does this.
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

fs::path first_folder(std::initializer_list<fs::path> candidates) {
  std::error_code ignored;
  for (const fs::path& candidate : candidates)
    if (fs::is_directory(candidate, ignored)) return candidate.lexically_normal();
  return candidates.begin()->lexically_normal();
}

// Those that exist; the last, to be named in an error, where none does.
TessdataDirs folders_of(std::initializer_list<fs::path> candidates) {
  TessdataDirs folders;
  std::error_code ignored;
  for (const fs::path& candidate : candidates)
    if (fs::is_directory(candidate, ignored)) folders.push_back(candidate.lexically_normal());
  if (folders.empty()) folders.push_back(*std::prev(candidates.end()));
  return folders;
}

}  // namespace

Surroundings surroundings_of_process() {
  std::error_code ignored;
  const fs::path program_dir = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  const fs::path share = program_dir / "../share/docmill";
  return {.environment = environment_of_process(),
          .working_dir = fs::current_path(ignored),
          .program_dir = program_dir,
          .stderr_is_terminal = ::isatty(STDERR_FILENO) == 1,
          .stdout_is_terminal = ::isatty(STDOUT_FILENO) == 1,
          .cores = granted_cores(),
          .font_dir = first_folder({program_dir / "fonts", share / "fonts"}),
          .tessdata_dirs = folders_of({share / "tessdata", "/usr/share/tesseract-ocr/5/tessdata"})};
}

}  // namespace docmill
