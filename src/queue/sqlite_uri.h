// "sqlite:///data/docmill.db?queue=pdfs": which file, which queue in it, and what its redrive policy is to be.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace docmill {

struct SqliteUri {
  std::filesystem::path path;  // absolute
  std::string queue = "messages";
  std::optional<std::string> dead_letters = {};    // where the URI names them
  std::optional<std::uint32_t> receives_max = {};  // likewise, 1 to 1000 as in SQS
};

/// Errors: invalid_input; the message says what was expected.
Result<SqliteUri> parse_sqlite_uri(std::string_view uri);

/// The URI of a queue of a file.
std::string sqlite_uri_of(const std::filesystem::path& path, std::string_view queue);

}  // namespace docmill
