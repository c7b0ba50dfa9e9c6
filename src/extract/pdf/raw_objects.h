// A document's objects as they stand in its bytes, for the few that PDFium does not show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace docmill::pdf {

/// Bytes that a document's cross-reference and object streams may hold together when they are inflated; tables of one
/// document. Where there are more, the document is not read.
inline constexpr std::size_t inflated_size_bytes_max = std::size_t{64} << 20;
inline constexpr std::size_t cross_references_max = 1024;

/// Follows a document's cross-reference tables and streams. It mends nothing: where something is not as it should be,
/// there is no answer, and PDFium's word stands.
class RawObjects {
 public:
  /// `document` must outlive it. Nothing where the tables cannot be followed to the first one.
  static std::optional<RawObjects> open(std::string_view document);

  /// The dictionary of the newest table.
  std::string_view trailer() const { return trailer_; }

  struct Object {
    std::string_view text;   // from its value on, to somewhere behind its end
    bool in_stream = false;  // it stands in an object stream, so `text` is no part of the document
  };

  /// Nothing where the object is free, damaged, or in an object stream of an encrypted document.
  std::optional<Object> find(std::uint32_t number);

  /// The object that a value refers to, or the value itself.
  std::optional<Object> resolve(std::string_view value);

  /// Whether the tables have the object; it may be damaged.
  bool is_listed(std::uint32_t number) const { return locate(number).has_value(); }

 private:
  /// Entries [first, first + count) of a table of text or of a decoded stream.
  struct Section {
    std::uint32_t first = 0, count = 0;
    std::size_t at = 0;
    int stream = -1;  // of streams_; -1 for a table in the document
  };
  struct Stream {
    std::string bytes;
    std::size_t widths[3] = {};  // NOLINT(modernize-avoid-c-arrays): three columns, as the format has them
  };
  struct Location {
    std::uint64_t offset = 0;             // in the document
    std::uint32_t stream = 0, index = 0;  // of the object stream that holds it; 0 for none
  };
  struct ObjectStream {
    std::string bytes;
    std::map<std::uint32_t, std::size_t> offsets;
  };

  explicit RawObjects(std::string_view document) : document_(document) {}

  bool follow_tables();
  std::optional<std::string_view> read_table(std::size_t offset);
  std::optional<std::string_view> read_stream(std::size_t offset);
  std::optional<Location> locate(std::uint32_t number) const;
  std::optional<Location> entry_of(const Section& section, std::uint32_t number) const;
  std::optional<std::string> inflate(std::string_view dictionary);
  const ObjectStream* open_object_stream(std::uint32_t number);

  std::string_view document_, trailer_;
  std::vector<Section> sections_;  // newest first
  std::vector<Stream> streams_;
  std::map<std::uint32_t, ObjectStream> object_streams_;
  std::size_t inflated_size_bytes_ = 0;
  bool encrypted_ = false;
};

}  // namespace docmill::pdf
