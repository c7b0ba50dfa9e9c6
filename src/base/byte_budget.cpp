#include "base/byte_budget.h"

namespace docmill {

ByteBudget::Share ByteBudget::take(std::uint64_t bytes) {
  std::unique_lock lock(mutex_);
  const std::uint64_t ticket = tickets_++;
  changed_.wait(lock, [&] { return ticket == served_ && fits(bytes); });
  ++served_;
  held_ += bytes;
  changed_.notify_all();  // the next one may fit, too
  return {*this, bytes};
}

std::optional<ByteBudget::Share> ByteBudget::try_take(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (served_ != tickets_ || !fits(bytes)) return std::nullopt;
  held_ += bytes;
  return Share(*this, bytes);
}

void ByteBudget::give_back(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  held_ -= bytes;
  changed_.notify_all();
}

}  // namespace docmill
