// Kinds of barcodes, by the names that the column `format` of the table codes has: those of zxing-cpp 3.1 for people.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace docmill {

/// All that can be read, in a fixed order: symbologies ("QR Code") and variants of them ("Micro QR Code").
std::span<const std::string> symbologies();

/// The one of that name, as symbologies() has it. Capitals, blanks, '-', '_' and '/' are of no account: "ean13" is
/// "EAN-13".
std::optional<std::string_view> symbology_from(std::string_view name);

}  // namespace docmill
