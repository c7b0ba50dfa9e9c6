// The filter for either architecture, run in a small interpreter of classic BPF: this machine's kernel can only try the
// program of its own. Numbers of aarch64 are from the kernel's include/uapi/asm-generic/unistd.h.
#include "sandbox/child/seccomp_filter.h"

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace docmill::child {
namespace {

bool jumps(const sock_filter& instruction, std::uint32_t accumulator) {
  switch (BPF_OP(instruction.code)) {
    case BPF_JEQ:
      return accumulator == instruction.k;
    case BPF_JGT:
      return accumulator > instruction.k;
    case BPF_JGE:
      return accumulator >= instruction.k;
    case BPF_JSET:
      return (accumulator & instruction.k) != 0;
    default:
      throw std::logic_error("a jump that the interpreter does not know");
  }
}

std::uint32_t word_at(const seccomp_data& data, std::uint32_t offset) {
  std::uint32_t word = 0;
  std::memcpy(&word, reinterpret_cast<const char*>(&data) + offset, sizeof word);
  return word;
}

std::uint32_t action_of(std::span<const sock_filter> program, const seccomp_data& data) {
  std::uint32_t accumulator = 0;
  for (std::size_t at = 0;; ++at) {
    const sock_filter& instruction = program[at];
    switch (BPF_CLASS(instruction.code)) {
      case BPF_RET:
        return instruction.k;
      case BPF_LD:
        accumulator = word_at(data, instruction.k);
        break;
      case BPF_ALU:
        accumulator &= instruction.k;  // libseccomp masks arguments, and computes nothing else
        break;
      case BPF_JMP:
        if (BPF_OP(instruction.code) == BPF_JA) {
          at += instruction.k;
        } else {
          at += jumps(instruction, accumulator) ? instruction.jt : instruction.jf;
        }
        break;
      default:
        throw std::logic_error("an instruction that the interpreter does not know");
    }
  }
}

seccomp_data call(std::uint32_t architecture, int number, std::array<std::uint64_t, 6> arguments = {}) {
  seccomp_data data{};
  data.nr = number;
  data.arch = architecture;
  std::ranges::copy(arguments, data.args);
  return data;
}

constexpr std::uint32_t refused_with(int error) { return SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error); }

class FilterForAarch64 : public testing::Test {
 protected:
  std::uint32_t action(int number, std::array<std::uint64_t, 6> arguments = {}) const {
    return action_of(filter_->program(), call(AUDIT_ARCH_AARCH64, number, arguments));
  }
  Result<SeccompFilter> filter_ = SeccompFilter::build(OnViolation::kill, SCMP_ARCH_AARCH64);
};

TEST_F(FilterForAarch64, AllowsReadingWritingAndMemory) {
  for (const int number : {63 /*read*/, 64 /*write*/, 67 /*pread64*/, 80 /*fstat*/, 98 /*futex*/, 113 /*clock_gettime*/,
                           178 /*gettid*/, 179 /*sysinfo*/, 214 /*brk*/, 215 /*munmap*/, 94 /*exit_group*/})
    EXPECT_EQ(action(number), SECCOMP_RET_ALLOW) << number;
}

TEST_F(FilterForAarch64, RefusesQuietlyWhatLibrariesTry) {
  EXPECT_EQ(action(56 /*openat*/), refused_with(EACCES));
  EXPECT_EQ(action(78 /*readlinkat*/), refused_with(EACCES));
  EXPECT_EQ(action(29 /*ioctl*/), refused_with(ENOTTY));
  EXPECT_EQ(action(220 /*clone*/), refused_with(EAGAIN));
  EXPECT_EQ(action(435 /*clone3*/), refused_with(ENOSYS));
  EXPECT_EQ(action(198 /*socket*/), refused_with(EPERM));
}

TEST_F(FilterForAarch64, KillsForTheRest) {
  for (const int number : {221 /*execve*/, 129 /*kill*/, 117 /*ptrace*/, 23 /*dup*/, 425 /*io_uring_setup*/, 9999})
    EXPECT_EQ(action(number), SECCOMP_RET_KILL_PROCESS) << number;
}

TEST_F(FilterForAarch64, AllowsMemoryThatIsNotExecutable) {
  for (const int number : {222 /*mmap*/, 226 /*mprotect*/}) {
    EXPECT_EQ(action(number, {0, 4096, PROT_READ | PROT_WRITE}), SECCOMP_RET_ALLOW);
    EXPECT_EQ(action(number, {0, 4096, PROT_READ | PROT_EXEC}), SECCOMP_RET_KILL_PROCESS);
  }
}

TEST_F(FilterForAarch64, KillsForCallsOfX86) {
  EXPECT_EQ(action_of(filter_->program(), call(AUDIT_ARCH_X86_64, 1 /*write*/)), SECCOMP_RET_KILL_PROCESS);
}

TEST(FilterForX86, KillsForCallsOfOtherArchitectures) {
  const auto filter = SeccompFilter::build(OnViolation::kill, SCMP_ARCH_X86_64);
  ASSERT_TRUE(filter);
  EXPECT_EQ(action_of(filter->program(), call(AUDIT_ARCH_X86_64, 1 /*write*/)), SECCOMP_RET_ALLOW);
  EXPECT_EQ(action_of(filter->program(), call(AUDIT_ARCH_X86_64, 0x40000001 /*x32 write*/)), SECCOMP_RET_KILL_PROCESS);
  EXPECT_EQ(action_of(filter->program(), call(AUDIT_ARCH_I386, 4 /*write*/)), SECCOMP_RET_KILL_PROCESS);
  EXPECT_EQ(action_of(filter->program(), call(AUDIT_ARCH_AARCH64, 64 /*write*/)), SECCOMP_RET_KILL_PROCESS);
}

TEST(FilterForAudit, TrapsInPlaceOfKilling) {
  const auto filter = SeccompFilter::build(OnViolation::name, SCMP_ARCH_X86_64);
  ASSERT_TRUE(filter);
  EXPECT_EQ(action_of(filter->program(), call(AUDIT_ARCH_X86_64, 59 /*execve*/)), SECCOMP_RET_TRAP);
  EXPECT_EQ(action_of(filter->program(), call(AUDIT_ARCH_I386, 4 /*write*/)), SECCOMP_RET_TRAP);
  EXPECT_EQ(action_of(filter->program(), call(AUDIT_ARCH_X86_64, 257 /*openat*/)), refused_with(EACCES));
}

TEST(EmptyFilter, IsNotInstalled) { EXPECT_EQ(SeccompFilter().install(), EINVAL); }

}  // namespace
}  // namespace docmill::child
