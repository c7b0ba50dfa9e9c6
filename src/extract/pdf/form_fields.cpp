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

bool is_state(int type) { return type == FPDF_FORMFIELD_CHECKBOX || type == FPDF_FORMFIELD_RADIOBUTTON; }

}  // namespace

FieldText FormFields::read(FPDF_ANNOTATION widget, PageText& text) {
  const int type = form_ == nullptr ? -1 : FPDFAnnot_GetFormFieldType(form_, widget);
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

text::Cleaned contents_of(FPDF_ANNOTATION annotation) {
  return text::clean(get_string([&](FPDF_WCHAR* buffer, unsigned long size_bytes) {
    return FPDFAnnot_GetStringValue(annotation, "Contents", buffer, size_bytes);
  }));
}

}  // namespace docmill::pdf
