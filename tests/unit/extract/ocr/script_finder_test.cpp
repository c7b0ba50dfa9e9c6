// Scripts but Latin are told on pages drawn in tests/e2e/test_ocr_scripts.py.
#include "extract/ocr/script_finder.h"

#include <gtest/gtest.h>

#include "unit/extract/ocr/drawing.h"

namespace docmill::ocr {
namespace {

TEST(ScriptFinder, TellsAScriptWhicheverWayUpItStands) {
  ScriptFinder finder = ScriptFinder::load({"/usr/share/tesseract-ocr/5/tessdata"}).value();
  const GrayImage page = written("Seven quick foxes\njump over 52 lazy\ndogs and then rest");
  for (const int clockwise : {0, 1, 2, 3}) {
    const Script* script = finder.script_of(turned_by_quarters(page, clockwise));
    ASSERT_NE(script, nullptr) << clockwise;
    EXPECT_EQ(script->name, "latin");
  }
  EXPECT_EQ(finder.script_of(paper(1000, 1000)), nullptr);
  EXPECT_EQ(finder.script_of(written("ab")), nullptr);
}

TEST(ScriptFinder, WithoutItsModelIsNotFound) {
  const auto finder = ScriptFinder::load({"/nowhere"});
  ASSERT_FALSE(finder);
  EXPECT_EQ(finder.error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace docmill::ocr
