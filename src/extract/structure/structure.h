// What a document says of itself beside its pages, as JSON: docs/outputs/structure.md has every key.
//
// qpdf reads it, which is kept behind this header. It takes the document anew, from its bytes, and shares nothing with
// PDFium.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "extract/image/image.h"

namespace docmill::extract::structure {

// Of more than these the rest is left out, and the part is named under "cut". Each is far beyond what honest documents
// have; together they keep what a document can make of it within some ten megabytes.
inline constexpr std::size_t pages_max = 50'000;
inline constexpr std::size_t outline_entries_max = 10'000;
inline constexpr int outline_depth_max = 64;
inline constexpr std::size_t form_fields_max = 20'000;
inline constexpr std::size_t values_of_field_max = 1'000;
inline constexpr std::size_t attachments_max = 1'000;
inline constexpr std::size_t signatures_max = 1'000;
inline constexpr std::size_t fonts_max = 2'000;
inline constexpr std::size_t languages_max = 100;
inline constexpr std::size_t information_entries_max = 200;
inline constexpr std::size_t names_max = 100'000;    // of a name tree, or ranges of a number tree
inline constexpr std::size_t steps_max = 1'000'000;  // objects that are looked at for one part
inline constexpr std::size_t text_size_bytes_max = 10'000;
inline constexpr std::size_t xmp_size_bytes_max = std::size_t{1} << 20;
/// Decoded bytes of all attachments that are hashed, and likewise of page contents: a second or two.
inline constexpr std::uint64_t hashed_size_bytes_max = std::uint64_t{256} << 20;

struct Request {
  std::string password;              // that opens it; empty where it needs none
  std::uint32_t page_count = 0;      // as the rows of pages have it
  std::uint64_t size_bytes_max = 0;  // of the JSON; the longest lists are emptied for it
};

struct Structure {
  std::string json;         // one object, valid UTF-8, a line feed at its end
  bool is_cut = false;      // its "cut" names something
  bool is_partial = false;  // its "unread" does: damaged, or of a kind that qpdf cannot read
};

/// Equal bytes and requests give equal JSON.
///
/// Runs out of stack and time as the process does, on documents that aim at it.
///
/// Errors: corrupt (qpdf cannot open it), limit_output (more than the limit with all lists emptied), out_of_memory.
Result<Structure> read_pdf(std::span<const std::byte> document, const Request& request);

/// Of an image document: its format and the size of each page.
Structure of_image(Format format, std::span<const image::Header> headers);

}  // namespace docmill::extract::structure
