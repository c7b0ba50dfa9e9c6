// Which keys of a place are looked at: --include and --exclude.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace docmill {

/// A pattern for keys, read as git reads a line of .gitignore:
///   *  ?  [a-z]  [!a-z]   match within a name, never a '/'; a backslash takes the next byte as it is
///   **                    as a whole name between slashes stands for any number of folders, also none
///   without a '/' before its end the pattern matches a name at any depth, else from the top of the place
///   what matches a folder matches all that lies in it; with a '/' at its end it matches folders only
/// Bytes are compared as they are: capitals are other letters.
class Glob {
 public:
  /// What was expected, when the text is no pattern.
  static std::expected<Glob, std::string> parse(std::string_view text);

  const std::string& text() const { return text_; }
  /// Whether it matches the key, or a folder in which the key lies.
  bool matches(std::string_view key) const;
  /// Whether it matches the folder "a/b/", or one in which that lies.
  bool matches_folder(std::string_view prefix) const;
  /// False where no key of the folder "a/b/" can match.
  bool may_match_in(std::string_view prefix) const;

  bool operator==(const Glob&) const = default;

 private:
  bool matches_any_start(const std::vector<std::string>& names, bool last_is_folder) const;

  std::string text_;
  std::vector<std::string> parts_;  // of names; "**" for folders
  bool folders_only_ = false;
};

/// Patterns joined by commas, "*.pdf,*.tif"; a comma of a pattern's own is written [,].
std::expected<std::vector<Glob>, std::string> parse_globs(std::string_view text);
std::string globs_text(const std::vector<Glob>& globs);

struct Selection {
  std::vector<Glob> include;  // empty: everything
  std::vector<Glob> exclude;  // wins

  bool takes(std::string_view key) const;
  /// False for a folder "a/b/" in which no key can be taken.
  bool enters(std::string_view prefix) const;
};

}  // namespace docmill
