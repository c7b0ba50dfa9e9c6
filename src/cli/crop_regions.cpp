#include "cli/crop_regions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <ranges>
#include <set>
#include <span>
#include <utility>

#include "base/strict_json.h"
#include "cli/config_file.h"
#include "cli/nearest.h"

namespace docmill {
namespace {

using nlohmann::json;

constexpr std::string_view forms =
    "regions such as head:1:0,0,1,0.25:fractions (NAME:PAGE:X0,Y0,X1,Y1:UNIT), or a JSON list of objects";
constexpr std::array<std::string_view, 7> keys{"name", "page", "x0", "y0", "x1", "y1", "unit"};
constexpr std::size_t numbers_of_region = 4;

std::string_view kind_of(const json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "a boolean";
  if (value.is_string()) return "a string";
  if (value.is_array()) return "a list";
  return value.is_object() ? "an object" : "a number";
}

/// One region, checked key by key. The errors begin with the place.
class RegionReader {
 public:
  RegionReader(const json& object, std::size_t index) : object_(object), place_(fmt::format("[{}]", index)) {}

  Parsed<CropRegion> read() {
    if (!object_.is_object())
      return std::unexpected(fmt::format("{}: expected an object, found {}", place_, kind_of(object_)));
    find_unknown_key();
    CropRegion region{.name = name(), .page = page(), .unit = unit()};
    region.x0 = number("x0", region.unit);
    region.y0 = number("y0", region.unit);
    region.x1 = number("x1", region.unit);
    region.y1 = number("y1", region.unit);
    check_order("x0", region.x0, "x1", region.x1);
    check_order("y0", region.y0, "y1", region.y1);
    if (error_) return std::unexpected(*error_);
    return region;
  }

 private:
  void complain(std::string_view key, std::string_view what) {
    if (!error_) error_ = fmt::format("{}.{}: {}", place_, key, what);
  }

  void find_unknown_key() {
    const std::vector<std::string> known(keys.begin(), keys.end());
    for (const auto& [key, value] : object_.items()) {
      if (std::ranges::find(keys, key) != keys.end()) continue;
      const auto index = nearest(key, known);
      complain(key, index ? fmt::format("unknown key; the nearest is \"{}\"", known[*index]) : "unknown key");
    }
  }

  const json* find(std::string_view key) {
    const auto found = object_.find(key);
    if (found != object_.end()) return &*found;
    complain(key, "it is missing");
    return nullptr;
  }

  std::string name() {
    const json* const value = find("name");
    if (value == nullptr) return "";
    if (!value->is_string()) {
      complain("name", fmt::format("expected a string, found {}", kind_of(*value)));
      return "";
    }
    auto given = value->get<std::string>();
    if (const auto fault = fault_of_crop_name(given)) complain("name", fmt::format("no name of a file: {}", *fault));
    return given;
  }

  std::int32_t page() {
    const json* const value = find("page");
    if (value == nullptr) return 1;
    const bool is_whole = value->is_number_integer();
    const auto number = is_whole ? value->get<std::int64_t>() : 0;
    // An unsigned one beyond the signed comes out negative.
    if (!is_whole || number == 0 || number > page_named_max || number < -page_named_max ||
        (value->is_number_unsigned() && number < 0)) {
      complain("page", fmt::format("expected a page from 1, or from the end as -1, up to {}, found {}", page_named_max,
                                   value->dump()));
      return 1;
    }
    return static_cast<std::int32_t>(number);
  }

  CropUnit unit() {
    const auto found = object_.find("unit");
    if (found == object_.end()) return CropUnit::points;
    const auto unit = found->is_string() ? crop_unit_from(found->get<std::string>()) : std::nullopt;
    if (!unit) complain("unit", fmt::format("expected points, pixels or fractions, found {}", found->dump()));
    return unit.value_or(CropUnit::points);
  }

  double number(std::string_view key, CropUnit unit) {
    const json* const value = find(key);
    if (value == nullptr) return 0;
    const double max = unit == CropUnit::fractions ? 1 : crop_coordinate_max;
    const double number = value->is_number() ? value->get<double>() : -1;
    if (number >= 0 && number <= max) return number;
    complain(key, fmt::format("expected a number from 0 to {} in {}, found {}", max, name_of(unit), value->dump()));
    return 0;
  }

  void check_order(std::string_view from_key, double from, std::string_view to_key, double to) {
    if (to < from)
      complain(to_key, fmt::format("expected a number that is not below {} ({}), found {}", from_key, from, to));
  }

