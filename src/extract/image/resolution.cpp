#include "extract/image/resolution.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace docmill::image {
namespace {

// Files say 0, 1 or 65535 where the writer knew nothing.
double plausible_dpi(double dpi) { return dpi >= 30 && dpi <= 4800 ? dpi : 0; }

// Fax has pixels of 1 : 2.08 and 2 : 1, printers with needles 3.3 : 1; more is a mistake. Less than two hundredths is
// the rounding of centimetres to inches.
bool is_plausible_ratio(double ratio) { return ratio <= 4 && ratio >= 1.02; }

}  // namespace

void set_resolution(Header& header, Resolution resolution) {
  auto [x, y, unit_known] = resolution;
  if (!std::isfinite(x) || !std::isfinite(y) || x < 0 || y < 0) return;
  if (header.orientation.swaps_axes()) std::swap(x, y);
  const double finer = std::max(x, y), coarser = std::min(x, y);
  if (unit_known) header.dpi = plausible_dpi(x) > 0 ? plausible_dpi(x) : plausible_dpi(y);
  const bool both_known = coarser > 0 && (!unit_known || (plausible_dpi(x) > 0 && plausible_dpi(y) > 0));
  if (!both_known || !is_plausible_ratio(finer / coarser)) return;
  if (unit_known) header.dpi = finer;
  (x < y ? header.stretch_x : header.stretch_y) = finer / coarser;
}

}  // namespace docmill::image
