// Whether a refusal concerns one object or its place: other objects of the place tell.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "store/object_store.h"

namespace docmill {

/// A fault that other objects of the place tell more of: a refusal, or a server's fault after all tries. Some objects
/// answer 500 for ever, and one sector of a disk may be bad. Throttling reaches all.
bool may_be_one_objects(const Error& error);

/// S3 answers 403 to whoever lacks one object's key or permission, and to whoever lacks everybody's, in the same words.
/// What tells them apart is another object of the place, a witness: can it be read now?
///
/// A place is a bucket, or all folders. Any thread may call any member.
class Witnesses {
 public:
  /// A document is begun: for all that is known it can be read.
  void on_begun(std::string_view uri, std::string_view key);
  /// It was.
  void on_read(std::string_view uri, std::string_view key);

  /// An output was written.
  void on_written() { some_written_ = true; }
  bool some_written() const { return some_written_; }

  /// How far such a fault of `key` reaches, from one byte of some other objects of its place, three that were begun and
  /// three of a listing at most:
  ///   one_object   one of them can be read
  ///   place        none can, and one could before; or the place fails in another way
  ///   unknown      none can, and none could; or no other is known, by a listing neither
  FaultScope judge(ObjectStore& source, std::string_view key);

 private:
  struct Place {
    std::optional<std::string> read;  // the last key that was
    std::deque<std::string> begun;    // the latest keys
  };
  std::optional<std::string> next_witness(std::string_view uri, std::string_view key);
  bool forget(std::string_view uri, const std::string& witness);
  std::optional<FaultScope> ask_some(ObjectStore& source, std::string_view uri, std::string_view key,
                                     bool& could_be_read);
  void look_for_some(ObjectStore& source, std::string_view key);

  std::atomic<bool> some_written_ = false;
  std::mutex mutex_;
  std::map<std::string, Place, std::less<>> places_;
};

}  // namespace docmill
