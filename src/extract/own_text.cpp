#include "extract/own_text.h"

#include <utility>

namespace docmill::extract {

OwnText::OwnText(pdf::Page& page, pdf::PageText text, pdf::Content content)
    : page_(page), text_(std::move(text)), content_(std::move(content)) {}

const std::vector<pdf::TextLine>& OwnText::lines() {
  if (!lines_) lines_ = page_.lines();
  return *lines_;
}

void OwnText::distrust(std::span<const std::uint16_t> fonts) {
  const std::uint32_t before = text_.readable;
  page_.distrust(fonts, text_);
  distrusted_ += before - text_.readable;
  lines_.reset();
}

std::vector<Rect> OwnText::distrusted_boxes() {
  std::vector<Rect> boxes;
  for (const pdf::TextLine& line : lines())
    boxes.insert(boxes.end(), line.contradicted.begin(), line.contradicted.end());
  return boxes;
}

std::uint32_t OwnText::visible() {
  if (content_.invisible_text_objects == 0) return text_.readable;
  std::uint32_t count = 0;
  for (const pdf::TextLine& line : lines()) count += line.readable - line.invisible;
  return count;
}

std::vector<Rect> OwnText::known_boxes() {
  std::vector<Rect> boxes = text_.boxes;
  for (const pdf::TextLine& line : lines())
    for (const Rect& run : line.boxes) boxes.push_back(with_margin(run));
  return boxes;
}

double OwnText::layer_share(double page_area) {
  double area = 0;
  if (content_.invisible_text_objects == 0) return area;
  for (const pdf::TextLine& line : lines())
    if (line.is_invisible())
      for (const Rect& run : line.boxes) area += (run.right - run.left) * (run.bottom - run.top);
  return area / page_area;
}

Rect with_margin(const Rect& box) {
  constexpr double margin_pt = 1;
  return {.left = box.left - margin_pt,
          .top = box.top - margin_pt,
          .right = box.right + margin_pt,
          .bottom = box.bottom + margin_pt};
}

}  // namespace docmill::extract
