// PDFs written by hand as objects, expanded to bytes with a right cross-reference table.
#pragma once

#include <cstddef>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace docmill {

/// `objects[0]` becomes object 1, which is the catalog.
inline std::string tiny_pdf(const std::vector<std::string>& objects) {
  std::string pdf = "%PDF-1.7\n";
  std::string table = "0000000000 65535 f \n";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    char row[21];
    std::snprintf(row, sizeof row, "%010zu 00000 n \n", pdf.size());
    table += row;
    pdf += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::string size = std::to_string(objects.size() + 1), start = std::to_string(pdf.size());
  return pdf + "xref\n0 " + size + "\n" + table + "trailer\n<</Size " + size + "/Root 1 0 R>>\nstartxref\n" + start +
         "\n%%EOF\n";
}

/// A stream object with the entries of its dictionary but /Length.
inline std::string stream(std::string_view entries, std::string_view body) {
  return "<<" + std::string(entries) + "/Length " + std::to_string(body.size()) + ">>\nstream\n" + std::string(body) +
         "\nendstream";
}

/// A document of one page, 200 by 100 points, with Helvetica as /F: objects 1 catalog, 2 pages, 3 page, 4 content,
/// 5 font. `more` starts at object 6.
struct OnePage {
  std::string content = {};
  std::string page_entries = {};
  std::string catalog_entries = {};
  std::vector<std::string> more = {};
  std::string media_box = "[0 0 200 100]";
  std::string font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>";

  std::string pdf() const {
    std::vector<std::string> objects = {"<</Type/Catalog/Pages 2 0 R" + catalog_entries + ">>",
                                        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
                                        "<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox" + media_box +
                                            "/Resources<</Font<</F 5 0 R>>>>" + page_entries + ">>",
                                        stream("", content), font};
    objects.insert(objects.end(), more.begin(), more.end());
    return tiny_pdf(objects);
  }
};

/// The operators that show `text` (a PDF string with its brackets) in 12 points at (x, y).
inline std::string show(std::string_view text, int x = 10, int y = 50) {
  return "BT /F 12 Tf " + std::to_string(x) + " " + std::to_string(y) + " Td " + std::string(text) + " Tj ET\n";
}

/// An appearance stream, 100 by 20 points, with Helvetica (object 5) as /F.
inline std::string appearance(std::string_view content) {
  return stream("/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F 5 0 R>>>>", content);
}

inline std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

}  // namespace docmill
