#include "store/left_out.h"

#include <algorithm>

namespace docmill {

std::string_view name_of(LeftOut reason) {
  switch (reason) {
    case LeftOut::folder:
      return "folder";
    case LeftOut::link_out:
      return "link_out";
    case LeftOut::link_broken:
      return "link_broken";
    case LeftOut::repeated:
      return "repeated";
    case LeftOut::special:
      return "special";
    case LeftOut::temporary:
      return "temporary";
    case LeftOut::vanished:
      return "vanished";
    case LeftOut::marker:
      return "marker";
    case LeftOut::excluded:
      return "excluded";
  }
  return "";
}

void LeftOutCounts::add(LeftOut reason, std::string_view entry) {
  const auto index = static_cast<std::size_t>(reason);
  if (counts_.at(index)++ == 0) first_.at(index) = entry;
}

bool LeftOutCounts::any() const {
  return std::ranges::any_of(counts_, [](std::uint64_t count) { return count > 0; });
}

}  // namespace docmill
