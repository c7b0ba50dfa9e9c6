#include "cli/standard_output.h"

#include <cerrno>
#include <system_error>

namespace docmill {

bool StandardOutput::print(std::string_view text) {
  if (failure_ != 0) return false;
  if (std::fwrite(text.data(), 1, text.size(), file_) == text.size()) return true;
  note_failure();
  return false;
}

Result<void> StandardOutput::close() {
  if (std::fclose(file_) != 0) note_failure();
  if (failure_ == 0 || failure_ == EPIPE) return {};
  return fail(ErrorKind::unavailable, "stdout",
              "what was printed is not complete: " + std::generic_category().message(failure_));
}

void StandardOutput::note_failure() {
  int none = 0;
  failure_.compare_exchange_strong(none, errno);
}

}  // namespace docmill
