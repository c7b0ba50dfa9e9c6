// Events of zygotes and children: how they end, and what they may use up. What their frames say is in frames.cpp.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <utility>

#include "sandbox/event_loop.h"
#include "sandbox/event_source.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// How often limits are looked at: a child is past its own by at most this much when it is killed.
constexpr std::chrono::milliseconds limits_interval{50};
/// How often the pipes of living children are read. A wake-up for each page would cost them and the parent more than
/// the page's row does; in this time a child fills a small part of its pipe. One that had filled more than a part is
/// soon looked at again: with a full pipe it would wait.
constexpr std::chrono::milliseconds frames_interval{8};
constexpr std::chrono::milliseconds frames_interval_when_awaited{1};
constexpr ssize_t busy_pipe_size_bytes = 32 * KiB;  // half of what a pipe holds that the kernel does not let grow
constexpr std::size_t read_size_bytes = 256 * KiB;
/// So often a pipe is read before others have their turn: a child that writes without end must not hold the loop. More
/// than a pipe holds, so that all that a dead child wrote is read at once.
constexpr int reads_in_a_row_max = 16;
/// Forks that fail one after the other before documents are told; between them the loop waits.
constexpr int forks_failed_in_a_row_max = 20;
constexpr std::chrono::milliseconds fork_retry_interval{100};

}  // namespace

void EventLoop::wait_for_events() {
  std::array<epoll_event, 64> events{};
  const bool has_deadlines = !children_.empty() || std::ranges::any_of(zygotes_, &ZygoteState::is_awaited);
  const bool has_writers = std::ranges::any_of(children_, [](const auto& item) { return !item.second.paused; });
  const auto timeout = has_writers     ? time_between_frames()
                       : has_deadlines ? limits_interval
                                       : std::chrono::milliseconds(-1);
  const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), static_cast<int>(timeout.count()));
  for (int i = 0; i < count; ++i) {
    const EventTag tag = EventTag::from(events[static_cast<std::size_t>(i)].data.u64);
    const auto child = children_.find(tag.id);
    switch (tag.source) {
      case EventSource::wake: {
        std::uint64_t ignored = 0;
        [[maybe_unused]] const auto got = ::read(wake_.get(), &ignored, sizeof ignored);
        break;
      }
      case EventSource::text_zygote:
        read_zygote(ChildKind::native);
        break;
      case EventSource::ocr_zygote:
        read_zygote(ChildKind::ocr);
        break;
      case EventSource::errors:
        if (child != children_.end()) read_errors(child->second);
        break;
    }
  }
}

// An idle slot cannot relieve a child before that has said how many pages its document has.
std::chrono::milliseconds EventLoop::time_between_frames() const {
  const bool slot_waits =
      children_.size() < settings_.slots &&
      std::ranges::any_of(
          children_,
          [](const auto& item) { return item.second.entries.size() == 1 && !item.second.entries.front().opened; });
  return pipes_are_busy_ || slot_waits ? frames_interval_when_awaited : frames_interval;
}

void EventLoop::collect_frames() {
  const auto now = Clock::now();
  if (now - frames_collected_ < time_between_frames()) return;
  frames_collected_ = now;
  pipes_are_busy_ = false;
  for (auto& [id, child] : children_) read_frames(child);
}

void EventLoop::read_zygote(ChildKind kind) {
  while (state_of(kind).zygote) {
    auto message = state_of(kind).zygote->receive();
    if (!message) return lose_zygote(kind, message.error());
    if (!*message) return;
    on_reply(kind, *std::move(*message));
  }
}

void EventLoop::on_reply(ChildKind kind, Zygote::Message message) {
  const wire::Reply& reply = message.reply;
  const auto found = children_.find(reply.list_id);
  switch (reply.kind) {
    case wire::ReplyKind::ready:
      if (first_line(reply.text.data()) != tier_)
        state_of(kind).broken = Error{ErrorKind::unavailable, "sandbox", "another tier than at the start"};
      state_of(kind).ready = true;
      return;
    case wire::ReplyKind::refused:
      state_of(kind).broken = Error{ErrorKind::unavailable, "docmill-extract", reply.text.data()};
      return;
    case wire::ReplyKind::forked:
      if (found == children_.end()) return;
      state_of(kind).forks_failed_in_a_row = 0;
      found->second.pid = reply.pid;
      found->second.pidfd = std::move(message.pidfd);
      found->second.zygote_asked.reset();
      found->second.page_started = Clock::now();  // until here it waited for the zygote
      if (found->second.killing) {
        found->second.kill();
        found->second.zygote_asked = Clock::now();
      }
      return;
    case wire::ReplyKind::fork_failed:
    case wire::ReplyKind::exited: {
      // A zygote proves itself by outliving a child: one that is killed again and again is not started without end.
      if (reply.kind == wire::ReplyKind::exited) state_of(kind).starts_in_a_row = 0;
      if (found == children_.end()) return;
      Child& child = found->second;
      if (reply.kind == wire::ReplyKind::fork_failed) on_fork_failed(child);
      child.exited = reply;
      if (child.paused) return;  // what it wrote is still in its pipe
      read_frames(child);
      read_errors(child);
      if (!child.paused) finish(reply.list_id);
      return;
    }
  }
}

