// PDFium with Debian's fonts, started once for all tests of the program.
#pragma once

#include <gtest/gtest.h>

#include "extract/pdf/pdf.h"

namespace docmill {

// Packages fonts-liberation and fonts-droid-fallback.
inline constexpr const char* test_fonts = "/usr/share/fonts/truetype/liberation:/usr/share/fonts/truetype/droid";

class PdfEnvironment : public ::testing::Environment {
 public:
  void SetUp() override {
    const auto started = pdf::initialise(test_fonts);
    ASSERT_TRUE(started) << started.error().text();
  }
};

inline ::testing::Environment* const pdf_environment = ::testing::AddGlobalTestEnvironment(new PdfEnvironment);

}  // namespace docmill
