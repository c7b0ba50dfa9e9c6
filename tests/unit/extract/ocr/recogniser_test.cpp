// Written lines, turned and spoilt: what comes back, and where it stands.
#include <gtest/gtest.h>

#include <filesystem>
#include <numeric>

#include "extract/image/image.h"
#include "extract/merge.h"
#include "extract/ocr/components.h"
#include "extract/ocr/ocr.h"
#include "unit/extract/image/fixtures.h"
#include "unit/extract/ocr/drawing.h"

namespace docmill::ocr {
namespace {

constexpr const char* tessdata = "/usr/share/tesseract-ocr/5/tessdata";
constexpr const char* lines = "Seven quick foxes\njump over 52 lazy\ndogs and then rest";

Recogniser recogniser_of(const std::string& languages) {
  Result<Recogniser> created = Recogniser::create({tessdata}, languages);
  if (!created) throw std::runtime_error(created.error().text());
  return *std::move(created);
}

Recognition recognise(const GrayImage& image) {
  static Recogniser recogniser = recogniser_of("eng");
  return recogniser.recognise(image).value();
}

std::string text_of(const Recognition& recognition) {
  return extract::text_of(extract::blocks_of(extract::place_words(recognition.words, {.dpi = 72})));
}

std::string in_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    if (!blank)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  return line;
}

/// In capitals and digits nothing rises or descends: how the page stands is seen by reading it.
constexpr const char* capitals = "HARBOUR BOARD PAID IN FULL 1874";

TEST(Recogniser, EveryQuarterTurnIsUndone) {
  const GrayImage page = written(lines);
  for (const int clockwise : {0, 1, 2, 3}) {
    const Recognition recognition = recognise(turned_by_quarters(page, clockwise));
    EXPECT_EQ(text_of(recognition), lines) << clockwise;
    EXPECT_EQ(recognition.rotation_deg, (360 - (clockwise * 90)) % 360);
  }
}

TEST(Recogniser, LettersWithoutAscendersAreTurnedByWhatTheySay) {
  const GrayImage page = written(capitals);
  for (const int clockwise : {0, 1, 2, 3}) {
    const Recognition recognition = recognise(turned_by_quarters(page, clockwise));
    EXPECT_EQ(in_one_line(text_of(recognition)), capitals) << clockwise;
    EXPECT_EQ(recognition.rotation_deg, (360 - (clockwise * 90)) % 360);
  }
}

TEST(Recogniser, OneShortLineUpsideDownIsRead) {
  for (const char* label : {"Lamp oil", "Tin box 7", "Appendix B"}) {
    const Recognition recognition = recognise(turned_by_quarters(written(label), 2));
    EXPECT_EQ(text_of(recognition), label);
    EXPECT_EQ(recognition.rotation_deg, 180);
  }
}

TEST(Recogniser, BoxesAreThoseOfTheImageThatWasGiven) {
  const GrayImage page = written("Lamp oil");
  const Recognition upright = recognise(page), turned = recognise(turned_by_quarters(page, 1));
  ASSERT_EQ(upright.words.size(), 2);
  ASSERT_EQ(turned.words.size(), 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const Word &before = upright.words[i], &after = turned.words[i];
    // Clockwise by a quarter: x becomes y, and y is counted from the right.
    EXPECT_NEAR(after.top_px, before.left_px, 6);
    EXPECT_NEAR(after.bottom_px, before.right_px, 6);
    EXPECT_NEAR(after.right_px, 1000 - before.top_px, 6);
    EXPECT_NEAR(after.left_px, 1000 - before.bottom_px, 6);
  }
}

TEST(Recogniser, SkewIsUndone) {
  for (const double skew_deg : {-13.0, 6.0, 14.0})
    EXPECT_EQ(text_of(recognise(turned_by(written(lines), skew_deg))), lines) << skew_deg;
}

TEST(Recogniser, LightTextOnDarkPaperIsRead) {
  GrayImage page = written(lines);
  for (std::uint8_t& p : page.pixels) p = static_cast<std::uint8_t>(30 + ((255 - p) / 2));
  EXPECT_EQ(text_of(recognise(page)), lines);
}

TEST(Recogniser, ShadedTextIsRead) {
  GrayImage page = written(lines);
  for (std::uint32_t y = 0; y < page.height_px; ++y)
    for (std::uint32_t x = 0; x < page.width_px; ++x)
      pixel(page, x, y) = static_cast<std::uint8_t>(pixel(page, x, y) * (1 - (0.9 * x / page.width_px)));
  EXPECT_EQ(text_of(recognise(page)), lines);
}

TEST(Recogniser, GrainyTextIsRead) {
  GrayImage page = written(lines);
  for (std::uint8_t& p : page.pixels) p = static_cast<std::uint8_t>(40 + (p / 2));
  add_grain(page, 35);
  EXPECT_EQ(text_of(recognise(page)), lines);
}

TEST(Recogniser, SmallTextIsEnlarged) {
  const GrayImage page = written(lines);
  const image::PixPtr small(pixScale(to_pix(page).get(), 0.25F, 0.25F));
  EXPECT_EQ(text_of(recognise(to_image(small.get()))), lines);
}

TEST(Recogniser, ImagesOfAnyShapeAreTaken) {
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 900}, {32'767, 3}, {5, 20'000}}) {
    GrayImage image = paper(width, height, 200);
    EXPECT_EQ(text_of(recognise(image)), "") << width << " x " << height;
    add_grain(image, 40);
    EXPECT_EQ(text_of(recognise(image)), "") << width << " x " << height;
  }
}

