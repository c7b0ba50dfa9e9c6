// What runs before this one have left unfinished, because they were killed.
#pragma once

#include "base/clock.h"
#include "document/layout.h"
#include "store/object_store.h"

namespace docmill {

/// Remove the unfinished uploads of outputs that were begun more than a day ago: no writer takes as long that lives.
/// Those of a key that this run writes itself go when it has (store/s3_writer.cpp). What was removed is logged and
/// counted (ObjectStore::leftovers_removed); that it could not be looked for is logged, and no reason to stop.
void remove_leftovers(ObjectStore& output, const Layout& layout, Clock& clock);

}  // namespace docmill
