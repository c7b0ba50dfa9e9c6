// Files of a place that are pictures or documents of formats that docmill does not read.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "store/object_store.h"

namespace docmill {

/// Counts them by format; what is of no known format is no document and not counted here. Any thread may note.
class ForeignFormats {
 public:
  explicit ForeignFormats(ObjectStore& source) : source_(source) {}

  /// A file that was passed over because its first bytes are of no format that docmill reads: they are looked at again.
  void note_content(std::string_view key);
  /// One that was passed over by its name.
  void note_name(std::string_view key);
  /// A line of the log for each format, with the first file of it.
  void tell() const;

 private:
  struct Seen {
    std::uint64_t count = 0;
    std::string first;  // by name
  };
  void note(std::string_view format, std::string_view key);

  ObjectStore& source_;
  mutable std::mutex mutex_;
  std::map<std::string, Seen, std::less<>> seen_;  // guarded by mutex_
};

}  // namespace docmill
