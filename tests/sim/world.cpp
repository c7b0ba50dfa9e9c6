#include "sim/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/failpoint.h"
#include "mill/worker.h"
#include "output/names.h"
#include "results/history.h"
#include "sim/extractor_model.h"
#include "sim/history_checker.h"
#include "sim/mill_over.h"
#include "sim/output_checker.h"
#include "sim/planted_bugs.h"
#include "sim/queue_model.h"
#include "sim/store_model.h"

namespace docmill::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds visibility_timeout = 60s;
constexpr std::uint32_t receives_max = 10;
/// Faults end here, in the world's own time; from then on all must come to its end.
constexpr Time calm{6min};
/// And by then it has.
constexpr Time judgement{12h};

/// No two documents fit into it.
constexpr std::uint64_t memory_of_one_document = 20;

const char* const bucket = "b";

/// A worker's process, from its start to its end or death.
struct WorkerProcess {
  std::shared_ptr<Process> process = std::make_shared<Process>();
  bool ended = false;
  std::map<std::string, int> receives;     // of messages that ask for a document
  std::map<std::string, int> extractions;  // of a document's bytes
};

class World {
 public:
  World(std::uint64_t seed, PlantedBug bug) : fibers_(seed), bug_(bug) {
    if (fibers_.chance(0.6)) faults_.refused = 0.05;
    if (fibers_.chance(0.5)) faults_.reply_lost = 0.05;
    if (fibers_.chance(0.5)) faults_.redelivered = 0.02;
    if (fibers_.chance(0.2)) {
      faults_.outage_begins = Time(std::chrono::seconds(fibers_.between(5, 60)));
      faults_.outage_ends = faults_.outage_begins + 5min;
    }
    if (fibers_.chance(0.2)) {
      faults_.denial_begins = Time(std::chrono::seconds(fibers_.between(5, 60)));
      faults_.denial_ends = faults_.denial_begins + std::chrono::seconds(fibers_.between(1, 100));
    }
    refuses_ = fibers_.chance(0.3);
    deaths_ = fibers_.chance(0.6);
    changes_ = fibers_.chance(0.5);
    killers_ = fibers_.chance(0.15);
    keeps_history_ = fibers_.chance(0.1);
    unreadable_ = fibers_.chance(0.2);
    tight_memory_ = fibers_.chance(0.3);
    clocks_differ_ = keeps_history_ && fibers_.chance(0.7);
    history_.on_write = [this](const StoreModel::Version& version) { history_checker_.written(version); };
    settings_.recipe = recipe_;
    settings_.in = {.bucket = bucket, .prefix = "in/"};
    settings_.out = {{.bucket = bucket, .prefix = "out/"}};
    settings_.documents_in_flight = static_cast<std::uint32_t>(fibers_.between(1, 6));
    settings_.prefetch = static_cast<std::uint32_t>(fibers_.between(0, 3));
    settings_.visibility_timeout = visibility_timeout;
    settings_.receives_max = receives_max;
    output_.on_write = [this](const StoreModel::Version& version) { check_write(version); };
    queue_.on_remove = [this](const QueueModel::Entry& entry) { check_removal(entry); };
    queue_.on_receive = [this](const QueueModel::Entry& entry, const Process& by) { check_receive(entry, by); };
  }

  WorldReport run() {
    begin_documents();
    const auto workers = fibers_.between(1, 3);
    for (std::int64_t i = 0; i < workers; ++i) fibers_.start(heaven_, [this] { keep_a_worker(); });
    if (deaths_) fibers_.start(heaven_, [this] { kill_now_and_then(); });
    fibers_.start(heaven_, [this] { end_when_quiet(); });
    const bool ended = fibers_.run_until(judgement);
    if (!ended) violate("the world did not come to rest: " + unfinished());
    check_end();
    return std::move(report_);
  }

 private:
  // What happens.

