#include "extract/colour_page.h"

namespace docmill::extract {

const Result<DrawnPage>& ColourPage::at(double dpi) {
  if (!drawn_ || (dpi != dpi_ && !is_picture())) {
    drawn_.reset();
    drawn_ = drawing_.whole(dpi);
    dpi_ = dpi;
  }
  return *drawn_;
}

Result<DrawnPage> ColourPage::take(double dpi) {
  at(dpi);
  Result<DrawnPage> taken = *std::move(drawn_);
  drawn_.reset();
  return taken;
}

Result<DrawnPage> ColourPage::part(const Rect& part, double dpi) {
  drawn_.reset();
  return drawing_.part(part, dpi);
}

}  // namespace docmill::extract
