#include <cmath>

#include "extract/pdf/annotations.h"
#include "extract/pdf/content.h"
#include "extract/pdf/drawn.h"
#include "extract/pdf/page_text.h"
#include "extract/pdf/pdf.h"
#include "extract/pdf/state.h"

namespace docmill::pdf {
namespace {

OwnedDocument load(std::span<const std::byte> bytes, const std::string& password) {
  return OwnedDocument(
      FPDF_LoadMemDocument64(bytes.data(), bytes.size(), password.empty() ? nullptr : password.c_str()));
}

Error open_error(unsigned long code) {
  if (code == FPDF_ERR_PASSWORD) return {ErrorKind::encrypted, "", "no password opens it"};
  if (code == FPDF_ERR_SECURITY) return {ErrorKind::encrypted, "", "its security handler is not supported"};
  return {ErrorKind::corrupt, "", "PDFium cannot open it, error " + std::to_string(code)};
}

/// A side in points; US Letter stands in for a page whose box is no box, as in PDFium itself.
double side_pt(float side, double letter) { return std::isfinite(side) && side > 0 ? double{side} : letter; }

}  // namespace

FPDF_DOCUMENT PristineCopy::document() {
  if (!document_) document_ = load(bytes_, password_);
  return document_.get();
}

FPDF_FORMHANDLE Form::of(FPDF_DOCUMENT document) {
  if (!tried_ && document != nullptr && FPDF_GetFormType(document) != FORMTYPE_NONE) {
    info_.version = 1;
    form_.reset(FPDFDOC_InitFormFillEnvironment(document, &info_));
    FPDF_SetFormFieldHighlightAlpha(form_.get(), 0);  // fields are drawn as on paper, without a coloured ground
  }
  tried_ = true;
  return form_.get();
}

FPDF_FORMHANDLE PristineCopy::form() { return form_.of(document()); }

FPDF_PAGE PristinePage::get() {
  if (!page_ && copy_->document() != nullptr) page_.reset(FPDF_LoadPage(copy_->document(), index_));
  return page_.get();
}

Result<Document> Document::open(std::span<const std::byte> bytes, std::span<const std::string> passwords) {
  std::string password;
  OwnedDocument document = load(bytes, password);
  for (auto next = passwords.begin(); !document && FPDF_GetLastError() == FPDF_ERR_PASSWORD && next != passwords.end();
       ++next) {
    password = *next;
    document = load(bytes, password);
  }
  if (!document) return std::unexpected(open_error(FPDF_GetLastError()));
  if (FPDF_GetPageCount(document.get()) <= 0) return fail(ErrorKind::empty, "", "a document without pages");
  return Document(std::make_unique<State>(bytes, password, std::move(document)));
}

Document::Document(std::unique_ptr<State> state) : state_(std::move(state)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

std::uint32_t Document::page_count() const {
  return static_cast<std::uint32_t>(FPDF_GetPageCount(state_->document.get()));
}

bool Document::copy_restricted() const {
  constexpr unsigned long may_copy = 1UL << 4;  // bit 5, counted from 1
  return (FPDF_GetDocUserPermissions(state_->document.get()) & may_copy) == 0;
}

Result<Page> Document::load_page(PageIndex page) {
  if (page.value >= page_count())
    return fail(ErrorKind::invalid_input, "",
                "page index " + std::to_string(page.value) + " of " + std::to_string(page_count()) + " pages");
  const int index = static_cast<int>(page.value);
  OwnedPage loaded(FPDF_LoadPage(state_->document.get(), index));
  if (!loaded) return fail(ErrorKind::corrupt, "", "the page cannot be loaded");
  return Page(std::make_unique<Page::State>(
      Page::State{state_->document.get(), &state_->form, std::move(loaded), PristinePage(state_->pristine, index)}));
}

Page::Page(std::unique_ptr<State> state) : state_(std::move(state)) {}
Page::Page(Page&&) noexcept = default;
Page& Page::operator=(Page&&) noexcept = default;
Page::~Page() = default;

double Page::width_pt() const { return side_pt(FPDF_GetPageWidthF(state_->page.get()), 612); }
double Page::height_pt() const { return side_pt(FPDF_GetPageHeightF(state_->page.get()), 792); }

Result<PageText> Page::text() {
  auto own = read_text(state_->page.get());
  if (!own) return fail(ErrorKind::corrupt, "", "the page's text cannot be read");
  PageText result;
  result.page = std::move(own->text);
  result.invalid_characters = own->invalid_characters;
  if (shows_annotations(state_->page.get())) add_annotation_text(state_->pristine, result);
  return result;
}

std::vector<TextLine> Page::lines() { return read_lines(state_->page.get()); }
Content Page::content() { return read_content(state_->page.get()); }

Drawn Page::drawn() {
  const Drawn own = page_draws(state_->page.get());
  if (own != Drawn::nothing) return own;
  const bool in_annotations = shows_annotations(state_->page.get()) && state_->pristine.get() != nullptr &&
                              annotations_draw(state_->pristine.get());
  return in_annotations ? Drawn::pictures : Drawn::nothing;
}

}  // namespace docmill::pdf
