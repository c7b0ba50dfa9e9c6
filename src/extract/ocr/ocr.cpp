#include "extract/ocr/ocr.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "document/ocr_languages.h"
#include "extract/ocr/believable.h"
#include "extract/ocr/reading_order.h"

namespace docmill::ocr {
namespace {

constexpr std::uint32_t side_px_max = 32'767;  // Tesseract keeps coordinates in 16 bits

/// The quarter turn that puts letters on their feet if they stand as Latin ones do.
std::int32_t likely_turn_deg(const TextLines& lines) {
  constexpr double clearly = 0.9;  // a few letters are no evidence against a page's being upright
  if (lines.vertical) return lines.standing >= 1 ? 90 : 270;
  return lines.standing >= clearly ? 0 : 180;
}

/// A label: little enough to be read twice, and too little for a page's layout to be found in.
bool is_short(const Page& page) {
  constexpr std::size_t letters_max = 40;
  return page.lines.letters.size() < letters_max;
}

/// Of a page that can be read the mean confidence of characters is above 85, of one upside down about 30. A few words
/// upside down may come near 80.
double clarity_min(const Page& page) { return is_short(page) ? 90 : 75; }

/// Tesseract takes sparse tables and blurred text for pictures now and then. Letters that touch count as one, so that
/// a page has at least as many characters as it has letters by their boxes.
bool text_is_missing(const Page& page, double evidence) {
  constexpr double share_min = 0.6;
  return evidence < share_min * static_cast<double>(page.lines.letters.size());
}

void put_on_page(Word& word, const Placement& placement) {
  const Box box = placement.on_page(Box{.left = static_cast<double>(word.left_px),
                                        .top = static_cast<double>(word.top_px),
                                        .right = static_cast<double>(word.right_px),
                                        .bottom = static_cast<double>(word.bottom_px)});
  word.left_px = static_cast<std::int32_t>(std::floor(box.left));
  word.top_px = static_cast<std::int32_t>(std::floor(box.top));
  word.right_px = static_cast<std::int32_t>(std::ceil(box.right));
  word.bottom_px = static_cast<std::int32_t>(std::ceil(box.bottom));
}

/// Code points of UTF-8.
std::ptrdiff_t characters_in(const std::string& text) {
  return std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; });
}

}  // namespace

Result<Recogniser> Recogniser::create(const TessdataDirs& tessdata_dirs, const std::string& languages) {
  if (const Result<void> found = check_ocr_languages(tessdata_dirs, languages); !found)
    return std::unexpected(found.error());
  std::vector<Engine> engines;
  for (const std::string& alternative : ocr_alternatives(languages)) {
    Result<Engine> engine = Engine::load(tessdata_dirs, alternative);
    if (!engine) return std::unexpected(std::move(engine).error());
    engines.push_back(*std::move(engine));
  }
  return Recogniser(std::move(engines));
}

Result<Recognition> Recogniser::recognise(const GrayImage& image) {
  if (std::max(image.width_px, image.height_px) > side_px_max)
    return fail(
        ErrorKind::limit_pixels, "",
        fmt::format("{} x {} pixels; OCR takes at most {} a side", image.width_px, image.height_px, side_px_max));
  if (image.pixels.empty()) return Recognition{};
  const Page page = prepare(image);
  if (page.lines.letters.empty()) return Recognition{};
  Result<Reading> reading = read_clearly(page);
  if (!reading) return std::unexpected(std::move(reading).error());
  Recognition recognition{.words = in_reading_order(believable(std::move(reading->words))), .rotation_deg = 0};
  if (!recognition.words.empty()) recognition.rotation_deg = reading->manner.turn_deg;
  for (Word& word : recognition.words) put_on_page(word, reading->placement);
  return recognition;
}

/// With one language most pages are read once, as they seem to stand.
Result<Recogniser::Reading> Recogniser::read_clearly(const Page& page) {
  const Manner likely{.turn_deg = likely_turn_deg(page.lines), .engine = 0};
  if (engines_.size() > 1) {
    const Result<Manner> clearest = clearest_manner(page, likely.turn_deg);
    return clearest ? read_all(page, *clearest) : std::unexpected(clearest.error());
  }
  Result<Reading> reading = read_all(page, likely);
  if (!reading || reading->clarity >= clarity_min(page)) return reading;
  const Result<Manner> clearest = clearest_manner(page, likely.turn_deg);
  if (!clearest) return std::unexpected(clearest.error());
  return *clearest == likely ? std::move(reading) : read_all(page, *clearest);
}

/// By a few lines, turned as they seem to stand, and in other ways only where no language makes sense of them so.
Result<Recogniser::Manner> Recogniser::clearest_manner(const Page& page, std::int32_t likely_deg) {
  const Box sample = sample_of(page);
  Manner clearest{.turn_deg = likely_deg, .engine = 0};
  double clarity = 0;
  for (const std::int32_t more_deg : {0, 180, 90, 270}) {
    for (std::size_t engine = 0; engine < engines_.size(); ++engine) {
      const Manner manner{.turn_deg = (likely_deg + more_deg) % 360, .engine = engine};
      const Result<Reading> reading = read(page, sample, manner, Layout::lines);
      if (!reading) return std::unexpected(reading.error());
      if (reading->clarity > clarity) clearest = manner;
      clarity = std::max(clarity, reading->clarity);
    }
    if (clarity >= clarity_min(page)) break;
  }
  return clearest;
}

Result<Recogniser::Reading> Recogniser::read_all(const Page& page, Manner manner) {
  if (is_short(page)) return read(page, page.text, manner, Layout::lines);
  Result<Reading> reading = read(page, page.text, manner, Layout::page);
  if (!reading || !text_is_missing(page, reading->evidence)) return reading;
  Result<Reading> all_lines = read(page, page.text, manner, Layout::lines);
  return !all_lines || all_lines->evidence > reading->evidence ? all_lines : reading;
}

Result<Recogniser::Reading> Recogniser::read(const Page& page, const Box& part, Manner manner, Layout layout) {
  Reading reading{.manner = manner, .words = {}, .placement = upright(page, part, manner.turn_deg, Engine::letter_px)};
  Result<std::vector<Word>> words = engines_[manner.engine].read(resample(page.image, reading.placement), layout);
  if (!words) return std::unexpected(std::move(words).error());
  reading.words = *std::move(words);
  double characters = 0;
  for (const Word& word : reading.words) {
    const auto count = static_cast<double>(characters_in(word.text));
    characters += count;
    reading.evidence += count * word.confidence / 100;
  }
  if (characters > 0) reading.clarity = 100 * reading.evidence / characters;
  return reading;
}

}  // namespace docmill::ocr
