#include "sim/fibers.h"

#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace docmill::sim {
namespace {

constexpr std::size_t stack_size_bytes = 256 << 10;
constexpr Time never = Time::max();

/// Stacks are used again: a run has dozens of fibers, and there are thousands of runs.
class Stack {
 public:
  Stack() : memory_(take()) {}
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  ~Stack() { free().push_back(memory_); }
  void* memory() const { return memory_; }

 private:
  static std::vector<void*>& free() {
    static std::vector<void*> stacks;
    return stacks;
  }
  static void* take() {
    if (!free().empty()) {
      void* memory = free().back();
      free().pop_back();
      return memory;
    }
    void* memory = ::mmap(nullptr, stack_size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    return memory;
  }
  void* memory_;
};

// makecontext() passes integers only; there is one thread.
Fibers* entering = nullptr;

}  // namespace

struct Fibers::Fiber {
  Id id = 0;
  std::shared_ptr<Process> process;
  std::function<void()> body;
  Stack stack;
  ucontext_t context{};
  Time wakes_at = never;
  bool ended = false;
};

Fibers::Fibers(std::uint64_t seed) : random_(seed) {}

Fibers::~Fibers() = default;

Fibers::Id Fibers::start(std::shared_ptr<Process> process, std::function<void()> body) {
  auto fiber = std::make_unique<Fiber>();
  fiber->id = ++last_id_;
  fiber->process = std::move(process);
  fiber->body = std::move(body);
  ::getcontext(&fiber->context);
  fiber->context.uc_stack.ss_sp = fiber->stack.memory();
  fiber->context.uc_stack.ss_size = stack_size_bytes;
  fiber->context.uc_link = nullptr;
  ::makecontext(&fiber->context, &Fibers::enter, 0);
  runnable_.push_back(fiber->id);
  const Id id = fiber->id;
  fibers_.emplace(id, std::move(fiber));
  return id;
}

void Fibers::enter() {
  Fibers& self = *entering;
  self.running_->body();
  self.running_->body = nullptr;
  self.running_->ended = true;
  ::setcontext(static_cast<ucontext_t*>(self.scheduler_));
}

void Fibers::switch_to(Fiber& fiber) {
  ucontext_t here{};
  scheduler_ = &here;
  running_ = &fiber;
  entering = this;
  ::swapcontext(&here, &fiber.context);
  running_ = nullptr;
  if (!fiber.ended) return;
  wake(joiners_[fiber.id]);
  fibers_.erase(fiber.id);
}

bool Fibers::run_until(Time deadline) {
  while (!fibers_.empty()) {
    if (runnable_.empty()) {
      if (sleeping_.empty() || sleeping_.begin()->first > deadline) return false;
      now_ = std::max(now_, sleeping_.begin()->first);
      while (!sleeping_.empty() && sleeping_.begin()->first <= now_) {
        runnable_.push_back(sleeping_.begin()->second);
        sleeping_.erase(sleeping_.begin());
      }
    }
    const auto i = static_cast<std::size_t>(between(0, static_cast<std::int64_t>(runnable_.size()) - 1));
    std::swap(runnable_[i], runnable_.back());
    const Id id = runnable_.back();
    runnable_.pop_back();
    switch_to(*fibers_.at(id));
  }
  return true;
}

void Fibers::suspend(Time wakes_at) {
  Fiber& self = *running_;
  self.wakes_at = wakes_at;
  if (wakes_at != never) sleeping_.emplace(wakes_at, self.id);
  ::swapcontext(&self.context, static_cast<ucontext_t*>(scheduler_));
}

void Fibers::sleep_for(std::chrono::milliseconds duration) {
  // The dead do not wait long, but time goes on.
  suspend(now_ + (running_->process->alive ? duration : std::min(duration, std::chrono::milliseconds(1))));
}

void Fibers::block(std::vector<Id>& waiters, Time deadline) {
  waiters.push_back(running_->id);
  suspend(deadline);
  std::erase(waiters, running_->id);
}

void Fibers::wake(std::vector<Id>& waiters) {
  for (const Id id : std::exchange(waiters, {})) {
    const auto found = fibers_.find(id);
    if (found == fibers_.end()) continue;
    Fiber& fiber = *found->second;
    const bool slept = fiber.wakes_at != never && sleeping_.erase({fiber.wakes_at, id}) > 0;
    if (slept || fiber.wakes_at == never) runnable_.push_back(id);
    fiber.wakes_at = now_;
  }
}

void Fibers::wake_one(std::vector<Id>& waiters) {
  if (waiters.empty()) return;
  const auto chosen = waiters.begin() + between(0, static_cast<std::int64_t>(waiters.size()) - 1);
  std::vector<Id> one{*chosen};
  waiters.erase(chosen);
  wake(one);
}

void Fibers::join(Id fiber) {
  while (fibers_.contains(fiber)) block(joiners_[fiber], never);
}

const std::shared_ptr<Process>& Fibers::process() const { return running_->process; }

namespace {

class FiberClock final : public Clock {
 public:
  FiberClock(Fibers& fibers, std::chrono::minutes ahead) : fibers_(fibers), ahead_(ahead) {}
  Time steady_now() override { return fibers_.now(); }
  WallTime wall_now() override {
    return WallTime(std::chrono::days(20'000)) + ahead_ +
           std::chrono::duration_cast<std::chrono::microseconds>(fibers_.now().time_since_epoch());
  }
  void sleep_for(std::chrono::milliseconds duration) override { fibers_.sleep_for(duration); }

 private:
  Fibers& fibers_;
  std::chrono::minutes ahead_;
};

class FiberRandom final : public Random {
 public:
  explicit FiberRandom(Fibers& fibers) : fibers_(fibers) {}
  std::uint64_t next() override { return fibers_.random()(); }

 private:
  Fibers& fibers_;
};

class FiberCondition final : public Condition {
 public:
  explicit FiberCondition(Fibers& fibers) : fibers_(fibers) {}
  void wait(std::unique_lock<std::mutex>& lock) override { wait_until(lock, never); }
  void wait_until(std::unique_lock<std::mutex>& lock, Time deadline) override {
    lock.unlock();
    fibers_.block(waiters_, deadline);
    lock.lock();
  }
  void notify_one() override { fibers_.wake_one(waiters_); }
  void notify_all() override { fibers_.wake(waiters_); }

 private:
  Fibers& fibers_;
  std::vector<Fibers::Id> waiters_;
};

class FiberThread final : public RunningThread {
 public:
  FiberThread(Fibers& fibers, Fibers::Id id) : fibers_(fibers), id_(id) {}
  FiberThread(const FiberThread&) = delete;
  FiberThread& operator=(const FiberThread&) = delete;
  ~FiberThread() override { fibers_.join(id_); }

 private:
  Fibers& fibers_;
  Fibers::Id id_;
};

class FiberConcurrency final : public Concurrency {
 public:
  FiberConcurrency(Fibers& fibers, std::shared_ptr<Process> process) : fibers_(fibers), process_(std::move(process)) {}
  Result<std::unique_ptr<RunningThread>> start(std::function<void()> body, OnThreadLost /*lost*/) override {
    return std::make_unique<FiberThread>(fibers_, fibers_.start(process_, std::move(body)));
  }
  std::unique_ptr<Condition> make_condition() override { return std::make_unique<FiberCondition>(fibers_); }

 private:
  Fibers& fibers_;
  std::shared_ptr<Process> process_;
};

}  // namespace

std::unique_ptr<Clock> make_clock(Fibers& fibers, std::chrono::minutes ahead) {
  return std::make_unique<FiberClock>(fibers, ahead);
}
std::unique_ptr<Random> make_random(Fibers& fibers) { return std::make_unique<FiberRandom>(fibers); }
std::unique_ptr<Concurrency> make_concurrency(Fibers& fibers, std::shared_ptr<Process> process) {
  return std::make_unique<FiberConcurrency>(fibers, std::move(process));
}

}  // namespace docmill::sim
