#include "cli/version_command.h"

#include <arrow/config.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <zstd.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "cli/build_versions.h"
#include "document/version.h"

namespace docmill {
namespace {

struct Library {
  std::string_view name;
  std::string_view built_with;
  std::string running = {};  // empty where docmill does not load it, or it is headers only
};

std::string openssl_running() {
  std::string text = OpenSSL_version(OPENSSL_VERSION_STRING);  // "3.0.17"
  return text;
}

std::vector<Library> libraries() {
  return {
      {.name = "arrow", .built_with = built_with::arrow, .running = arrow::GetBuildInfo().version_string},
      {.name = "openssl", .built_with = built_with::openssl, .running = openssl_running()},
      {.name = "sqlite", .built_with = built_with::sqlite, .running = sqlite3_libversion()},
      {.name = "zstd", .built_with = built_with::zstd, .running = ZSTD_versionString()},
      {.name = "fmt", .built_with = built_with::fmt},
      {.name = "nlohmann_json", .built_with = built_with::nlohmann_json},
      {.name = "pdfium", .built_with = built_with::pdfium},
      {.name = "tesseract", .built_with = built_with::tesseract},
      {.name = "leptonica", .built_with = built_with::leptonica},
      {.name = "libtiff", .built_with = built_with::libtiff},
      {.name = "libpng", .built_with = built_with::libpng},
      {.name = "libjpeg-turbo", .built_with = built_with::libjpeg_turbo},
      {.name = "libwebp", .built_with = built_with::libwebp},
      {.name = "pywuffs", .built_with = built_with::pywuffs},
      {.name = "qpdf", .built_with = built_with::qpdf},
      {.name = "zxing-cpp", .built_with = built_with::zxing_cpp},
      {.name = "icu", .built_with = built_with::icu},
      {.name = "libseccomp", .built_with = built_with::libseccomp},
      {.name = "mimalloc", .built_with = built_with::mimalloc},
  };
}

}  // namespace

std::string version_text() {
  std::string text = fmt::format("docmill {}\n", version);
  for (const Library& library : libraries()) {
    fmt::format_to(std::back_inserter(text), "  {:<14} {}", library.name, library.built_with);
    if (!library.running.empty() && library.running != library.built_with)
      text += fmt::format(" (running with {})", library.running);
    text += '\n';
  }
  return text + fmt::format("  {:<14} {}\n", "compiler", built_with::compiler);
}

std::string version_json() {
  nlohmann::ordered_json listed = nlohmann::ordered_json::object();
  for (const Library& library : libraries()) {
    nlohmann::ordered_json entry{{"built_with", library.built_with}, {"running", nullptr}};
    if (!library.running.empty()) entry["running"] = library.running;
    listed[std::string(library.name)] = entry;
  }
  const nlohmann::ordered_json root{{"docmill", version}, {"libraries", listed}, {"compiler", built_with::compiler}};
  return root.dump(2) + "\n";
}

}  // namespace docmill
