// How many bytes may be held at a time, among threads.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "base/concurrency.h"

namespace docmill {

/// Any thread may call any member.
class ByteBudget {
 public:
  ByteBudget(std::uint64_t bytes_max, Concurrency& concurrency)
      : bytes_max_(bytes_max), changed_(concurrency.make_condition()) {}

 private:
  friend class Room;
  /// Waits for room, behind those who wait already.
  void take(std::uint64_t bytes);
  /// False where that would have to wait.
  bool try_take(std::uint64_t bytes);
  void give_back(std::uint64_t bytes);
  bool fits(std::uint64_t bytes) const { return held_ == 0 || (bytes <= bytes_max_ && held_ <= bytes_max_ - bytes); }

  const std::uint64_t bytes_max_;
  std::mutex mutex_;
  std::unique_ptr<Condition> changed_;
  std::uint64_t held_ = 0;
  std::uint64_t tickets_ = 0, served_ = 0;  // given to who waits; whose turn it is
};

/// Room in a budget for the bytes that its owner reads: asked for, held, and given back when it goes. What is larger
/// than the budget waits until nothing is held, and is held alone. One owner, one thread at a time; the budget outlives
/// it.
class Room {
 public:
  explicit Room(ByteBudget& budget) : budget_(budget) {}
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;
  ~Room() { give_back(); }

  /// Waits until there is room for `bytes`. Less that is held already is given back first, for whoever waits with room
  /// in hand may wait for ever.
  void ask(std::uint64_t bytes);
  /// False, and nothing is held, where that would have to wait.
  bool try_ask(std::uint64_t bytes);
  void give_back();

 private:
  ByteBudget& budget_;
  std::uint64_t bytes_ = 0;
  bool held_ = false;  // of 0 bytes, too
};

}  // namespace docmill
