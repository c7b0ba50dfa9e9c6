// A manifest row as JSON: in the journal, in failed marks, and in summaries.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "document/job.h"

namespace docmill {

/// Keys are the manifest's column names; null where the column is null. Text is valid UTF-8 (a key's invalid bytes are
/// percent-encoded by ObjectStore::uri before they come here).
nlohmann::json to_json(const DocumentRecord& record);

/// The same members on one line, behind `sequence`; written without a JSON value between. A line feed ends it.
std::string json_line_of(std::uint64_t sequence, const DocumentRecord& record);

/// Errors: invalid_input (not such a JSON object; names what is wrong).
Result<DocumentRecord> record_from_json(const nlohmann::json& json);

}  // namespace docmill
