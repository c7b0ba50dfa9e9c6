// PDFium's start, with our fonts in place of the system's.
#include <algorithm>
#include <cstring>
#include <optional>

#include "extract/pdf/fonts.h"
#include "extract/pdf/pdf.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {
namespace {

struct FontSource : FPDF_SYSFONTINFO {
  FontSet fonts;
};

const FontSet& fonts_of(FPDF_SYSFONTINFO* self) { return static_cast<FontSource*>(self)->fonts; }

// PDFium gets const fonts through a void* and hands them back untouched.
void* handle_of(const Font* font) { return const_cast<Font*>(font); }
const Font& font_of(void* handle) { return *static_cast<const Font*>(handle); }

/// PDFium's convention for both getters: without room the size that is needed, else the size that was written.
unsigned long copy_out(const void* data, std::size_t size, void* buffer, unsigned long buffer_size) {
  if (buffer != nullptr && buffer_size >= size && size > 0) std::memcpy(buffer, data, size);
  return size;
}

void enumerate(FPDF_SYSFONTINFO* self, void* mapper) {
  constexpr int ansi = 0;
  for (const Font& font : fonts_of(self).fonts()) FPDF_AddInstalledFont(mapper, font.family.c_str(), ansi);
}

void* map_font(FPDF_SYSFONTINFO* self, int weight, FPDF_BOOL italic, int charset, int pitch_family, const char* face,
               FPDF_BOOL* /*exact*/) {
  constexpr int bold_from = 600;  // semi-bold is closer to bold than to regular
  return handle_of(fonts_of(self).find({.name = face == nullptr ? "" : face,
                                        .bold = weight >= bold_from,
                                        .italic = italic != 0,
                                        .fixed_pitch = (pitch_family & FXFONT_FF_FIXEDPITCH) != 0,
                                        .serif = (pitch_family & FXFONT_FF_ROMAN) != 0,
                                        .charset = charset}));
}

void* get_font(FPDF_SYSFONTINFO* self, const char* face) { return map_font(self, 0, 0, 0, 0, face, nullptr); }

unsigned long get_font_data(FPDF_SYSFONTINFO* /*self*/, void* handle, unsigned int table, unsigned char* buffer,
                            unsigned long buffer_size) {
  constexpr unsigned int whole_font = 0;
  constexpr unsigned int collection = 0x74746366;  // "ttcf"
  const Font& font = font_of(handle);
  std::span<const std::uint8_t> data;
  if (table == whole_font) {
    data = font.file.subspan(std::min(font.offset, font.file.size()));
  } else if (table == collection) {
    if (font.offset > 0) data = font.file;
  } else {
    data = font.table(table);
  }
  return copy_out(data.data(), data.size(), buffer, buffer_size);
}

unsigned long get_face_name(FPDF_SYSFONTINFO* /*self*/, void* handle, char* buffer, unsigned long buffer_size) {
  const std::string& family = font_of(handle).family;
  return copy_out(family.c_str(), family.size() + 1, buffer, buffer_size);
}

int get_font_charset(FPDF_SYSFONTINFO* /*self*/, void* /*font*/) { return 0; }

void keep_font(FPDF_SYSFONTINFO* /*self*/, void* /*font*/) {}

FontSource make_source(FontSet fonts) {
  FontSource source;
  source.version = 1;
  source.Release = nullptr;
  source.EnumFonts = enumerate;
  source.MapFont = map_font;
  source.GetFont = get_font;
  source.GetFontData = get_font_data;
  source.GetFaceName = get_face_name;
  source.GetFontCharset = get_font_charset;
  source.DeleteFont = keep_font;
  source.fonts = std::move(fonts);
  return source;
}

}  // namespace

Result<void> initialise(const std::string& font_dir) {
  auto fonts = FontSet::map(font_dir);
  if (!fonts) return std::unexpected(std::move(fonts).error());
  static FontSource source;  // PDFium keeps a pointer to it for good
  source = make_source(*std::move(fonts));
  const char* no_path = nullptr;
  const FPDF_LIBRARY_CONFIG config{
      .version = 2, .m_pUserFontPaths = &no_path, .m_pIsolate = nullptr, .m_v8EmbedderSlot = 0};
  FPDF_InitLibraryWithConfig(&config);
  FPDF_SetSystemFontInfo(&source);
  return {};
}

}  // namespace docmill::pdf
