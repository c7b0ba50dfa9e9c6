// docmill-extract-ocr: the zygote that recognises text as well. A program of its own, for the libraries that come with
// Tesseract and Leptonica (fifty of them) take longer to load than a page of text takes to extract, and are no business
// of the children that do without.
#include "sandbox/child/zygote.h"

namespace docmill {
namespace {

Result<void> warm_up_all(const extract::WarmUp& settings) {
  const Result<void> warm = extract::warm_up(settings);
  return warm ? extract::warm_up_ocr(settings) : warm;
}

}  // namespace
}  // namespace docmill

int main(int argc, char** argv) { return docmill::child::run_zygote(argc, argv, docmill::warm_up_all); }
