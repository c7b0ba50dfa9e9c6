// What the readers of all kinds of documents share.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "document/ocr_reason.h"
#include "document/page_choice.h"
#include "extract/extract.h"
#include "extract/recogniser.h"

namespace docmill::extract {

inline constexpr double points_per_inch = 72;

/// What every page of a document is read with.
struct Reading {
  const Options& options;
  Sink& sink;
  Recogniser* recogniser;        // null when this process has none
  std::uint32_t page_count = 0;  // of the whole document, once it is open
};

/// A row, or nothing when the page waits for a recogniser in another process.
using PageResult = std::optional<PageRow>;

/// Not where nobody asks for what it reads: an output that is made alone repeats no OCR of those that stand.
inline bool ocr_is_allowed(const Options& options) {
  const Outputs& outputs = options.recipe.outputs;
  return !options.safe_profile && options.recipe.ocr != OcrMode::never &&
         (outputs.has(OutputId::text) || outputs.has(OutputId::words) || outputs.has(OutputId::links));
}

inline PageRow failed(PageRow row, const Error& error) {
  row.error_kind = error.kind;
  row.error_message = error.message;
  return row;
}

inline void warn(PageRow& row, std::string_view code) { row.warnings.emplace_back(code); }

inline void warn_once(PageRow& row, std::string_view code) {
  if (std::ranges::find(row.warnings, code) == row.warnings.end()) warn(row, code);
}

inline bool wants(const Reading& reading, OutputId output) { return reading.options.recipe.outputs.has(output); }

/// With their boxes: links tell which words stand under them.
inline bool wants_words(const Reading& reading) {
  return wants(reading, OutputId::words) || wants(reading, OutputId::links);
}

/// Code points that are no white space.
std::uint32_t count_non_white(std::string_view utf8);

}  // namespace docmill::extract
