#include <algorithm>
#include <cmath>
#include <iterator>

#include "extract/pdf/annotations.h"
#include "extract/pdf/content.h"
#include "extract/pdf/drawn.h"
#include "extract/pdf/font_text.h"
#include "extract/pdf/links.h"
#include "extract/pdf/open.h"
#include "extract/pdf/page_objects.h"
#include "extract/pdf/page_text.h"
#include "extract/pdf/pdf.h"
#include "extract/pdf/state.h"

namespace docmill::pdf {
namespace {

Error open_error(unsigned long code) {
  if (code == FPDF_ERR_PASSWORD) return {ErrorKind::encrypted, "", "no password opens it"};
  if (code == FPDF_ERR_SECURITY) return {ErrorKind::encrypted, "", "its security handler is not supported"};
  return {ErrorKind::corrupt, "", "PDFium cannot open it, error " + std::to_string(code)};
}

/// A side in points; US Letter stands in for a page whose box is no box, as in PDFium itself.
double side_pt(float side, double letter) { return std::isfinite(side) && side > 0 ? double{side} : letter; }

}  // namespace

FPDF_DOCUMENT PristineCopy::document() {
  if (!document_) document_ = load_document(bytes_, password_);
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
  Opened opened = load_with(with_header_first(bytes), passwords);
  if (!opened.document) return std::unexpected(open_error(FPDF_GetLastError()));
  constexpr unsigned long may_copy = 1UL << 4;  // bit 5, counted from 1
  const bool allowed = (FPDF_GetDocUserPermissions(opened.document.get()) & may_copy) != 0;
  opened = with_all_pages(std::move(opened));
  if (FPDF_GetPageCount(opened.document.get()) <= 0) return fail(ErrorKind::empty, "", "a document without pages");
  return Document(std::make_unique<State>(std::move(opened), allowed));
}

Document::Document(std::unique_ptr<State> state) : state_(std::move(state)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

std::uint32_t Document::page_count() const {
  return static_cast<std::uint32_t>(FPDF_GetPageCount(state_->document.get()));
}

bool Document::copy_restricted() const { return state_->copy_restricted; }
const std::string& Document::password() const { return state_->password; }
bool Document::lacks_pages() const { return state_->lacks_pages; }

Result<Page> Document::load_page(PageIndex page) {
  if (page.value >= page_count())
    return fail(ErrorKind::invalid_input, "",
                "page index " + std::to_string(page.value) + " of " + std::to_string(page_count()) + " pages");
  const int index = static_cast<int>(page.value);
  OwnedPage loaded(FPDF_LoadPage(state_->document.get(), index));
  if (!loaded) return fail(ErrorKind::corrupt, "", "the page cannot be loaded");
  return Page(std::make_unique<Page::State>(Page::State{state_->document.get(),
                                                        &state_->form,
                                                        std::move(loaded),
                                                        PristinePage(state_->pristine, index),
                                                        state_->has_layers,
                                                        false,
                                                        false,
                                                        {},
                                                        {},
                                                        {},
                                                        {}}));
}

Page::Page(std::unique_ptr<State> state) : state_(std::move(state)) {}
Page::Page(Page&&) noexcept = default;
Page& Page::operator=(Page&&) noexcept = default;
Page::~Page() = default;

double Page::width_pt() const { return side_pt(FPDF_GetPageWidthF(state_->page.get()), 612); }
double Page::height_pt() const { return side_pt(FPDF_GetPageHeightF(state_->page.get()), 792); }

const PageGlyphs* Page::State::read_glyphs(const TextOptions& options) {
  if (!glyphs) {
    const SeenText seen =
        load_seen_text(page.get(), own_objects(), {.has_layers = has_layers, .may_draw = options.may_draw});
    left_out = seen.left_out;
    undecided = seen.undecided;
    glyphs = read_page_glyphs(page.get(), seen.text.get(), options.words ? &styles : nullptr);
  }
  return glyphs ? &*glyphs : nullptr;
}

std::span<const FPDF_PAGEOBJECT> Page::State::own_objects() {
  if (!objects) objects = objects_of(page.get());
  return *objects;
}

bool Page::State::has_shown_annotations() {
  if (!shows_annotations) shows_annotations = pdf::shows_annotations(page.get());
  return *shows_annotations;
}

Result<PageText> Page::text(const TextOptions& options) {
  const PageGlyphs* own = state_->read_glyphs(options);
  if (own == nullptr) return fail(ErrorKind::corrupt, "", "the page's text cannot be read");
  TextAndWords text = text_of(*own, state_->styles, PageMap(state_->page.get()));
  PageText result;
  result.page = std::move(text.cleaned.text);
  result.words = std::move(text.words);
  result.invalid_characters = text.cleaned.invalid_characters;
  result.hidden_text = own->outside || state_->left_out;
  result.hidden_text_undecided = state_->undecided;
  result.readable = count_readable(*own);
  result.unreadable = count_unreadable(*own);
  result.repaired = own->repaired;
  result.fonts = own->fonts;
  if (state_->has_shown_annotations())
    add_annotation_text(state_->pristine, options.words ? &state_->styles : nullptr, result);
  return result;
}

const std::vector<WordStyle>& Page::styles() const { return state_->styles.all(); }

std::vector<std::string> Page::font_identities() const {
  std::vector<std::string> identities;
  if (state_->glyphs) std::ranges::transform(state_->glyphs->font_handles, std::back_inserter(identities), identity_of);
  return identities;
}

void Page::distrust(std::span<const std::uint16_t> fonts, PageText& text) {
  if (!state_->glyphs) return;
  for (Glyph& glyph : state_->glyphs->glyphs)
    if (is_readable(glyph.legibility) && std::ranges::find(fonts, glyph.font) != fonts.end())
      glyph.legibility = Legibility::contradicted;
  text.readable = count_readable(*state_->glyphs);
  text.unreadable = count_unreadable(*state_->glyphs);
}

std::vector<TextLine> Page::lines() {
  const PageGlyphs* own = state_->read_glyphs({});
  return own == nullptr ? std::vector<TextLine>{} : lines_of(*own, state_->styles, PageMap(state_->page.get()));
}

std::vector<TextLine> Page::pieces() {
  const PageGlyphs* own = state_->read_glyphs({});
  return own == nullptr ? std::vector<TextLine>{} : pieces_of(*own, PageMap(state_->page.get()));
}

PageLinks Page::links(std::size_t count_max) {
  return read_links(state_->document, state_->page.get(), PageMap(state_->page.get()), count_max);
}

Content Page::content() {
  Content content = read_content(state_->page.get(), state_->own_objects());
  if (state_->has_shown_annotations() && state_->pristine.get() != nullptr)
    add_annotation_content(state_->pristine.get(), content);
  return content;
}

Drawn Page::drawn() {
  const Drawn own = page_draws(state_->own_objects(), state_->read_glyphs({}));
  if (own != Drawn::nothing) return own;
  const bool in_annotations =
      state_->has_shown_annotations() && state_->pristine.get() != nullptr && annotations_draw(state_->pristine.get());
  return in_annotations ? Drawn::pictures : Drawn::nothing;
}

}  // namespace docmill::pdf