  const json& object_;
  std::string place_;
  std::optional<std::string> error_;  // the first
};

Parsed<std::vector<CropRegion>> regions_of(const json& list) {
  if (!list.is_array()) return std::unexpected(std::string(forms));
  if (list.size() > crop_regions_max) return std::unexpected(fmt::format("at most {} regions", crop_regions_max));
  std::vector<CropRegion> regions;
  std::set<std::string, std::less<>> names;
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto region = RegionReader(list[i], i).read();
    if (!region) return std::unexpected(std::move(region).error());
    if (!names.insert(region->name).second)
      return std::unexpected(fmt::format("[{}].name: another region is \"{}\"", i, region->name));
    regions.push_back(*std::move(region));
  }
  return regions;
}

json page_schema() {
  return {{"type", "integer"}, {"minimum", -page_named_max}, {"maximum", page_named_max}, {"not", {{"const", 0}}}};
}

std::optional<json> number_in(std::string_view text) {
  json number = json::parse(text, nullptr, false);
  return number.is_number() ? std::optional(std::move(number)) : std::nullopt;
}

/// "head:1:0", "0", "1", "0.25:fractions"
std::optional<json> object_of(std::span<const std::string_view> parts) {
  const std::size_t name_end = parts[0].find(':');
  const std::size_t page_end = name_end == std::string_view::npos ? name_end : parts[0].find(':', name_end + 1);
  if (page_end == std::string_view::npos) return std::nullopt;
  const std::size_t unit_start = parts[3].find(':');
  const auto page = number_in(parts[0].substr(name_end + 1, page_end - name_end - 1));
  const auto x0 = number_in(parts[0].substr(page_end + 1)), y0 = number_in(parts[1]), x1 = number_in(parts[2]),
             y1 = number_in(parts[3].substr(0, unit_start));
  if (!page || !x0 || !y0 || !x1 || !y1) return std::nullopt;
  json object{{"name", std::string(parts[0].substr(0, name_end))},
              {"page", *page},
              {"x0", *x0},
              {"y0", *y0},
              {"x1", *x1},
              {"y1", *y1}};
  if (unit_start != std::string_view::npos) object["unit"] = std::string(parts[3].substr(unit_start + 1));
  return object;
}

}  // namespace

Parsed<std::vector<CropRegion>> parse_crop_regions(std::string_view text) {
  if (text.empty()) return std::vector<CropRegion>{};
  if (text.front() == '[') {
    const auto list = parse_strict_json(text, {.size_bytes_max = config_size_bytes_max, .depth_max = 8});
    if (!list) return std::unexpected(fmt::format("{}: {}", forms, list.error().message));
    return regions_of(*list);
  }
  std::vector<std::string_view> parts;
  for (const auto part : std::views::split(text, ',')) parts.emplace_back(part.begin(), part.end());
  if (parts.size() % numbers_of_region != 0) return std::unexpected(std::string(forms));
  json list = json::array();
  for (std::size_t i = 0; i < parts.size(); i += numbers_of_region) {
    auto object = object_of(std::span(parts).subspan(i, numbers_of_region));
    if (!object) return std::unexpected(std::string(forms));
    list.push_back(*std::move(object));
  }
  return regions_of(list);
}

std::string crop_regions_text(const std::vector<CropRegion>& regions) {
  auto list = nlohmann::ordered_json::array();
  for (const CropRegion& region : regions)
    list.push_back({{"name", region.name},
                    {"page", region.page},
                    {"x0", region.x0},
                    {"y0", region.y0},
                    {"x1", region.x1},
                    {"y1", region.y1},
                    {"unit", name_of(region.unit)}});
  return list.empty() ? "" : list.dump();
}

std::string crop_regions_schema() {
  const json number{{"type", "number"}, {"minimum", 0}, {"maximum", crop_coordinate_max}};
  const json schema{{"type", "array"},
                    {"maxItems", crop_regions_max},
                    {"items",
                     {{"type", "object"},
                      {"additionalProperties", false},
                      {"required", {"name", "page", "x0", "y0", "x1", "y1"}},
                      {"properties",
                       {{"name", {{"type", "string"}, {"pattern", "^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$"}}},
                        {"page", page_schema()},
                        {"x0", number},
                        {"y0", number},
                        {"x1", number},
                        {"y1", number},
                        {"unit", {{"enum", {"points", "pixels", "fractions"}}}}}}}}};
  return schema.dump();
}

Parsed<std::vector<std::int32_t>> parse_text_pages(std::string_view text) {
  const auto expected = [] {
    return std::unexpected(fmt::format("up to {} page numbers such as 1,2, or -1 for the last", text_pages_max));
  };
  std::vector<std::int32_t> pages;
  if (text.empty()) return pages;
  for (const auto part : std::views::split(text, ',')) {
    std::int32_t page = 0;
    const std::string_view digits(part.begin(), part.end());
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), page);
    if (error != std::errc() || end != digits.data() + digits.size() || page == 0 || page > page_named_max ||
        page < -page_named_max || pages.size() == text_pages_max)
      return expected();
    pages.push_back(page);
  }
  std::ranges::sort(pages);
  pages.erase(std::ranges::unique(pages).begin(), pages.end());
  return pages;
}

std::string text_pages_text(const std::vector<std::int32_t>& pages) { return fmt::format("{}", fmt::join(pages, ",")); }

std::string text_pages_schema() {
  return json{{"type", "array"}, {"items", page_schema()}, {"maxItems", text_pages_max}}.dump();
}

}  // namespace docmill
