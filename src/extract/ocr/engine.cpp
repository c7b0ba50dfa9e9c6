#include "extract/ocr/engine.h"

#include <fmt/format.h>
#include <tesseract/baseapi.h>
#include <tesseract/resultiterator.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "extract/ocr/models.h"
#include "extract/text/clean.h"

namespace docmill::ocr {
namespace {

constexpr std::uint32_t side_px_min = 3;  // nothing to read, and Tesseract's scaling refuses it
constexpr int dpi = 200;                  // at which letters of 10 to 11 points are Engine::letter_px high

// Boxes are what the iterator gives, in pixels with the origin at the top left.
std::optional<Word> word_at(const tesseract::LTRResultIterator& results) {
  const std::unique_ptr<char[]> raw(results.GetUTF8Text(tesseract::RIL_WORD));
  if (!raw) return std::nullopt;
  const icu::UnicodeString utf16 = icu::UnicodeString::fromUTF8(raw.get());
  Word word;
  word.text = text::clean({utf16.getBuffer(), static_cast<std::size_t>(utf16.length())}).text;
  word.confidence = results.Confidence(tesseract::RIL_WORD);
  const bool blank = word.text.find_first_not_of(" \t\n") == std::string::npos;
  if (blank || !(word.confidence >= 0)) return std::nullopt;
  results.BoundingBox(tesseract::RIL_WORD, &word.left_px, &word.top_px, &word.right_px, &word.bottom_px);
  return word;
}

// Counts only lines and blocks that have words, so that indices have no gaps.
class Position {
 public:
  void begin_line() { line_is_new_ = true; }
  void begin_block() { block_is_new_ = true; }

  void place(Word& word) {
    if (std::exchange(line_is_new_, false)) ++lines_;
    if (std::exchange(block_is_new_, false)) ++blocks_;
    word.line_index = lines_ - 1;
    word.block_index = blocks_ - 1;
  }

 private:
  std::uint32_t lines_ = 0, blocks_ = 0;
  bool line_is_new_ = true, block_is_new_ = true;
};

std::vector<Word> words_of(tesseract::LTRResultIterator& results) {
  std::vector<Word> words;
  Position position;
  do {
    if (results.IsAtBeginningOf(tesseract::RIL_BLOCK)) position.begin_block();
    if (results.IsAtBeginningOf(tesseract::RIL_TEXTLINE)) position.begin_line();
    if (std::optional<Word> word = word_at(results)) {
      position.place(*word);
      words.push_back(*std::move(word));
    }
  } while (results.Next(tesseract::RIL_WORD));
  return words;
}

bool runs_right_to_left(const Word& word) {
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(word.text);
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UCharDirection direction = u_charDirection(text.char32At(i));
    if (direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC) return true;
  }
  return false;
}

/// The iterator in reading order looks at a whole line at every step, the one from left to right does not.
std::vector<Word> words_of(tesseract::ResultIterator& in_reading_order) {
  tesseract::LTRResultIterator left_to_right(in_reading_order);
  std::vector<Word> words = words_of(left_to_right);
  if (std::ranges::any_of(words, runs_right_to_left))
    words = words_of(static_cast<tesseract::LTRResultIterator&>(in_reading_order));
  return words;
}

}  // namespace

struct Engine::State {
  tesseract::TessBaseAPI tesseract;
};

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Result<Engine> Engine::load(const TessdataDirs& tessdata_dirs, const std::string& languages) {
  auto state = std::make_unique<State>();
  tesseract::TessBaseAPI& tesseract = state->tesseract;
  if (!load_models(tesseract, tessdata_dirs, languages, tesseract::OEM_LSTM_ONLY))
    return fail(ErrorKind::not_found, languages, "Tesseract cannot load the models of these languages");
  // Paragraphs are not asked for.
  tesseract.SetVariable("paragraph_text_based", "0");
  return Engine(std::move(state));
}

Result<std::vector<Word>> Engine::read(const GrayImage& image, Layout layout) {
  if (std::min(image.width_px, image.height_px) < side_px_min) return {};
  tesseract::TessBaseAPI& tesseract = state_->tesseract;
  const auto width = static_cast<int>(image.width_px), height = static_cast<int>(image.height_px);
  tesseract.SetPageSegMode(layout == Layout::page ? tesseract::PSM_AUTO : tesseract::PSM_SINGLE_BLOCK);
  tesseract.SetImage(image.pixels.data(), width, height, 1, width);
  tesseract.SetSourceResolution(dpi);
  std::vector<Word> words;
  const bool refused = tesseract.Recognize(nullptr) != 0;
  if (!refused) {
    const std::unique_ptr<tesseract::ResultIterator> results(tesseract.GetIterator());
    if (results) words = words_of(*results);
  }
  tesseract.Clear();
  if (refused) return fail(ErrorKind::corrupt, "", "Tesseract refuses the image");
  return words;
}

}  // namespace docmill::ocr
