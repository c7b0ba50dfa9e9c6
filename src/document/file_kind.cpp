#include "document/file_kind.h"

namespace docmill {

std::string_view extension_of(FileKind kind) {
  switch (kind) {
    case FileKind::webp:
      return "webp";
    case FileKind::png:
      return "png";
    case FileKind::jpeg:
      return "jpg";
    case FileKind::json:
      return "json";
  }
  return "";
}

std::string_view content_type_of(FileKind kind) {
  switch (kind) {
    case FileKind::webp:
      return "image/webp";
    case FileKind::png:
      return "image/png";
    case FileKind::jpeg:
      return "image/jpeg";
    case FileKind::json:
      return "application/json";
  }
  return "";
}

}  // namespace docmill
