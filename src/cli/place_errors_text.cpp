#include "cli/place_errors_text.h"

#include <fmt/format.h>

#include "telemetry/printable.h"

namespace docmill {

std::string place_errors_text(const std::vector<Error>& first, std::uint64_t more) {
  std::string text;
  for (const Error& error : first) text += "  " + printable(error.text(), Lines::escape) + "\n";
  if (more > 0) text += fmt::format("  and {} more, in the log\n", more);
  return text;
}

}  // namespace docmill
