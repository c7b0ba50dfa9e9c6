#include "mill/left_out_log.h"

#include <nlohmann/json.hpp>

#include "telemetry/log.h"

namespace docmill {
namespace {

/// Whoever put it there expects it to be read.
bool is_surprising(LeftOut reason) {
  switch (reason) {
    case LeftOut::link_out:
    case LeftOut::link_broken:
    case LeftOut::special:
      return true;
    case LeftOut::folder:
    case LeftOut::repeated:
    case LeftOut::temporary:
    case LeftOut::vanished:
    case LeftOut::marker:
    case LeftOut::excluded:
      return false;
  }
  return true;
}

}  // namespace

OnLeftOut count_left_out(LeftOutCounts& counts) {
  return [&counts](LeftOut reason, std::string_view entry) {
    counts.add(reason, entry);
    if (log::enabled(log::Level::debug)) log::debug("entry_left_out", {{"entry", entry}, {"reason", name_of(reason)}});
  };
}

void log_left_out(const LeftOutCounts& counts) {
  for (const LeftOut reason : all_left_out) {
    if (counts[reason] == 0) continue;
    const nlohmann::json fields{
        {"reason", name_of(reason)}, {"entries", counts[reason]}, {"first", counts.first(reason)}};
    if (is_surprising(reason))
      log::warning("left_out", fields);
    else
      log::info("left_out", fields);
  }
}

}  // namespace docmill
