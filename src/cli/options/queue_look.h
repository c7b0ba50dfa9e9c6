// What is the command queue's own.
#pragma once

#include <cstdint>
#include <vector>

#include "cli/option.h"

namespace docmill {

enum class QueueAction : std::uint8_t { stats, peek, redrive, purge };

struct QueueLookOptions {
  QueueAction action = QueueAction::stats;  // its argument
  std::uint32_t messages_max = 10;

  static std::vector<Option> options();
};

}  // namespace docmill
