#include "extract/ocr/models.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace docmill::ocr {
namespace {

/// Of what is being loaded: Tesseract's reader of files takes no argument.
TessdataDirs& model_folders() {
  static thread_local TessdataDirs folders;
  return folders;
}

/// Reads a model for Tesseract, which asks for "./NAME.traineddata": of that the name counts.
bool read_model(const char* path, std::vector<char>* data) {
  const auto model = ocr_model(model_folders(), std::filesystem::path(path).stem().native());
  if (!model) return false;
  std::ifstream file(*model, std::ios::binary);
  data->assign(std::istreambuf_iterator<char>(file), {});
  return file.good() || file.eof();
}

}  // namespace

bool load_models(tesseract::TessBaseAPI& tesseract, const TessdataDirs& folders, const std::string& languages,
                 tesseract::OcrEngineMode mode) {
  model_folders() = folders;
  if (tesseract.Init("", 0, languages.c_str(), mode, nullptr, 0, nullptr, nullptr, false, read_model) != 0)
    return false;
  // Both would carry what was read on one page over to the next.
  tesseract.SetVariable("classify_enable_learning", "0");
  tesseract.SetVariable("tessedit_enable_doc_dict", "0");
  tesseract.SetVariable("debug_file", "/dev/null");
  return true;
}

}  // namespace docmill::ocr
