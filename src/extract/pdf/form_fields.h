// What form fields show.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "extract/pdf/pdf.h"
#include "extract/pdf/pdfium_api.h"
#include "extract/pdf/state.h"
#include "extract/text/clean.h"

namespace docmill::pdf {

enum class FieldText : std::uint8_t {
  complete,       // all that the field has to say is in `forms`, which may be nothing (a check box, a password)
  in_appearance,  // only its appearance can tell (a button's caption, a signature, a widget without a value)
};

/// Reads the fields of one page.
class FormFields {
 public:
  /// `page` must stay loaded for as long as this lives.
  FormFields(FPDF_PAGE page, PristineCopy& copy) : page_(page), form_(copy.form()) {}
  FormFields(const FormFields&) = delete;
  FormFields& operator=(const FormFields&) = delete;
  ~FormFields();

  /// Add what `widget` shows to `text.forms`: the value of a text field, the chosen options of a choice field. A field
  /// with several widgets on the page is added once.
  FieldText read(FPDF_ANNOTATION widget, PageText& text);

 private:
  /// The type of the field that the widget belongs to, also where the form does not name it among its fields.
  int type_of(FPDF_ANNOTATION widget);
  FieldText read_orphan(FPDF_ANNOTATION widget, PageText& text) const;
  text::Cleaned value_of(FPDF_ANNOTATION widget, int type) const;
  text::Cleaned chosen_options(FPDF_ANNOTATION widget) const;

  FPDF_PAGE page_;
  FPDF_FORMHANDLE form_;
  bool widgets_found_ = false;
  std::set<std::u16string> names_;
};

/// /Contents of an annotation.
text::Cleaned contents_of(FPDF_ANNOTATION annotation);

}  // namespace docmill::pdf