void frame(GrayImage& page, std::uint32_t left, std::uint32_t top, std::uint32_t right, std::uint32_t bottom) {
  fill(page, left, top, right, top + 4);
  fill(page, left, bottom - 4, right, bottom);
  fill(page, left, top, left + 4, bottom);
  fill(page, right - 4, top, right, bottom);
}

/// One line and little paper around it.
GrayImage strip(const std::string& line) {
  GrayImage page = written(line);
  constexpr std::uint32_t above_px = 60, height_px = 360;  // the line begins at the top
  page.pixels.insert(page.pixels.begin(), std::size_t{page.width_px} * above_px, 255);
  page.height_px = height_px;
  page.pixels.resize(std::size_t{page.width_px} * height_px);
  return page;
}

/// Pages one below the other, as wide as the widest.
GrayImage stacked(const std::vector<GrayImage>& pages) {
  std::uint32_t width = 0, height = 0;
  for (const GrayImage& page : pages) {
    width = std::max(width, page.width_px);
    height += page.height_px;
  }
  GrayImage all = paper(width, height);
  std::uint32_t top = 0;
  for (const GrayImage& page : pages) {
    for (std::uint32_t y = 0; y < page.height_px; ++y)
      for (std::uint32_t x = 0; x < page.width_px; ++x)
        pixel(all, x, top + y) = page.pixels[(std::size_t{y} * page.width_px) + x];
    top += page.height_px;
  }
  return all;
}

TEST(Recogniser, TextInBoxesIsReadAndTheBoxesAreNot) {
  std::vector<GrayImage> rows;
  for (const char* line : {"Seven quick foxes", "jump over 52 lazy", "dogs and then rest"}) {
    GrayImage row = strip(line);
    std::uint32_t left = 1600, top = row.height_px, right = 0, bottom = 0;
    for (const Component& c : find_ink(row, 128).components) {
      left = std::min(left, static_cast<std::uint32_t>(c.left));
      top = std::min(top, static_cast<std::uint32_t>(c.top));
      right = std::max(right, static_cast<std::uint32_t>(c.right));
      bottom = std::max(bottom, static_cast<std::uint32_t>(c.bottom));
    }
    frame(row, left - 20, top - 20, right + 20, bottom + 20);
    rows.push_back(std::move(row));
  }
  // Empty boxes of the size of letters: a comb that nobody has filled in.
  GrayImage comb = paper(1600, 120);
  for (std::uint32_t box = 110; box < 900; box += 80) frame(comb, box, 20, box + 60, 80);
  rows.push_back(std::move(comb));
  EXPECT_EQ(in_one_line(text_of(recognise(stacked(rows)))), in_one_line(lines));
}

