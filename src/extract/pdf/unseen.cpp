#include "extract/pdf/unseen.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include "extract/pdf/handles.h"
#include "extract/pdf/suspects.h"
#include "extract/pdf/text_page.h"

namespace docmill::pdf {
namespace {

constexpr double dots_per_point = 1;      // 72 dpi: type of 4 points still changes a dozen pixels
constexpr double pixels_max = 4'000'000;  // a larger page is drawn smaller
constexpr int channels = 4;

struct Picture {
  int width = 0, height = 0;
  double dots = dots_per_point;  // a point
  std::vector<std::uint8_t> pixels;

  const std::uint8_t* at(int x, int y) const {
    return &pixels[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) *
                   channels];
  }
};

struct PixelBox {
  int left = 0, top = 0, right = 0, bottom = 0;
};

/// In colour, for red on green of the same brightness is seen. Nothing where the page is too large or cannot be drawn.
std::optional<Picture> draw(FPDF_PAGE page) {
  constexpr double dots_min = 0.25;
  const double width = std::max(1.0F, FPDF_GetPageWidthF(page));
  const double height = std::max(1.0F, FPDF_GetPageHeightF(page));
  Picture picture;
  picture.dots = std::min(dots_per_point, std::sqrt(pixels_max / (width * height)));
  if (!std::isfinite(picture.dots) || picture.dots < dots_min) return std::nullopt;
  picture.width = static_cast<int>(std::ceil(width * picture.dots));
  picture.height = static_cast<int>(std::ceil(height * picture.dots));
  picture.pixels.assign(static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height) * channels,
                        UINT8_MAX);
  const OwnedBitmap bitmap(FPDFBitmap_CreateEx(picture.width, picture.height, FPDFBitmap_BGRx, picture.pixels.data(),
                                               picture.width * channels));
  if (!bitmap) return std::nullopt;
  FPDF_RenderPageBitmap(bitmap.get(), page, 0, 0, picture.width, picture.height, 0, FPDF_ANNOT);
  return picture;
}

/// The pixels that a suspect may have touched: edges are smoothed, and letters reach out of their boxes.
PixelBox pixels_of(const Rect& box, const Picture& picture) {
  constexpr double margin_px = 2;
  const auto low = [&](double points, int limit) {
    return std::clamp(static_cast<int>(std::floor((points * picture.dots) - margin_px)), 0, limit);
  };
  const auto high = [&](double points, int limit) {
    return std::clamp(static_cast<int>(std::ceil((points * picture.dots) + margin_px)), 0, limit);
  };
  return {.left = low(box.left, picture.width),
          .top = low(box.top, picture.height),
          .right = high(box.right, picture.width),
          .bottom = high(box.bottom, picture.height)};
}

template <typename Holds>
bool any_pixel(const PixelBox& box, const Holds& holds) {
  for (int y = box.top; y < box.bottom; ++y)
    for (int x = box.left; x < box.right; ++x)
      if (holds(x, y)) return true;
  return false;
}

/// Whether an eye could tell two pixels apart.
bool differ(const std::uint8_t* a, const std::uint8_t* b) {
  constexpr int step_max = 3;  // of 255
  for (int channel = 0; channel < 3; ++channel)
    if (std::abs(a[channel] - b[channel]) > step_max) return true;
  return false;
}

bool differ_in(const PixelBox& box, const Picture& a, const Picture& b) {
  return any_pixel(box, [&](int x, int y) { return differ(a.at(x, y), b.at(x, y)); });
}

/// Whether nothing is drawn in the box.
bool is_blank(const PixelBox& box, const Picture& picture) {
  return !any_pixel(box, [&](int x, int y) { return differ(picture.at(x, y), picture.at(box.left, box.top)); });
}

/// The objects of which PDFium's text has a character that could be seen: many hold blanks alone.
std::unordered_set<FPDF_PAGEOBJECT> objects_with_text(FPDF_TEXTPAGE text_page) {
  std::unordered_set<FPDF_PAGEOBJECT> objects;
  const int count = FPDFText_CountChars(text_page);
  for (int i = 0; i < count; ++i) {
    constexpr unsigned int no_break_space = 0xA0;
    const unsigned int c = FPDFText_GetUnicode(text_page, i);
    if (c > ' ' && c != no_break_space) objects.insert(FPDFText_GetTextObject(text_page, i));
  }
  return objects;
}

