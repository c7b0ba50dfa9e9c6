// Where outputs lie below their place.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "document/outputs.h"

namespace docmill {

/// Everything of docmill's own in a place of outputs lies under this prefix, whatever the layout.
inline constexpr std::string_view own_prefix = "_docmill/";

/// Prefixes of keys: each is empty or ends with a slash. Those of files differ, and none lies in another.
struct Layout {
  std::string tables;                                   // of all Parquet files, the list of files among them
  std::array<std::string, output_ids.size()> of_files;  // by output; empty where it has no files

  /// As the outputs are declared.
  Layout();

  const std::string& files_of(OutputId output) const { return of_files[static_cast<std::size_t>(output)]; }
  std::string& files_of(OutputId output) { return of_files[static_cast<std::size_t>(output)]; }

  /// Whether a key lies with the files of an output.
  bool has_among_files(std::string_view key) const;
  /// What outputs are written below, and docmill's own; "" where tables lie in no folder.
  std::vector<std::string> prefixes() const;
  /// Why it is none, for people; nothing where all is well.
  std::optional<std::string> fault() const;

  bool operator==(const Layout&) const = default;
};

/// Whether `text` can be a prefix: empty, or folders with a slash behind each, none of them empty, "." or "..".
bool is_prefix(std::string_view text);

}  // namespace docmill
