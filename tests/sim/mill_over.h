// What a simulated process works with, over its models.
#pragma once

#include "mill/mill.h"

namespace docmill::sim {

/// A mill with what belongs to one process. The rest outlives it.
class MillOver {
 public:
  struct Parts {
    ObjectStore& source;
    ObjectStore& output;
    Extractor& extractor;
    Clock& clock;
    Random& random;
    Concurrency& concurrency;
    std::uint64_t source_bytes_max = source_bytes_in_flight_max;
  };
  explicit MillOver(const Parts& parts)
      : source_bytes_(parts.source_bytes_max, parts.concurrency),
        view_(parts.output),
        mill_{.source = parts.source,
              .output = parts.output,
              .extractor = parts.extractor,
              .clock = parts.clock,
              .random = parts.random,
              .passwords = {},
              .redo_done = false,
              .source_bytes = source_bytes_,
              .progress = progress_,
              .view = view_,
              .witnesses = witnesses_} {}
  MillOver(const MillOver&) = delete;
  MillOver& operator=(const MillOver&) = delete;

  const Mill& mill() const { return mill_; }

 private:
  RunProgress progress_;
  ByteBudget source_bytes_;
  OutputView view_;
  Witnesses witnesses_;
  const Mill mill_;
};

}  // namespace docmill::sim
