// Fields of the form with their values, and the signatures among them.
#include <algorithm>
#include <qpdf/Pl_String.hh>
#include <utility>

#include "extract/structure/parts.h"

namespace docmill::extract::structure {
namespace {

constexpr std::string_view fields_part = "form_fields";
constexpr std::string_view signatures_part = "signatures";

struct Field {
  Object object;
  std::string name;
  Object type, value, flags;  // its own, or those of what it hangs below
};

Field below(const Field& parent, Object object, Gaps& gaps) {
  Field field = parent;
  override_with(field.type, object, "/FT");
  override_with(field.value, object, "/V");
  override_with(field.flags, object, "/Ff");
  if (const Json name = text_at(object, "/T", fields_part, gaps); name.is_string()) {
    if (!field.name.empty()) field.name += '.';
    field.name += name.get<std::string>();
    if (field.name.size() > text_size_bytes_max) field.name = text_of_bytes(field.name, fields_part, gaps);
  }
  field.object = std::move(object);
  return field;
}

bool has_flag(Object flags, int bit) { return flags.isInteger() && ((flags.getIntValue() >> (bit - 1)) & 1) != 0; }

/// ISO 32000-2, tables 229, 231 and 233.
Json kind_of(const Field& field) {
  constexpr int push_button = 17, radio = 16, combo = 18;
  const std::string type = Object(field.type).isName() ? Object(field.type).getName() : "";
  if (type == "/Btn") {
    if (has_flag(field.flags, push_button)) return "push_button";
    return has_flag(field.flags, radio) ? "radio_button" : "check_box";
  }
  if (type == "/Tx") return "text";
  if (type == "/Ch") return has_flag(field.flags, combo) ? "combo_box" : "list_box";
  if (type == "/Sig") return "signature";
  return nullptr;
}

Json stream_text(Object stream, Gaps& gaps) {
  std::string bytes;
  Pl_String collected("value", nullptr, bytes);
  std::uint64_t left = text_size_bytes_max;
  Limited limited(left, collected);
  try {
    if (pipe_data(std::move(stream), limited) != Decoding::done) gaps.add_unread(fields_part);
  } catch (const TooLong&) {
    gaps.add_cut(fields_part);
  }
  return text_of_bytes(bytes, fields_part, gaps);
}

Json value_json(Object value, Gaps& gaps) {
  if (value.isStream()) return stream_text(std::move(value), gaps);
  if (!value.isArray()) return text_of(value, fields_part, gaps);
  Json values = Json::array();
  const int count = value.getArrayNItems();
  for (int i = 0; i < count; ++i) {
    if (values.size() == values_of_field_max) {
      gaps.add_cut(fields_part);
      break;
    }
    values.push_back(text_of(value.getArrayItem(i), fields_part, gaps));
  }
  return values;
}

/// Of the page that the field is first drawn on, as it says itself.
Json page_of(Object field, const PageList& pages) {
  Object kids = value_at(field, "/Kids");
  if (value_at(field, "/P").isNull() && kids.isArray() && kids.getArrayNItems() > 0) field = kids.getArrayItem(0);
  return pages.number_of_page(value_at(field, "/P"));
}

Json field_json(const Field& field, const PageList& pages, Gaps& gaps) {
  constexpr int read_only = 1, required = 2;
  return {{"name", field.name},
          {"kind", kind_of(field)},
          {"value", value_json(field.value, gaps)},
          {"page_number", page_of(field.object, pages)},
          {"is_read_only", has_flag(field.flags, read_only)},
          {"is_required", has_flag(field.flags, required)}};
}

/// Offsets and lengths of what is signed; and whether that ends where the document does.
void add_byte_range(Json& json, Object range, std::uint64_t size_bytes) {
  constexpr int numbers = 4;
  json["byte_range"] = nullptr;
  json["reaches_end_of_file"] = nullptr;
  if (!range.isArray() || range.getArrayNItems() != numbers) return;
  Json values = Json::array();
  for (int i = 0; i < numbers; ++i) {
    Object item = range.getArrayItem(i);
    if (!item.isInteger() || item.getIntValue() < 0) return;
    values.push_back(item.getIntValue());
  }
  const auto first = values[2].get<std::uint64_t>(), length = values[3].get<std::uint64_t>();
  json["byte_range"] = std::move(values);
  json["reaches_end_of_file"] = first <= size_bytes && length == size_bytes - first;
}

Json signature_json(const Field& field, std::uint64_t size_bytes, Gaps& gaps) {
  Object value = field.value;
  const auto text = [&](const char* key) { return text_at(value, key, signatures_part, gaps); };
  Json json{{"field_name", field.name},        {"filter", text("/Filter")},        {"sub_filter", text("/SubFilter")},
            {"signer", text("/Name")},         {"reason", text("/Reason")},        {"location", text("/Location")},
            {"contact", text("/ContactInfo")}, {"signed_at", time_at(value, "/M")}};
  add_byte_range(json, value_at(value, "/ByteRange"), size_bytes);
  return json;
}

class Reader {
 public:
  Reader(const Source& source, Gaps& gaps) : source_(source), gaps_(gaps) {}

  Form read() {
    const Object none = Object::newNull();
    const Field root{.object = none, .name = "", .type = none, .value = none, .flags = none};
    add(root, value_at(value_at(source_.pdf.getRoot(), "/AcroForm"), "/Fields"), [](const Object&) { return true; });
    while (!fields_.empty()) {
      const Field field = std::move(fields_.back());
      fields_.pop_back();
      if (met_.is_new(field.object) && !add_kids(field) && !give(field)) break;
    }
    return std::move(form_);
  }

 private:
  /// Kids with a name are fields of their own; others are where the field is drawn. False where there are none.
  bool add_kids(const Field& field) {
    return add(field, value_at(field.object, "/Kids"), [](Object kid) { return !value_at(kid, "/T").isNull(); });
  }

  template <typename Counts>
  bool add(const Field& parent, Object objects, Counts counts) {
    const std::size_t before = fields_.size();
    const int count = objects.isArray() ? objects.getArrayNItems() : 0;
    for (int i = 0; i < count; ++i) {
      // More than can be given, whatever hangs below them.
      if (!steps_.take() || fields_.size() - before > form_fields_max) {
        gaps_.add_cut(fields_part);
        break;
      }
      if (Object object = objects.getArrayItem(i); object.isDictionary() && counts(object))
        fields_.push_back(below(parent, std::move(object), gaps_));
    }
    std::reverse(fields_.begin() + static_cast<std::ptrdiff_t>(before), fields_.end());
    return fields_.size() > before;
  }

  bool give(const Field& field) {
    if (form_.fields.size() == form_fields_max) {
      gaps_.add_cut(fields_part);
      return false;
    }
    form_.fields.push_back(field_json(field, source_.pages, gaps_));
    const bool is_signed =
        Object(field.type).isName() && Object(field.type).getName() == "/Sig" && Object(field.value).isDictionary();
    if (!is_signed) return true;
    if (form_.signatures.size() == signatures_max)
      gaps_.add_cut(signatures_part);
    else
      form_.signatures.push_back(signature_json(field, source_.size_bytes, gaps_));
    return true;
  }

  const Source& source_;
  Gaps& gaps_;
  Form form_;
  std::vector<Field> fields_;  // the next one at the end
  Steps steps_;
  Met met_;
};

}  // namespace

Form form(const Source& source, Gaps& gaps) { return Reader(source, gaps).read(); }

}  // namespace docmill::extract::structure
