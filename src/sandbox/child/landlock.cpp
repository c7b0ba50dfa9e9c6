#include "sandbox/child/landlock.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "base/blob.h"

namespace docmill::child {
namespace {

// Debian 12's <linux/landlock.h> knows version 2 only; the kernel may know more. The kernel takes a longer structure
// than its own as long as the rest is zero.
struct RulesetAttributes {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;
  std::uint64_t scoped = 0;
};

constexpr std::uint64_t bits(int count) { return (std::uint64_t{1} << count) - 1; }

// https://docs.kernel.org/userspace-api/landlock.html, "Compatibility": version 1 has 13 rights on files, 2 adds
// REFER, 3 TRUNCATE, 4 the two rights on TCP, 5 IOCTL_DEV, 6 the two scopes (abstract sockets, signals).
int rights_on_files(int version) {
  if (version >= 5) return 16;
  if (version >= 3) return 15;
  return version == 2 ? 14 : 13;
}

RulesetAttributes everything_known_to(int version) {
  RulesetAttributes attributes;
  attributes.handled_access_fs = bits(rights_on_files(version));
  if (version >= 4) attributes.handled_access_net = bits(2);
  if (version >= 6) attributes.scoped = bits(2);
  return attributes;
}

// The numbers are the same on every architecture.
constexpr long create_ruleset = 444;
constexpr long restrict_self = 446;
constexpr unsigned ask_version = 1;

}  // namespace

int landlock_version() {
  const long version = ::syscall(create_ruleset, nullptr, 0, ask_version);
  return version > 0 ? static_cast<int>(version) : 0;
}

int landlock_forbid_everything() {
  const int version = landlock_version();
  if (version == 0) return errno != 0 ? errno : ENOSYS;
  const RulesetAttributes attributes = everything_known_to(version);
  const FileDescriptor ruleset(static_cast<int>(::syscall(create_ruleset, &attributes, sizeof attributes, 0)));
  if (!ruleset) return errno;
  return ::syscall(restrict_self, ruleset.get(), 0) == 0 ? 0 : errno;
}

}  // namespace docmill::child
