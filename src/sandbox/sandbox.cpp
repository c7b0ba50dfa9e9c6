// The sandbox as its callers see it: start, extract() on any thread, the end.
#include "sandbox/sandbox.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <new>
#include <utility>

#include "base/exceptions.h"
#include "base/failpoint.h"
#include "document/page_choice.h"
#include "sandbox/event_loop.h"
#include "telemetry/log.h"

namespace docmill {

Result<std::unique_ptr<Sandbox>> Sandbox::create(const SandboxSettings& settings) {
  FileDescriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  FileDescriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!epoll || !wake) return fail(ErrorKind::unavailable, "sandbox", "no event descriptor can be had");
  auto loop = std::make_unique<EventLoop>(settings, std::move(epoll), std::move(wake));
  if (auto started = loop->start(); !started) return std::unexpected(std::move(started).error());
  return loop;
}

Result<void> EventLoop::extract(const ExtractRequest& request, PageReceiver& receiver) {
  const Limits& limits = request.recipe.recipe.limits;
  PlanSettings plan{.pages_max = limits.pages_max, .bad_pages_max = limits.bad_pages_max, .slots = settings_.slots};
  const Recipe& recipe = request.recipe.recipe;
  if (!needs_all_pages(recipe)) {
    plan.needed = [&recipe](std::uint32_t page_count) { return pages_needed(recipe, page_count); };
    plan.first_look_pages = pages_of_first_look(recipe);
  }
  if (request.safe_profile)
    plan.without_ocr = Error{ErrorKind::crashed, "", "not recognised: whoever tried before did not live to tell"};
  Task task(request, plan);
  {
    const std::lock_guard lock(mutex_);
    if (broken_) return std::unexpected(Error(*broken_).within(request.name));
    if (closing_ || draining_ || aborting_)
      return fail(ErrorKind::unavailable, request.name, "the program is about to end");
    incoming_.push_back(&task);
  }
  wake();
  // Whatever ends it, an exception of the receiver too: the event loop holds on to the task until it says so.
  Result<void> outcome = without_exceptions([&] { return deliver(task, receiver); });
  std::unique_lock lock(mutex_);
  if (task.released) return outcome;
  task.cancelled = true;
  wake();
  task.changed.wait(lock, [&] { return task.released; });
  return outcome;
}

Result<void> EventLoop::deliver(Task& task, PageReceiver& receiver) {
  std::unique_lock lock(mutex_);
  task.changed.wait(lock, [&] { return task.has_news(); });
  if (task.failure) return std::unexpected(*task.failure);
  const std::uint32_t page_count = *task.page_count;
  lock.unlock();
  if (auto taken = receiver.opened(page_count); !taken) return taken;
  for (;;) {
    lock.lock();
    if (task.window_was_full && !task.has_news()) wake();  // the child with this page may be paused
    task.changed.wait(lock, [&] { return task.has_news(); });
    if (task.failure) return std::unexpected(*task.failure);
    auto file = task.take_file();
    if (!file && task.next_due == task.due.size()) return {};
    const std::uint32_t due = file ? 0 : task.due[task.next_due];
    auto page = file ? std::nullopt : task.take_due();
    const bool resume = task.window_was_full && task.ready_bytes < window_size_bytes_max / 2 &&
                        task.files_bytes < window_size_bytes_max / 2;
    lock.unlock();
    if (resume) wake();
    // Rows of lost pages are made here, one by one: a document of very many would fill the memory.
    if (!file && !page) page = lost_page(due, *task.rest_lost, task.request->recipe.recipe.outputs);
    auto taken = file ? receiver.file(*std::move(file)) : receiver.page(*std::move(page));
    if (!taken) return taken;
  }
}

void EventLoop::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);  // full means awake
}

void EventLoop::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake();
}

void EventLoop::drain() {
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
  }
  wake();
}

void EventLoop::abort() {
  {
    const std::lock_guard lock(mutex_);
    aborting_ = true;
  }
  wake();
}

bool EventLoop::is_finished() {
  const std::lock_guard lock(mutex_);
  return closing_ && incoming_.empty() && tasks_.empty() && children_.empty();
}

void EventLoop::run() noexcept {
  try {
    while (!is_finished()) {
      if (DOCMILL_FAILPOINT("event_loop")) throw std::bad_alloc();
      take_incoming();
      schedule();
      wait_for_events();
      collect_frames();
      resume_paused();
      enforce_limits();
      settle();
    }
  } catch (const std::exception& exception) {
    break_down(error_of(exception));
  }
}

/// Whoever waits in extract() would wait for ever. Children end with their zygotes.
void EventLoop::break_down(const Error& error) {
  for (ZygoteState& place : zygotes_) place.zygote.reset();
  const std::lock_guard lock(mutex_);
  broken_ = error;
  for (const auto* tasks : {&tasks_, &incoming_})
    for (Task* task : *tasks) {
      task->failure = error;
      task->released = true;
      task->changed.notify_all();
    }
}

void EventLoop::take_incoming() {
  bool aborting = false;
  bool draining = false;
  {
    const std::lock_guard lock(mutex_);
    tasks_.insert(tasks_.end(), incoming_.begin(), incoming_.end());
    incoming_.clear();
    aborting = aborting_;
    draining = draining_;
  }
  if (!aborting && !draining) return;
  take_back_what_is_not_begun();
  for (Task* task : tasks_)
    if (aborting || (task->plan.is_untouched() && task->children == 0))
      fail_task(*task, {ErrorKind::unavailable, task->request->name, "the program was told to stop"});
}

void EventLoop::hand_over(Task& task, EndedPage ended) {
  const std::uint32_t index = ended.page.page_index;
  if (!task.plan.arrived(index)) return;
  const std::lock_guard lock(mutex_);
  if (task.cancelled || task.failure) return;
  for (PageFile& file : ended.files) {
    task.files_bytes += file.bytes.size_bytes();
    task.files.push_back(std::move(file));
  }
  task.ready_bytes += ended.size_bytes;
  task.window_was_full =
      task.window_was_full || task.ready_bytes >= window_size_bytes_max || task.files_bytes >= window_size_bytes_max;
  task.ready.emplace(index, Task::ReadyPage{std::move(ended.page), ended.size_bytes});
  if (news_.empty() || news_.back() != &task) news_.push_back(&task);
}

void EventLoop::fail_task(Task& task, Error error) {
  {
    const std::lock_guard lock(mutex_);
    if (!task.failure) task.failure = std::move(error);
    task.changed.notify_all();
  }
  stop_children_of(task);
}

void EventLoop::settle() {
  const std::lock_guard lock(mutex_);
  // Once a turn, and only who can go on: a thread that wakes takes the processor from a child.
  for (Task* task : news_)
    if (task->has_news()) task->changed.notify_all();
  news_.clear();
  for (const Task* task : tasks_)
    if (task->cancelled && task->children > 0 && !task->plan.is_complete()) stop_children_of(*task);
  std::erase_if(tasks_, [](Task* task) {
    const bool ended = task->cancelled || task->failure || task->plan.is_complete();
    if (!ended || task->children > 0) return false;
    task->released = true;
    task->changed.notify_all();  // under the lock: the task ends with its owner's return
    return true;
  });
}

}  // namespace docmill
