// The layers of the lockdown, in the order in which a child takes them on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "sandbox/child/lockdown.h"

namespace docmill::child {

enum class Layer : std::uint8_t {
  empty_directory,  // the working directory has no name and no entries
  descriptors,      // all closed but the list
  oom_score,        // the kernel's first victim when memory runs out
  session,          // own session: no terminal, no signals to the parent's group
  chroot,           // the empty directory is the root (when started as root)
  user,             // nobody (when started as root)
  parent_death,     // killed when the parent ends
  not_dumpable,     // no ptrace by processes of the same user, no core
  no_new_privs,     // no set-uid program raises rights
  landlock,         // no file, TCP port, or signal outside the process
  limits,           // resource limits
  seccomp,          // the system call filter
};

inline constexpr std::size_t layer_count = static_cast<std::size_t>(Layer::seccomp) + 1;

/// "no_new_privs".
std::string_view name_of(Layer layer);

enum class LayerState : std::uint8_t {
  skipped,      // nothing to do: not root, or the mode leaves it out
  applied,      // the kernel took it
  refused,      // the kernel answered `code`
  ineffective,  // the kernel took it, and does not act on it (probe only)
  died,         // taking it on killed the process with signal `code` (probe only)
};

struct LayerOutcome {
  LayerState state = LayerState::skipped;
  int code = 0;  // errno, signal, or, of an applied landlock, the kernel's version of it
};

struct Step {
  Layer layer;
  LayerOutcome (*take)(const PreparedLockdown& prepared, const LockdownSettings& settings);
  /// Whether the layer, once taken, does what it is for; null where trying is not worth it.
  bool (*holds)(const LockdownSettings& settings);
};

/// All layers; in mode off, the three that are housekeeping.
std::span<const Step> steps_of(LockdownMode mode);

/// The tier that these two outcomes add up to.
Tier tier_of(LayerOutcome limits, LayerOutcome seccomp);

}  // namespace docmill::child
