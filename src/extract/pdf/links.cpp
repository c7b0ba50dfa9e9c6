#include "extract/pdf/links.h"

#include <unicode/unistr.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "document/limits.h"
#include "extract/text/clean.h"

namespace docmill::pdf {
namespace {

/// Longer than any that a program would follow (browsers stop at 2 MiB); what is longer is cut there.
constexpr std::size_t target_size_bytes_max = 64 * KiB;

/// Clean text of the bytes of a PDF string.
std::string text_of(std::string_view bytes) {
  std::u16string units;
  if (bytes.starts_with("\xFE\xFF")) {
    for (std::size_t i = 2; i + 1 < bytes.size(); i += 2)
      units +=
          static_cast<char16_t>(static_cast<unsigned char>(bytes[i]) << 8U | static_cast<unsigned char>(bytes[i + 1]));
  } else if (is_utf8(bytes)) {
    const auto text = icu::UnicodeString::fromUTF8(icu::StringPiece(bytes.data(), static_cast<int>(bytes.size())));
    units.assign(text.getBuffer(), static_cast<std::size_t>(text.length()));
  } else {
    for (const char byte : bytes) units += static_cast<char16_t>(static_cast<unsigned char>(byte));
  }
  return text::clean(units).text;
}

/// What a call of PDFium writes that gives bytes with a NUL behind them.
template <typename Call>
std::optional<std::string> string_of(const Call& call) {
  const unsigned long size = call(nullptr, 0);
  if (size <= 1) return std::nullopt;
  std::string bytes(size, '\0');
  call(bytes.data(), size);
  bytes.pop_back();
  if (bytes.size() > target_size_bytes_max) bytes.resize(target_size_bytes_max);
  return text_of(bytes);
}

std::optional<std::uint32_t> page_of(FPDF_DOCUMENT document, FPDF_DEST destination) {
  if (destination == nullptr) return std::nullopt;
  const int index = FPDFDest_GetDestPageIndex(document, destination);
  return index < 0 ? std::nullopt : std::optional(static_cast<std::uint32_t>(index) + 1);
}

PageLink link_of(FPDF_DOCUMENT document, FPDF_LINK link) {
  FPDF_ACTION const action = FPDFLink_GetAction(link);
  if (action == nullptr) {
    FPDF_DEST const destination = FPDFLink_GetDest(document, link);
    if (destination == nullptr) return {.kind = LinkKind::other};
    return {.kind = LinkKind::goto_page, .target_page = page_of(document, destination)};
  }
  const auto file = [&] {
    return string_of([&](void* buffer, unsigned long size) { return FPDFAction_GetFilePath(action, buffer, size); });
  };
  switch (FPDFAction_GetType(action)) {
    case PDFACTION_GOTO:
      return {.kind = LinkKind::goto_page, .target_page = page_of(document, FPDFAction_GetDest(document, action))};
    case PDFACTION_REMOTEGOTO:
    case PDFACTION_EMBEDDEDGOTO:
      return {.kind = LinkKind::remote,
              .target = file(),
              .target_page = page_of(document, FPDFAction_GetDest(document, action))};
    case PDFACTION_URI:
      return {.kind = LinkKind::uri, .target = string_of([&](void* buffer, unsigned long size) {
                                       return FPDFAction_GetURIPath(document, action, buffer, size);
                                     })};
    case PDFACTION_LAUNCH:
      return {.kind = LinkKind::launch, .target = file()};
    default:
      return {.kind = LinkKind::other};
  }
}

}  // namespace

PageLinks read_links(FPDF_DOCUMENT document, FPDF_PAGE page, const PageMap& map, std::size_t count_max) {
  PageLinks found;
  int at = 0;
  for (FPDF_LINK handle = nullptr; FPDFLink_Enumerate(page, &at, &handle) != 0;) {
    if (found.links.size() == count_max) {
      found.cut = true;
      break;
    }
    PageLink link = link_of(document, handle);
    FS_RECTF rect{};
    if (FPDFLink_GetAnnotRect(handle, &rect) != 0)
      link.box = map.displayed({.left = rect.left, .bottom = rect.bottom, .right = rect.right, .top = rect.top});
    found.links.push_back(std::move(link));
  }
  return found;
}

}  // namespace docmill::pdf
