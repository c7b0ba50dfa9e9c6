// Which piece of which document goes to a child next, and how a child comes to be.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "document/ocr_languages.h"
#include "sandbox/document_files.h"
#include "sandbox/event_loop.h"
#include "sandbox/event_source.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// So small documents share a child.
constexpr std::size_t small_document_size_bytes_max = 1 * MiB;
/// As long as another child works, an idle slot waits so long before it takes fewer small documents than are worth a
/// fork, or some from another child's list: more of them may come, or that child be done.
constexpr std::chrono::milliseconds gathering_time{5};
constexpr std::size_t documents_worth_a_fork = 16;
constexpr std::size_t bytes_worth_a_fork = 64 * KiB;
static_assert(wire::fork_request_fixed_fds + wire::work_list_entries_max <= wire::message_fds_max);
constexpr std::chrono::seconds zygote_start_timeout{60};
constexpr int zygote_starts_max = 5;

bool may_share(const Task& task) {
  return task.plan.is_untouched() && !task.request->safe_profile &&
         task.request->document.size_bytes() <= small_document_size_bytes_max;
}

bool same_settings(const Task& a, const Task& b) {
  return &a.request->recipe == &b.request->recipe && &a.request->passwords == &b.request->passwords &&
         a.request->draw_boxes == b.request->draw_boxes;
}

}  // namespace

EventLoop::EventLoop(const SandboxSettings& settings, FileDescriptor epoll, FileDescriptor wake)
    : settings_(settings), epoll_(std::move(epoll)), wake_(std::move(wake)) {
  watch(epoll_.get(), wake_.get(), {.source = EventSource::wake, .id = 0});
}

Result<void> EventLoop::start() {
  // Told before the first document, not at the first page that needs OCR.
  if (!settings_.ocr_languages.empty())
    if (auto checked = check_ocr_languages(settings_.tessdata_dirs, settings_.ocr_languages); !checked) return checked;
  auto zygote = Zygote::start(settings_, ChildKind::native);
  if (!zygote) return std::unexpected(std::move(zygote).error());
  auto answer = zygote->wait(zygote_start_timeout);
  if (!answer) return std::unexpected(std::move(answer).error());
  const std::string text(answer->reply.text.data());
  if (answer->reply.kind != wire::ReplyKind::ready) return fail(ErrorKind::unavailable, "sandbox", text);
  tier_ = first_line(text);
  log::debug("sandbox_ready", {{"tier", tier_}, {"probes", text}});
  state_of(ChildKind::native).zygote.emplace(std::move(*zygote));
  state_of(ChildKind::native).ready = true;
  watch(epoll_.get(), state_of(ChildKind::native).zygote->socket(), {.source = EventSource::text_zygote, .id = 0});
  return {};
}

Result<void> EventLoop::start_zygote(ChildKind kind) {
  ZygoteState& place = state_of(kind);
  if (++place.starts_in_a_row > zygote_starts_max) {
    place.broken = Error{ErrorKind::unavailable, "docmill-extract", "it ended at each start"};
    return {};
  }
  if (kind == ChildKind::ocr && std::exchange(settings_.script_model_missing, false))
    log::warning("script_model_missing",
                 {{"model", script_model},
                  {"package", ocr_package_of(script_model)},
                  {"consequence", "pages in a script that no OCR language has are not told by it"}});
  auto zygote = Zygote::start(settings_, kind);
  if (!zygote) return std::unexpected(std::move(zygote).error());
  place.zygote.emplace(std::move(*zygote));
  place.ready = false;
  place.started = Clock::now();
  watch(epoll_.get(), place.zygote->socket(),
        {.source = kind == ChildKind::ocr ? EventSource::ocr_zygote : EventSource::text_zygote, .id = 0});
  return {};
}

bool EventLoop::is_hung(ChildKind kind, Clock::time_point now) {
  const ZygoteState& place = state_of(kind);
  if (!place.zygote) return false;
  if (!place.ready) return now - place.started > zygote_start_timeout;
  return std::ranges::any_of(children_, [&](const auto& item) {
    const Child& child = item.second;
    return child.kind == kind && !child.exited && child.zygote_asked &&
           now - *child.zygote_asked > settings_.zygote_answer_timeout;
  });
}

