#include "sandbox/child/violation_handler.h"

#include <fmt/format.h>
#include <seccomp.h>
#include <ucontext.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace docmill::child {
namespace {

// Past the highest number of any architecture; x32 numbers and other odd ones print without a name.
constexpr int numbers_max = 512;

std::string line_for(int number) {
  const std::unique_ptr<char, decltype(&std::free)> name(seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number),
                                                         std::free);
  return fmt::format("docmill-extract: system call {} ({}) is not in the filter\n", number,
                     name ? name.get() : "unknown");
}

std::vector<std::string>& lines() {
  static std::vector<std::string> all;
  return all;
}

void set_answer(ucontext_t& context, int error) {
#if defined(__x86_64__)
  context.uc_mcontext.gregs[REG_RAX] = -error;
#elif defined(__aarch64__)
  context.uc_mcontext.regs[0] = static_cast<unsigned long long>(-error);
#else
#error "docmill runs on x86_64 and aarch64"
#endif
}

// Async-signal-safe: reads memory that was made before, and calls write().
void on_sigsys(int /*signal*/, siginfo_t* info, void* context) {
  const auto number = static_cast<std::size_t>(info->si_syscall);
  const std::string_view line = number < lines().size() ? std::string_view(lines()[number])
                                                        : "docmill-extract: a system call of another architecture\n";
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
  set_answer(*static_cast<ucontext_t*>(context), ENOSYS);
}

}  // namespace

void prepare_violation_handler() {
  if (!lines().empty()) return;
  lines().reserve(numbers_max);
  for (int number = 0; number < numbers_max; ++number) lines().push_back(line_for(number));
}

void install_violation_handler() {
  struct sigaction action{};
  action.sa_sigaction = on_sigsys;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSYS, &action, nullptr);
}

}  // namespace docmill::child
