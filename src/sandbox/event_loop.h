// The sandbox's event loop: gives pieces of documents to children, reads what they write, watches their limits.
//
// One thread, the process's main thread, runs it and owns zygotes and children. Other threads come in by extract()
// only, and meet the loop in `incoming_` and in the shared part of their Task, both under `mutex_`.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <unordered_map>

#include "sandbox/child.h"
#include "sandbox/sandbox.h"
#include "sandbox/task.h"
#include "sandbox/zygote.h"

namespace docmill {

class EventLoop final : public Sandbox {
 public:
  using Clock = std::chrono::steady_clock;

  EventLoop(const SandboxSettings& settings, FileDescriptor epoll, FileDescriptor wake);
  Result<void> start();

  Result<void> extract(const ExtractRequest& request, PageReceiver& receiver) override;
  std::string_view sandbox_tier() const override { return tier_; }
  void run() noexcept override;
  void close() override;
  void drain() override;
  void abort() override;
  SandboxCounts counts() const override {
    return {.children_started = children_started_, .children_lost = children_lost_, .zygotes_lost = zygotes_lost_};
  }

 private:
  // A zygote and what is known of it.
  struct ZygoteState {
    std::optional<Zygote> zygote;
    bool ready = false;
    Clock::time_point started;
    int starts_in_a_row = 0;  // without a child that ended between
    int forks_failed_in_a_row = 0;
    Clock::time_point rests_until;  // no fork before
    std::optional<Error> broken;    // it cannot be had

    bool is_awaited() const { return (zygote && !ready) || forks_failed_in_a_row > 0; }
  };
  struct ListPiece {
    Task* task;
    Unit unit;
  };
  using WorkPieces = std::vector<ListPiece>;
  struct SmallDocuments {
    std::size_t count = 0;
    std::size_t size_bytes = 0;
  };

  // extract(): the caller's thread.
  Result<void> deliver(Task& task, PageReceiver& receiver);
  void wake() const;

  // Turns of the loop.
  void take_incoming();
  void schedule();
  void wait_for_events();
  void collect_frames();
  std::chrono::milliseconds time_between_frames() const;
  void settle();
  void enforce_limits();
  bool is_finished();
  void break_down(const Error& error);

  // Scheduling.
  WorkPieces next_pieces();
  bool is_gathering() const;
  bool may_share_a_child(const Task& task, const Task& model);
  SmallDocuments small_documents_like(const Task& model);
  bool are_worth_a_fork(const SmallDocuments& documents) const;
  void gather_small_documents(WorkPieces& pieces);
  bool may_take(const Task& task);
  bool relieve_a_child();
  bool may_be_relieved(const Child& child);
  static bool relieve(Child& child);
  static bool take_back_entries(Child& child, std::size_t from);
  void take_back_what_is_not_begun();
  void preempt_for_due_pages();
  void launch(const WorkPieces& pieces);
  static Result<Blob> work_list_file(const WorkPieces& pieces, std::span<const wire::DocumentPlace> places);
  Result<Child> make_child(const WorkPieces& pieces);

  // Zygotes.
  ZygoteState& state_of(ChildKind kind) { return zygotes_[index_of(kind)]; }
  Result<void> start_zygote(ChildKind kind);
  bool is_hung(ChildKind kind, Clock::time_point now);
  void lose_zygote(ChildKind kind, const Error& error);
  void read_zygote(ChildKind kind);
  void on_reply(ChildKind kind, Zygote::Message message);
  void on_fork_failed(Child& child);

  // Children.
  void read_frames(Child& child);
  void pump(Child& child);
  Result<void> on_frame(Child& child, const wire::Frame& frame);
  Result<void> on_opened(Assignment& assignment, std::uint32_t page_count);
  Result<void> on_ocr_decision(Assignment& assignment, const wire::Frame& frame);
  Result<void> on_page_rows(Assignment& assignment, const wire::Frame& frame);
  Result<void> on_page_file(Assignment& assignment, const wire::Frame& frame);
  Result<void> on_file_end(Assignment& assignment, const wire::Frame& frame);
  Result<void> on_page_end(Child& child, Assignment& assignment, std::uint32_t page);
  Result<void> on_entry_end(Child& child, Assignment& assignment, const wire::Frame& frame);
  void read_errors(Child& child);
  void restart_page_clock(Child& child);
  void kill(Child& child, bool charged, Error error);
  bool must_wait(const Assignment& assignment, std::size_t window_size_bytes);
  void pause_if_full(Child& child);
  void resume_paused();
  void finish(std::uint32_t list_id);
  void charge_death(Child& child, Assignment& assignment);

  // Documents.
  struct EndedPage {
    ExtractedPage page;
    std::vector<PageFile> files = {};
    std::size_t size_bytes = row_overhead_bytes;  // without its files
  };
  void hand_over(Task& task, EndedPage ended);
  void lose_rest(Task& task, const Error& error);
  void apply(Task& task, DocumentPlan::Verdict verdict);
  void fail_task(Task& task, Error error);
  void stop_children_of(const Task& task);
  Clock::duration time_allowed(const Task& task) const;

  SandboxSettings settings_;
  std::string tier_;
  FileDescriptor epoll_, wake_;

  std::mutex mutex_;
  std::deque<Task*> incoming_;
  bool closing_ = false;
  bool draining_ = false;
  bool aborting_ = false;
  std::optional<Error> broken_;  // what ended the loop before its time

  std::deque<Task*> tasks_;  // in turn: who was served goes to the end
  std::unordered_map<std::uint32_t, Child> children_;
  std::uint32_t last_list_id_ = 0;
  Clock::time_point slot_idle_since_{};  // the one that became so last
  std::array<ZygoteState, child_kinds.size()> zygotes_;
  Clock::time_point limits_checked_{};
  Clock::time_point frames_collected_{};
  bool pipes_are_busy_ = false;  // when they were read last
  std::vector<std::byte> read_buffer_;
  std::atomic<std::uint64_t> children_started_ = 0, children_lost_ = 0, zygotes_lost_ = 0;
  std::vector<Task*> news_;  // of which something came in this turn
};

}  // namespace docmill
