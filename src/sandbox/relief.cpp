// A slot has nothing to do: a child that has more to do than it can soon finish is relieved of half of it. So a
// document is opened once by one child as long as there are other documents for the others, and all slots end together.
#include <algorithm>

#include "sandbox/event_loop.h"

namespace docmill {
namespace {

/// A small document counts as so many pages when children are compared.
constexpr std::uint32_t pages_per_document = 8;

std::uint32_t entries_left(const Child& child) {
  return static_cast<std::uint32_t>(child.entries.size() - child.current) - 1;
}

/// Pages of the current entry that the child has not begun; 0 while it is not opened.
std::uint32_t pages_left(const Child& child) {
  const Assignment& assignment = child.entries[child.current];
  if (!assignment.opened) return 0;
  const std::uint32_t end = std::min(assignment.unit.end(), *assignment.task->plan.page_count());
  if (assignment.next_page >= end) return 0;  // the document is shorter than the pages that were asked for
  const wire::WorkPlace unclaimed = child.progress.claims().unclaimed();
  const std::uint32_t begun = unclaimed.entry == child.current ? unclaimed.page : 0;
  return end - std::clamp(begun, assignment.next_page, end);
}

std::uint32_t work_left(const Child& child) { return pages_left(child) + (entries_left(child) * pages_per_document); }

bool is_worth_a_split(const Child& child) {
  const std::uint32_t pages_min = child.kind == ChildKind::ocr ? 1 : unit_pages_min;
  return entries_left(child) > 0 || pages_left(child) >= 2 * pages_min;
}

}  // namespace

bool EventLoop::relieve_a_child() {
  Child* busiest = nullptr;
  for (auto& [id, child] : children_) {
    if (!may_be_relieved(child)) continue;
    if (busiest == nullptr || work_left(child) > work_left(*busiest)) busiest = &child;
  }
  return busiest != nullptr && relieve(*busiest);
}

bool EventLoop::may_be_relieved(const Child& child) {
  if (child.killing || child.exited || child.paused || child.current >= child.entries.size()) return false;
  const ZygoteState& place = state_of(child.kind);
  if (!place.ready || Clock::now() < place.rests_until || !is_worth_a_split(child)) return false;
  if (entries_left(child) > 0 && is_gathering()) return false;
  const Task& task = *child.entries[child.current].task;
  const std::lock_guard lock(mutex_);
  return !task.cancelled && !task.failure && task.ready_bytes < window_size_bytes_max;
}

/// This entry of its list and all behind it. False when the child has begun it.
bool EventLoop::take_back_entries(Child& child, std::size_t from) {
  const wire::WorkPlace place{.entry = static_cast<std::uint32_t>(from), .page = 0};
  if (!child.progress.claims().take_away(place)) return false;
  for (std::size_t i = from; i < child.entries.size(); ++i) {
    child.entries[i].task->plan.give_back(child.entries[i].unit, child.entries[i].unit.first);
    --child.entries[i].task->children;
  }
  child.entries.resize(from);
  return true;
}

/// From every child, the documents of its list that it has not begun. Where it begins one just now, the next turn tries
/// again.
void EventLoop::take_back_what_is_not_begun() {
  for (auto& [id, child] : children_) {
    if (child.killing || child.exited) continue;
    const std::size_t begun = std::max<std::size_t>(child.current, child.progress.claims().unclaimed().entry);
    if (begun + 1 < child.entries.size()) take_back_entries(child, begun + 1);
  }
}

bool EventLoop::relieve(Child& child) {
  Assignment& assignment = child.entries[child.current];
  if (const std::uint32_t left = entries_left(child); left > 0) {
    return take_back_entries(child, child.entries.size() - ((left + 1) / 2));
  }
  const std::uint32_t end = std::min(assignment.unit.end(), *assignment.task->plan.page_count());
  const std::uint32_t from = end - (pages_left(child) / 2);
  const wire::WorkPlace place{.entry = static_cast<std::uint32_t>(child.current), .page = from};
  if (from >= end || !child.progress.claims().take_away(place)) return false;
  assignment.task->plan.give_back(assignment.unit, from);
  assignment.unit.count = from - assignment.unit.first;
  return true;
}

}  // namespace docmill
