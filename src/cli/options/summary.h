// In which form the closing summary is.
#pragma once

#include <cstdint>
#include <vector>

#include "cli/option.h"

namespace docmill {

/// as_log: what the log has, so that whoever keeps both in one place can read it with one program.
enum class SummaryFormat : std::uint8_t { as_log, text, json };

struct SummaryOptions {
  SummaryFormat format = SummaryFormat::as_log;  // after parse_command_line() one of the others

  /// Who is quiet wants it only in the form that was asked for.
  bool is_wanted(bool quiet) const { return !quiet || format == SummaryFormat::json; }

  static std::vector<Option> options();
};

}  // namespace docmill
