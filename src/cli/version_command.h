// `docmill version`: docmill and its libraries.
#pragma once

#include <string>

#include "cli/options/json.h"
#include "cli/settings_of.h"

namespace docmill {

using SettingsOfVersion = SettingsOf<JsonOptions>;

/// One line a program or library. The document libraries (PDFium, Tesseract, Leptonica, ICU) are linked into
/// docmill-extract only, so theirs are the versions at build time.
std::string version_text();

/// The same as a JSON object: {"docmill": "0.1.0", "libraries": {"arrow": {"built_with": ..., "running": ...}, ...}}.
/// `running` is null where docmill itself does not load the library.
std::string version_json();

}  // namespace docmill