/// Takes boxes that share no pixel with one that it took before.
class Apart {
 public:
  explicit Apart(const Picture& picture) : picture_(picture), taken_(picture.pixels.size() / channels) {}

  bool take(const Rect& box) {
    const PixelBox pixels = pixels_of(box, picture_);
    if (any_pixel(pixels, [&](int x, int y) { return bool{taken_[index_of(x, y)]}; })) return false;
    any_pixel(pixels, [&](int x, int y) {
      taken_[index_of(x, y)] = true;
      return false;
    });
    return true;
  }

 private:
  std::size_t index_of(int x, int y) const {
    return static_cast<std::size_t>(picture_.at(x, y) - picture_.pixels.data()) / channels;
  }

  const Picture& picture_;
  std::vector<bool> taken_;
};

/// Takes the suspects of one drawing out of those that are left: where two overlap, one could hide that the other is
/// gone.
std::vector<Suspect> take_group(std::vector<Suspect>& left, const Picture& picture) {
  Apart apart(picture);
  std::vector<Suspect> group;
  std::vector<Suspect> rest;
  for (const Suspect& suspect : left) (apart.take(suspect.box) ? group : rest).push_back(suspect);
  left = std::move(rest);
  return group;
}

/// Switch the suspects off, and those on again that change the picture. False where the page cannot be drawn.
bool try_without(FPDF_PAGE page, std::span<const Suspect> group, const Picture& picture, SeenText& result) {
  for (const Suspect& suspect : group) FPDFPageObj_SetIsActive(suspect.object, 0);
  const auto without = draw(page);
  for (const Suspect& suspect : group) {
    const bool seen = !without || differ_in(pixels_of(suspect.box, picture), picture, *without);
    if (seen) FPDFPageObj_SetIsActive(suspect.object, 1);
    result.left_out |= !seen;
  }
  return without.has_value();
}

void settle(FPDF_PAGE page, std::vector<Suspect> suspects, const Picture& picture, SeenText& result) {
  for (int drawing = 1; drawing < drawings_max && !suspects.empty(); ++drawing)
    if (!try_without(page, take_group(suspects, picture), picture, result)) {
      result.undecided = true;
      return;
    }
  result.undecided |= !suspects.empty();
}

/// Text in rendering mode 3 is what is drawn in its place.
void settle_invisible(std::span<const Suspect> suspects, const Picture& picture, SeenText& result) {
  for (const Suspect& suspect : suspects) {
    if (!is_blank(pixels_of(suspect.box, picture), picture)) continue;
    FPDFPageObj_SetIsActive(suspect.object, 0);
    result.left_out = true;
  }
}

/// Settles all suspects, as far as drawings are allowed.
void settle_all(FPDF_PAGE page, std::vector<Suspect> suspects, bool may_draw, SeenText& result) {
  if (suspects.empty()) return;
  const auto picture = may_draw ? draw(page) : std::nullopt;
  result.undecided = !picture || suspects.size() > suspects_max;
  if (!picture) return;
  suspects.resize(std::min(suspects.size(), suspects_max));
  std::vector<Suspect> invisible;
  std::ranges::copy_if(suspects, std::back_inserter(invisible), &Suspect::invisible);
  std::erase_if(suspects, [](const Suspect& suspect) { return suspect.invisible; });
  settle_invisible(invisible, *picture, result);
  settle(page, std::move(suspects), *picture, result);
}

}  // namespace

SeenText load_seen_text(FPDF_PAGE page, std::span<const FPDF_PAGEOBJECT> objects, const UnseenOptions& options) {
  auto [outside, suspects] = find_suspects(page, objects, options.has_layers);
  SeenText result{.text = load_text_page(page)};
  if (!result.text || (outside.empty() && suspects.empty())) return result;
  const auto with_text = objects_with_text(result.text.get());
  std::erase_if(outside, [&](FPDF_PAGEOBJECT object) { return !with_text.contains(object); });
  std::erase_if(suspects, [&](const Suspect& suspect) { return !with_text.contains(suspect.object); });
  for (FPDF_PAGEOBJECT object : outside) FPDFPageObj_SetIsActive(object, 0);
  result.left_out = !outside.empty();
  settle_all(page, std::move(suspects), options.may_draw, result);
  if (result.left_out) result.text = load_text_page(page);
  return result;
}

}  // namespace docmill::pdf
