// Models out of several folders for Tesseract, which knows one.
#pragma once

#include <string>

#include <tesseract/baseapi.h>

#include "document/ocr_languages.h"

namespace docmill::ocr {

/// Makes `tesseract` ready with models of `languages` ("eng+deu"), from whichever folder has them. False where it
/// cannot load them. What it reads on one page it carries to no other.
bool load_models(tesseract::TessBaseAPI& tesseract, const TessdataDirs& folders, const std::string& languages,
                 tesseract::OcrEngineMode mode);

}  // namespace docmill::ocr
