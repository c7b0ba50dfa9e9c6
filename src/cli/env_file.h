// A file of environment variables, `.env` as many call it; read where --env-file names it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"

namespace docmill {

/// Variables by name.
using Environment = std::map<std::string, std::string, std::less<>>;

/// Read lines of KEY=VALUE. A line may begin with `export `; '#' begins a comment at the start of a line and after
/// white space behind an unquoted value. 'Single quotes' keep everything as it is; "double quotes" know \n, \t, \",
/// \\ and \$. Nothing is substituted and no value spans lines. Of several values for one key the last counts.
///
/// Errors: invalid_input (a line of another form; the subject is its number).
Result<Environment> parse_env_file(std::string_view text);

}  // namespace docmill
