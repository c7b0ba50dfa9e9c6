// A queue in an SQLite file: the promises of SQS without a cloud, among any number of processes of one machine.
#pragma once

#include <memory>
#include <string_view>

#include "base/clock.h"
#include "queue/queue.h"

namespace docmill {

inline constexpr std::string_view sqlite_scheme = "sqlite:";

/// "sqlite:///data/docmill.db", or "sqlite:docmill.db" for a path below the working directory. The path is taken as it
/// is up to the '?' of the query:
///
///   queue=NAME          one of several queues in the file (default: messages); letters, digits, '-' and '_'
///   dead-letters=NAME   its redrive policy: the queue where messages go ...
///   receives-max=COUNT  ... after so many receives
///
/// The policy is kept in the file; naming it in a URI changes it for everybody. A new queue gets "dead-letters" (a
/// queue NAME gets "NAME-dead-letters") and 10. Dead letters have no policy.
///
/// Messages come oldest first. Timeouts and delays are by wall time, for processes share no other clock that outlives
/// them: a clock that jumps ahead gives messages to a second receiver early, one that jumps back hides them for so much
/// longer. Neither loses a message.
///
/// The file is written in a rollback journal with a flush at each commit (Debian's SQLite 3.40 may damage a file in
/// write-ahead mode), checked when it is opened, and refused on a network file system, whose locks do not hold. It can
/// be shared with docmill's other tables.
///
/// Where `create` is false, nothing is written when it is opened.
///
/// Errors besides those of Queue: not_found (the folder; where `create` is false the file, or the queue in it);
/// invalid_input (a URI
/// that is none, a file that is not docmill's, is damaged, or of a newer version); unavailable (locked by somebody else
/// for more than ten seconds, disk full, a read or write that failed).
Result<std::unique_ptr<Queue>> open_sqlite_queue(std::string_view uri, Clock& clock, Random& random, bool create);

}  // namespace docmill
