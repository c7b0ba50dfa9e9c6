#include "extract/pdf/form_fields.h"

#include <utility>

namespace docmill::pdf {
namespace {

/// Call one of PDFium's string getters twice: for the size in bytes with its NUL, and for the text.
template <typename Getter>
std::u16string get_string(const Getter& getter) {
  const unsigned long size_bytes = getter(nullptr, 0UL);
  if (size_bytes <= sizeof(char16_t)) return {};
  std::u16string text(size_bytes / sizeof(char16_t), u'\0');
  getter(reinterpret_cast<FPDF_WCHAR*>(text.data()), size_bytes);
  text.pop_back();
  return text;
}

bool has_value(int type) {
  return type == FPDF_FORMFIELD_TEXTFIELD || type == FPDF_FORMFIELD_COMBOBOX || type == FPDF_FORMFIELD_LISTBOX;
}

std::u16string string_of(FPDF_ANNOTATION annotation, const char* key) {
  return get_string([&](FPDF_WCHAR* buffer, unsigned long size_bytes) {
    return FPDFAnnot_GetStringValue(annotation, key, buffer, size_bytes);
  });
}

bool is_state(int type) { return type == FPDF_FORMFIELD_CHECKBOX || type == FPDF_FORMFIELD_RADIOBUTTON; }

}  // namespace

FormFields::~FormFields() {
  if (widgets_found_) FORM_OnBeforeClosePage(page_, form_);
}

int FormFields::type_of(FPDF_ANNOTATION widget) {
  constexpr int none = -1;
  if (form_ == nullptr) return none;
  const int type = FPDFAnnot_GetFormFieldType(form_, widget);
  if (type != none || widgets_found_) return type;
  // PDFium reads the fields that the form names, and when told of a page, those of its widgets.
  FORM_OnAfterLoadPage(page_, form_);
  widgets_found_ = true;
  return FPDFAnnot_GetFormFieldType(form_, widget);
}

/// A widget of a document without a form: what it shows is its own value.
FieldText FormFields::read_orphan(FPDF_ANNOTATION widget, PageText& text) const {
  const std::u16string type = string_of(widget, "FT");
  float flags = 0;
  FPDFAnnot_GetNumberValue(widget, "Ff", &flags);
  const bool is_password = (static_cast<int>(flags) & FPDF_FORMFLAG_TEXT_PASSWORD) != 0;
  if (FPDFAnnot_HasKey(widget, "AP") != 0 || (type != u"Tx" && type != u"Ch") || is_password)
    return FieldText::in_appearance;
  text::Cleaned value = text::clean(string_of(widget, "V"));
  if (value.text.empty()) return FieldText::in_appearance;
  text.invalid_characters |= value.invalid_characters;
  text.forms.push_back(std::move(value.text));
  return FieldText::complete;
}

FieldText FormFields::read(FPDF_ANNOTATION widget, PageText& text) {
  const int type = type_of(widget);
  if (type < 0) return read_orphan(widget, text);
  if (is_state(type)) return FieldText::complete;
  if (!has_value(type)) return FieldText::in_appearance;
  // A password's value is shown as stars.
  if (type == FPDF_FORMFIELD_TEXTFIELD &&
      (FPDFAnnot_GetFormFieldFlags(form_, widget) & FPDF_FORMFLAG_TEXT_PASSWORD) != 0)
    return FieldText::complete;
  text::Cleaned value = value_of(widget, type);
  if (value.text.empty()) return FieldText::in_appearance;
  std::u16string name = get_string([&](FPDF_WCHAR* buffer, unsigned long size_bytes) {
    return FPDFAnnot_GetFormFieldName(form_, widget, buffer, size_bytes);
  });
  if (!name.empty() && !names_.insert(std::move(name)).second) return FieldText::complete;
  text.invalid_characters |= value.invalid_characters;
  text.forms.push_back(std::move(value.text));
  return FieldText::complete;
}

text::Cleaned FormFields::value_of(FPDF_ANNOTATION widget, int type) const {
  if (type != FPDF_FORMFIELD_TEXTFIELD) {
    // Options have an export value and a label; the label is what is shown.
    text::Cleaned chosen = chosen_options(widget);
    if (!chosen.text.empty()) return chosen;
  }
  // PDFium keeps one value for all fields of a name, and which one depends on the page that it was told of first.
  if (type == FPDF_FORMFIELD_TEXTFIELD && FPDFAnnot_GetValueType(widget, "V") == FPDF_OBJECT_STRING)
    return text::clean(string_of(widget, "V"));
  return text::clean(get_string([&](FPDF_WCHAR* buffer, unsigned long size_bytes) {
    return FPDFAnnot_GetFormFieldValue(form_, widget, buffer, size_bytes);
  }));
}

text::Cleaned FormFields::chosen_options(FPDF_ANNOTATION widget) const {
  std::u16string labels;
  const int count = FPDFAnnot_GetOptionCount(form_, widget);
  for (int i = 0; i < count; ++i) {
    if (!FPDFAnnot_IsOptionSelected(form_, widget, i)) continue;
    if (!labels.empty()) labels.push_back(u'\n');
    labels += get_string([&](FPDF_WCHAR* buffer, unsigned long size_bytes) {
      return FPDFAnnot_GetOptionLabel(form_, widget, i, buffer, size_bytes);
    });
  }
  return text::clean(labels);
}

text::Cleaned contents_of(FPDF_ANNOTATION annotation) { return text::clean(string_of(annotation, "Contents")); }

}  // namespace docmill::pdf
