#include "document/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace docmill {

Layout::Layout() {
  for (const OutputId output : output_ids) files_of(output) = output_of(output).folder;
}

bool Layout::has_among_files(std::string_view key) const {
  return std::ranges::any_of(of_files,
                             [&](const std::string& prefix) { return !prefix.empty() && key.starts_with(prefix); });
}

std::vector<std::string> Layout::prefixes() const {
  std::vector<std::string> prefixes{tables, std::string(own_prefix)};
  for (const OutputId output : output_ids)
    if (output_of(output).has_files()) prefixes.push_back(files_of(output));
  return prefixes;
}

std::optional<std::string> Layout::fault() const {
  for (const OutputId a : output_ids) {
    if (!output_of(a).has_files()) continue;
    if (files_of(a).empty()) return fmt::format("the files of {} need a folder of their own", output_of(a).name);
    if (files_of(a).starts_with(own_prefix)) return fmt::format("{} is docmill's own", own_prefix);
    for (const OutputId b : output_ids)
      if (a != b && output_of(b).has_files() && files_of(a).starts_with(files_of(b)))
        return fmt::format("the files of {} and {} lie in one folder, {}", output_of(a).name, output_of(b).name,
                           files_of(b));
  }
  if (tables.starts_with(own_prefix)) return fmt::format("{} is docmill's own", own_prefix);
  return std::nullopt;
}

bool is_prefix(std::string_view text) {
  if (text.empty()) return true;
  if (!text.ends_with('/') || text.size() == 1) return false;
  text.remove_suffix(1);
  return std::ranges::none_of(std::views::split(text, '/'), [](const auto& part) {
    const std::string_view name(part.begin(), part.end());
    return name.empty() || name == "." || name == "..";
  });
}

}  // namespace docmill
