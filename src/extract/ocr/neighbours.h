// Which letter stands beside which.
#pragma once

#include <cstdint>
#include <vector>

#include "extract/ocr/components.h"

namespace docmill::ocr {

/// The nearest component of about the same size in one direction.
struct Neighbour {
  static constexpr std::uint32_t nobody = UINT32_MAX;

  std::uint32_t index = nobody;
  std::int32_t gap_px = INT32_MAX;  // 0 where the boxes overlap
};

struct Neighbours {
  Neighbour right;  // within the component's height, which is more than a space
  Neighbour below;  // within its width
};

/// For each component, in the same order.
std::vector<Neighbours> find_neighbours(const std::vector<Component>& components);

}  // namespace docmill::ocr
