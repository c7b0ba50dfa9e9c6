// What an open document and an open page hold.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "extract/pdf/handles.h"
#include "extract/pdf/open.h"
#include "extract/pdf/page_text.h"
#include "extract/pdf/pdf.h"
#include "extract/pdf/unseen.h"

namespace docmill::pdf {

/// The form environment of a document, made when first asked for.
class Form {
 public:
  Form() = default;
  // PDFium keeps a pointer to info_.
  Form(const Form&) = delete;
  Form& operator=(const Form&) = delete;
  ~Form() = default;

  /// Null when the document has no form.
  FPDF_FORMHANDLE of(FPDF_DOCUMENT document);

 private:
  bool tried_ = false;
  FPDF_FORMFILLINFO info_{};
  OwnedForm form_;
};

/// PDFium changes documents in memory: rendering generates appearances that are missing, flattening rewrites pages.
/// So a document is opened a second time, when annotations are first looked at, and that one is never drawn: a page's
/// text does not depend on what was rendered before it.
class PristineCopy {
 public:
  PristineCopy(std::span<const std::byte> bytes, std::string password)
      : bytes_(bytes), password_(std::move(password)) {}

  /// Null when memory does not suffice for it.
  FPDF_DOCUMENT document();
  /// Null when the document has no form.
  FPDF_FORMHANDLE form();

 private:
  std::span<const std::byte> bytes_;
  std::string password_;
  OwnedDocument document_;
  Form form_;  // after document_: closed before it
};

struct Document::State {
  State(Opened opened, bool may_copy)
      : bytes(std::move(opened.bytes)),
        has_layers(opened.has_layers),
        lacks_pages(opened.lacks_pages),
        copy_restricted(!may_copy),
        password(opened.password),
        document(std::move(opened.document)),
        pristine(bytes.bytes(), opened.password) {}

  Readable bytes;
  bool has_layers;
  bool lacks_pages;
  bool copy_restricted;
  std::string password;
  OwnedDocument document;
  Form form;  // after document: closed before it
  PristineCopy pristine;
};

/// The page of the pristine copy, loaded when first asked for.
class PristinePage {
 public:
  PristinePage(PristineCopy& copy, int index) : copy_(&copy), index_(index) {}

  FPDF_PAGE get();  // null when it cannot be loaded
  PristineCopy& copy() const { return *copy_; }
  int index() const { return index_; }

 private:
  PristineCopy* copy_;
  int index_;
  OwnedPage page_;
};

struct Page::State {
  FPDF_FORMHANDLE form() const { return forms->of(document); }
  /// Null where the text cannot be read. Before it is read, what nobody sees is switched off. The options of the first
  /// call count.
  const PageGlyphs* read_glyphs(const TextOptions& options);
  /// Of the page's content; none comes or goes while the page is open.
  std::span<const FPDF_PAGEOBJECT> own_objects();
  bool has_shown_annotations();

  FPDF_DOCUMENT document;
  Form* forms;
  OwnedPage page;
  PristinePage pristine;
  bool has_layers;
  bool left_out, undecided;                             // as in SeenText
  std::optional<PageGlyphs> glyphs;                     // of the page's own text, once it was read
  WordStyles styles;                                    // of all text that was read with words
  std::optional<std::vector<FPDF_PAGEOBJECT>> objects;  // once they were asked for
  std::optional<bool> shows_annotations;                // likewise
};

}  // namespace docmill::pdf
