// Runs that look for codes.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <span>

#include "unit/extract/recording_sink.h"
#include "unit/extract/warm.h"

namespace docmill::extract {

inline Options for_codes() {
  Options options;
  options.recipe.outputs = {OutputId::codes};
  options.recipe.ocr = OcrMode::never;
  options.recogniser_available = true;
  return options;
}

inline RecordingSink run(std::span<const std::byte> document, const Options& options) {
  RecordingSink sink;
  EXPECT_TRUE(warm_ocr());
  EXPECT_TRUE(extract(document, options, sink));
  return sink;
}

}  // namespace docmill::extract
