// Fonts that pages name: in their resources, in those of forms, patterns and glyphs that they draw, and of annotations.
#include <algorithm>
#include <array>
#include <utility>

#include "extract/structure/parts.h"

namespace docmill::extract::structure {
namespace {

constexpr std::string_view part = "fonts";
constexpr std::size_t tag_length = 6;  // of "ABCDEF+Name"

bool has_subset_tag(std::string_view name) {
  return name.size() > tag_length && name[tag_length] == '+' &&
         std::ranges::all_of(name.substr(0, tag_length), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool has_file(Object font) {
  Object descriptor = value_at(std::move(font), "/FontDescriptor");
  return std::ranges::any_of(std::array{"/FontFile", "/FontFile2", "/FontFile3"},
                             [&](const char* key) { return value_at(descriptor, key).isStream(); });
}

Object descendant(Object font) {
  Object fonts = value_at(std::move(font), "/DescendantFonts");
  return fonts.isArray() && fonts.getArrayNItems() > 0 ? fonts.getArrayItem(0) : Object::newNull();
}

Json font_json(Object font, std::uint32_t page_number, Gaps& gaps) {
  Json name = text_at(font, "/BaseFont", part, gaps);
  if (name.is_null()) name = text_at(font, "/Name", part, gaps);
  const bool is_subset = name.is_string() && has_subset_tag(name.get_ref<const std::string&>());
  if (is_subset) name = name.get<std::string>().substr(tag_length + 1);
  Object encoding = value_at(font, "/Encoding");
  if (encoding.isDictionary()) encoding = encoding.getKey("/BaseEncoding");
  Json kind = text_at(font, "/Subtype", part, gaps);
  const bool is_drawn_by_document = kind == Json("Type3");
  return {{"name", std::move(name)},
          {"kind", std::move(kind)},
          {"encoding", text_of(encoding, part, gaps)},
          {"is_embedded", is_drawn_by_document || has_file(font) || has_file(descendant(font))},
          {"is_subset", is_subset},
          {"has_unicode_map", value_at(font, "/ToUnicode").isStream()},
          {"first_page", page_number}};
}

class Reader {
 public:
  Reader(const Source& source, Gaps& gaps) : source_(source), gaps_(gaps) {}

  Json read() {
    std::uint32_t number = 0;
    for (const PageEntry& page : source_.pages.pages) {
      page_number_ = ++number;
      todo_.push_back(page.resources);
      add_annotations(value_at(page.object, "/Annots"));
      if (!drain()) break;
    }
    return std::move(fonts_);
  }

 private:
  /// False when there is too much.
  bool drain() {
    while (!todo_.empty()) {
      Object resources = std::move(todo_.back());
      todo_.pop_back();
      if (is_full_ || !steps_.take()) {
        gaps_.add_cut(part);
        return false;
      }
      if (resources.isDictionary() && met_.is_new(resources)) add(resources);
    }
    return !is_full_;
  }

  template <typename Visit>
  void each_value(Object dictionary, Visit visit) {
    if (!dictionary.isDictionary()) return;
    for (const std::string& key : dictionary.getKeys()) {
      if (!steps_.take()) return;
      visit(dictionary.getKey(key));
    }
  }

  void add(Object resources) {
    each_value(resources.getKey("/Font"), [&](Object font) { add_font(std::move(font)); });
    for (const char* kind : {"/XObject", "/Pattern"})
      each_value(resources.getKey(kind), [&](Object drawn) { todo_.push_back(value_at(drawn, "/Resources")); });
    each_value(resources.getKey("/ExtGState"), [&](Object state) {
      if (Object mask = value_at(value_at(state, "/SMask"), "/G"); mask.isStream())
        todo_.push_back(value_at(mask, "/Resources"));
      Object font = value_at(state, "/Font");
      if (font.isArray() && font.getArrayNItems() > 0) add_font(font.getArrayItem(0));
    });
  }

  void add_font(Object font) {
    if (!font.isDictionary() || !met_.is_new(font) || is_full_) return;
    // Direct ones, and equal ones of several parts of a document.
    Json json = font_json(font, page_number_, gaps_);
    Json known = json;
    known.erase("first_page");
    if (seen_.insert(known.dump(-1, ' ', false, Json::error_handler_t::replace)).second) {
      is_full_ = fonts_.size() == fonts_max;
      if (is_full_) return gaps_.add_cut(part);
      fonts_.push_back(std::move(json));
    }
    if (Object own = value_at(font, "/Resources"); own.isDictionary()) todo_.push_back(std::move(own));
  }

  void add_annotations(Object annotations) {
    const int count = annotations.isArray() ? annotations.getArrayNItems() : 0;
    for (int i = 0; i < count && steps_.take(); ++i) {
      Object drawn = value_at(value_at(annotations.getArrayItem(i), "/AP"), "/N");
      if (drawn.isStream())
        todo_.push_back(value_at(drawn, "/Resources"));
      else
        each_value(drawn, [&](Object state) { todo_.push_back(value_at(state, "/Resources")); });
    }
  }

  const Source& source_;
  Gaps& gaps_;
  Json fonts_ = Json::array();
  std::set<std::string> seen_;
  std::vector<Object> todo_;  // resources
  std::uint32_t page_number_ = 0;
  bool is_full_ = false;
  Steps steps_;
  Met met_;
};

}  // namespace

Json fonts(const Source& source, Gaps& gaps) { return Reader(source, gaps).read(); }

}  // namespace docmill::extract::structure
