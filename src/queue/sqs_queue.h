// A queue of Amazon SQS, over its JSON protocol.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "aws/client.h"
#include "queue/queue.h"

namespace docmill {

/// "https://..." or "http://...": the URL of a queue, as SQS and everything that speaks its protocol give it.
bool is_sqs_url(std::string_view uri);

/// `url` is the queue's, as GetQueueUrl gives it; nothing is asked before the first call. Standard queues alone: a FIFO
/// queue wants a group for each message, and would hold up a group behind its first document.
///
/// Permissions: sqs:ReceiveMessage for receive(), sqs:ChangeMessageVisibility, sqs:DeleteMessage for remove(),
/// sqs:SendMessage, sqs:PurgeQueue; for status() sqs:GetQueueAttributes, and sqs:GetQueueUrl on the dead-letter queue
/// where its address cannot be told from this one's. A batch is taken in part; what was refused for a reason that may
/// pass is sent again. Errors: invalid_input (no URL of a standard queue). `client`, `clock` and `random` outlive the
/// queue.
Result<std::unique_ptr<Queue>> open_sqs_queue(std::string_view url, aws::Client& client, Clock& clock, Random& random);

}  // namespace docmill
