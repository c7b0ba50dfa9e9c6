#include "document/foreign_format.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/ascii.h"

namespace docmill {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::size_t offset;
  std::string_view bytes, name;
};

constexpr std::string_view office = "an Office or other ZIP archive", old_office = "an old Office document",
                           postscript = "PostScript", camera = "a camera's raw file", photoshop = "Photoshop (PSD)";

constexpr auto magics = std::to_array<Magic>({
    {4, "ftypheic"sv, "HEIC"},
    {4, "ftypheix"sv, "HEIC"},
    {4, "ftypheim"sv, "HEIC"},
    {4, "ftypheis"sv, "HEIC"},
    {4, "ftyphevc"sv, "HEIC"},
    {4, "ftyphevx"sv, "HEIC"},
    {4, "ftypmif1"sv, "HEIF"},
    {4, "ftypmsf1"sv, "HEIF"},
    {4, "ftypavif"sv, "AVIF"},
    {4, "ftypavis"sv, "AVIF"},
    {4, "ftypcrx "sv, camera},
    {4, "ftypqt  "sv, "a video"},
    {4, "ftypisom"sv, "a video"},
    {4, "ftypmp42"sv, "a video"},
    {0, "AT&TFORM"sv, "DjVu"},
    {0, "\0\0\0\x0cJXL \r\n\x87\n"sv, "JPEG XL"},
    {0, "\xff\x0a"sv, "JPEG XL"},
    {0, "8BPS"sv, photoshop},
    {0, "gimp xcf"sv, "GIMP (XCF)"},
    {0, "FUJIFILMCCD-RAW"sv, camera},
    {0, "IIRO"sv, camera},
    {0, "IIU\0"sv, camera},
    {0, "%!PS"sv, postscript},
    {0, "\xc5\xd0\xd3\xc6"sv, postscript},
    {0, "PK\x03\x04"sv, office},
    {0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, old_office},
    {0, "{\\rtf"sv, "RTF"},
    {0, "v/1\x01"sv, "OpenEXR"},
    {0, "\x97JB2\r\n\x1a\n"sv, "JBIG2"},
    {0, "II\xbc\x01"sv, "JPEG XR"},
    {0, "BPG\xfb"sv, "BPG"},
    {0, "SIMPLE  ="sv, "FITS"},
    {0, "\xd7\xcd\xc6\x9a"sv, "a Windows metafile"},
});

struct Ending {
  std::string_view ending, name;
};

constexpr auto endings = std::to_array<Ending>({
    {".heic", "HEIC"},    {".heif", "HEIF"},    {".avif", "AVIF"},      {".djvu", "DjVu"},   {".djv", "DjVu"},
    {".jxl", "JPEG XL"},  {".psd", photoshop},  {".xcf", "GIMP (XCF)"}, {".ps", postscript}, {".eps", postscript},
    {".docx", office},    {".xlsx", office},    {".pptx", office},      {".odt", office},    {".doc", old_office},
    {".xls", old_office}, {".ppt", old_office}, {".rtf", "RTF"},        {".cr2", camera},    {".cr3", camera},
    {".nef", camera},     {".raf", camera},     {".orf", camera},       {".jxr", "JPEG XR"}, {".jb2", "JBIG2"},
});

}  // namespace

std::string_view foreign_format(std::span<const std::byte> first_bytes) {
  const std::string_view bytes(reinterpret_cast<const char*>(first_bytes.data()),
                               std::min(first_bytes.size(), foreign_format_size_bytes));
  const auto found = std::ranges::find_if(magics, [&](const Magic& magic) {
    return bytes.size() >= magic.offset && bytes.substr(magic.offset).starts_with(magic.bytes);
  });
  return found == magics.end() ? std::string_view() : found->name;
}

std::string_view foreign_format_by_name(std::string_view name) {
  const std::string lower = ascii_lowered(name.substr(name.size() - std::min<std::size_t>(name.size(), 8)));
  const auto found = std::ranges::find_if(endings, [&](const Ending& one) { return lower.ends_with(one.ending); });
  return found == endings.end() ? std::string_view() : found->name;
}

}  // namespace docmill