void EventLoop::lose_zygote(ChildKind kind, const Error& error) {
  ++zygotes_lost_;
  log::warning("zygote_lost", {{"ocr", kind == ChildKind::ocr}, {"error", error.text()}});
  state_of(kind).zygote.reset();
  state_of(kind).ready = false;
  // Its children died with it (parent-death signal); what they did not finish is nobody's fault.
  std::vector<std::uint32_t> lost;
  for (auto& [id, child] : children_) {
    if (child.kind != kind) continue;
    kill(child, false, error);
    child.exited = wire::Reply{.kind = wire::ReplyKind::exited, .list_id = id};
    lost.push_back(id);
  }
  for (const std::uint32_t id : lost) finish(id);
}

void EventLoop::schedule() {
  preempt_for_due_pages();
  while (children_.size() < settings_.slots) {
    WorkPieces pieces = next_pieces();
    if (pieces.empty() && relieve_a_child()) pieces = next_pieces();
    if (pieces.empty()) return;
    launch(pieces);
  }
}

bool EventLoop::may_take(const Task& task) {
  if (!task.plan.has_work()) return false;
  const std::lock_guard lock(mutex_);
  if (task.cancelled || task.failure) return false;
  // A page that everybody waits for is always done; others only while the window has room for them.
  return task.ready_bytes < window_size_bytes_max || task.ready.begin()->first > task.plan.next().first;
}

bool EventLoop::are_worth_a_fork(const SmallDocuments& documents) const {
  const std::size_t count = std::min<std::size_t>(documents_worth_a_fork, settings_.documents_per_child_max);
  return documents.count >= count || documents.size_bytes >= bytes_worth_a_fork;
}

bool EventLoop::is_gathering() const { return !children_.empty() && Clock::now() - slot_idle_since_ < gathering_time; }

EventLoop::WorkPieces EventLoop::next_pieces() {
  bool small_documents_wait = false;
  for (auto turn = tasks_.begin(); turn != tasks_.end(); ++turn) {
    Task& task = **turn;
    if (!may_take(task)) continue;
    const ChildKind kind = task.plan.next().kind;
    ZygoteState& place = state_of(kind);
    Result<void> started;
    if (!place.zygote && !place.broken) started = start_zygote(kind);
    if (place.broken || !started) {
      fail_task(task, place.broken ? *place.broken : started.error());
      continue;
    }
    if (!place.ready || Clock::now() < place.rests_until) continue;
    const bool shares = may_share(task);
    small_documents_wait =
        small_documents_wait || (shares && is_gathering() && !are_worth_a_fork(small_documents_like(task)));
    if (shares && small_documents_wait) continue;
    WorkPieces pieces;
    pieces.push_back({&task, task.plan.take()});
    tasks_.erase(turn);
    tasks_.push_back(&task);
    if (shares) gather_small_documents(pieces);
    return pieces;
  }
  return {};
}

bool EventLoop::may_share_a_child(const Task& task, const Task& model) {
  return may_take(task) && may_share(task) && same_settings(task, model);
}

EventLoop::SmallDocuments EventLoop::small_documents_like(const Task& model) {
  SmallDocuments found;
  for (const Task* task : tasks_) {
    if (!may_share_a_child(*task, model)) continue;
    ++found.count;
    found.size_bytes += task->request->document.size_bytes();
  }
  return found;
}

void EventLoop::gather_small_documents(WorkPieces& pieces) {
  const Task& model = *pieces.front().task;
  // Every idle slot gets its share of what is there.
  const std::size_t idle_slots = settings_.slots - children_.size();
  const std::size_t share =
      (small_documents_like(model).count + idle_slots) / idle_slots;  // with the model, rounded up
  const std::size_t size = std::min<std::size_t>(settings_.documents_per_child_max, share);
  for (Task* task : tasks_) {
    if (pieces.size() >= size) return;
    if (may_share_a_child(*task, model)) pieces.push_back({task, task->plan.take()});
  }
}

