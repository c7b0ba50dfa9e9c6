// What recognition of pages costs and yields, one process, no sandbox: a line of JSON a page with its text and the
// processor time that it took.
//   ocr_loop LANGUAGES FILE...
#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "extract/extract.h"

namespace {

using namespace docmill;

double processor_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (1e3 * static_cast<double>(now.tv_sec)) + (1e-6 * static_cast<double>(now.tv_nsec));
}

class Printer final : public extract::Sink {
 public:
  explicit Printer(const char* file) : file_(file) {}

  bool document_opened(std::uint32_t /*page_count*/) override { return true; }
  void stage(std::uint32_t /*page_index*/, std::string_view /*name*/) override {}
  bool file(std::uint32_t /*page_index*/, const FileLabel& /*label*/, std::span<const std::byte> /*bytes*/) override {
    return true;
  }
  bool page_needs_ocr(std::uint32_t /*page_index*/) override { return true; }
  void ocr_decision(std::uint32_t /*page_index*/, OcrReason /*reason*/) override {}

  bool page(PageRow row) override {
    const double now_ms = processor_ms();
    const nlohmann::json line{{"file", file_},
                              {"page", row.page_index},
                              {"cpu_ms", now_ms - begin_ms_},
                              {"rotation", row.rotation_deg},
                              {"confidence", row.ocr_confidence.value_or(0)},
                              {"error", row.error_message},
                              {"text", row.text}};
    fmt::print("{}\n", line.dump());
    begin_ms_ = now_ms;
    return true;
  }

 private:
  const char* file_;
  double begin_ms_ = processor_ms();
};

void read_file(const char* path, const extract::Options& options) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  Printer printer(path);
  if (const auto done = extract::extract(std::as_bytes(std::span(bytes)), options, printer); !done)
    fmt::print(stderr, "{}: {}\n", path, done.error().text());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const extract::WarmUp settings{.font_dir = "/usr/share/fonts/truetype/liberation",
                                 .tessdata_dirs = {"/usr/share/tesseract-ocr/5/tessdata"},
                                 .languages = argv[1]};
  for (const auto& warm : {extract::warm_up(settings), extract::warm_up_ocr(settings)})
    if (!warm) {
      fmt::print(stderr, "{}\n", warm.error().text());
      return 1;
    }
  extract::Options options;
  options.recogniser_available = true;
  options.recipe.ocr = OcrMode::always;
  for (int i = 2; i < argc; ++i) read_file(argv[i], options);
}
