// What a worker reaches its places through, with a fault of the worker's built in where one is asked for.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "sim/history_checker.h"
#include "sim/queue_model.h"
#include "sim/store_model.h"
#include "sim/world.h"

namespace docmill::sim {

/// Says that a write is done before it is, which is what an acknowledgement before the put comes to.
class HastyStore final : public StoreClient {
 public:
  HastyStore(StoreModel& model, Fibers& fibers, std::shared_ptr<Process> process, const Faults& faults)
      : StoreClient(model, fibers, *process, faults), own_(std::move(process)) {}

 private:
  Committed commit(const std::string& key, const std::string& bytes, const WriteCondition& condition,
                   const ObjectMetadata& metadata) override {
    fibers_.start(own_, [this, key, bytes, condition, metadata] {
      fibers_.sleep_for(std::chrono::milliseconds(500));
      if (own_->alive) (void)model_.write(key, bytes, condition, metadata);
    });
    return "v0";
  }
  std::shared_ptr<Process> own_;
};

/// Writes whatever is there.
class CarelessStore final : public StoreClient {
 public:
  using StoreClient::StoreClient;

 private:
  Committed commit(const std::string& key, const std::string& bytes, const WriteCondition& /*condition*/,
                   const ObjectMetadata& metadata) override {
    return StoreClient::commit(key, bytes, WriteCondition::always(), metadata);
  }
};

/// Takes a fault of the place for one of the document, for which it gets a mark.
class BlamingStore final : public StoreClient {
 public:
  using StoreClient::StoreClient;

  Result<Object> get(std::string_view key, std::uint64_t size_bytes_max, Room* room) override {
    if (fibers_.chance(faults_.refused_now(fibers_.now())))
      return fail(ErrorKind::limit_bytes, uri(key), "as the bug says");
    return StoreClient::get(key, size_bytes_max, room);
  }
};

/// Has to be given all bytes again when a write fails, so that whoever writes extracts again.
class LosingStore final : public StoreClient {
 public:
  using StoreClient::StoreClient;

 private:
  bool writers_keep_bytes() const override { return false; }
};

/// Of two outcomes of a document keeps the one that finished later, by the clocks of who did them.
class ClockHistory final : public StoreClient {
 public:
  using StoreClient::StoreClient;

 private:
  Committed commit(const std::string& key, const std::string& bytes, const WriteCondition& condition,
                   const ObjectMetadata& metadata) override {
    const auto* there = model_.find(key);
    if (there == nullptr || key != history_key) return StoreClient::commit(key, bytes, condition, metadata);
    auto history = nlohmann::json::parse(bytes);
    const auto before = nlohmann::json::parse(there->bytes);
    for (auto& outcome : history["documents"])
      for (const auto& earlier : before["documents"])
        if (earlier["source_uri"] == outcome["source_uri"] && earlier["finished_at"] > outcome["finished_at"])
          outcome = earlier;
    return StoreClient::commit(key, history.dump(), condition, metadata);
  }
};

/// Extends nothing; what is given back is given back.
class ForgetfulQueue final : public QueueClient {
 public:
  using QueueClient::QueueClient;

  Result<std::vector<Receipt>> change_visibility(std::span<const std::string> receipt_handles,
                                                 std::chrono::seconds timeout) override {
    if (timeout > std::chrono::seconds(0)) return std::vector<Receipt>(receipt_handles.size(), Receipt::held);
    return QueueClient::change_visibility(receipt_handles, timeout);
  }
};

/// Sends each message twice.
class DoublingQueue final : public QueueClient {
 public:
  using QueueClient::QueueClient;

  Result<void> send(std::span<const OutgoingMessage> messages) override {
    if (auto sent = QueueClient::send(messages); !sent) return sent;
    return QueueClient::send(messages);
  }
};

inline std::unique_ptr<StoreClient> make_source(PlantedBug bug, StoreModel& model, Fibers& fibers,
                                                const std::shared_ptr<Process>& process, const Faults& faults) {
  if (bug == PlantedBug::blames_documents) return std::make_unique<BlamingStore>(model, fibers, *process, faults);
  return std::make_unique<StoreClient>(model, fibers, *process, faults);
}

inline std::unique_ptr<StoreClient> make_output(PlantedBug bug, StoreModel& model, Fibers& fibers,
                                                const std::shared_ptr<Process>& process, const Faults& faults) {
  if (bug == PlantedBug::acknowledges_before_put) return std::make_unique<HastyStore>(model, fibers, process, faults);
  if (bug == PlantedBug::puts_without_condition)
    return std::make_unique<CarelessStore>(model, fibers, *process, faults);
  if (bug == PlantedBug::extracts_for_every_write)
    return std::make_unique<LosingStore>(model, fibers, *process, faults);
  return std::make_unique<StoreClient>(model, fibers, *process, faults);
}

inline std::unique_ptr<StoreClient> make_history(PlantedBug bug, StoreModel& model, Fibers& fibers,
                                                 const std::shared_ptr<Process>& process, const Faults& faults) {
  if (bug == PlantedBug::keeps_history_by_clock) return std::make_unique<ClockHistory>(model, fibers, *process, faults);
  return std::make_unique<StoreClient>(model, fibers, *process, faults);
}

inline std::unique_ptr<Queue> make_queue(PlantedBug bug, QueueModel& model, QueueModel* dead_letters,
                                         std::uint32_t receives_max, Fibers& fibers, const Process& process,
                                         const Faults& faults) {
  if (bug == PlantedBug::sends_no_heartbeat)
    return std::make_unique<ForgetfulQueue>(model, dead_letters, receives_max, fibers, process, faults);
  return std::make_unique<QueueClient>(model, dead_letters, receives_max, fibers, process, faults);
}

inline std::unique_ptr<Queue> make_dead_letters(PlantedBug bug, QueueModel& model, std::uint32_t receives_max,
                                                Fibers& fibers, const Process& process, const Faults& faults) {
  if (bug == PlantedBug::sends_dead_letters_twice)
    return std::make_unique<DoublingQueue>(model, nullptr, receives_max, fibers, process, faults);
  return std::make_unique<QueueClient>(model, nullptr, receives_max, fibers, process, faults);
}

}  // namespace docmill::sim
