// Tries out, in a throw-away process, how far a child can be locked down on this machine.
#pragma once

#include <array>
#include <string>
#include <utility>

#include "sandbox/child/layers.h"
#include "sandbox/child/lockdown.h"

namespace docmill::child {

struct ProbeReport {
  Tier tier = Tier::none;
  std::array<LayerOutcome, layer_count> layers;  // by Layer

  const LayerOutcome& operator[](Layer layer) const { return layers[std::to_underlying(layer)]; }

  /// One line a layer, for people: "seccomp: refused (Operation not permitted)".
  std::string text() const;
};

/// Fork a child that takes on every layer and tries whether it holds. For the zygote, at start: it must have one
/// thread, and nobody else may reap its children meanwhile. In mode off the report is of tier none.
///
/// Errors: unavailable (no pipe or no process can be had).
Result<ProbeReport> probe_lockdown(const PreparedLockdown& prepared);

}  // namespace docmill::child
