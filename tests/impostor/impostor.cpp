// impostor fargate|lambda|none PROGRAM [ARGUMENT...]: runs a program as if that platform had started it, and as nobody
// when called by root.
#include <grp.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "impostor/outer_filter.h"

namespace {

constexpr uid_t nobody = 65534;

bool become_nobody() {
  if (::geteuid() != 0) return true;
  return ::setgroups(0, nullptr) == 0 && ::setresgid(nobody, nobody, nobody) == 0 &&
         ::setresuid(nobody, nobody, nobody) == 0;
}

int complain(const char* what) {
  std::fprintf(stderr, "impostor: %s: %s\n", what, std::generic_category().message(errno).c_str());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const auto platform = argc >= 3 ? docmill::test::platform_from(argv[1]) : std::nullopt;
  if (!platform) {
    std::fputs("usage: impostor fargate|lambda|none PROGRAM [ARGUMENT...]\n", stderr);
    return 2;
  }
  if (!become_nobody()) return complain("becoming nobody");
  if (!docmill::test::impersonate(*platform)) return complain("installing the filter");
  ::execvp(argv[2], argv + 2);
  return complain(argv[2]);
}
