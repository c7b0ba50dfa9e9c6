#include "extract/ocr/ocr.h"

#include <fmt/format.h>
#include <tesseract/baseapi.h>
#include <tesseract/resultiterator.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <optional>
#include <utility>

#include "extract/text/clean.h"

namespace docmill::ocr {
namespace {

constexpr std::uint32_t side_px_max = 32'767;  // Tesseract keeps coordinates in 16 bits
constexpr std::uint32_t side_px_min = 3;       // nothing to read, and Tesseract's scaling refuses it

// A scan without a resolution is most often a whole page: A4 and Letter are 11 to 12 inches long.
int dpi_for(const GrayImage& image) {
  if (image.dpi > 0) return static_cast<int>(std::lround(image.dpi));
  return static_cast<int>(std::clamp(std::max(image.width_px, image.height_px) / 11.0, 200.0, 300.0));
}

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

// Boxes are what the iterator gives, in pixels with the origin at the top left.
std::optional<Word> word_at(const tesseract::ResultIterator& results) {
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

std::vector<Word> words_of(tesseract::ResultIterator& results) {
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

bool has_no_room_for_text(const GrayImage& image) { return std::min(image.width_px, image.height_px) < side_px_min; }

}  // namespace

struct Recogniser::State {
  tesseract::TessBaseAPI tesseract;
};

Recogniser::Recogniser(std::unique_ptr<State> state) : state_(std::move(state)) {}
Recogniser::Recogniser(Recogniser&&) noexcept = default;
Recogniser& Recogniser::operator=(Recogniser&&) noexcept = default;
Recogniser::~Recogniser() = default;

Result<Recogniser> Recogniser::create(const std::string& tessdata_dir, const std::string& languages) {
  if (const Result<void> models = check_models(tessdata_dir, languages); !models)
    return std::unexpected(models.error());
  auto state = std::make_unique<State>();
  if (state->tesseract.Init(tessdata_dir.c_str(), languages.c_str(), tesseract::OEM_LSTM_ONLY) != 0)
    return fail(ErrorKind::not_found, tessdata_dir, fmt::format("Tesseract cannot load the models of '{}'", languages));
  state->tesseract.SetPageSegMode(tesseract::PSM_AUTO);
  // Both would carry what was read on one page over to the next.
  state->tesseract.SetVariable("classify_enable_learning", "0");
  state->tesseract.SetVariable("tessedit_enable_doc_dict", "0");
  return Recogniser(std::move(state));
}

Result<Recognition> Recogniser::recognise(const GrayImage& image) {
  if (std::max(image.width_px, image.height_px) > side_px_max)
    return fail(
        ErrorKind::limit_pixels, "",
        fmt::format("{} x {} pixels; OCR takes at most {} a side", image.width_px, image.height_px, side_px_max));
  if (has_no_room_for_text(image)) return Recognition{};
  tesseract::TessBaseAPI& tesseract = state_->tesseract;
  const int width = static_cast<int>(image.width_px);
  tesseract.SetImage(image.pixels.data(), width, static_cast<int>(image.height_px), 1, width);
  tesseract.SetSourceResolution(dpi_for(image));
  Recognition recognition;
  const bool refused = tesseract.Recognize(nullptr) != 0;
  if (!refused) {
    const std::unique_ptr<tesseract::ResultIterator> results(tesseract.GetIterator());
    if (results) recognition.words = words_of(*results);
  }
  tesseract.Clear();
  tesseract.ClearAdaptiveClassifier();
  if (refused) return fail(ErrorKind::corrupt, "", "Tesseract refuses the image");
  recognition.text = join(recognition.words);
  recognition.confidence = mean_confidence(recognition.words);
  return recognition;
}

}  // namespace docmill::ocr
