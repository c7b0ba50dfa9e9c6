#include "extract/ocr/script_finder.h"

#include <string>
#include <utility>

#include "extract/ocr/models.h"

namespace docmill::ocr {
namespace {

// Where Tesseract is wrong about the script, it is mostly not sure which way up it stands either.
constexpr float upright_min = 1.5F;

/// How sure it has to be. Of alphabets that it tells rightly it has 1.3 and more, and 0.4 at most of pages that have
/// none of them. Han, kana and Hangul share their shapes: of these it has 0.07 to 3.
float sure_min(const Script& script) {
  const bool shares_shapes = script.name == "han" || script.name == "japanese" || script.name == "hangul";
  return shares_shapes ? 0.05F : 1;
}

}  // namespace

struct ScriptFinder::State {
  tesseract::TessBaseAPI tesseract;
};

ScriptFinder::ScriptFinder(std::unique_ptr<State> state) : state_(std::move(state)) {}
ScriptFinder::ScriptFinder(ScriptFinder&&) noexcept = default;
ScriptFinder& ScriptFinder::operator=(ScriptFinder&&) noexcept = default;
ScriptFinder::~ScriptFinder() = default;

Result<ScriptFinder> ScriptFinder::load(const TessdataDirs& tessdata_dirs) {
  const std::string model(script_model);
  auto state = std::make_unique<State>();
  if (!load_models(state->tesseract, tessdata_dirs, model, tesseract::OEM_TESSERACT_ONLY))
    return fail(ErrorKind::not_found, model, "Tesseract cannot load its model of scripts");
  state->tesseract.SetVariable("min_characters_to_try", "10");
  return ScriptFinder(std::move(state));
}

const Script* ScriptFinder::script_of(const GrayImage& image) {
  tesseract::TessBaseAPI& tesseract = state_->tesseract;
  const auto width = static_cast<int>(image.width_px), height = static_cast<int>(image.height_px);
  tesseract.SetPageSegMode(tesseract::PSM_OSD_ONLY);
  tesseract.SetImage(image.pixels.data(), width, height, 1, width);
  constexpr int dpi = 300;
  tesseract.SetSourceResolution(dpi);
  int turn_deg = 0;
  float upright = 0, sure = 0;
  const char* name = nullptr;
  const bool detected = tesseract.DetectOrientationScript(&turn_deg, &upright, &name, &sure);
  const Script* script = detected && name != nullptr ? script_called(name) : nullptr;
  if (script != nullptr && (upright < upright_min || sure < sure_min(*script))) script = nullptr;
  tesseract.Clear();
  tesseract.ClearAdaptiveClassifier();
  return script;
}

}  // namespace docmill::ocr
