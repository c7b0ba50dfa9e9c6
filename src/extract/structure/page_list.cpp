#include "extract/structure/page_list.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace docmill::extract::structure {
namespace {

constexpr std::string_view part = "pages";
/// A label that counts higher is no label: 'M' for each thousand, a letter for each 26.
constexpr long long label_number_max = 100'000;

struct Node {
  PageEntry entry;
  int depth = 0;
};

PageEntry below(const PageEntry& parent, Object object) {
  PageEntry entry = parent;
  override_with(entry.resources, object, "/Resources");
  override_with(entry.media_box, object, "/MediaBox");
  override_with(entry.crop_box, object, "/CropBox");
  override_with(entry.rotate, object, "/Rotate");
  entry.object = std::move(object);
  return entry;
}

// ---- labels ----

std::string roman(long long number) {
  static constexpr std::array<std::pair<int, std::string_view>, 13> signs{{{1000, "m"},
                                                                           {900, "cm"},
                                                                           {500, "d"},
                                                                           {400, "cd"},
                                                                           {100, "c"},
                                                                           {90, "xc"},
                                                                           {50, "l"},
                                                                           {40, "xl"},
                                                                           {10, "x"},
                                                                           {9, "ix"},
                                                                           {5, "v"},
                                                                           {4, "iv"},
                                                                           {1, "i"}}};
  std::string text;
  for (const auto& [value, sign] : signs)
    for (; number >= value; number -= value) text += sign;
  return text;
}

std::string letters(long long number) {
  constexpr int alphabet = 26;
  return std::string(static_cast<std::size_t>(((number - 1) / alphabet) + 1),
                     static_cast<char>('a' + ((number - 1) % alphabet)));
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  return text;
}

std::string numeral(const std::string& style, long long number) {
  if (style == "/D") return std::to_string(number);
  if (number < 1) return "";
  if (style == "/r") return roman(number);
  if (style == "/R") return upper(roman(number));
  if (style == "/a") return letters(number);
  if (style == "/A") return upper(letters(number));
  return "";
}

struct LabelRange {
  std::string prefix, style;
  long long start = 1;
};

class Labels {
 public:
  Labels(QPDF& pdf, Gaps& gaps) {
    const auto add = [&](Object key, Object range) {
      if (!key.isInteger() || !range.isDictionary()) return;
      const Object start = value_at(range, "/St");
      const Object style = value_at(range, "/S");
      const Json prefix = text_at(range, "/P", part, gaps);
      ranges_[key.getIntValue()] = {.prefix = prefix.is_string() ? prefix.get<std::string>() : "",
                                    .style = Object(style).isName() ? Object(style).getName() : "",
                                    .start = Object(start).isInteger() ? Object(start).getIntValue() : 1};
    };
    if (!visit_tree(value_at(pdf.getRoot(), "/PageLabels"), "/Nums", add)) gaps.add_cut(part);
  }

  /// Null where the document labels none.
  Json of(long long page_index, Gaps& gaps) const {
    auto after = ranges_.upper_bound(page_index);
    if (after == ranges_.begin()) return nullptr;
    const auto& [first, range] = *--after;
    if (range.start < 0 || range.start > label_number_max) {
      gaps.add_cut(part);
      return nullptr;
    }
    return range.prefix + numeral(range.style, range.start + page_index - first);
  }

 private:
  std::map<long long, LabelRange> ranges_;
};

// ---- boxes ----

struct Box {
  double left = 0, bottom = 0, right = 0, top = 0;
};

double rounded(double points) { return std::round(points * 1000) / 1000; }

std::optional<Box> box_of(Object object) {
  constexpr int sides = 4;
  if (!object.isArray() || object.getArrayNItems() != sides) return std::nullopt;
  std::array<double, sides> side{};
  for (int i = 0; i < sides; ++i) {
    Object item = object.getArrayItem(i);
    if (!item.isNumber() || !std::isfinite(item.getNumericValue())) return std::nullopt;
    side.at(static_cast<std::size_t>(i)) = item.getNumericValue();
  }
  const auto [left, right] = std::minmax(side[0], side[2]);
  const auto [bottom, top] = std::minmax(side[1], side[3]);
  return Box{left, bottom, right, top};
}

Json box_json(const std::optional<Box>& box) {
  if (!box) return nullptr;
  return Json::array({rounded(box->left), rounded(box->bottom), rounded(box->right), rounded(box->top)});
}

long long quarter_turn(Object rotate) {
  const long long degrees = rotate.isInteger() ? rotate.getIntValue() % 360 : 0;
  return degrees % 90 == 0 ? (degrees + 360) % 360 : 0;
}

Json page_json(const PageEntry& page, Json number, Json label) {
  const auto media = box_of(page.media_box), crop = box_of(page.crop_box);
  const long long rotation = quarter_turn(page.rotate);
  Json json{{"page_number", std::move(number)}, {"label", std::move(label)}};
  json["media_box"] = box_json(media);
  json["crop_box"] = box_json(crop);
  json["rotation_deg"] = rotation;
  json["user_unit"] = number_of(value_at(page.object, "/UserUnit"), 1);
  return json;
}

}  // namespace

Json PageList::number_of_page(Object page) const {
  const auto found = page.isIndirect() ? numbers.find(page.getObjGen()) : numbers.end();
  return found == numbers.end() ? Json(nullptr) : Json(found->second);
}

PageList read_page_list(QPDF& pdf) {
  const Object none = Object::newNull();
  PageList list;
  Steps steps;
  Met met;  // of what is no page: a page may stand twice
  std::vector<PageEntry> nodes{below({none, none, none, none, none}, value_at(pdf.getRoot(), "/Pages"))};
  while (!nodes.empty()) {
    PageEntry node = std::move(nodes.back());
    nodes.pop_back();
    if (list.pages.size() == pages_max || list.is_cut) {
      list.is_cut = true;
      break;
    }
    Object kids = value_at(node.object, "/Kids");
    if (kids.isArray()) {
      if (!met.is_new(node.object)) continue;
      for (int i = kids.getArrayNItems() - 1; i >= 0 && !list.is_cut; --i) {
        list.is_cut = !steps.take();
        if (Object kid = kids.getArrayItem(i); kid.isDictionary()) nodes.push_back(below(node, std::move(kid)));
      }
    } else if (node.object.isDictionary()) {
      const auto number = static_cast<std::uint32_t>(list.pages.size() + 1);
      if (node.object.isIndirect()) list.numbers.try_emplace(node.object.getObjGen(), number);
      list.pages.push_back(std::move(node));
    }
  }
  return list;
}

Json pages_json(QPDF& pdf, const PageList& list, Gaps& gaps) {
  const Labels labels(pdf, gaps);
  if (list.is_cut) gaps.add_cut(part);
  Json pages = Json::array();
  for (std::size_t i = 0; i < list.pages.size(); ++i)
    pages.push_back(page_json(list.pages[i], i + 1, labels.of(static_cast<long long>(i), gaps)));
  return pages;
}

}  // namespace docmill::extract::structure
