#include "extract/image/tiff_directory.h"

#include <optional>
#include <unordered_set>

#include "extract/image/byte_view.h"

namespace docmill::image {
namespace {

// libtiff takes a directory with more entries for something that is no directory.
constexpr std::uint64_t entry_count_max = 4096;
constexpr double cm_per_inch = 2.54;

// How wide the fields of a file are: TIFF 6.0, or BigTIFF.
struct Layout {
  ByteView view;
  bool big;

  std::uint64_t entry_size() const { return big ? 20 : 12; }
  std::uint64_t count_size() const { return big ? 8 : 2; }
  std::uint64_t count(std::uint64_t at) const { return big ? view.u64(at) : view.u16(at); }
  std::uint64_t offset(std::uint64_t at) const { return big ? view.u64(at) : view.u32(at); }
  std::uint64_t first_directory() const { return big ? view.u64(8) : view.u32(4); }
};

std::optional<Layout> layout_of(std::span<const std::byte> bytes) {
  const ByteView little(bytes, std::endian::little);
  const bool is_little = little.has(0, "II");
  if (!is_little && !little.has(0, "MM")) return std::nullopt;
  const ByteView view = is_little ? little : ByteView(bytes, std::endian::big);
  const std::uint16_t version = view.u16(2);
  if (version != 42 && version != 43) return std::nullopt;
  return Layout{.view = view, .big = version == 43};
}

struct Entry {
  std::uint16_t tag, type;
  std::uint64_t value_at;  // where the value, or the offset of a value that is too long, stands
};

Entry entry_at(const Layout& layout, std::uint64_t at) {
  return {.tag = layout.view.u16(at), .type = layout.view.u16(at + 2), .value_at = at + (layout.big ? 12 : 8)};
}

std::uint64_t unsigned_value(const Layout& layout, const Entry& entry) {
  constexpr std::uint16_t type_byte = 1, type_short = 3, type_long = 4, type_long8 = 16;
  switch (entry.type) {
    case type_byte:
      return layout.view.u8(entry.value_at);
    case type_short:
      return layout.view.u16(entry.value_at);
    case type_long:
      return layout.view.u32(entry.value_at);
    case type_long8:
      return layout.view.u64(entry.value_at);
    default:
      return 0;
  }
}

double rational_value(const Layout& layout, const Entry& entry) {
  // Eight bytes: inside the entry in BigTIFF, elsewhere in TIFF 6.0.
  const std::uint64_t at = layout.big ? entry.value_at : layout.offset(entry.value_at);
  const std::uint32_t denominator = layout.view.u32(at + 4);
  return denominator == 0 ? 0 : static_cast<double>(layout.view.u32(at)) / denominator;
}

std::uint32_t as_length(std::uint64_t value) {
  return value > UINT32_MAX ? UINT32_MAX : static_cast<std::uint32_t>(value);
}

TiffDirectory read_directory(const Layout& layout, std::uint64_t offset, std::uint64_t entry_count) {
  TiffDirectory directory{.offset = offset};
  std::uint64_t unit = 2;  // inch, the default
  // From last to first: of an entry that is there twice libtiff takes the first.
  for (std::uint64_t i = entry_count; i-- > 0;) {
    const Entry entry = entry_at(layout, offset + layout.count_size() + (i * layout.entry_size()));
    switch (entry.tag) {
      case 254:  // NewSubfileType, bits
        directory.is_reduced_copy = (unsigned_value(layout, entry) & 1U) != 0;
        directory.is_mask = (unsigned_value(layout, entry) & 4U) != 0;
        break;
      case 255:  // SubfileType of TIFF 5.0, a number
        directory.is_reduced_copy = unsigned_value(layout, entry) == 2;
        break;
      case 256:
        directory.width_px = as_length(unsigned_value(layout, entry));
        break;
      case 257:
        directory.height_px = as_length(unsigned_value(layout, entry));
        break;
      case 274:
        directory.orientation = static_cast<std::uint16_t>(unsigned_value(layout, entry));
        break;
      case 282:
        directory.resolution.x = rational_value(layout, entry);
        break;
      case 283:
        directory.resolution.y = rational_value(layout, entry);
        break;
      case 296:
        unit = unsigned_value(layout, entry);
        break;
      default:
        break;
    }
  }
  if (unit == 3) directory.resolution.x *= cm_per_inch;
  if (unit == 3) directory.resolution.y *= cm_per_inch;
  directory.resolution.unit_known = unit == 2 || unit == 3;
  return directory;
}

}  // namespace

std::vector<TiffDirectory> read_tiff_directories(std::span<const std::byte> bytes, std::size_t count_max) {
  std::vector<TiffDirectory> directories;
  const std::optional<Layout> layout = layout_of(bytes);
  if (!layout) return directories;
  std::unordered_set<std::uint64_t> seen;
  std::uint64_t offset = layout->first_directory();
  while (offset != 0 && offset < bytes.size() && directories.size() < count_max && seen.insert(offset).second) {
    const std::uint64_t entry_count = layout->count(offset);
    if (entry_count == 0 || entry_count > entry_count_max) break;
    const std::uint64_t size = layout->count_size() + (entry_count * layout->entry_size());
    if (size > bytes.size() - offset) break;
    directories.push_back(read_directory(*layout, offset, entry_count));
    offset = layout->offset(offset + size);
  }
  return directories;
}

}  // namespace docmill::image
