// docs/bounds.md: every bound of docmill, with its number, its place and its reason.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace docmill {

/// A number with its unit, in the largest unit that leaves a whole number.
struct Amount {
  std::string value;
  std::string_view unit = "";
};

Amount count(std::uint64_t number);
Amount pixels(std::uint64_t number);
Amount bytes(std::uint64_t size_bytes);
Amount time(std::chrono::milliseconds duration);

struct Bound {
  std::string_view name;  // of the constant; of a member with its class: "Backoff::longest"
  Amount amount;
  std::string_view where;  // the file that defines it
  std::string_view why;
};

struct BoundSection {
  std::string_view title;
  std::span<const Bound> bounds;
};

std::span<const BoundSection> bound_sections();

/// The page as Markdown.
std::string bounds_page();

}  // namespace docmill
