// Entries of the outline ("bookmarks") and where they lead.
#include <optional>
#include <unordered_map>
#include <utility>

#include "extract/structure/parts.h"

namespace docmill::extract::structure {
namespace {

constexpr std::string_view part = "outline";

class Destinations {
 public:
  Destinations(const Source& source, Gaps& gaps) : source_(source), gaps_(gaps) {}

  Json page_number(Object destination) {
    if (destination.isName())
      destination = value_at(value_at(source_.pdf.getRoot(), "/Dests"), destination.getName());
    else if (destination.isString())
      destination = named(destination.getStringValue());
    if (destination.isDictionary()) destination = destination.getKey("/D");
    if (!destination.isArray() || destination.getArrayNItems() == 0) return nullptr;
    Object page = destination.getArrayItem(0);
    if (!page.isInteger()) return source_.pages.number_of_page(page);
    const long long index = page.getIntValue();
    const bool is_there = index >= 0 && static_cast<unsigned long long>(index) < source_.pages.pages.size();
    return is_there ? Json(index + 1) : Json(nullptr);
  }

 private:
  Object named(const std::string& name) {
    if (!names_) read_names();
    const auto found = names_->find(name);
    return found == names_->end() ? Object::newNull() : found->second;
  }

  void read_names() {
    names_.emplace();
    const auto add = [&](Object key, Object value) {
      if (key.isString()) names_->try_emplace(key.getStringValue(), std::move(value));
    };
    if (!visit_tree(value_at(value_at(source_.pdf.getRoot(), "/Names"), "/Dests"), "/Names", add)) gaps_.add_cut(part);
  }

  const Source& source_;
  Gaps& gaps_;
  std::optional<std::unordered_map<std::string, Object>> names_;  // once they were asked for
};

/// The name of another file, which may stand in a dictionary.
Json file_name(Object file, Gaps& gaps) {
  if (!file.isDictionary()) return text_of(file, part, gaps);
  Json name = text_at(file, "/UF", part, gaps);
  return name.is_null() ? text_at(file, "/F", part, gaps) : name;
}

void add_action(Json& entry, Object action, Destinations& destinations, Gaps& gaps) {
  Object type = value_at(action, "/S");
  const std::string name = type.isName() ? type.getName() : "";
  if (name == "/GoTo") {
    entry["kind"] = "goto";
    entry["target_page"] = destinations.page_number(value_at(action, "/D"));
  } else if (name == "/URI") {
    entry["kind"] = "uri";
    entry["target"] = text_at(action, "/URI", part, gaps);
  } else if (name == "/GoToR" || name == "/Launch") {
    entry["kind"] = name == "/GoToR" ? "remote" : "launch";
    entry["target"] = file_name(value_at(action, "/F"), gaps);
  } else {
    entry["kind"] = "other";
  }
}

Json entry_json(Object item, int level, Destinations& destinations, Gaps& gaps) {
  Json title = text_at(item, "/Title", part, gaps);
  Json entry{{"level", level},
             {"title", title.is_string() ? std::move(title) : Json("")},
             {"kind", nullptr},
             {"target_page", nullptr},
             {"target", nullptr}};
  Object destination = value_at(item, "/Dest");
  Object action = value_at(item, "/A");
  if (!destination.isNull()) {
    entry["kind"] = "goto";
    entry["target_page"] = destinations.page_number(std::move(destination));
  } else if (action.isDictionary()) {
    add_action(entry, std::move(action), destinations, gaps);
  }
  return entry;
}

}  // namespace

Json outline(const Source& source, Gaps& gaps) {
  Destinations destinations(source, gaps);
  Json entries = Json::array();
  Met met;
  struct Place {
    Object item;
    int level;
  };
  std::vector<Place> places{{value_at(value_at(source.pdf.getRoot(), "/Outlines"), "/First"), 1}};
  while (!places.empty()) {
    const auto [item, level] = std::move(places.back());
    places.pop_back();
    if (!Object(item).isDictionary()) continue;
    // One that comes again is a cycle.
    if (entries.size() == outline_entries_max || level > outline_depth_max || !met.is_new(item)) {
      gaps.add_cut(part);
      continue;
    }
    entries.push_back(entry_json(item, level, destinations, gaps));
    places.push_back({value_at(item, "/Next"), level});
    places.push_back({value_at(item, "/First"), level + 1});
  }
  return entries;
}

}  // namespace docmill::extract::structure
