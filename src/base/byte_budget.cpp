#include "base/byte_budget.h"

#include <utility>

namespace docmill {

void ByteBudget::take(std::uint64_t bytes) {
  std::unique_lock lock(mutex_);
  const std::uint64_t ticket = tickets_++;
  while (ticket != served_ || !fits(bytes)) changed_->wait(lock);
  ++served_;
  held_ += bytes;
  changed_->notify_all();  // the next one may fit, too
}

bool ByteBudget::try_take(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (served_ != tickets_ || !fits(bytes)) return false;
  held_ += bytes;
  return true;
}

void ByteBudget::give_back(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  held_ -= bytes;
  changed_->notify_all();
}

void Room::ask(std::uint64_t bytes) {
  if (held_ && bytes_ >= bytes) return;
  give_back();
  budget_.take(bytes);
  bytes_ = bytes;
  held_ = true;
}

bool Room::try_ask(std::uint64_t bytes) {
  if (held_ && bytes_ >= bytes) return true;
  give_back();
  if (!budget_.try_take(bytes)) return false;
  bytes_ = bytes;
  return held_ = true;
}

void Room::give_back() {
  if (std::exchange(held_, false)) budget_.give_back(std::exchange(bytes_, 0));
}

}  // namespace docmill
