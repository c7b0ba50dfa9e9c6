// One object as a store of its own: for a person who names a document where a folder of documents may stand too.
#pragma once

#include <memory>
#include <string>

#include "store/object_store.h"

namespace docmill {

/// Where the object is, and as what it is shown.
struct SingleObject {
  std::unique_ptr<ObjectStore> store;
  std::string key_there;  // in `store`
  std::string key;        // in the store that is made of it
  std::string uri;
};

/// Its listing has this object alone. Other keys are absent, and nothing is written: create and remove are
/// invalid_input.
std::unique_ptr<ObjectStore> single_object_store(SingleObject object);

}  // namespace docmill
