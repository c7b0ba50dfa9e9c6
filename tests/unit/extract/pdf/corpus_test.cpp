// Odd and damaged documents of other projects' test suites.
#include <gtest/gtest.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "unit/extract/pdf/environment.h"
#include "unit/extract/pdf/tiny_pdf.h"

namespace docmill::pdf {
namespace {

const std::filesystem::path robust = std::filesystem::path(DOCMILL_SOURCE_DIR) / "../shared/corpus/robust";

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool is_utf8(const std::string& text) {
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size;) {
    UChar32 c = 0;
    U8_NEXT(text.data(), at, size, c);
    if (c < 0) return false;
  }
  return true;
}

struct Counts {
  int documents = 0, opened = 0, with_text = 0, with_annotations = 0, with_forms = 0;
};

/// Without white space: a line that consists of it alone may go.
std::string letters_of(std::string_view text) {
  std::string letters;
  std::ranges::copy_if(text, std::back_inserter(letters), [](char c) { return c != ' ' && c != '\t' && c != '\n'; });
  return letters;
}

std::string joined(const std::vector<TextLine>& lines) {
  std::string text;
  for (const TextLine& line : lines) text += line.text;
  return text;
}

void read_pages(Document& document, Counts& counts) {
  bool text = false, annotations = false, forms = false;
  for (std::uint32_t i = 0; i < std::min(document.page_count(), 30U); ++i) {
    auto page = document.load_page(PageIndex{i});
    if (!page) continue;
    const auto found = page->text();
    if (!found) continue;
    EXPECT_TRUE(is_utf8(found->page));
    text |= !found->page.empty();
    annotations |= !found->annotations.empty();
    forms |= !found->forms.empty();
    EXPECT_EQ(letters_of(joined(page->lines())), letters_of(found->page));
    for (const Rect& image : page->content().images) {
      EXPECT_LT(image.left, image.right);
      EXPECT_LE(image.bottom, page->height_pt() + 0.1);
    }
    page->drawn();
    const auto image = page->render(Dpi{36}, Limits{});
    EXPECT_TRUE(!image || image->pixels.size() == std::size_t{image->width_px} * image->height_px);
  }
  counts.with_text += text;
  counts.with_annotations += annotations;
  counts.with_forms += forms;
}

// More than these is a gain to be kept: raise the number.
TEST(PdfCorpus, EveryRobustDocumentIsReadOrRefused) {
  if (!std::filesystem::exists(robust)) GTEST_SKIP() << robust << " is absent";
  Counts counts;
  for (const auto& entry : std::filesystem::directory_iterator(robust)) {
    if (entry.path().extension() != ".pdf") continue;
    SCOPED_TRACE(entry.path().filename());
    ++counts.documents;
    const std::string bytes = read(entry.path());
    auto document = Document::open(bytes_of(bytes), {});
    if (!document) continue;
    ++counts.opened;
    read_pages(*document, counts);
  }
  EXPECT_EQ(counts.documents, 308);
  EXPECT_EQ(counts.opened, 301);
  EXPECT_EQ(counts.with_text, 201);  // of two more, all text is white on white, or outside of the page
  EXPECT_EQ(counts.with_annotations, 16);
  EXPECT_EQ(counts.with_forms, 16);
}

}  // namespace
}  // namespace docmill::pdf
