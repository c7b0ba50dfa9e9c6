#include "queue/open_queue.h"

#include <string>

#include "queue/sqlite_queue.h"
#include "queue/sqs_queue.h"

namespace docmill {

Result<std::unique_ptr<Queue>> open_queue(std::string_view uri, Clock& clock, Random& random,
                                          const OpenQueueOptions& options) {
  if (uri.starts_with(sqlite_scheme)) return open_sqlite_queue(uri, clock, random, options.create);
  if (is_sqs_url(uri) && options.aws) {
    auto client = options.aws();
    if (!client) return std::unexpected(std::move(client).error());
    return open_sqs_queue(uri, **client, clock, random);
  }
  return fail(ErrorKind::invalid_input, uri,
              "expected sqlite:///PATH/FILE.db or https://sqs.REGION.amazonaws.com/ACCOUNT/NAME");
}

}  // namespace docmill
