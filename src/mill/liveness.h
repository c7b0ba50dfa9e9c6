// Whether a run makes progress.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "mill/document_observer.h"

namespace docmill {

/// What a load balancer or a container's supervisor asks.
struct Health {
  bool alive = true;  // else it should be started anew
  bool ready = true;
  std::string reason = {};  // why it is not
};

/// Progress is whatever shows that a run goes on; *work* is that part of it which is done on documents: a page, or the
/// end of one. Any thread.
class Liveness final : public DocumentObserver {
 public:
  /// Longer than three tries of a page that hangs, with the default of a minute each.
  static constexpr std::chrono::minutes stalled_after_default{15};

  /// `clock` outlives it.
  explicit Liveness(Clock& clock, std::chrono::milliseconds stalled_after = stalled_after_default);

  void on_listed() override { on_progress(); }
  void on_document(const Job& /*job*/, const DocumentRecord& /*record*/) override { on_work(); }
  void on_progress();
  void on_work();
  /// Told to stop: nothing more is begun.
  void on_drain();

  struct State {
    std::chrono::steady_clock::duration silent{};  // since the last progress
    std::chrono::steady_clock::duration idle{};    // since the last work
    bool is_stalled = false;                       // silent for too long
    bool is_draining = false;
  };
  State state() const;
  /// Not alive without progress for `stalled_after`; not ready while it ends.
  Health health() const;

 private:
  Clock& clock_;
  const std::chrono::milliseconds stalled_after_;
  mutable std::mutex mutex_;
  std::chrono::steady_clock::time_point progress_at_;
  std::chrono::steady_clock::time_point work_at_;
  bool draining_ = false;
};

}  // namespace docmill
