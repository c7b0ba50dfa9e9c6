#include "sandbox/child/lockdown.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

#include "sandbox/child/layers.h"
#include "sandbox/child/oom_score.h"

namespace docmill::child {
namespace {

constexpr std::string_view subject = "lockdown";

// A directory that has lost its name: nothing is in it, and nothing can be put there.
FileDescriptor open_nameless_directory(std::string_view parent) {
  std::string path = std::string(parent) + "/docmill-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) return {};
  FileDescriptor directory(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  ::rmdir(path.c_str());
  return directory;
}

FileDescriptor open_empty_directory() {
  for (const std::string_view parent : {"/tmp", "/dev/shm", "/run"})
    if (FileDescriptor directory = open_nameless_directory(parent)) return directory;
  return {};
}

std::unexpected<Error> refusal(LayerOutcome outcome, std::string_view wanted) {
  return fail(ErrorKind::unavailable, subject,
              fmt::format("{} (errno {}: {})", wanted, outcome.code, std::generic_category().message(outcome.code)));
}

}  // namespace

std::string_view name_of(Tier tier) {
  switch (tier) {
    case Tier::none:
      return "none";
    case Tier::B:
      return "B";
    case Tier::A:
      return "A";
  }
  std::unreachable();
}

Result<PreparedLockdown> prepare_lockdown(LockdownMode mode) {
  PreparedLockdown prepared;
  prepared.mode = mode;
  if (mode == LockdownMode::off) return prepared;
  auto filter = SeccompFilter::build(mode == LockdownMode::audit ? OnViolation::name : OnViolation::kill);
  if (!filter) return std::unexpected(std::move(filter).error());
  prepared.filter = *std::move(filter);
  prepared.empty_directory = open_empty_directory();
  return prepared;
}

void protect_zygote() {
  raise_oom_score();
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

Result<Tier> lock_down(const PreparedLockdown& prepared, const LockdownSettings& settings) {
  std::array<LayerOutcome, layer_count> outcomes{};
  for (const Step& step : steps_of(prepared.mode))
    outcomes[std::to_underlying(step.layer)] = step.take(prepared, settings);

  const LayerOutcome parent_death = outcomes[std::to_underlying(Layer::parent_death)];
  const LayerOutcome limits = outcomes[std::to_underlying(Layer::limits)];
  const LayerOutcome seccomp = outcomes[std::to_underlying(Layer::seccomp)];
  if (parent_death.code == ESRCH) return refusal(parent_death, "the parent has ended");
  if (prepared.mode == LockdownMode::off) return Tier::none;
  const Tier tier = tier_of(limits, seccomp);
  if (tier == Tier::none) return refusal(limits, "neither filter nor resource limits can be had");
  if (tier != Tier::A && settings.require_seccomp) return refusal(seccomp, "the system call filter cannot be had");
  return tier;
}

}  // namespace docmill::child
