// Text and drawings of annotations and form fields, which PDFium's page text leaves out.
#pragma once

#include "extract/pdf/page_map.h"
#include "extract/pdf/pdf.h"
#include "extract/pdf/pdfium_api.h"
#include "extract/pdf/state.h"

namespace docmill::pdf {

/// Whether an annotation may show something of its own: neither hidden nor a popup nor a link.
bool is_shown(FPDF_ANNOTATION annotation);

/// Where it stands on the displayed page.
Rect box_of(FPDF_ANNOTATION annotation, const PageMap& map);

/// Whether the page has such an annotation. Costs one call on a page without annotations.
bool shows_annotations(FPDF_PAGE page);

/// Add the values of the form fields on `page` to `text.forms`, and the text of the other annotations' appearances to
/// `text.annotations`: each once, and no annotation whose text is on the page or in a field already. `text.boxes` says
/// where they all are. Their words come with places, and with `styles` that it takes, unless that is null.
void add_annotation_text(PristinePage& page, WordStyles* styles, PageText& text);

}  // namespace docmill::pdf