void EventLoop::preempt_for_due_pages() {
  if (children_.size() < settings_.slots) return;
  for (auto& [id, child] : children_) {
    const Assignment* assignment = child.assignment();
    if (!child.paused || child.killing || assignment == nullptr) continue;
    const DocumentPlan& plan = assignment->task->plan;
    // All slots taken, and this child waits for a page that nobody is doing: it has to make room.
    if (plan.has_work() && plan.next().first < assignment->next_page)
      return kill(child, false, {ErrorKind::unavailable, "extraction child", "made room for an earlier page"});
  }
}

Result<Child> EventLoop::make_child(const WorkPieces& pieces) {
  auto progress = ProgressPage::create();
  if (!progress) return std::unexpected(std::move(progress).error());
  Child child{
      .list_id = ++last_list_id_,
      .kind = pieces.front().unit.kind,
      .pid = -1,
      .pidfd = {},
      .frames = {},
      .errors = {},
      // A row is its text and some 2 KiB of Arrow's own.
      .reader = wire::FrameReader(pieces.front().task->request->recipe.recipe.limits.page_output_size_bytes_max + MiB),
      .progress = *std::move(progress),
      .entries = {},
      .current = 0,
      .page_started = Clock::now(),
      .paused = false,
      .stderr_text = {},
      .zygote_asked = Clock::now(),
      .killing = {},
      .exited = {}};
  for (const auto& [task, unit] : pieces)
    child.entries.push_back({.task = task, .unit = unit, .next_page = unit.first, .opened = false});
  return child;
}

Result<Blob> EventLoop::work_list_file(const WorkPieces& pieces, std::span<const wire::DocumentPlace> places) {
  const ExtractRequest& model = *pieces.front().task->request;
  wire::WorkList list{
      .recipe = model.recipe.recipe, .passwords = model.passwords, .entries = {}, .draw_boxes = model.draw_boxes};
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Unit& unit = pieces[i].unit;
    list.entries.push_back({.document = places[i],
                            .page_first = unit.first,
                            .page_count = unit.count,
                            .safe_profile = unit.charged.has_value(),
                            .without_structure = unit.without_structure,
                            .charged = unit.charged});
  }
  const std::string text = wire::encode(list);
  return make_memory_file(std::as_bytes(std::span(text)));
}

void EventLoop::launch(const WorkPieces& pieces) {
  std::vector<const Blob*> documents;
  for (const auto& [task, unit] : pieces) documents.push_back(&task->request->document);
  const auto files = files_of(documents);
  const auto work = files ? work_list_file(pieces, files->places) : std::unexpected(files.error());
  auto pipes = ChildPipes::create();
  auto child = make_child(pieces);
  if (!work || !pipes || !child) {
    const Error error = !work ? work.error() : !pipes ? pipes.error() : child.error();
    for (const auto& [task, unit] : pieces) fail_task(*task, Error(error).within(task->request->name));
    return;
  }
  std::vector<int> fds{*work->file(), pipes->frames_write.get(), pipes->errors_write.get(), child->progress.fd()};
  fds.insert(fds.end(), files->fds.begin(), files->fds.end());
  for (const auto& [task, unit] : pieces) ++task->children;
  const std::uint32_t id = child->list_id;
  const ChildKind kind = child->kind;
  if (children_.empty()) slot_idle_since_ = Clock::now();  // of the other slots
  child->frames = std::move(pipes->frames_read);
  child->errors = std::move(pipes->errors_read);
  ++children_started_;
  Child& placed = children_.emplace(id, *std::move(child)).first->second;
  watch(epoll_.get(), placed.errors.get(), {.source = EventSource::errors, .id = id});
  if (!state_of(kind).zygote->fork_child(id, fds))
    lose_zygote(kind, {ErrorKind::unavailable, "docmill-extract", "the extraction program ended"});
}

void EventLoop::stop_children_of(const Task& task) {
  for (auto& [id, child] : children_) {
    const bool concerned =
        std::ranges::any_of(child.entries, [&](const Assignment& entry) { return entry.task == &task; });
    if (concerned) kill(child, false, {ErrorKind::unavailable, "extraction child", "no longer needed"});
  }
}

}  // namespace docmill
