#include "extract/pdf/fonts.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {
namespace {

namespace fs = std::filesystem;
using Bytes = std::span<const std::uint8_t>;

constexpr std::uint32_t tag_of(const char (&letters)[5]) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(letters[i]);
  return value;
}

// Font files are part of the installation and trusted, but a truncated copy must not crash: past the end reads as 0.
std::uint16_t u16_at(Bytes bytes, std::size_t at) {
  return at + 2 <= bytes.size() ? static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]) : 0;
}

std::uint32_t u32_at(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(u16_at(bytes, at)) << 16 | u16_at(bytes, at + 2);
}

Bytes slice(Bytes bytes, std::size_t from, std::size_t size) {
  if (from > bytes.size() || size > bytes.size() - from) return {};
  return bytes.subspan(from, size);
}

/// Family name of the `name` table (name ID 1), its ASCII characters: both encodings in use have them in their low
/// byte.
std::string family_name(Bytes name) {
  constexpr std::uint16_t family = 1;
  const Bytes strings = slice(name, u16_at(name, 4), name.size() - std::min<std::size_t>(name.size(), u16_at(name, 4)));
  for (std::size_t i = 0; i < u16_at(name, 2); ++i) {
    const std::size_t record = 6 + i * 12;
    if (u16_at(name, record + 6) != family) continue;
    std::string text;
    for (const std::uint8_t c : slice(strings, u16_at(name, record + 10), u16_at(name, record + 8)))
      if (c >= 0x20 && c < 0x7F) text.push_back(static_cast<char>(c));
    if (!text.empty()) return text;
  }
  return {};
}

Font describe(Bytes file, std::size_t offset) {
  constexpr std::uint16_t italic_bit = 1;  // of fsSelection
  constexpr std::uint16_t bold_bit = 1 << 5;
  Font font;
  font.file = file;
  font.offset = offset;
  font.family = family_name(font.table(tag_of("name")));
  const Bytes os2 = font.table(tag_of("OS/2"));
  font.bold = u16_at(os2, 62) & bold_bit;
  font.italic = u16_at(os2, 62) & italic_bit;
  font.code_pages = u32_at(os2, 78);
  return font;
}

std::optional<Bytes> map_file(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  struct stat status{};
  void* address = MAP_FAILED;
  if (::fstat(file, &status) == 0 && status.st_size > 0)
    address = ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_PRIVATE, file, 0);
  ::close(file);
  if (address == MAP_FAILED) return std::nullopt;
  return Bytes(static_cast<const std::uint8_t*>(address), static_cast<std::size_t>(status.st_size));
}

void add_fonts(Bytes file, std::vector<Font>& fonts) {
  if (u32_at(file, 0) != tag_of("ttcf")) {
    fonts.push_back(describe(file, 0));
    return;
  }
  const std::uint32_t count = std::min<std::uint32_t>(u32_at(file, 8), 64);
  for (std::uint32_t i = 0; i < count; ++i) fonts.push_back(describe(file, u32_at(file, 12 + 4 * std::size_t{i})));
}

bool is_font_file(const fs::directory_entry& entry) {
  const std::string extension = entry.path().extension().string();
  return extension == ".ttf" || extension == ".otf" || extension == ".ttc";
}

Result<std::vector<fs::path>> font_files(const std::string& folder) {
  std::error_code error;
  std::vector<fs::path> paths;
  auto entry = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error))
    if (is_font_file(*entry)) paths.push_back(entry->path());
  if (error) return fail(ErrorKind::not_found, folder, "font folder cannot be read: " + error.message());
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// Lower-case letters and digits: "Liberation Sans", "LiberationSans" and "liberation-sans" are one name.
std::string plain(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const char lower = ascii_lower(c);
    if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9')) result.push_back(lower);
  }
  return result;
}

constexpr std::string_view sans = "liberationsans", serif = "liberationserif", mono = "liberationmono";

std::string_view substitute_family(const FontRequest& request) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 15> by_name = {
      {{"narrow", "liberationsansnarrow"},
       {"courier", mono},
       {"mono", mono},
       {"consol", mono},
       {"typewriter", mono},
       {"helvetica", sans},
       {"arial", sans},
       {"sans", sans},
       {"calibri", sans},
       {"verdana", sans},
       {"times", serif},
       {"serif", serif},
       {"roman", serif},
       {"georgia", serif},
       {"garamond", serif}}};
  const std::string name = plain(request.name);
  for (const auto& [part, family] : by_name)
    if (name.contains(part)) return family;
  if (request.fixed_pitch) return mono;
  return request.serif ? serif : sans;
}

/// Bit of ulCodePageRange1 for a CJK charset; nothing for the others.
std::optional<std::uint32_t> cjk_code_page(int charset) {
  switch (charset) {
    case FXFONT_SHIFTJIS_CHARSET:
      return 17;
    case FXFONT_GB2312_CHARSET:
      return 18;
    case FXFONT_HANGEUL_CHARSET:
      return 19;
    case FXFONT_CHINESEBIG5_CHARSET:
      return 20;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::span<const std::uint8_t> Font::table(std::uint32_t tag) const {
  for (std::size_t i = 0; i < u16_at(file, offset + 4); ++i) {
    const std::size_t record = offset + 12 + i * 16;
    if (u32_at(file, record) == tag) return slice(file, u32_at(file, record + 8), u32_at(file, record + 12));
  }
  return {};
}

Result<FontSet> FontSet::map(std::string_view font_dirs) {
  FontSet set;
  for (std::size_t from = 0; from <= font_dirs.size();) {
    const std::size_t to = std::min(font_dirs.find(':', from), font_dirs.size());
    const auto files = font_files(std::string(font_dirs.substr(from, to - from)));
    if (!files) return std::unexpected(files.error());
    for (const fs::path& path : *files)
      if (const auto file = map_file(path)) add_fonts(*file, set.fonts_);
    from = to + 1;
  }
  if (set.fonts_.empty()) return fail(ErrorKind::not_found, font_dirs, "holds no .ttf, .otf or .ttc font");
  return set;
}

const Font* FontSet::find(const FontRequest& request) const {
  if (request.charset == FXFONT_SYMBOL_CHARSET) return nullptr;
  if (const Font* named = find_family(plain(request.name), request)) return named;
  if (const auto code_page = cjk_code_page(request.charset)) return find_code_page(*code_page);
  return find_family(substitute_family(request), request);
}

const Font* FontSet::find_family(std::string_view family, const FontRequest& request) const {
  const auto distance = [&](const Font& font) {
    return 2 * static_cast<int>(font.bold != request.bold) + static_cast<int>(font.italic != request.italic);
  };
  const Font* best = nullptr;
  for (const Font& font : fonts_)
    if (plain(font.family) == family && (best == nullptr || distance(font) < distance(*best))) best = &font;
  return best;
}

const Font* FontSet::find_code_page(std::uint32_t bit) const {
  const auto found =
      std::find_if(fonts_.begin(), fonts_.end(), [&](const Font& font) { return font.code_pages >> bit & 1; });
  return found == fonts_.end() ? nullptr : &*found;
}

}  // namespace docmill::pdf
