#include "mill/name_says.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/ascii.h"

namespace docmill {
namespace {

constexpr std::array<std::string_view, 15> image_endings{"bmp",  "dib", "gif", "j2c", "j2k", "jfif", "jp2", "jpe",
                                                         "jpeg", "jpg", "jpx", "png", "tif", "tiff", "webp"};

// What stands beside documents in buckets: offices, data, text, code, archives, sound, film, and images that docmill
// does not read.
constexpr std::array<std::string_view, 110> other_endings{
    "7z",  "aac",  "ai",    "avi",     "avif",    "avro",   "bak", "bz2",  "c",     "cfg",    "conf",    "cpp",  "css",
    "csv", "dat",  "db",    "djvu",    "dll",     "dmg",    "doc", "docm", "docx",  "dot",    "dwg",     "dxf",  "eml",
    "eps", "epub", "exe",   "feather", "flac",    "go",     "gz",  "h",    "heic",  "heif",   "htm",     "html", "ico",
    "ics", "ini",  "ipynb", "iso",     "jar",     "java",   "js",  "json", "jsonl", "key",    "log",     "lz4",  "m4a",
    "m4v", "md",   "mkv",   "mobi",    "mov",     "mp3",    "mp4", "mpg",  "msg",   "ndjson", "numbers", "odp",  "ods",
    "odt", "ogg",  "orc",   "pages",   "parquet", "pl",     "ppt", "pptx", "ps",    "psd",    "py",      "rar",  "rb",
    "rs",  "rtf",  "sh",    "so",      "sql",     "sqlite", "svg", "tar",  "tgz",   "tmp",    "toml",    "ts",   "tsv",
    "ttf", "txt",  "vsd",   "vsdx",    "wav",     "webm",   "wma", "wmv",  "woff",  "woff2",  "xhtml",   "xls",  "xlsx",
    "xml", "xz",   "yaml",  "yml",     "zip",     "zst"};

bool contains(auto const& endings, std::string_view ending) {
  return std::ranges::find(endings, ending) != endings.end();
}

}  // namespace

NameSays name_says(std::string_view key) {
  const std::string_view name = key.substr(key.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return NameSays::nothing;
  const std::string ending = ascii_lowered(name.substr(dot + 1));
  if (ending == "pdf") return NameSays::pdf;
  if (contains(image_endings, ending)) return NameSays::image;
  return contains(other_endings, ending) ? NameSays::other : NameSays::nothing;
}

}  // namespace docmill