  void begin_documents() {
    const auto count = fibers_.between(3, 10);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::string key = fmt::format("a b+{}.pdf", i);
      if (i > 0 && refuses_ && fibers_.chance(0.3)) refuse(key);
      fibers_.start(heaven_, [this, key] { live(key); });
    }
  }

  /// Archived, or not to be read by this user; the first document always can be.
  void refuse(const std::string& key) {
    if (fibers_.chance(0.5))
      source_.refuse(key, ErrorKind::unreadable);
    else
      source_.refuse(key, ErrorKind::denied);
  }

  /// A document comes, changes perhaps, goes perhaps; each time with a message, late or twice.
  void live(const std::string& key) {
    ++living_;
    fibers_.sleep_for(std::chrono::milliseconds(fibers_.between(0, 60'000)));
    const auto editions = changes_ ? fibers_.between(1, 3) : 1;
    for (int edition = 1; edition <= editions; ++edition) {
      const auto etag = source_.write(key, bytes_of(draw_nature(), edition), WriteCondition::always());
      if (unreadable_ && source_.refusal(key) == nullptr && fibers_.chance(0.3)) be_unreadable_for_a_while(key);
      announce(key, number_of(*etag));
      fibers_.sleep_for(std::chrono::milliseconds(fibers_.between(10, 80'000)));
    }
    if (changes_ && !refuses_ && fibers_.chance(0.1)) source_.erase(key);
    --living_;
  }

  Nature draw_nature() {
    const auto drawn = fibers_.between(0, 19);
    if (drawn == 0 && killers_) return Nature::killer;
    if (drawn <= 2) return Nature::corrupt;
    if (drawn <= 4) return Nature::slow;
    if (drawn <= 6) return Nature::flaky;
    return Nature::good;
  }

  /// Of a message with several documents it is the part that goes back.
  void be_unreadable_for_a_while(const std::string& key) {
    source_.refuse(key, ErrorKind::source_changed);
    fibers_.start(heaven_, [this, key] {
      fibers_.sleep_for(std::chrono::milliseconds(fibers_.between(1'000, 60'000)));
      source_.refuse_no_more(key);
    });
  }

  void announce(const std::string& key, std::uint64_t version) {
    const auto copies = fibers_.chance(0.15) ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy)
      send({{key, version}}, fibers_.now() + std::chrono::milliseconds(fibers_.between(0, 30'000)));
    if (fibers_.chance(0.2)) announce_all();
  }

  /// One message for all documents that are there.
  void announce_all() {
    std::map<std::string, std::uint64_t> versions;
    for (const auto& [key, source] : source_.objects()) versions[key] = number_of(source.info.etag);
    send(versions, fibers_.now());
  }

  void send(const std::map<std::string, std::uint64_t>& versions, Time visible_at) {
    queue_.send(versions.size() == 1 ? message_body_of({.bucket = bucket, .key = "in/" + versions.begin()->first})
                                     : event_of(versions),
                {{"versions", nlohmann::json(versions).dump()}}, visible_at);
  }

  /// As S3 writes it: the keys of this world have a space and a '+'.
  static std::string event_of(const std::map<std::string, std::uint64_t>& versions) {
    auto records = nlohmann::json::array();
    for (const auto& [key, version] : versions) {
      std::string encoded = "in/" + key;
      encoded.replace(encoded.find('+'), 1, "%2B");
      encoded.replace(encoded.find(' '), 1, "+");
      records.push_back({{"eventSource", "aws:s3"},
                         {"eventName", "ObjectCreated:Put"},
                         {"s3", {{"bucket", {{"name", bucket}}}, {"object", {{"key", encoded}}}}}});
    }
    return nlohmann::json{{"Records", records}}.dump();
  }

  void keep_a_worker() {
    while (!over_) {
      const auto worker = std::make_shared<WorkerProcess>();
      workers_.push_back(worker);
      fibers_.start(worker->process, [this, worker] { be_a_worker(*worker); });
      while (worker->process->alive && !worker->ended) fibers_.sleep_for(2s);
      std::erase(workers_, worker);
    }
  }

  void be_a_worker(WorkerProcess& worker) {
    const auto clock = make_clock(fibers_, std::chrono::minutes(clocks_differ_ ? fibers_.between(-20, 20) : 0));
    const auto random = make_random(fibers_);
    const auto concurrency = make_concurrency(fibers_, worker.process);
    const auto source = make_source(bug_, source_, fibers_, worker.process, faults_);
    const auto output = outputs_.emplace_back(make_output(bug_, output_, fibers_, worker.process, faults_));
    const auto queue = make_queue(bug_, queue_, &dead_letters_, receives_max, fibers_, *worker.process, faults_);
    const auto dead_letters = make_dead_letters(bug_, dead_letters_, receives_max, fibers_, *worker.process, faults_);
    ExtractorModel extractor(fibers_, *worker.process, 3 * visibility_timeout + 5s,
                             {.on_begin = [&](const ExtractRequest& request) { check_extraction(worker, request); },
                              .on_death = [&] { ++report_.deaths; }});
    const MillOver over({.source = *source,
                         .output = *output,
                         .extractor = extractor,
                         .clock = *clock,
                         .random = *random,
                         .concurrency = *concurrency,
                         .source_bytes_max = tight_memory_ ? memory_of_one_document : source_bytes_in_flight_max});
    Recorder recorder(*this, worker);
    const auto history_store = make_history(bug_, history_, fibers_, worker.process, faults_);
    History history(*history_store, *source,
                    {.key = history_key, .run_id = fmt::format("run-{}", ++runs_), .documents_max = 3}, *clock, *random,
                    *concurrency);
    const auto ended =
        work(over.mill(),
             {.queue = *queue, .dead_letters = dead_letters.get(), .results = keeps_history_ ? &history : nullptr},
             settings_, *concurrency, recorder, worker.process->stop.get_token());
    if (!ended && worker.process->alive) violate("a worker gave up: " + ended.error().text());
    worker.ended = true;
  }

  void kill_now_and_then() {
    // Each costs a message at most one receive, so that none is given up that could be done.
    for (ends_ = 0; ends_ < 4 && fibers_.now() < calm; ++ends_) {
      fibers_.sleep_for(std::chrono::milliseconds(fibers_.between(1'000, 150'000)));
      if (workers_.empty()) continue;
      auto& worker =
          *workers_[static_cast<std::size_t>(fibers_.between(0, static_cast<std::int64_t>(workers_.size()) - 1))];
      if (fibers_.chance(0.2)) {  // told to stop, in time
        worker.process->stop.request_stop();
      } else {
        worker.process->die();
        ++report_.deaths;
      }
    }
  }

  void end_when_quiet() {
    while (fibers_.now() < calm || living_ > 0) fibers_.sleep_for(10s);
    faults_.over = true;
    while (!queue_.is_empty() && fibers_.now() < judgement - 1h) fibers_.sleep_for(10s);
    over_ = true;
    for (const auto& worker : workers_) worker->process->stop.request_stop();
  }

  // What must hold.

  class Recorder final : public WorkerObserver {
   public:
    Recorder(World& world, WorkerProcess& worker) : world_(world), worker_(worker) {}
    /// Takes its time, so that much happens between an outage's begin and end and what follows from them.
    void on_outage(bool begins) override {
      outage_ = begins;
      world_.fibers_.sleep_for(std::chrono::milliseconds(world_.fibers_.between(0, 3'000)));
    }
    void on_message(const Message& /*message*/, MessageOutcome outcome) override {
      const bool is_calm = world_.faults_.over && world_.fibers_.now() > calm + 2min;
      if (outage_ && is_calm && outcome == MessageOutcome::done) world_.violate("an outage goes on though all is well");
    }
    void on_received(const Message& message) override {
      ++world_.report_.receives;
      for (const std::string& key : relative_keys(message.body)) ++worker_.receives["s3://source/" + key];
    }
    void on_document(const Job& /*job*/, const DocumentRecord& record) override {
      world_.recorded_.insert(record.source_uri);
      world_.history_checker_.recorded(record);
    }

   private:
    World& world_;
    WorkerProcess& worker_;
    bool outage_ = false;
  };

  void violate(std::string what) {
    if (!report_.violation)
      report_.violation = fmt::format("at {} ms: {}", fibers_.now().time_since_epoch() / 1ms, what);
  }

  static std::vector<std::string> relative_keys(const std::string& body) {
    const auto parsed = parse_message_body(body);
    std::vector<std::string> keys;
    for (const DocumentRequest& request : parsed->requests) keys.push_back(request.key.substr(3));
    return keys;
  }

  bool has_dead_letter(const std::string& key) {
    return std::ranges::any_of(dead_letters_.entries(), [&](const auto& entry) {
      return std::ranges::count(relative_keys(entry.body), key) > 0;
    });
  }

  /// A write that fails is repeated, and not the extraction before it: a receive of a message extracts a version of its
  /// document once.
  void check_extraction(WorkerProcess& worker, const ExtractRequest& request) {
    ++report_.extractions;
    if (request.safe_profile && report_.deaths == 0) violate(request.name + " was taken for a killer");
    const std::string uri(request.name), bytes = request.document.text();
    if (const int extractions = ++worker.extractions[uri + " " + bytes]; extractions > worker.receives[uri])
      violate(
          fmt::format("{} was extracted again for a message that was received {} times", uri, worker.receives[uri]));
  }

  void check_write(const StoreModel::Version& version) {
    if (!version.info.key.ends_with(".parquet")) return;
    ++report_.outputs;
    if (const std::string wrong = output_checker_.wrong_with(version); !wrong.empty()) violate(wrong);
  }

  /// Order law: what is acknowledged is durable, and recorded.
  void check_removal(const QueueModel::Entry& entry) {
    const auto versions = nlohmann::json::parse(entry.attributes.at("versions"));
    for (const std::string& key : relative_keys(entry.body)) check_acknowledged(key, versions.at(key));
  }

  void check_acknowledged(const std::string& key, std::uint64_t version) {
    const auto* source = source_.find(key);
    if (source == nullptr) return;
    const auto* output = output_.find(table_name(key, "raw_text"));
    const bool done = output != nullptr && version_in(*output->info.metadata) >= version;
    if (!done && !has_dead_letter(key)) violate(fmt::format("{} was acknowledged and is not there", key));
    if (!recorded_.contains("s3://source/" + key)) violate(fmt::format("{} was acknowledged and not recorded", key));
    check_history("s3://source/" + key);
  }

  /// A stop costs a message at most the receive that it is held by.
  void check_receive(const QueueModel::Entry& entry, const Process& by) {
    if (by.alive && by.stop.stop_requested() && entry.given_back_by == &by)
      violate(fmt::format("{} was received by the worker that had given it back, for it was told to stop", entry.body));
  }

  static bool is_corrupt(const StoreModel::Version& source) { return source.bytes.starts_with("%PDF-corrupt"); }
  bool must_fail(const StoreModel::Version& source) const {
    return is_corrupt(source) || source_.refusal(source.info.key) != nullptr;
  }

  std::string unfinished() const {
    std::string text;
    for (const auto& entry : const_cast<QueueModel&>(queue_).entries())
      if (!entry.removed) text += fmt::format("{} (received {} times) ", entry.body, entry.receive_count);
    return text;
  }

  void check_history(const std::string& uri) {
    if (!keeps_history_) return;
    if (const std::string wrong = history_checker_.wrong_with(uri); !wrong.empty()) violate(wrong);
  }

  /// Where nothing refuses and nothing is lost on the way, a message comes again only for a worker's end, and when the
  /// queue delivers it too often: whoever works on it keeps it.
  void check_receives() {
    if (has_faulty_calls() || faults_.denial_ends != Time{} || killers_ || keeps_history_ || unreadable_ || refuses_)
      return;
    for (const QueueModel::Entry& entry : queue_.entries())
      if (const auto receives_wanted = 1 + entry.deliveries_too_many + ends_;
          std::cmp_greater(entry.receive_count, receives_wanted))
        violate(fmt::format("{} was received {} times, not {}", entry.body, entry.receive_count, receives_wanted));
  }

  bool has_faulty_calls() const {
    return faults_.refused > 0 || faults_.reply_lost > 0 || faults_.outage_ends != Time{};
  }

  /// One of each document that failed for a message, however often a part of that came again. Another one only where a
  /// worker died between sending and removing, or the queue delivered too often.
  void check_dead_letters() {
    if (has_faulty_calls()) return;
    std::map<std::pair<std::string, std::string>, std::uint64_t> letters;
    for (const auto& entry : dead_letters_.entries())
      if (const auto id = entry.attributes.find("docmill.message_id"); id != entry.attributes.end())
        ++letters[{id->second, relative_keys(entry.body).front()}];
    for (const QueueModel::Entry& entry : queue_.entries())
      for (const std::string& key : relative_keys(entry.body)) {
        const std::uint64_t count = letters[{std::to_string(entry.id), key}];
        if (count > 1 + static_cast<std::uint64_t>(entry.deliveries_too_many) + report_.deaths)
          violate(fmt::format("{} dead letters of one failure of {}", count, key));
      }
  }

  /// A mark says that a version of a document fails for good.
  void check_marks() {
    for (const auto& [key, source] : source_.objects()) {
      const auto* mark = output_.find(failed_mark_key(key));
      if (mark == nullptr || is_corrupt(source)) continue;
      if (nlohmann::json::parse(mark->bytes).at("source_etag") == source.info.etag)
        violate(fmt::format("{} has a mark and does not fail for good", key));
    }
  }

  void check_end() {
    for (const std::string& uri : recorded_) check_history(uri);
    check_receives();
    check_dead_letters();
    check_marks();
    if (!queue_.is_empty()) violate("messages are left: " + unfinished());
    for (const auto& [key, source] : source_.objects()) {
      if (must_fail(source)) {
        if (!has_dead_letter(key)) violate(fmt::format("{} must fail and has no dead letter", key));
        continue;
      }
      // Who shares a worker with a killer dies with it each time, and may be given up as it is.
      if (killers_ && has_dead_letter(key)) continue;
      const auto* output = output_.find(table_name(key, "raw_text"));
      if (output == nullptr || version_in(*output->info.metadata) != number_of(source.info.etag))
        violate(fmt::format("{} has no output for its version {}", key, source.info.etag));
    }
    for (const auto& entry : dead_letters_.entries()) {
      const auto by = entry.attributes.find("by");
      if (by != entry.attributes.end() && !killers_)
        violate("the queue gave up a message that was no fault of its document: " + entry.body);
      const auto kind = entry.attributes.find("docmill.error_kind");
      const bool is_refused = kind != entry.attributes.end() && kind->second != "corrupt" && kind->second != "crashed";
      if (is_refused && source_.refusal(relative_keys(entry.body).front()) == nullptr)
        violate(fmt::format("a fault of the place ({}) was held against {}", kind->second, entry.body));
    }
  }

  Fibers fibers_;
  PlantedBug bug_;
  Faults faults_;
  bool deaths_ = false, changes_ = false, killers_ = false, keeps_history_ = false, clocks_differ_ = false,
       unreadable_ = false, refuses_ = false, tight_memory_ = false, over_ = false;
  int living_ = 0, ends_ = 0, runs_ = 0;
  std::shared_ptr<Process> heaven_ = std::make_shared<Process>();
  StoreModel source_{"source", fibers_};
  StoreModel output_{"output", fibers_};
  StoreModel history_{"history", fibers_};
  HistoryChecker history_checker_;
  QueueModel queue_, dead_letters_;
  const SharedRecipe recipe_ = in_force({});
  WorkerSettings settings_;
  std::vector<std::shared_ptr<WorkerProcess>> workers_;
  std::vector<std::shared_ptr<StoreClient>> outputs_;  // a bug's writes may come after its worker's end
  std::set<std::string> recorded_;
  OutputChecker output_checker_;
  WorldReport report_;
};

}  // namespace

WorldReport run_world(std::uint64_t seed, PlantedBug bug) {
  if (bug == PlantedBug::breaker_never_closes) set_failpoints("breaker_closes:error");
  WorldReport report = World(seed, bug).run();
  set_failpoints("");
  return report;
}

}  // namespace docmill::sim
