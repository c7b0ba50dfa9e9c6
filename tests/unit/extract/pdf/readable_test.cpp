#include "extract/pdf/readable.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "unit/extract/pdf/environment.h"
#include "unit/extract/pdf/tiny_pdf.h"

namespace docmill::pdf {
namespace {

const std::string junk(2000, 'x');

std::string text_of(const std::string& pdf) {
  auto document = Document::open(bytes_of(pdf), {});
  if (!document) return document.error().text();
  auto page = document->load_page(PageIndex{0});
  return page ? page->text()->page : page.error().text();
}

const std::string plain = OnePage{.content = show("(plain)")}.pdf();

/// With every offset of the table raised by `shift`.
std::string with_offsets_from(const std::string& pdf, std::size_t shift) {
  std::string result = pdf;
  const std::size_t table = pdf.find("xref\n");
  for (std::size_t row = pdf.find("00000 n", table); row != std::string::npos; row = pdf.find("00000 n", row + 1)) {
    char offset[11];
    std::snprintf(offset, sizeof offset, "%010zu", std::stoul(pdf.substr(row - 11, 10)) + shift);
    result.replace(row - 11, 10, offset);
  }
  const std::size_t start = result.find("startxref\n") + 10;
  return result.replace(start, result.find('\n', start) - start, std::to_string(table + shift));
}

TEST(Readable, ADocumentThatBeginsWithItsHeaderIsNotCopied) {
  EXPECT_EQ(with_header_first(bytes_of(plain)).bytes().data(), bytes_of(plain).data());
}

TEST(Readable, JunkBeforeTheHeaderGoes) { EXPECT_EQ(text_of(junk + "\n" + plain), "plain"); }

TEST(Readable, OffsetsMayCountFromTheFilesFirstByte) {
  EXPECT_EQ(text_of(junk + "\n" + with_offsets_from(plain, junk.size() + 1)), "plain");
}

TEST(Readable, TheHeaderOfPostScriptIsReadAsOne) {
  std::string pdf = plain;
  pdf.replace(0, 8, "%!PS-Adobe-3.0 PDF-1.4");
  EXPECT_EQ(text_of(pdf), "plain");
  EXPECT_EQ(text_of(junk + "\n" + pdf), "plain");
}

TEST(Readable, WithoutAHeaderNothingIsChanged) {
  const std::string bytes = "%PD";
  EXPECT_EQ(with_header_first(bytes_of(bytes)).bytes().size(), bytes.size());
}

}  // namespace
}  // namespace docmill::pdf