TEST(Recogniser, SmallPrintUnderGiantTypeIsReadAtItsOwnScale) {
  const image::PixPtr giant(pixScale(to_pix(strip("Paid in full")).get(), 4, 4));
  const GrayImage page = stacked({to_image(giant.get()), strip("Of copper wire")});
  EXPECT_EQ(in_one_line(text_of(recognise(page))), "Paid in full Of copper wire");
}

TEST(Recogniser, ALongReceiptIsReadToItsEnd) {
  std::vector<GrayImage> rows;
  std::string receipt;
  const std::vector<std::string> goods{"lamp oil 350", "tin box 1275", "oak plank 810", "door handle 695"};
  for (std::size_t line = 0; line < 80; ++line) {
    rows.push_back(strip(goods[line % goods.size()]));
    receipt += goods[line % goods.size()] + " ";
  }
  EXPECT_EQ(in_one_line(text_of(recognise(stacked(rows)))) + " ", receipt);
}

TEST(Recogniser, LettersOfAScriptThatNoModelHasAreToldAsUnread) {
  // Lines of signs that are no letters of any language.
  GrayImage page = paper(1400, 700);
  for (std::uint32_t line = 0; line < 6; ++line)
    for (std::uint32_t sign = 0; sign < 30; ++sign) {
      const std::uint32_t left = 100 + (sign * 38) + (sign / 6 * 20), top = 80 + (line * 80),
                          kind = (sign * 7 + line) % 3;
      fill(page, left, top, left + 6, top + 34);
      fill(page, left, top + (kind * 14), left + 26, top + (kind * 14) + 6);
      fill(page, left + 20, top + 8, left + 26, top + 34 - (kind * 6));
    }
  const Recognition recognition = recognise(page);
  if (recognition.words.empty()) {
    EXPECT_TRUE(recognition.is_unread);
  } else {
    // What was made of it is nothing to rely on.
    EXPECT_LT(extract::mean_confidence(extract::place_words(recognition.words, {.dpi = 72})).value(), 65);
  }
  EXPECT_FALSE(recognise(paper(1400, 700)).is_unread);
  EXPECT_FALSE(recognise(written(lines)).is_unread);
}

TEST(Recogniser, OfAlternativesTheOneThatFitsReads) {
  const GrayImage page = written(lines), label = written("Lamp oil");
  Recogniser two = recogniser_of("rus,eng");
  EXPECT_EQ(text_of(two.recognise(page).value()), lines);
  EXPECT_EQ(text_of(two.recognise(turned_by_quarters(page, 2)).value()), lines);
  EXPECT_EQ(text_of(two.recognise(label).value()), "Lamp oil");
  // The other one by itself cannot.
  EXPECT_NE(text_of(recogniser_of("rus").recognise(page).value()), lines);
}

TEST(Recogniser, TextDoesNotDependOnPagesBefore) {
  const GrayImage first = written("Qvixote rnodern clarn 1ll0O"), second = written("modern claim illOO");
  for (const std::string languages : {"eng", "rus,eng"}) {
    Recogniser fresh = recogniser_of(languages), used = recogniser_of(languages);
    const Recognition alone = fresh.recognise(second).value();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(used.recognise(first));
    const Recognition after = used.recognise(second).value();
    EXPECT_NE(text_of(alone), "");
    ASSERT_EQ(after.words.size(), alone.words.size());
    for (std::size_t i = 0; i < alone.words.size(); ++i) {
      EXPECT_EQ(after.words[i].text, alone.words[i].text);
      EXPECT_EQ(after.words[i].confidence, alone.words[i].confidence);
    }
  }
}

TEST(Recogniser, ModelsMayLieInSeveralFolders) {
  const std::filesystem::path own = std::filesystem::path(testing::TempDir()) / "own_models";
  std::filesystem::create_directories(own);
  std::filesystem::copy_file(std::filesystem::path(tessdata) / "eng.traineddata", own / "mine.traineddata",
                             std::filesystem::copy_options::overwrite_existing);
  for (const char* languages : {"mine", "mine+deu", "deu+mine", "mine,deu"}) {
    auto created = Recogniser::create({own, tessdata}, languages);
    ASSERT_TRUE(created) << created.error().text();
    EXPECT_EQ(in_one_line(text_of(created->recognise(written(lines)).value())), in_one_line(lines)) << languages;
  }
  std::filesystem::remove_all(own);
}

