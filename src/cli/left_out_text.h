// What a listing passed over, in the words of a summary.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

#include "store/left_out.h"

namespace docmill {

/// "Left out: 2 links that lead out of --in (--follow-links follows them), 1 link to nothing" and a line feed; empty
/// where nothing was.
std::string left_out_text(const LeftOutCounts& counts);

/// All reasons with their counts: {"folder":0,"link_out":2,...}.
nlohmann::ordered_json left_out_json(const LeftOutCounts& counts);

}  // namespace docmill
