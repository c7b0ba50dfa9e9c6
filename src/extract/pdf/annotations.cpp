#include "extract/pdf/annotations.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/pdf/drawn.h"
#include "extract/pdf/form_fields.h"
#include "extract/pdf/page_map.h"
#include "extract/pdf/page_text.h"
#include "extract/pdf/text_page.h"
#include "extract/pdf/words.h"

namespace docmill::pdf {
namespace {

/// The forms that FPDFPage_Flatten made of the appearances, one an annotation, taken out of the page with everything
/// else that was on it. Flattening appends one form that holds them all.
std::vector<OwnedObject> take_appearances(FPDF_PAGE page) {
  std::vector<OwnedObject> objects;
  for (int i = FPDFPage_CountObjects(page) - 1; i >= 0; --i) {
    FPDF_PAGEOBJECT object = FPDFPage_GetObject(page, i);
    if (FPDFPage_RemoveObject(page, object)) objects.emplace_back(object);
  }
  if (objects.empty() || FPDFPageObj_GetType(objects.front().get()) != FPDF_PAGEOBJ_FORM) return {};
  FPDF_PAGEOBJECT all = objects.front().get();
  std::vector<OwnedObject> appearances;
  for (int i = FPDFFormObj_CountObjects(all) - 1; i >= 0; --i) {
    FPDF_PAGEOBJECT appearance = FPDFFormObj_GetObject(all, static_cast<unsigned long>(i));
    if (FPDFFormObj_RemoveObject(all, appearance)) appearances.emplace_back(appearance);
  }
  std::reverse(appearances.begin(), appearances.end());
  return appearances;
}

/// Text of one appearance alone on the page.
TextAndWords read_appearance(FPDF_PAGE page, OwnedObject appearance, WordStyles* styles) {
  FPDF_PAGEOBJECT object = appearance.release();
  FPDFPage_InsertObject(page, object);
  const OwnedTextPage text_page = load_text_page(page);
  const auto found = read_page_glyphs(page, text_page.get(), styles);
  if (FPDFPage_RemoveObject(page, object)) appearance.reset(object);
  static const WordStyles none;
  return found ? text_of(*found, styles != nullptr ? *styles : none, PageMap(page)) : TextAndWords{};
}

/// Text of the appearances of the annotations at `indices` (ascending). PDFium reads text of pages only, so they are
/// flattened into the content of a copy of the page.
std::vector<TextAndWords> read_appearances(PristinePage& page, const std::vector<int>& indices, WordStyles* styles) {
  const OwnedDocument scratch(FPDF_CreateNewDocument());
  const int index = page.index();
  if (!scratch || !FPDF_ImportPagesByIndex(scratch.get(), page.copy().document(), &index, 1, 0)) return {};
  OwnedPage copy(FPDF_LoadPage(scratch.get(), 0));
  if (!copy || FPDFPage_GetAnnotCount(copy.get()) != FPDFPage_GetAnnotCount(page.get())) return {};
  for (int i = FPDFPage_GetAnnotCount(copy.get()) - 1; i >= 0; --i)
    if (!std::binary_search(indices.begin(), indices.end(), i)) FPDFPage_RemoveAnnot(copy.get(), i);
  if (FPDFPage_Flatten(copy.get(), FLAT_NORMALDISPLAY) != FLATTEN_SUCCESS) return {};
  copy.reset(FPDF_LoadPage(scratch.get(), 0));  // the content as it is now
  if (!copy) return {};
  std::vector<TextAndWords> texts;
  for (OwnedObject& appearance : take_appearances(copy.get()))
    texts.push_back(read_appearance(copy.get(), std::move(appearance), styles));
  return texts;
}

/// `text` with every run of white space as one blank, and one at each end: for comparing texts and finding one inside
/// another at word boundaries.
std::string comparable(std::string_view text) {
  std::string result = " ";
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    if (!blank) result.push_back(c);
    if (blank && result.back() != ' ') result.push_back(' ');
  }
  if (result.back() != ' ') result.push_back(' ');
  return result;
}

/// Collects texts, each once.
class Collector {
 public:
  explicit Collector(PageText& page) : page_(page) { page_text_ = comparable(page.page); }

