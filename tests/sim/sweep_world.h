// A simulated world of sweeps: a bucket of documents, runs over it that overlap, are stopped and killed at any wait,
// faults; and what must hold in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace docmill::sim {

/// A fault that is built in to see that the world notices.
enum class SweepBug : std::uint8_t {
  none,
  loses_wakeups,       // what threads wait for happens unheard now and then
  records_before_put,  // an output counts as written before it is
  puts_without_condition,
  holds_too_many_bytes,  // twice of what was told
  forgets_a_document,    // which was done, and is counted nowhere
};

struct SweepReport {
  std::optional<std::string> violation;  // the first thing that did not hold
  std::uint64_t runs = 0, deaths = 0, extractions = 0, outputs = 0, manifests = 0;
};

/// One world. Each seed has its own documents, number of machines, threads and faults, as in run_world().
SweepReport run_sweep_world(std::uint64_t seed, SweepBug bug = SweepBug::none);

}  // namespace docmill::sim
