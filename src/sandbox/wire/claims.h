// Which part of its work list a running child may still begin.
#pragma once

#include <atomic>
#include <cstdint>

namespace docmill::wire {

/// A page of an entry of a work list. A child does them in this order.
struct WorkPlace {
  std::uint32_t entry = 0;  // less than 2^8
  std::uint32_t page = 0;   // less than 2^24
};

/// Lies in the page of memory that parent and child share: the child claims one page after the other, and the parent
/// may take away what the child has not begun. What the child writes here can harm it alone: the parent believes its
/// frames, and refuses those of pages that were taken away.
class Claims {
 public:
  /// Child: it is about to begin this page, or to open this entry. False: that was taken away, with all behind it.
  bool claim(WorkPlace place) {
    std::uint64_t word = word_.load();
    do {
      if (packed(place) >= end_of(word)) return false;
    } while (!word_.compare_exchange_weak(word, word_of(packed(place) + 1, end_of(word))));
    return true;
  }

  /// Parent: take away this page and all behind it. False when the child has begun it.
  bool take_away(WorkPlace from) {
    std::uint64_t word = word_.load();
    do {
      if (packed(from) < unclaimed_of(word)) return false;
    } while (!word_.compare_exchange_weak(word, word_of(unclaimed_of(word), packed(from))));
    return true;
  }

  /// The place after the last one that was claimed.
  WorkPlace unclaimed() const {
    const std::uint32_t place = unclaimed_of(word_.load());
    return {.entry = place >> page_bits, .page = place & ((1U << page_bits) - 1)};
  }

 private:
  static constexpr unsigned page_bits = 24;

  static std::uint32_t packed(WorkPlace place) { return (place.entry << page_bits) | place.page; }
  static std::uint64_t word_of(std::uint32_t unclaimed, std::uint32_t end) {
    return (static_cast<std::uint64_t>(unclaimed) << 32U) | end;
  }
  static std::uint32_t unclaimed_of(std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32U); }
  static std::uint32_t end_of(std::uint64_t word) { return static_cast<std::uint32_t>(word); }

  std::atomic<std::uint64_t> word_ = UINT32_MAX;  // nothing claimed, no end
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "two processes share it");
};

}  // namespace docmill::wire
