#include "extract/ocr/ocr.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <utility>

#include "extract/ocr/believable.h"
#include "extract/ocr/page.h"
#include "extract/ocr/placement.h"
#include "extract/ocr/reading_order.h"

namespace docmill::ocr {
namespace {

constexpr std::uint32_t side_px_max = 32'767;  // Tesseract keeps coordinates in 16 bits
constexpr std::uint32_t side_px_min = 3;       // nothing to read

std::vector<std::string> split_languages(const std::string& languages) {
  std::vector<std::string> names;
  for (std::size_t start = 0; start <= languages.size();) {
    const std::size_t end = std::min(languages.find('+', start), languages.size());
    names.push_back(languages.substr(start, end - start));
    start = end + 1;
  }
  return names;
}

std::string debian_package(std::string language) {
  std::ranges::replace(language, '_', '-');
  std::ranges::transform(language, language.begin(), [](unsigned char c) { return std::tolower(c); });
  return "tesseract-ocr-" + language;
}

Result<void> check_models(const std::string& tessdata_dir, const std::string& languages) {
  for (const std::string& language : split_languages(languages)) {
    const std::filesystem::path model = std::filesystem::path(tessdata_dir) / (language + ".traineddata");
    std::error_code error;
    if (!std::filesystem::is_regular_file(model, error))
      return fail(ErrorKind::not_found, model.string(),
                  fmt::format("no model for the OCR language '{}'; the Debian package {} has it", language,
                              debian_package(language)));
  }
  return {};
}

std::string_view separator(const Word& before, const Word& after) {
  if (before.block_index != after.block_index) return "\n\n";
  return before.line_index != after.line_index ? "\n" : " ";
}

std::string join(const std::vector<Word>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += separator(words[i - 1], words[i]);
    text += words[i].text;
  }
  return text;
}

std::optional<double> mean_confidence(const std::vector<Word>& words) {
  if (words.empty()) return std::nullopt;
  double sum = 0;
  for (const Word& word : words) sum += word.confidence;
  return sum / static_cast<double>(words.size());
}

/// Quarter turns, clockwise, that put the letters on their feet if they stand as Latin ones do.
std::int32_t likely_turn_deg(const TextLines& lines) {
  constexpr double clearly = 0.9;  // fewer letters than a line's are no evidence against a page's being upright
  if (lines.vertical) return lines.standing >= 1 ? 90 : 270;
  return lines.standing >= clearly ? 0 : 180;
}

/// The text alone, straight and upright, with letters as high as the models read them best.
Placement upright(const Page& page, std::int32_t turn_deg) {
  constexpr double step_min = 0.25, step_max = 4;
  constexpr double margin_in_letters = 1.5;
  const double step = std::clamp(page.lines.height_px / Engine::letter_px, step_min, step_max);
  const double margin = margin_in_letters * page.lines.height_px;
  const Point a = turned({.x = page.text.left - margin, .y = page.text.top - margin}, turn_deg);
  const Point b = turned({.x = page.text.right + margin, .y = page.text.bottom + margin}, turn_deg);
  const Box region{
      .left = std::min(a.x, b.x), .top = std::min(a.y, b.y), .right = std::max(a.x, b.x), .bottom = std::max(a.y, b.y)};
  return place({.turn_deg = turn_deg + page.lines.skew_deg, .step_x = step, .step_y = step}, region);
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

/// What one direction of reading gives. Boxes are those of the upright image.
struct Reading {
  std::int32_t turn_deg = 0;
  Placement placement;
  std::vector<Word> words;

  /// Confidence of all letters together: text the right way up has more of it than the same text upside down.
  double evidence() const {
    double sum = 0;
    for (const Word& word : words) sum += word.confidence * static_cast<double>(word.text.size());
    return sum;
  }

  /// Text that stands on its head, or is no text, is read with a confidence far below this one.
  bool convinces() const {
    constexpr double sure = 80;
    std::size_t letters = 0;
    for (const Word& word : words) letters += word.text.size();
    return letters > 0 && evidence() >= sure * static_cast<double>(letters);
  }
};

Result<Reading> read(Engine& engine, const Page& page, std::int32_t turn_deg) {
  Reading reading{.turn_deg = turn_deg, .placement = upright(page, turn_deg), .words = {}};
  Result<std::vector<Word>> words = engine.read(resample(page.image, reading.placement));
  if (!words) return std::unexpected(std::move(words).error());
  reading.words = believable(*std::move(words));
  return reading;
}

/// In the direction in which the letters seem to stand; where that does not convince, upside down as well.
Result<Reading> read_either_way_up(Engine& engine, const Page& page) {
  const std::int32_t turn_deg = likely_turn_deg(page.lines);
  Result<Reading> likely = read(engine, page, turn_deg);
  if (!likely || likely->convinces()) return likely;
  Result<Reading> other = read(engine, page, (turn_deg + 180) % 360);
  return other && other->evidence() > likely->evidence() ? other : likely;
}

}  // namespace

Result<Recogniser> Recogniser::create(const std::string& tessdata_dir, const std::string& languages) {
  if (const Result<void> models = check_models(tessdata_dir, languages); !models)
    return std::unexpected(models.error());
  Result<Engine> engine = Engine::load(tessdata_dir, languages);
  if (!engine) return std::unexpected(std::move(engine).error());
  return Recogniser(*std::move(engine));
}

Result<Recognition> Recogniser::recognise(const GrayImage& image) {
  if (std::max(image.width_px, image.height_px) > side_px_max)
    return fail(
        ErrorKind::limit_pixels, "",
        fmt::format("{} x {} pixels; OCR takes at most {} a side", image.width_px, image.height_px, side_px_max));
  if (std::min(image.width_px, image.height_px) < side_px_min) return Recognition{};
  const Page page = prepare(image);
  if (page.lines.letters.empty()) return Recognition{};
  Result<Reading> reading = read_either_way_up(engine_, page);
  if (!reading) return std::unexpected(std::move(reading).error());
  Recognition recognition;
  recognition.words = in_reading_order(std::move(reading->words));
  if (!recognition.words.empty()) recognition.rotation_deg = reading->turn_deg;
  for (Word& word : recognition.words) put_on_page(word, reading->placement);
  recognition.text = join(recognition.words);
  recognition.confidence = mean_confidence(recognition.words);
  return recognition;
}

}  // namespace docmill::ocr
