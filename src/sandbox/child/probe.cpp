#include "sandbox/child/probe.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace docmill::child {
namespace {

// What the child tells through the pipe: before a step that it would have died of it, after it what came of it.
struct Word {
  Layer layer;
  LayerOutcome outcome;
};

std::unexpected<Error> failed(std::string_view step) {
  return fail(ErrorKind::unavailable, "sandbox probe",
              fmt::format("{}: {}", step, std::generic_category().message(errno)));
}

void tell(int fd, Word word) {
  if (::write(fd, &word, sizeof word) != sizeof word) ::_exit(1);
}

LayerOutcome take_and_try(const Step& step, const PreparedLockdown& prepared, const LockdownSettings& settings) {
  const LayerOutcome outcome = step.take(prepared, settings);
  if (outcome.state != LayerState::applied || step.holds == nullptr || step.holds(settings)) return outcome;
  return {LayerState::ineffective, 0};
}

[[noreturn]] void run_child(const PreparedLockdown& prepared, int fd, pid_t parent_pid) {
  const std::array keep_fds{fd};
  const LockdownSettings settings{.keep_fds = keep_fds, .parent_pid = parent_pid};
  for (const Step& step : steps_of(prepared.mode)) {
    tell(fd, {step.layer, {LayerState::died, 0}});
    tell(fd, {step.layer, take_and_try(step, prepared, settings)});
  }
  ::_exit(0);
}

ProbeReport listen(int fd) {
  ProbeReport report;
  Word word{};
  for (;;) {
    const ssize_t size = ::read(fd, &word, sizeof word);
    if (size < 0 && errno == EINTR) continue;
    if (size != sizeof word) return report;
    report.layers[std::to_underlying(word.layer)] = word.outcome;
  }
}

int reap(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

std::string state_text(Layer layer, LayerOutcome outcome) {
  switch (outcome.state) {
    case LayerState::skipped:
      return "not used";
    case LayerState::applied:
      return layer == Layer::landlock ? fmt::format("ok (version {})", outcome.code) : "ok";
    case LayerState::refused:
      return fmt::format("refused ({})", std::generic_category().message(outcome.code));
    case LayerState::ineffective:
      return "accepted but without effect";
    case LayerState::died:
      return fmt::format("killed by signal {}", outcome.code);
  }
  std::unreachable();
}

}  // namespace

std::string ProbeReport::text() const {
  std::string lines;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto layer = static_cast<Layer>(i);
    lines += fmt::format("{}: {}\n", name_of(layer), state_text(layer, layers[i]));
  }
  return lines;
}

Result<ProbeReport> probe_lockdown(const PreparedLockdown& prepared) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return failed("pipe");
  const FileDescriptor read_end(ends[0]);
  FileDescriptor write_end(ends[1]);
  const pid_t own_pid = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return failed("fork");
  if (child == 0) run_child(prepared, write_end.get(), own_pid);

  write_end.reset();
  ProbeReport report = listen(read_end.get());
  const int status = reap(child);
  for (LayerOutcome& outcome : report.layers)
    if (outcome.state == LayerState::died) outcome.code = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  report.tier = tier_of(report[Layer::limits], report[Layer::seccomp]);
  return report;
}

}  // namespace docmill::child
