#include "extract/ocr/components.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

namespace docmill::ocr {
namespace {

/// Components under construction: a forest in which the root of a tree carries the component of all its nodes.
class Forest {
 public:
  std::uint32_t add(const Component& component) {
    const auto label = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back({.parent = label, .component = component});
    return label;
  }

  void join(std::uint32_t a, std::uint32_t b) {
    a = root(a);
    b = root(b);
    if (a == b) return;
    // The older one stays, so that components keep the order of their first pixels.
    const auto [older, younger] = std::minmax(a, b);
    nodes_[younger].parent = older;
    grow(nodes_[older].component, nodes_[younger].component);
  }

  void add_to(std::uint32_t label, const Component& part) { grow(nodes_[root(label)].component, part); }

  /// Takes the components, and puts their indices in place of labels.
  std::vector<Component> take(std::vector<Run>& runs) {
    std::vector<Component> components;
    std::vector<std::uint32_t> indices(nodes_.size());
    for (std::uint32_t label = 0; label < nodes_.size(); ++label) {
      if (nodes_[label].parent != label) continue;
      indices[label] = static_cast<std::uint32_t>(components.size());
      components.push_back(nodes_[label].component);
    }
    for (Run& run : runs) run.component = indices[root(run.component)];
    return components;
  }

 private:
  struct Node {
    std::uint32_t parent;
    Component component;
  };

  static void grow(Component& whole, const Component& part) {
    whole = {.left = std::min(whole.left, part.left),
             .top = std::min(whole.top, part.top),
             .right = std::max(whole.right, part.right),
             .bottom = std::max(whole.bottom, part.bottom),
             .ink_px = whole.ink_px + part.ink_px};
  }

  std::uint32_t root(std::uint32_t label) {
    while (nodes_[label].parent != label) {
      nodes_[label].parent = nodes_[nodes_[label].parent].parent;
      label = nodes_[label].parent;
    }
    return label;
  }

  std::vector<Node> nodes_;
};

constexpr std::uint8_t white = 255;
constexpr std::ptrdiff_t stride_px = 32;

/// The first pixel from `at` on that is dark. Most of a page is white, so it is skipped in strides: a loop of a known
/// length over bytes becomes a few vector instructions.
const std::uint8_t* find_dark(const std::uint8_t* at, const std::uint8_t* end, std::uint8_t threshold) {
  for (; end - at >= stride_px; at += stride_px) {
    std::uint8_t darkest = 255;
    for (std::ptrdiff_t i = 0; i < stride_px; ++i) darkest = std::min(darkest, at[i]);
    if (darkest < threshold) break;
  }
  return std::find_if(at, end, [threshold](std::uint8_t pixel) { return pixel < threshold; });
}

void add_runs(std::span<const std::uint8_t> row, std::int32_t y, std::uint8_t threshold, std::vector<Run>& runs) {
  const std::uint8_t* const end = row.data() + row.size();
  for (const std::uint8_t* at = find_dark(row.data(), end, threshold); at != end; at = find_dark(at, end, threshold)) {
    const auto left = static_cast<std::int32_t>(at - row.data());
    at = std::find_if(at, end, [threshold](std::uint8_t pixel) { return pixel >= threshold; });
    runs.push_back({.y = y, .left = left, .right = static_cast<std::int32_t>(at - row.data()), .component = 0});
  }
}

/// Gives every run of a row the label of a run above that it touches, and joins what else it touches there.
void label_runs(std::span<const Run> above, std::span<Run> row, Forest& forest) {
  auto candidate = above.begin();
  for (Run& run : row) {
    const Component part{
        .left = run.left, .top = run.y, .right = run.right, .bottom = run.y + 1, .ink_px = run.right - run.left};
    while (candidate != above.end() && candidate->right < run.left) ++candidate;
    if (candidate == above.end() || candidate->left > run.right) {
      run.component = forest.add(part);
      continue;
    }
    run.component = candidate->component;
    forest.add_to(run.component, part);
    for (auto next = candidate + 1; next != above.end() && next->left <= run.right; ++next)
      forest.join(run.component, next->component);
  }
}

using Histogram = std::array<double, 256>;

std::size_t best_separation(const Histogram& histogram, double count) {
  double sum = 0;
  for (std::size_t level = 0; level < histogram.size(); ++level) sum += static_cast<double>(level) * histogram[level];
  double below = 0, sum_below = 0, best = 0;
  std::size_t first = 128, last = 128;
  for (std::size_t level = 0; level < histogram.size(); ++level) {
    below += histogram[level];
    sum_below += static_cast<double>(level) * histogram[level];
    if (below == 0 || below == count) continue;
    const double apart = (sum_below / below) - ((sum - sum_below) / (count - below));
    const double between = below * (count - below) * apart * apart;
    if (between < best) continue;
    if (between > best) first = level;
    last = level;
    best = between;
  }
  return (first + last + 2) / 2;
}

/// The level of the darkest pixels, of which a short label has several hundred.
std::size_t darkest(const Histogram& histogram, double count) {
  constexpr double few = 0.0003;
  double below = 0;
  std::size_t level = 0;
  while (level + 1 < histogram.size() && below + histogram[level] <= few * count) below += histogram[level++];
  return level;
}

}  // namespace

Ink ink_of(std::vector<Run> runs) {
  Ink ink{.components = {}, .runs = std::move(runs), .width_px = 0, .height_px = 0};
  Forest forest;
  const std::span<Run> all(ink.runs);
  std::span<Run> above;
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin + 1;
    while (end < all.size() && all[end].y == all[begin].y) ++end;
    const std::span<Run> row = all.subspan(begin, end - begin);
    const bool touches = !above.empty() && above.front().y + 1 == row.front().y;
    label_runs(touches ? above : std::span<Run>(), row, forest);
    above = row;
    begin = end;
  }
  ink.components = forest.take(ink.runs);
  return ink;
}

