// Owners of PDFium's handles.
#pragma once

#include <memory>
#include <type_traits>

#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

template <auto close>
struct Closer {
  template <typename T>
  void operator()(T* handle) const {
    close(handle);
  }
};

template <typename Handle, auto close>
using Owned = std::unique_ptr<std::remove_pointer_t<Handle>, Closer<close>>;

using OwnedDocument = Owned<FPDF_DOCUMENT, FPDF_CloseDocument>;
using OwnedPage = Owned<FPDF_PAGE, FPDF_ClosePage>;
using OwnedTextPage = Owned<FPDF_TEXTPAGE, FPDFText_ClosePage>;
using OwnedBitmap = Owned<FPDF_BITMAP, FPDFBitmap_Destroy>;
using OwnedAnnotation = Owned<FPDF_ANNOTATION, FPDFPage_CloseAnnot>;
using OwnedForm = Owned<FPDF_FORMHANDLE, FPDFDOC_ExitFormFillEnvironment>;
using OwnedObject = Owned<FPDF_PAGEOBJECT, FPDFPageObj_Destroy>;

}  // namespace docmill::pdf
