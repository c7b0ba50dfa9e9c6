#include "extract/structure/objects.h"

#include <algorithm>
#include <qpdf/QUtil.hh>
#include <utility>

#include "base/utf8.h"

namespace docmill::extract::structure {
namespace {

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

}  // namespace

void Gaps::add(std::vector<std::string>& parts, std::string_view part) {
  if (std::ranges::find(parts, part) == parts.end()) parts.emplace_back(part);
}

Object dictionary_of(Object object) {
  if (object.isDictionary()) return object;
  return object.isStream() ? object.getDict() : Object::newNull();
}

Object value_at(Object object, const std::string& key) {
  Object dictionary = dictionary_of(std::move(object));
  return dictionary.isDictionary() ? dictionary.getKey(key) : Object::newNull();
}

void override_with(Object& inherited, Object object, const std::string& key) {
  if (Object own = value_at(object, key); !own.isNull()) inherited = own;
}

std::string valid_utf8(std::string_view bytes, std::size_t size_bytes_max) {
  std::string text;
  while (!bytes.empty()) {
    const auto code_point = first_code_point(bytes);
    const std::size_t size_bytes = code_point ? code_point->size_bytes : 1;
    const std::string_view next = code_point ? bytes.substr(0, size_bytes) : replacement_character;
    if (text.size() + next.size() > size_bytes_max) break;
    text += next;
    bytes.remove_prefix(size_bytes);
  }
  return text;
}

std::string text_of_bytes(std::string_view bytes, std::string_view part, Gaps& gaps) {
  if (bytes.size() > text_size_bytes_max) gaps.add_cut(part);
  return valid_utf8(bytes, text_size_bytes_max);
}

Json text_of(Object object, std::string_view part, Gaps& gaps) {
  if (object.isString()) return text_of_bytes(object.getUTF8Value(), part, gaps);
  if (object.isName()) return text_of_bytes(std::string_view(object.getName()).substr(1), part, gaps);
  if (object.isNumber() || object.isBool()) return text_of_bytes(object.unparse(), part, gaps);
  return nullptr;
}

Json text_at(Object object, const std::string& key, std::string_view part, Gaps& gaps) {
  return text_of(value_at(std::move(object), key), part, gaps);
}

Json time_at(Object object, const std::string& key) {
  Object value = value_at(std::move(object), key);
  std::string time;
  if (!value.isString() || !QUtil::pdf_time_to_iso8601(value.getUTF8Value(), time)) return nullptr;
  return time;
}

Json integer_at(Object object, const std::string& key) {
  Object value = value_at(std::move(object), key);
  return value.isInteger() ? Json(value.getIntValue()) : Json(nullptr);
}

double number_of(Object object, double otherwise) { return object.isNumber() ? object.getNumericValue() : otherwise; }

bool visit_tree(Object root, const std::string& leaf, const std::function<void(Object key, Object value)>& visit) {
  Steps steps;
  Met met;
  std::size_t names = 0;
  std::vector<Object> nodes{std::move(root)};  // the next one at the end
  while (!nodes.empty()) {
    Object node = std::move(nodes.back());
    nodes.pop_back();
    if (!met.is_new(node)) continue;
    Object entries = value_at(node, leaf);
    const int count = entries.isArray() ? entries.getArrayNItems() : 0;
    for (int i = 0; i + 1 < count; i += 2) {
      if (++names > names_max) return false;
      visit(entries.getArrayItem(i), entries.getArrayItem(i + 1));
    }
    Object kids = value_at(node, "/Kids");
    for (int i = kids.isArray() ? kids.getArrayNItems() - 1 : -1; i >= 0; --i) {
      if (!steps.take()) return false;
      nodes.push_back(kids.getArrayItem(i));
    }
  }
  return true;
}

void Limited::write(unsigned char const* data, std::size_t size_bytes) {
  if (size_bytes > left_) throw TooLong{};
  left_ -= size_bytes;
  getNext()->write(data, size_bytes);
}

Decoding pipe_data(Object stream, Pipeline& to) {
  bool is_decoded = false;
  const bool is_whole = stream.pipeStreamData(&to, &is_decoded, 0, qpdf_dl_generalized, true);
  if (!is_whole) return Decoding::failed;
  return is_decoded ? Decoding::done : Decoding::none;
}

}  // namespace docmill::extract::structure