void EventLoop::on_fork_failed(Child& child) {
  const Error error{ErrorKind::unavailable, "extraction child", "no process can be had"};
  ZygoteState& place = state_of(child.kind);
  place.rests_until = Clock::now() + fork_retry_interval;
  kill(child, false, error);
  if (++place.forks_failed_in_a_row < forks_failed_in_a_row_max) return;
  for (const Assignment& entry : child.entries)
    if (entry.task != nullptr) fail_task(*entry.task, Error(error).within(entry.task->request->name));
}

void EventLoop::read_frames(Child& child) {
  read_buffer_.resize(read_size_bytes);
  pump(child);
  for (int reads = 0; reads < reads_in_a_row_max && !child.paused && child.frames; ++reads) {
    const ssize_t got = ::read(child.frames.get(), read_buffer_.data(), read_buffer_.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return;  // nothing more for now
    if (got == 0) {
      child.frames.reset();
      return;
    }
    pipes_are_busy_ = pipes_are_busy_ || got >= busy_pipe_size_bytes;
    if (child.killing) continue;  // its pipe is emptied, its word no longer counts
    child.reader.append(std::span(read_buffer_).first(static_cast<std::size_t>(got)));
    pump(child);
  }
}

void EventLoop::pump(Child& child) {
  while (!child.paused && !child.killing) {
    auto frame = child.reader.next();
    if (frame && !*frame) return;
    const Result<void> taken = frame ? on_frame(child, **frame) : std::unexpected(frame.error());
    if (!taken) return kill(child, true, taken.error());
  }
}

void EventLoop::read_errors(Child& child) {
  std::array<char, 4096> buffer;
  for (int reads = 0; reads < reads_in_a_row_max && child.errors; ++reads) {
    const ssize_t got = ::read(child.errors.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return;
    if (got == 0) {
      unwatch(epoll_.get(), child.errors.get());
      child.errors.reset();
      return;
    }
    const std::size_t room = stderr_size_bytes_max - child.stderr_text.size();
    child.stderr_text.append(buffer.data(), std::min(room, static_cast<std::size_t>(got)));
  }
}

void EventLoop::restart_page_clock(Child& child) {
  const auto now = Clock::now();
  if (Assignment* assignment = child.assignment()) assignment->task->time_used += now - child.page_started;
  child.page_started = now;
}

void EventLoop::kill(Child& child, bool charged, Error error) {
  if (child.killing) return;
  child.killing = Killing{.charged = charged, .error = std::move(error)};
  child.kill();
  if (!child.zygote_asked) child.zygote_asked = Clock::now();
  if (child.paused) {
    child.paused = false;
    child.page_started = Clock::now();  // the wait is nobody's time
  }
}

// A full window stops a child, but for the one whose page comes before all that are ready: its receiver waits for it.
bool EventLoop::must_wait(const Assignment& assignment, std::size_t window_size_bytes) {
  const Task& task = *assignment.task;
  const std::lock_guard lock(mutex_);
  if (task.cancelled || task.failure) return false;
  if (task.files_bytes >= window_size_bytes) return true;  // its receiver takes files of any page
  return !task.ready.empty() && task.ready_bytes >= window_size_bytes &&
         task.ready.begin()->first < assignment.next_page;
}

void EventLoop::pause_if_full(Child& child) {
  if (!must_wait(*child.assignment(), window_size_bytes_max)) return;
  child.paused = true;
}

void EventLoop::resume_paused() {
  std::vector<std::uint32_t> resumed;
  for (auto& [id, child] : children_) {
    // One that ended while it was paused, and was killed then: nothing more is heard of it.
    if (!child.paused && child.exited) resumed.push_back(id);
    if (!child.paused || must_wait(*child.assignment(), window_size_bytes_max / 2)) continue;
    child.paused = false;
    child.page_started = Clock::now();
    resumed.push_back(id);
  }
  for (const std::uint32_t id : resumed) {
    Child& child = children_.at(id);
    read_frames(child);
    if (child.exited && !child.paused) finish(id);
  }
}

void EventLoop::enforce_limits() {
  const auto now = Clock::now();
  if (now - limits_checked_ < limits_interval) return;
  limits_checked_ = now;
  for (const ChildKind kind : child_kinds)
    if (is_hung(kind, now))
      lose_zygote(kind, {ErrorKind::timed_out, "docmill-extract", "no answer from the extraction program"});
  for (auto& [id, child] : children_) {
    Assignment* assignment = child.assignment();
    if (child.killing || child.paused || child.exited || child.pid < 0) continue;
    const auto in_page = now - child.page_started;
    const std::string where = stage_suffix(child.progress.stage());
    if (assignment == nullptr) {
      if (in_page > settings_.limits.page_timeout)
        kill(child, false, {ErrorKind::page_timeout, "", "did not end when its work was done"});
    } else if (in_page > settings_.limits.page_timeout) {
      kill(child, true,
           {ErrorKind::page_timeout, "",
            fmt::format("no end after {} ms{}", settings_.limits.page_timeout.count(), where)});
    } else if (assignment->task->time_used + in_page > time_allowed(*assignment->task)) {
      lose_rest(*assignment->task, {ErrorKind::document_timeout, "", "the document's time was used up" + where});
    } else if (child.pid > 0 && child.resident_bytes() > settings_.limits.child_memory_bytes_max) {
      kill(child, true,
           {ErrorKind::out_of_memory, "",
            fmt::format("more than {} MiB{}", settings_.limits.child_memory_bytes_max / MiB, where)});
    }
  }
}

EventLoop::Clock::duration EventLoop::time_allowed(const Task& task) const {
  const Limits& limits = settings_.limits;
  const auto pages = static_cast<std::int64_t>(task.plan.due().size());
  const auto ocr_pages = static_cast<std::int64_t>(task.plan.pages_seen_for_ocr());
  const auto budget = limits.document_timeout_base +
                      limits.document_timeout_per_page * (pages - std::min(pages, ocr_pages)) +
                      limits.document_timeout_per_ocr_page * ocr_pages;
  return std::min<Clock::duration>(budget, limits.document_timeout_max);
}

void EventLoop::finish(std::uint32_t list_id) {
  Child& child = children_.at(list_id);
  restart_page_clock(child);
  if (!child.stderr_text.empty()) log::debug("child_stderr", {{"pid", child.pid}, {"text", child.stderr_text}});
  // The first unfinished entry is the one that it died of; those behind it were not begun.
  for (std::size_t i = child.current; i < child.entries.size(); ++i) {
    Assignment& entry = child.entries[i];
    const bool charged = i == child.current && (!child.killing || child.killing->charged);
    if (charged)
      charge_death(child, entry);
    else
      entry.task->plan.give_back(entry.unit, entry.next_page);
    --entry.task->children;
  }
  children_.erase(list_id);
  slot_idle_since_ = Clock::now();
}

void EventLoop::charge_death(Child& child, Assignment& assignment) {
  Task& task = *assignment.task;
  const Error error =
      child.killing ? child.killing->error
                    : describe_death(*child.exited, settings_.limits.child_memory_bytes_max, child.progress.stage());
  log::debug("page_charged", {{"document", task.request->name},
                              {"page", assignment.next_page + 1},
                              {"error_kind", name_of(error.kind)},
                              {"message", error.message}});
  // It gave all its pages and then died: nothing is lost.
  if (assignment.opened && assignment.next_page >= assignment.end_page()) return;
  ++children_lost_;
  // The child may lie about its stage: once a document, and it gains a try without the structure.
  const bool may_read_structure = task.request->recipe.recipe.outputs.has(OutputId::structure);
  if (may_read_structure && child.progress.stage() == wire::structure_stage &&
      task.plan.charge_structure(assignment.unit, assignment.next_page))
    return;
  DocumentPlan::Verdict verdict = task.plan.charge(assignment.unit, assignment.next_page, error);
  if (verdict.page_lost)
    hand_over(task, {.page = lost_page(assignment.next_page, *verdict.page_lost, task.request->recipe.recipe.outputs)});
  else
    apply(task, std::move(verdict));
}

void EventLoop::lose_rest(Task& task, const Error& error) { apply(task, task.plan.give_up(error)); }

void EventLoop::apply(Task& task, DocumentPlan::Verdict verdict) {
  if (verdict.document_error) fail_task(task, std::move(*verdict.document_error).within(task.request->name));
  if (!verdict.rest_lost) return;
  {
    const std::lock_guard lock(mutex_);
    task.rest_lost = std::move(verdict.rest_lost);
  }
  news_.push_back(&task);
  stop_children_of(task);
}

}  // namespace docmill