TEST(Recogniser, ALanguageThatNobodyHasIsToldAsSuch) {
  for (const char* languages : {"eng+xyz_abc", "eng,xyz_abc"}) {
    const auto created = Recogniser::create({tessdata}, languages);
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, ErrorKind::not_found);
    EXPECT_NE(created.error().text().find("Debian has no model of that name"), std::string::npos)
        << created.error().text();
  }
}

// Read with a model that has no such letters, and looked at by one that tells scripts.
TEST(Recogniser, AScriptThatNoLanguageHasIsTold) {
  const GrayImage page = written("Seven quick foxes\njump over 52 lazy\ndogs and then rest\nbeside the warm oven");
  const Recognition told = recogniser_of("rus,osd").recognise(page).value();
  EXPECT_EQ(told.unread_script, "unread_script_latin");
  EXPECT_TRUE(told.is_unread);
  for (const char* languages : {"rus", "rus,eng,osd", "eng,osd"})
    EXPECT_EQ(recogniser_of(languages).recognise(page).value().unread_script, "") << languages;
}

TEST(Recogniser, SidesLongerThanTesseractsCoordinatesAreLimitPixels) {
  Recogniser recogniser = recogniser_of("eng");
  const auto recognition = recogniser.recognise(paper(32'768, 10));
  ASSERT_FALSE(recognition);
  EXPECT_EQ(recognition.error().kind, ErrorKind::limit_pixels);
  EXPECT_TRUE(recogniser.recognise(paper(32'767, 10)));
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (const char in_a : a) {
    std::size_t diagonal = std::exchange(row[0], row[0] + 1);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (in_a == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row.back();
}

TEST(Recogniser, ReadsAScannedPageWithFewErrors) {
  const Bytes png = read_file(corpus("ocr/linn.png"));
  if (png.empty()) GTEST_SKIP() << "no corpus";
  const auto headers = image::read_headers(png, Format::png);
  const Recognition recognition = recognise(image::decode(png, Format::png, headers->front(), Limits{}).value().image);
  const Bytes truth_bytes = read_file(corpus("ocr/linn.txt"));
  const std::string truth = in_one_line({reinterpret_cast<const char*>(truth_bytes.data()), truth_bytes.size()});
  const std::size_t errors = edit_distance(in_one_line(text_of(recognition)), truth);
  EXPECT_LT(static_cast<double>(errors) / static_cast<double>(truth.size()), 0.03) << text_of(recognition);
  for (const Word& word : recognition.words) {
    EXPECT_GE(word.confidence, 0);
    EXPECT_LE(word.confidence, 100);
  }
}

TEST(Recogniser, PagesWithoutTextHaveNoWords) {
  GrayImage grainy = paper(1200, 1600, 200);
  add_grain(grainy, 25);
  GrayImage punched = paper(1200, 1600, 245);
  fill(punched, 0, 0, 45, 1600, 15);
  fill(punched, 0, 0, 1200, 25, 30);
  for (const std::uint32_t y : {400U, 800U, 1200U}) fill(punched, 60, y, 100, y + 40, 20);
  GrayImage dirty = paper(1200, 1600);
  std::mt19937 random(3);  // NOLINT(bugprone-random-generator-seed,cert-msc32-c,cert-msc51-cpp): the same every time
  for (int i = 0; i < 900; ++i) {
    const std::uint32_t x = random() % 1180, y = random() % 1580;
    fill(dirty, x, y, x + 1 + (random() % 7), y + 1 + (random() % 7), 60);
  }
  for (const GrayImage& page : {grainy, punched, dirty, paper(1200, 1600), paper(1200, 1600, 0)}) {
    const Recognition recognition = recognise(page);
    EXPECT_TRUE(recognition.words.empty()) << text_of(recognition);
    EXPECT_EQ(recognition.rotation_deg, 0);
  }
}

}  // namespace
}  // namespace docmill::ocr
