// Whether a worker died of a message: a note of who began it last.
#pragma once

#include <cstdint>
#include <string>

#include "queue/queue.h"
#include "store/object_store.h"

namespace docmill {

/// How often a message was received does not say why it came again. Workers are told to stop, places have faults,
/// sources change, somebody looks at the queue: each costs a receive, on SQS for good, and says nothing against a
/// document. A worker that died while it worked on the message does. So near the last receive a worker leaves a note in
/// the output store before it begins, `_docmill/begun/<hash of the message's id>.json`, and removes it when the message
/// has ended or goes back. A note that is there already is of a worker that came to neither.
///
/// Costs nothing before the last receives but two; then a write, under the condition that there is no note, and a
/// removal. Where the store takes no note, nothing is known, and the message is worked on as usual.
class BegunNote {
 public:
  /// `output` outlives it.
  BegunNote(ObjectStore& output, const Message& message, std::uint32_t receives_max);

  /// Leave the note, where the message is near its last receive. Whether a worker died of it.
  bool begin();
  /// `ended`: it does not come again. Else what was found stays: it is true at the next receive, too.
  void end(bool ended);

 private:
  Result<bool> leave();

  ObjectStore& output_;
  const Message& message_;
  std::string key_;
  bool is_near_end_;
  bool left_ = false;
  bool found_ = false;
};

}  // namespace docmill
