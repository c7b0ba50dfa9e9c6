#include "mill/selection.h"

#include <fnmatch.h>

#include <algorithm>
#include <ranges>
#include <span>

namespace docmill {
namespace {

constexpr std::string_view any_folders = "**";

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (const auto part : std::views::split(text, separator)) parts.emplace_back(part.begin(), part.end());
  return parts;
}

bool name_matches(const std::string& pattern, const std::string& name) {
  return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

/// Whether the parts match all of the names. As with '*' in a name, only the last "**" before a mismatch need ever take
/// one more, so time is the product of the lengths at most.
bool all_match(std::span<const std::string> parts, std::span<const std::string> names) {
  std::size_t part = 0, name = 0;
  std::size_t last_folders = parts.size(), taken_by_them = 0;
  while (name < names.size()) {
    if (part < parts.size() && parts[part] == any_folders) {
      last_folders = part++;
      taken_by_them = name;
    } else if (part < parts.size() && name_matches(parts[part], names[name])) {
      ++part;
      ++name;
    } else if (last_folders < parts.size()) {
      part = last_folders + 1;
      name = ++taken_by_them;
    } else {
      return false;
    }
  }
  return std::ranges::all_of(parts.subspan(part), [](const std::string& left) { return left == any_folders; });
}

std::string_view without_end_slash(std::string_view prefix) {
  return prefix.ends_with('/') ? prefix.substr(0, prefix.size() - 1) : prefix;
}

}  // namespace

std::expected<Glob, std::string> Glob::parse(std::string_view text) {
  Glob glob;
  glob.text_ = text;
  glob.folders_only_ = text.ends_with('/');
  std::string_view rest = without_end_slash(text);
  const bool anchored = rest.contains('/');
  if (rest.starts_with('/')) rest.remove_prefix(1);
  glob.parts_ = split(rest, '/');
  if (rest.empty() || std::ranges::any_of(glob.parts_, [](const std::string& part) { return part.empty(); }))
    return std::unexpected("patterns such as *.pdf, scans/**/*.tif or drafts/, joined by commas");
  if (!anchored) glob.parts_.insert(glob.parts_.begin(), std::string(any_folders));
  // "a/**" is what lies in "a", at any depth, and not "a" itself.
  if (glob.parts_.back() == any_folders) glob.parts_.emplace_back("*");
  return glob;
}

bool Glob::matches_any_start(const std::vector<std::string>& names, bool last_is_folder) const {
  const std::span all(names);
  for (std::size_t length = 1; length <= names.size(); ++length) {
    const bool is_folder = length < names.size() || last_is_folder;
    if ((is_folder || !folders_only_) && all_match(parts_, all.first(length))) return true;
  }
  return false;
}

bool Glob::matches(std::string_view key) const { return matches_any_start(split(key, '/'), false); }

bool Glob::matches_folder(std::string_view prefix) const {
  return matches_any_start(split(without_end_slash(prefix), '/'), true);
}

bool Glob::may_match_in(std::string_view prefix) const {
  const std::vector<std::string> names = split(without_end_slash(prefix), '/');
  for (std::size_t i = 0; i < std::min(names.size(), parts_.size()); ++i) {
    if (parts_[i] == any_folders) return true;
    if (!name_matches(parts_[i], names[i])) return false;
  }
  return true;
}

std::expected<std::vector<Glob>, std::string> parse_globs(std::string_view text) {
  std::vector<Glob> globs;
  // A comma within brackets is the pattern's own.
  std::size_t begin = 0;
  bool in_brackets = false;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && (text[i] != ',' || in_brackets)) {
      in_brackets = text[i] == '[' || (in_brackets && text[i] != ']');
      continue;
    }
    auto glob = Glob::parse(text.substr(begin, i - begin));
    if (!glob) return std::unexpected(std::move(glob).error());
    globs.push_back(*std::move(glob));
    begin = i + 1;
  }
  return globs;
}

std::string globs_text(const std::vector<Glob>& globs) {
  std::string text;
  for (const Glob& glob : globs) text += (text.empty() ? "" : ",") + glob.text();
  return text;
}

bool Selection::takes(std::string_view key) const {
  const auto matches = [key](const Glob& glob) { return glob.matches(key); };
  return (include.empty() || std::ranges::any_of(include, matches)) && std::ranges::none_of(exclude, matches);
}

bool Selection::enters(std::string_view prefix) const {
  const auto may_match = [prefix](const Glob& glob) { return glob.may_match_in(prefix); };
  const auto matches = [prefix](const Glob& glob) { return glob.matches_folder(prefix); };
  return (include.empty() || std::ranges::any_of(include, may_match)) && std::ranges::none_of(exclude, matches);
}

}  // namespace docmill
