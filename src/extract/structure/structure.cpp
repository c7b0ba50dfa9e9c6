#include "extract/structure/structure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <new>
#include <qpdf/QPDFExc.hh>
#include <qpdf/QUtil.hh>
#include <qpdf/RandomDataProvider.hh>
#include <utility>

#include "extract/structure/parts.h"

namespace docmill::extract::structure {
namespace {

/// Lists, which are emptied where the JSON would be too long.
constexpr std::array lists{"pages", "outline", "form_fields", "attachments", "fonts", "signatures"};

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

/// qpdf asks for random bytes where it takes a password for a key (revision 6), and uses them for nothing while it
/// reads. Its own come from /dev/urandom, which the sandbox does not open.
class NoRandomBytes final : public RandomDataProvider {
 public:
  void provideRandomData(unsigned char* data, std::size_t size_bytes) override { std::fill_n(data, size_bytes, 0); }
};

void need_no_random_bytes() {
  static NoRandomBytes provider;
  QUtil::setRandomDataProvider(&provider);
}

/// Some programs give a password in another encoding than that of the bytes that it was made from.
void open(QPDF& pdf, std::span<const std::byte> document, const std::string& password) {
  pdf.setSuppressWarnings(true);
  const auto* bytes = reinterpret_cast<const char*>(document.data());
  try {
    return pdf.processMemoryFile("document", bytes, document.size(), password.c_str());
  } catch (const QPDFExc& error) {
    if (error.getErrorCode() != qpdf_e_password) throw;
  }
  for (const std::string& other : QUtil::possible_repaired_encodings(password)) {
    try {
      return pdf.processMemoryFile("document", bytes, document.size(), other.c_str());
    } catch (const QPDFExc& error) {
      if (error.getErrorCode() != qpdf_e_password) throw;
    }
  }
  throw std::runtime_error("no password opens it");
}

/// Parts in the order of the JSON; one that cannot be read is null, or empty, and told.
class Writer {
 public:
  explicit Writer(Gaps& gaps) : gaps_(gaps) {}

  template <typename Read>
  void add(const char* part, Json otherwise, const Read& read) {
    try {
      json_[part] = read();
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception&) {
      json_[part] = std::move(otherwise);
      gaps_.add_unread(part);
    }
  }

  Json& json() { return json_; }

 private:
  Gaps& gaps_;
  Json json_ = Json::object();
};

PageList page_list(QPDF& pdf, std::uint32_t page_count, Gaps& gaps) {
  PageList list;
  try {
    list = read_page_list(pdf);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    gaps.add_unread("pages");
  }
  if (!list.is_cut && list.pages.size() != page_count) gaps.add_unread("pages");
  return list;
}

Json read(QPDF& pdf, std::uint64_t size_bytes, std::uint32_t page_count, Gaps& gaps) {
  const PageList list = page_list(pdf, page_count, gaps);
  const Source source{.pdf = pdf, .pages = list, .size_bytes = size_bytes};
  const Json none = nullptr, empty = Json::array();
  Writer writer(gaps);
  writer.add("content_type", none, [] { return media_type(Format::pdf); });
  writer.add("pdf_version", none, [&] { return pdf_version(pdf); });
  writer.add("is_tagged", false, [&] { return is_tagged(pdf); });
  writer.add("languages", empty, [&] { return languages(pdf, gaps); });
  writer.add("encryption", none, [&] { return encryption(pdf); });
  writer.add("information", none, [&] { return information(pdf, gaps); });
  writer.add("xmp", none, [&] { return xmp(pdf, gaps); });
  writer.add("content_hash", none, [&] { return content_hash(source, gaps); });
  writer.add("outline", empty, [&] { return outline(source, gaps); });
  Json signatures = empty;
  writer.add("form_fields", empty, [&] {
    Form found = form(source, gaps);
    signatures = std::move(found.signatures);
    return std::move(found.fields);
  });
  writer.add("signatures", empty, [&] { return std::move(signatures); });
  writer.add("attachments", empty, [&] { return attachments(source, gaps); });
  writer.add("fonts", empty, [&] { return fonts(source, gaps); });
  writer.add("pages", empty, [&] { return pages_json(pdf, list, gaps); });
  return std::move(writer.json());
}

/// Empties the longest lists until it is short enough, or none has anything.
std::string fitted(Json& json, Gaps& gaps, std::uint64_t size_bytes_max) {
  for (;;) {
    json["cut"] = gaps.cut;
    json["unread"] = gaps.unread;
    std::string text = text_of(json);
    if (text.size() <= size_bytes_max) return text;
    const char* longest = nullptr;
    std::size_t longest_size_bytes = 0;
    for (const char* list : lists) {
      const std::size_t size_bytes = json[list].empty() ? 0 : text_of(json[list]).size();
      if (size_bytes > longest_size_bytes) std::tie(longest, longest_size_bytes) = std::tuple(list, size_bytes);
    }
    if (longest == nullptr) return text;
    json[longest] = Json::array();
    gaps.add_cut(longest);
  }
}

}  // namespace

Result<Structure> read_pdf(std::span<const std::byte> document, const Request& request) {
  try {
    need_no_random_bytes();
    QPDF pdf;
    open(pdf, document, request.password);
    Gaps gaps;
    Json json = read(pdf, document.size(), request.page_count, gaps);
    std::string text = fitted(json, gaps, request.size_bytes_max);
    if (text.size() > request.size_bytes_max)
      return fail(ErrorKind::limit_output, "structure",
                  fmt::format("{} bytes, {} are allowed", text.size(), request.size_bytes_max));
    return Structure{.json = std::move(text), .is_cut = !gaps.cut.empty(), .is_partial = !gaps.unread.empty()};
  } catch (const std::bad_alloc&) {
    return fail(ErrorKind::out_of_memory, "structure", "memory did not suffice");
  } catch (const std::exception& error) {
    return fail(ErrorKind::corrupt, "structure", error.what());
  }
}

Structure of_image(Format format, std::span<const image::Header> headers) {
  Json pages = Json::array();
  for (std::size_t i = 0; i < headers.size() && i < pages_max; ++i) {
    const image::Header& header = headers[i];
    pages.push_back({{"page_number", i + 1},
                     {"width_px", header.width_px},
                     {"height_px", header.height_px},
                     {"dpi", header.dpi > 0 ? Json(header.dpi) : Json(nullptr)}});
  }
  const bool is_cut = headers.size() > pages_max;
  const Json json{{"content_type", media_type(format)},
                  {"pages", std::move(pages)},
                  {"cut", is_cut ? Json::array({"pages"}) : Json::array()},
                  {"unread", Json::array()}};
  return {.json = text_of(json), .is_cut = is_cut};
}

}  // namespace docmill::extract::structure
