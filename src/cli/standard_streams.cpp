#include "cli/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <initializer_list>

namespace docmill {

bool open_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    // The lowest free number is the one that is closed, for those below it are open by now. No O_CLOEXEC: zygotes
    // inherit it.
    if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) != fd) return false;  // NOLINT(android-cloexec-open)
  return true;
}

}  // namespace docmill
