// How many bytes may be held at a time, among threads.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

namespace docmill {

/// Any thread may call any member.
class ByteBudget {
 public:
  explicit ByteBudget(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}

  /// Given back when it goes. The budget outlives it.
  class Share {
   public:
    Share(Share&& other) noexcept : budget_(std::exchange(other.budget_, nullptr)), bytes_(other.bytes_) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Share() {
      if (budget_ != nullptr) budget_->give_back(bytes_);
    }

   private:
    friend class ByteBudget;
    Share(ByteBudget& budget, std::uint64_t bytes) : budget_(&budget), bytes_(bytes) {}
    ByteBudget* budget_;
    std::uint64_t bytes_;
  };

  /// Waits for room, behind those who wait already. What is larger than the budget waits until nothing is held, and is
  /// held alone. Whoever has a share waits for ever, if others do so too: one share a thread.
  Share take(std::uint64_t bytes);
  /// Nothing where that would have to wait.
  std::optional<Share> try_take(std::uint64_t bytes);

 private:
  bool fits(std::uint64_t bytes) const { return held_ == 0 || (bytes <= bytes_max_ && held_ <= bytes_max_ - bytes); }
  void give_back(std::uint64_t bytes);

  const std::uint64_t bytes_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t held_ = 0;
  std::uint64_t tickets_ = 0, served_ = 0;  // given to who waits; whose turn it is
};

}  // namespace docmill
