// A store whose calls nobody else repeats, by the one retry policy: a local folder, which may be a network's.
#pragma once

#include <memory>

#include "base/clock.h"
#include "store/object_store.h"

namespace docmill {

/// The same store, with every call repeated that fails of something that may pass (net/retry.h), one at a time. What a
/// writer was given is not repeated, but a commit is, while the writer can. All arguments outlive it.
std::unique_ptr<ObjectStore> make_retried_store(std::unique_ptr<ObjectStore> store, Clock& clock, Random& random);

}  // namespace docmill