  void add(TextAndWords found) {
    page_.invalid_characters |= found.cleaned.invalid_characters;
    std::string key = comparable(found.cleaned.text);
    if (key == " " || page_text_.contains(key) || std::find(seen_.begin(), seen_.end(), key) != seen_.end()) return;
    seen_.push_back(std::move(key));
    page_.annotations.push_back(std::move(found.cleaned.text));
    for (PageWord& word : found.words) word.source = WordSource::annotation;
    append_blocks(page_.annotation_words, std::move(found.words));
  }

  void already_in_forms() {
    for (const std::string& value : page_.forms) seen_.push_back(comparable(value));
  }

 private:
  PageText& page_;
  std::string page_text_;
  std::vector<std::string> seen_;
};

/// A FreeText annotation shows its /Contents; viewers draw the appearance that its writer left out.
bool is_free_text_without_appearance(FPDF_ANNOTATION annotation) {
  return FPDFAnnot_GetSubtype(annotation) == FPDF_ANNOT_FREETEXT && !FPDFAnnot_HasKey(annotation, "AP");
}

}  // namespace

Rect box_of(FPDF_ANNOTATION annotation, const PageMap& map) {
  FS_RECTF rect{};
  if (FPDFAnnot_GetRect(annotation, &rect) == 0) return {};
  return map.displayed({.left = rect.left, .bottom = rect.bottom, .right = rect.right, .top = rect.top});
}

bool is_shown(FPDF_ANNOTATION annotation) {
  constexpr int not_on_screen = FPDF_ANNOT_FLAG_HIDDEN | FPDF_ANNOT_FLAG_NOVIEW;
  const int subtype = FPDFAnnot_GetSubtype(annotation);
  return subtype != FPDF_ANNOT_POPUP && subtype != FPDF_ANNOT_LINK &&
         (FPDFAnnot_GetFlags(annotation) & not_on_screen) == 0;
}

bool shows_annotations(FPDF_PAGE page) {
  const int count = FPDFPage_GetAnnotCount(page);
  for (int i = 0; i < count; ++i) {
    const OwnedAnnotation annotation(FPDFPage_GetAnnot(page, i));
    if (annotation && is_shown(annotation.get())) return true;
  }
  return false;
}

void add_annotation_text(PristinePage& page, WordStyles* styles, PageText& text) {
  if (page.get() == nullptr) return;
  const PageMap map(page.get());
  FormFields fields(page.get(), page.copy());
  std::vector<TextAndWords> contents;
  std::vector<int> with_text;
  std::vector<Rect> boxes_with_text;
  for (int i = 0; i < FPDFPage_GetAnnotCount(page.get()); ++i) {
    const OwnedAnnotation annotation(FPDFPage_GetAnnot(page.get(), i));
    if (!annotation || !is_shown(annotation.get())) continue;
    const std::size_t forms = text.forms.size();
    const bool done = FPDFAnnot_GetSubtype(annotation.get()) == FPDF_ANNOT_WIDGET &&
                      fields.read(annotation.get(), text) == FieldText::complete;
    if (done) text.boxes.push_back(box_of(annotation.get(), map));
    if (styles != nullptr && text.forms.size() > forms)
      append_words(text.form_words, text.forms.back(), box_of(annotation.get(), map), WordSource::form);
    if (done) continue;
    if (is_free_text_without_appearance(annotation.get())) {
      text.boxes.push_back(box_of(annotation.get(), map));
      contents.push_back({.cleaned = contents_of(annotation.get())});
      if (styles != nullptr)
        append_words(contents.back().words, contents.back().cleaned.text, text.boxes.back(), WordSource::annotation);
    }
    if (appearance_has_text(annotation.get())) {
      with_text.push_back(i);
      boxes_with_text.push_back(box_of(annotation.get(), map));
    }
  }
  if (with_text.empty() && contents.empty()) return;
  Collector collector(text);
  collector.already_in_forms();
  if (!with_text.empty()) {
    std::vector<TextAndWords> appearances = read_appearances(page, with_text, styles);
    if (!appearances.empty()) text.boxes.insert(text.boxes.end(), boxes_with_text.begin(), boxes_with_text.end());
    for (TextAndWords& found : appearances) collector.add(std::move(found));
  }
  for (TextAndWords& found : contents) collector.add(std::move(found));
}

}  // namespace docmill::pdf
