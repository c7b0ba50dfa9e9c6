// Several observers of one worker.
#pragma once

#include <vector>

#include "mill/worker.h"

namespace docmill {

/// Tells each, and `documents` of documents alone.
class Observers final : public WorkerObserver {
 public:
  /// `documents` outlives it.
  explicit Observers(DocumentObserver& documents) : documents_(documents) {}

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
  void on_listed() override {
    documents_.on_listed();
    for (WorkerObserver* const one : all_) one->on_listed();
  }
  void on_document(const Job& job, const DocumentRecord& record) override {
    documents_.on_document(job, record);
    for (WorkerObserver* const one : all_) one->on_document(job, record);
  }
  void on_in_hand(std::size_t messages) override {
    for (WorkerObserver* const one : all_) one->on_in_hand(messages);
  }
  void on_outage(bool begins) override {
    for (WorkerObserver* const one : all_) one->on_outage(begins);
  }

 private:
  DocumentObserver& documents_;
  std::vector<WorkerObserver*> all_;
};

}  // namespace docmill
