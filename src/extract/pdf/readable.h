// A document's bytes as PDFium reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace docmill::pdf {

/// The document, or a copy of it in which something was mended.
class Readable {
 public:
  explicit Readable(std::span<const std::byte> document) : bytes_(document) {}
  explicit Readable(std::vector<std::byte> mended) : mended_(std::move(mended)), bytes_(mended_) {}
  // A copy's view would be of the original.
  Readable(const Readable&) = delete;
  Readable& operator=(const Readable&) = delete;
  Readable(Readable&&) noexcept = default;
  Readable& operator=(Readable&&) noexcept = default;
  ~Readable() = default;

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::vector<std::byte> mended_;
  std::span<const std::byte> bytes_;
};

/// With a header at the first byte: PDFium looks for "%PDF-" in the first 1,024 bytes, and counts the offsets of the
/// cross-reference table from there. Junk before the header goes; where offsets are counted from the file's first byte,
/// a header is written over its beginning. "%!PS-Adobe-3.0 PDF-1.4" is written as "%PDF-1.4".
Readable with_header_first(std::span<const std::byte> document);

/// The number behind the last "startxref".
std::optional<std::uint64_t> find_startxref(std::string_view document);

}  // namespace docmill::pdf
