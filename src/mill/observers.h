// Several observers of one worker.
#pragma once

#include <vector>

#include "mill/worker.h"

namespace docmill {

/// Tells each.
class Observers final : public WorkerObserver {
 public:
  /// Before the worker begins; `observer` outlives it.
  void add(WorkerObserver& observer) { all_.push_back(&observer); }

  void on_receive(const Result<std::size_t>& messages) override {
    for (WorkerObserver* const one : all_) one->on_receive(messages);
  }
  void on_received(const Message& message) override {
    for (WorkerObserver* const one : all_) one->on_received(message);
  }
  void on_message(const Message& message, MessageOutcome outcome) override {
    for (WorkerObserver* const one : all_) one->on_message(message, outcome);
  }
  void on_document(const Job& job, const DocumentRecord& record) override {
    for (WorkerObserver* const one : all_) one->on_document(job, record);
  }
  void on_in_hand(std::size_t messages) override {
    for (WorkerObserver* const one : all_) one->on_in_hand(messages);
  }
  void on_outage(bool begins) override {
    for (WorkerObserver* const one : all_) one->on_outage(begins);
  }

 private:
  std::vector<WorkerObserver*> all_;
};

}  // namespace docmill
