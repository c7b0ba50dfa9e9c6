// What each output of a page costs, one process, no sandbox, whether its words are its text, and its codes: a line of
// JSON a file.
//   outputs_loop [--ocr] OUTPUTS FILE...
// DOCMILL_FORMAT=png or jpeg in the environment has page images made so.
#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "base/base64.h"
#include "extract/extract.h"
#include "extract/recogniser.h"

namespace {

using namespace docmill;

double processor_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (1e3 * static_cast<double>(now.tv_sec)) + (1e-6 * static_cast<double>(now.tv_nsec));
}

/// Without any white space.
std::string squeezed(const std::string& text) {
  std::string result;
  const auto length = static_cast<std::int64_t>(text.size());
  for (std::int64_t at = 0; at < length;) {
    const std::int64_t from = at;
    UChar32 c = 0;
    U8_NEXT(text.data(), at, length, c);  // NOLINT(bugprone-inc-dec-in-conditions): ICU's macro
    if (u_isUWhiteSpace(c) == 0)
      result.append(text, static_cast<std::size_t>(from), static_cast<std::size_t>(at - from));
  }
  return result;
}

bool lies_on(const Rect& box, const PageRow& row) {
  return 0 <= box.left && box.left <= box.right && box.right <= row.width_pt.value_or(0) && 0 <= box.top &&
         box.top <= box.bottom && box.bottom <= row.height_pt.value_or(0);
}

/// Counts what comes.
class Counter final : public extract::Sink {
 public:
  bool document_opened(std::uint32_t /*page_count*/) override { return true; }
  void stage(std::uint32_t /*page_index*/, std::string_view name) override {
    const double now_ms = processor_ms();
    stage_ms[stage_] += now_ms - since_ms_;
    since_ms_ = now_ms;
    stage_ = name;
  }
  bool file(std::uint32_t /*page_index*/, const FileLabel& /*label*/, std::span<const std::byte> bytes) override {
    file_bytes += bytes.size();
    return true;
  }
  bool page_needs_ocr(std::uint32_t /*page_index*/) override {
    ++need_ocr;
    return true;
  }
  void ocr_decision(std::uint32_t /*page_index*/, OcrReason /*reason*/) override {}

  bool page(PageRow row) override {
    stage(row.page_index, "between");
    ++pages;
    text_bytes += row.text.size();
    words += row.words.size();
    std::string all;
    for (const PageWord& word : row.words) {
      all += word.text;
      off_page += lies_on(word.box, row) ? 0 : 1;
      without_box += word.box.right > word.box.left && word.box.bottom > word.box.top ? 0 : 1;
    }
    if (!row.words.empty() || !row.text.empty()) unlike += squeezed(all) != squeezed(row.text) ? 1 : 0;
    for (const PageCode& code : row.codes)
      codes.push_back({{"page", row.page_index + 1},
                       {"format", code.content.format},
                       {"text", code.content.text},
                       {"bytes", base64_encoded(code.content.bytes)},
                       {"source", name_of(code.source)},
                       {"orientation_deg", code.orientation_deg()}});
    for (const std::string& code : row.warnings) missing += code == warning::page_image_missing ? 1 : 0;
    return true;
  }

  std::uint64_t pages = 0, need_ocr = 0, text_bytes = 0, words = 0, unlike = 0, off_page = 0, without_box = 0;
  std::uint64_t file_bytes = 0, missing = 0;
  nlohmann::json codes = nlohmann::json::array();
  std::map<std::string, double> stage_ms;

 private:
  std::string stage_ = "open";
  double since_ms_ = processor_ms();
};

void read_file(const std::string& path, const extract::Options& options) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  Counter counter;
  const double begin_ms = processor_ms();
  const auto done = extract::extract(std::as_bytes(std::span(bytes)), options, counter);
  const nlohmann::json line{{"file", std::filesystem::path(path).filename().string()},
                            {"cpu_ms", processor_ms() - begin_ms},
                            {"error", done ? "" : done.error().text()},
                            {"pages", counter.pages},
                            {"need_ocr", counter.need_ocr},
                            {"text_bytes", counter.text_bytes},
                            {"words", counter.words},
                            {"unlike", counter.unlike},
                            {"off_page", counter.off_page},
                            {"without_box", counter.without_box},
                            {"file_bytes", counter.file_bytes},
                            {"images_missing", counter.missing},
                            {"codes", counter.codes},
                            {"stage_ms", counter.stage_ms}};
  fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

int run(std::span<char* const> arguments) {
  const bool with_ocr = arguments.size() > 1 && std::string_view(arguments[1]) == "--ocr";
  arguments = arguments.subspan(with_ocr ? 2 : 1);
  if (arguments.size() < 2) return 2;
  const extract::WarmUp settings{.font_dir = "/usr/share/fonts/truetype/liberation:/usr/share/fonts/truetype/droid",
                                 .tessdata_dirs = {"/usr/share/tesseract-ocr/5/tessdata"},
                                 .languages = "eng"};
  extract::Options options;
  const Result<Outputs> outputs = outputs_from(arguments[0]);
  if (!outputs || !extract::warm_up(settings)) return 1;
  options.recipe.outputs = *outputs;
  options.recipe.ocr = OcrMode::never;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
  if (const char* const format = std::getenv("DOCMILL_FORMAT"))
    options.recipe.page_images.format = std::string_view(format) == "png" ? FileKind::png : FileKind::jpeg;
  if (with_ocr) {
    if (!extract::warm_up_ocr(settings)) return 1;
    options.recogniser_available = true;
    options.recipe.ocr = OcrMode::automatic;
  }
  for (const char* const file : arguments.subspan(1)) read_file(file, options);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(std::span(argv, static_cast<std::size_t>(argc)));
  } catch (const std::exception& error) {
    std::fputs(error.what(), stderr);
    return 1;
  }
}
