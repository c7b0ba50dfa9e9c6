// A simulated world: a bucket of documents, a queue, workers that die at any wait, faults; and what must hold in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace docmill::sim {

/// A fault that is built in to see that the world notices: planted_bugs.h.
enum class PlantedBug : std::uint8_t {
  none,
  acknowledges_before_put,
  puts_without_condition,
  sends_no_heartbeat,
  blames_documents,
  sends_dead_letters_twice,
  keeps_history_by_clock,
  extracts_for_every_write,
  breaker_never_closes,
};

struct WorldReport {
  std::optional<std::string> violation;  // the first thing that did not hold
  std::uint64_t extractions = 0;
  std::uint64_t outputs = 0;
  std::uint64_t deaths = 0;
  std::uint64_t receives = 0;
};

/// One run. Each seed has its own documents, number of workers, and faults: some of errors, lost replies, deaths,
/// duplicates, redeliveries, late events, outages, denials ("swarm testing": Groce et al., 2012).
WorldReport run_world(std::uint64_t seed, PlantedBug bug = PlantedBug::none);

}  // namespace docmill::sim
