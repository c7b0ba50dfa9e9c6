// Many small calls of stores that wait for the network, side by side.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/concurrency.h"

namespace docmill {

/// Call `work(i)` for each i below `count`, on up to `threads_max` threads, or on fewer where the system grants no
/// more; returns when all have ended.
///
/// Errors: those of an exception (no memory) that ended a call: what it was to do is not done.
template <typename Work>
Result<void> in_parallel(std::size_t count, std::size_t threads_max, const Work& work) {
  std::atomic<std::size_t> next = 0;
  const auto take = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::mutex mutex;
  std::optional<Error> lost;  // guarded by mutex
  const auto note_lost = [&](const Error& error) {
    const std::lock_guard lock(mutex);
    if (!lost) lost = error;
  };
  {
    std::vector<std::jthread> threads;
    while (threads.size() + 1 < std::min(count, threads_max)) {
      auto thread = start_thread([&take](const std::stop_token&) { take(); }, note_lost);
      if (!thread) break;
      threads.push_back(*std::move(thread));
    }
    take();
  }  // joined
  if (lost) return std::unexpected(*std::move(lost));
  return {};
}

/// Requests for single objects that are on their way at a time, where one thread would wait for each.
inline constexpr std::size_t looks_at_a_time = 32;
/// Objects that are looked at before the next are listed.
inline constexpr std::size_t looked_at_together = 256;

}  // namespace docmill
