// One row of an Arrow table as a JSON object.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace docmill {

/// Keys are the column names in their order; null where the column is null. Knows the types that docmill's tables have
/// (text, unsigned and signed integers, doubles, timestamps in microseconds, lists of text); a column of another type
/// is null.
nlohmann::ordered_json row_json(const arrow::RecordBatch& batch, std::int64_t row);

/// One line; bytes that are no UTF-8 become U+FFFD.
std::string json_text(const nlohmann::ordered_json& value);

}  // namespace docmill