Ink find_ink(const GrayImage& image, std::uint8_t threshold) {
  std::vector<Run> runs;
  for (std::uint32_t y = 0; y < image.height_px; ++y)
    add_runs({image.pixels.data() + (std::size_t{y} * image.width_px), image.width_px}, static_cast<std::int32_t>(y),
             threshold, runs);
  Ink ink = ink_of(std::move(runs));
  ink.width_px = static_cast<std::int32_t>(image.width_px);
  ink.height_px = static_cast<std::int32_t>(image.height_px);
  return ink;
}

std::uint8_t find_threshold(const GrayImage& image) {
  Histogram histogram{};
  for (const std::uint8_t pixel : image.pixels) ++histogram[pixel];
  const auto count = static_cast<double>(image.pixels.size());
  return static_cast<std::uint8_t>(std::min(best_separation(histogram, count), (darkest(histogram, count) + 256) / 2));
}

void erase(GrayImage& image, const std::vector<Run>& runs, std::uint8_t threshold) {
  const auto whiten = [&](std::int64_t x, std::int64_t y, std::uint8_t darkest) {
    if (x < 0 || y < 0 || x >= image.width_px || y >= image.height_px) return;
    std::uint8_t& pixel = image.pixels[(static_cast<std::size_t>(y) * image.width_px) + static_cast<std::size_t>(x)];
    if (pixel >= darkest) pixel = white;
  };
  constexpr std::int64_t fringe_px = 2;  // of an edge that was scaled
  for (const Run& run : runs)
    for (std::int64_t y = run.y - fringe_px; y <= run.y + fringe_px; ++y)
      for (std::int64_t x = run.left - fringe_px; x < run.right + fringe_px; ++x)
        whiten(x, y, y == run.y && x >= run.left && x < run.right ? 0 : threshold);
}

void erase(GrayImage& image, const Ink& ink, const std::vector<bool>& unwanted, std::uint32_t scale) {
  const auto pixels = [scale](std::int32_t edge, std::int32_t by, std::uint32_t end) {
    return std::clamp<std::int64_t>((std::int64_t{edge} + by) * scale, 0, end);
  };
  for (const Run& run : ink.runs) {
    if (!unwanted[run.component]) continue;
    const std::int64_t left = pixels(run.left, -1, image.width_px), right = pixels(run.right, 1, image.width_px);
    const std::int64_t bottom = pixels(run.y, 2, image.height_px);
    for (std::int64_t y = pixels(run.y, -1, image.height_px); y < bottom; ++y)
      std::fill_n(image.pixels.data() + (y * image.width_px) + left, right - left, white);
  }
}

}  // namespace docmill::ocr
