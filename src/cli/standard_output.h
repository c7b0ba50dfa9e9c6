// Where results go: stdout. A full disk there is an error of the command, whatever the command did.
#pragma once

#include <atomic>
#include <cstdio>
#include <string_view>

#include "base/error.h"

namespace docmill {

/// Any thread may print. One for the process; whatever is a result is printed here, and nothing else is.
class StandardOutput {
 public:
  /// `file` outlives it, and nobody else writes there.
  explicit StandardOutput(std::FILE* file) : file_(file) {}

  /// False when the text, or some before it, did not get through: nothing that follows will, and work that is only
  /// done to be printed may end.
  bool print(std::string_view text);

  /// Whether print() has answered false.
  bool is_broken() const { return failure_ != 0; }

  /// Hand everything over and close the file, once, at the end: some file systems tell of a failed write only then.
  ///
  /// Errors: unavailable (not everything was written). That nobody reads any more, as behind `| head`, is the reader's
  /// choice, and no error.
  Result<void> close();

 private:
  void note_failure();

  std::FILE* file_;
  std::atomic<int> failure_ = 0;  // errno of the first one
};

}  // namespace docmill
