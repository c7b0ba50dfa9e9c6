// What an epoll event is about, packed into its 64 bits.
#pragma once

#include <sys/epoll.h>

#include <cstdint>

namespace docmill {

enum class EventSource : std::uint32_t { wake, text_zygote, ocr_zygote, errors };

struct EventTag {
  EventSource source;
  std::uint32_t id;  // the child's list id

  std::uint64_t packed() const { return (static_cast<std::uint64_t>(source) << 32U) | id; }
  static EventTag from(std::uint64_t packed) {
    return {static_cast<EventSource>(packed >> 32U), static_cast<std::uint32_t>(packed)};
  }
};

inline void watch(int epoll, int fd, EventTag tag) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = tag.packed()}};
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

inline void unwatch(int epoll, int fd) { ::epoll_ctl(epoll, EPOLL_CTL_DEL, fd, nullptr); }

}  // namespace docmill
