// Where one object is, as people write it.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "store/place.h"

namespace docmill {

struct ObjectPlace {
  Place folder;
  std::string name;  // the object's key in a store of `folder`

  bool empty() const { return name.empty(); }
  /// "s3://bucket/a/b.json" or "file:///a/b.json".
  std::string uri() const;

  bool operator==(const ObjectPlace&) const = default;
};

/// As parse_place() reads it, with a name at its end that ends in `extension`. What was expected, when the text is no
/// such thing.
std::expected<ObjectPlace, std::string> parse_object_place(std::string_view text, std::string_view extension);

}  // namespace docmill
