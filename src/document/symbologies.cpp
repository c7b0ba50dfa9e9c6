#include "document/symbologies.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace docmill {
namespace {

/// Letters and digits, small.
std::string plain(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c == ' ' || c == '-' || c == '_' || c == '/') continue;
    plain += ascii_lower(c);
  }
  return plain;
}

}  // namespace

std::span<const std::string> symbologies() {
  static const auto names = std::to_array<std::string>({
      "Codabar",
      "Code 39",
      "Code 39 Standard",
      "Code 39 Extended",
      "Code 32",
      "Pharmazentralnummer",
      "Code 93",
      "Code 128",
      "ITF",
      "ITF-14",
      "DataBar",
      "DataBar Omni",
      "DataBar Stacked",
      "DataBar Stacked Omni",
      "DataBar Limited",
      "DataBar Expanded",
      "DataBar Expanded Stacked",
      "EAN/UPC",
      "EAN-13",
      "EAN-8",
      "ISBN",
      "UPC-A",
      "UPC-E",
      "Telepen",
      "Telepen Alpha",
      "Telepen Numeric",
      "DX Film Edge",
      "PDF417",
      "Compact PDF417",
      "MicroPDF417",
      "Aztec",
      "Aztec Code",
      "Aztec Rune",
      "QR Code",
      "QR Code Model 1",
      "QR Code Model 2",
      "Micro QR Code",
      "rMQR Code",
      "Data Matrix",
      "MaxiCode",
  });
  return names;
}

std::optional<std::string_view> symbology_from(std::string_view name) {
  const auto found =
      std::ranges::find_if(symbologies(), [wanted = plain(name)](const auto& known) { return plain(known) == wanted; });
  return found == symbologies().end() ? std::nullopt : std::optional<std::string_view>(*found);
}

}  // namespace docmill
