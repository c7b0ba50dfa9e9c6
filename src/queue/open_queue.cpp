#include "queue/open_queue.h"

#include <string>

#include "queue/sqlite_queue.h"

namespace docmill {

Result<std::unique_ptr<Queue>> open_queue(std::string_view uri, Clock& clock, Random& random,
                                          const OpenQueueOptions& options) {
  if (uri.starts_with(sqlite_scheme)) return open_sqlite_queue(uri, clock, random, options.create);
  return fail(ErrorKind::invalid_input, uri, "expected sqlite:///PATH/FILE.db");
}

}  // namespace docmill
