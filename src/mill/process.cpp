#include "mill/process.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/digest.h"
#include "base/exceptions.h"
#include "base/failpoint.h"
#include "document/version.h"
#include "mill/document_names.h"
#include "mill/document_outputs.h"
#include "mill/verdict.h"
#include "net/retry.h"
#include "output/stamp.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// Rounds of "somebody wrote the output meanwhile" before the place counts as unavailable.
constexpr std::uint32_t write_rounds_max = 5;
/// Reads of a source that changes under the reader before it is left for the next run.
constexpr int source_reads_max = 3;

}  // namespace

/// One document on its way. Each step answers the record when the document ends there, or nothing to go on.
class DocumentWork::Impl {
 public:
  Impl(const Mill& mill, SharedRecipe recipe, const Job& job)
      : mill_(mill),
        job_(job),
        outputs_(mill, std::move(recipe), job),
        judge_{.source = mill.source,
               .view = mill.view,
               .recipe = outputs_.recipe(),
               .passwords_given = !mill.passwords.empty(),
               .redo_done = mill.redo_done,
               .look_at_source = [this](const std::string&) { return look_at_document(); }},
        started_(mill.clock.steady_now()) {}

  RunProgress& progress() const { return mill_.progress; }
  std::string output_uri() const { return outputs_.uri(); }

  Result<DocumentRecord> run() {
    auto outcome = work();
    if (!outcome) {
      if (scope_of(outcome.error()) == FaultScope::unknown && !source_refused_)
        outcome.error().scope = scope_of_output(outcome.error());
      const bool is_documents = scope_of(outcome.error()) == FaultScope::one_object;
      if (rest_ == &Impl::write && !outputs_.can_write()) rest_ = nullptr;
      if (rest_ == nullptr || is_documents) outputs_.forget();
      if (!is_documents) return std::unexpected(std::move(outcome).error().within(record_.source_uri));
      end_without_mark(outcome.error());
    }
    rest_ = nullptr;
    if (!record_.output_uri) outputs_.take_back_files();
    outputs_.close();
    record_.output_state = outputs_.state(record_);
    record_.finished_at = mill_.clock.wall_now();
    record_.duration_ms = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(mill_.clock.steady_now() - started_).count());
    return std::move(record_);
  }

  /// Their room is others', who may be waited for; who and what the document was stays.
  void let_go_of_bytes() {
    source_.blob = {};
    room_.give_back();
  }

 private:
  enum class Next : std::uint8_t { go_on, ended, start_over };
  using Step = Result<Next> (Impl::*)();

  Result<void> work() {
    // write() goes on with the count: rounds of writing alone are rounds too.
    for (record_.attempt = 1; record_.attempt <= write_rounds_max; ++record_.attempt) {
      auto next = rest_ != nullptr ? (this->*rest_)() : once();
      if (!next) return std::unexpected(std::move(next).error());
      if (*next == Next::ended) return {};
      rest_ = nullptr;
    }
    return others_write();
  }

  std::unexpected<Error> others_write() const {
    return fail(ErrorKind::unavailable, outputs_.uri(),
                fmt::format("somebody else wrote it {} times while this document was processed", write_rounds_max));
  }

  /// A permission to write is there for all outputs or for none. A name that this server does not like is another
  /// thing, once others were written.
  FaultScope scope_of_output(const Error& error) const {
    if (error.kind == ErrorKind::denied || is_worth_retrying(error.kind)) return FaultScope::place;
    return mill_.witnesses.some_written() ? FaultScope::one_object : FaultScope::unknown;
  }

  /// Nothing of an earlier round stays.
  void begin_record() {
    outputs_.forget();
    const std::uint32_t attempt = record_.attempt;
    record_ = {};
    record_.attempt = attempt;
    record_.source_uri = mill_.source.uri(job_.source_key);
    record_.recipe_hash = outputs_.recipe().hash;
    if (job_.listed) note(*job_.listed);
    mill_.witnesses.on_begun(record_.source_uri, job_.source_key);
  }

  /// Ask the source for the document. Where a fault may be this object's or its place's, other objects of the place
  /// decide; then it is asked again, for the place may have become well between the two.
  template <typename Ask>
  auto ask_source(Ask ask) {
    auto answer = ask();
    source_refused_ = !answer;
    if (answer || !may_be_one_objects(answer.error())) return answer;
    const FaultScope scope = mill_.witnesses.judge(mill_.source, job_.source_key);
    if (scope == FaultScope::one_object) answer = ask();
    if (!answer && may_be_one_objects(answer.error())) answer.error().scope = scope;
    source_refused_ = !answer;
    return answer;
  }

  Result<std::optional<ObjectInfo>> look_at_document() {
    return ask_source([&] { return mill_.source.head(job_.source_key); });
  }
  std::uint64_t document_size_bytes_max() const { return outputs_.recipe().recipe.limits.document_size_bytes_max; }
  auto read_document() {
    return ask_source([&] { return mill_.source.get(job_.source_key, document_size_bytes_max(), &room_); });
  }

  Result<Next> once() {
    begin_record();
    for (const Step step :
         {&Impl::spare_what_is_done, &Impl::look_at_old_files, &Impl::read_source, &Impl::extract, &Impl::finish}) {
      auto next = (this->*step)();
      if (!next || *next != Next::go_on) return next;
    }
    return begin_rest(&Impl::write);
  }

  /// From here on a fault of the place costs this step alone.
  Result<Next> begin_rest(Step step) {
    let_go_of_bytes();
    rest_ = step;
    return (this->*step)();
  }

  /// Output done, or known to fail: nothing to do.
  Result<Next> spare_what_is_done() {
    // What was listed is as old as the first round.
    auto verdict = judge(judge_, job_, record_.attempt == 1 ? job_.listed : std::nullopt);
    if (!verdict) return std::unexpected(std::move(verdict).error());
    outputs_.set_seen(std::move(verdict->outputs));
    has_no_mark_ = verdict->has_no_mark;
    if (verdict->source_version) note(*verdict->source_version);
    if (is_due(verdict->reason)) return Next::go_on;
    if (verdict->reason == Reason::source_gone)
      return end_skipped(ErrorKind::source_gone, "the document no longer exists");
    return verdict->reason == Reason::known_to_fail ? end_known(verdict->mark->record) : end_done();
  }

  void note(const SourceVersion& seen) {
    record_.source_etag = seen.etag;
    record_.source_size_bytes = seen.size_bytes;
    record_.source_modified_at = seen.modified_at;
  }

  Result<Next> look_at_old_files() {
    if (auto looked = outputs_.look_at_files(); !looked) return std::unexpected(std::move(looked).error());
    return Next::go_on;
  }

  Result<Next> read_source() {
    let_go_of_bytes();
    // Where it is known how much that is, nobody is asked for bytes that cannot be taken yet.
    if (const auto size = record_.source_size_bytes; size && *size <= document_size_bytes_max()) room_.ask(*size);
    auto object = read_document();
    for (int read = 2; read <= source_reads_max && !object && object.error().kind == ErrorKind::source_changed; ++read)
      object = read_document();
    if (!object) return source_failed(std::move(object).error());
    mill_.witnesses.on_read(record_.source_uri, job_.source_key);
    source_ = *std::move(object);
    note(version_of(source_.info));
    // What has changed since it was listed others may have done since.
    if (job_.listed && job_.listed->etag != source_.info.etag && outputs_.are_done(judge_, version_of(source_.info)))
      return end_done();
    sha256_ = sha256_hex(source_.blob);
    record_.document_id = job_.document_id.value_or(sha256_);
    if (source_.blob.size_bytes() == 0) return end_failed({ErrorKind::empty, "", "the file has no bytes"});
    if (!is_of_known_format(source_.blob, job_.source_key))
      return end_failed({ErrorKind::unsupported, "", why_unsupported(source_.blob)});
    return Next::go_on;
  }

  Result<Next> source_failed(Error error) {
    if (error.kind == ErrorKind::source_gone) return end_skipped(error.kind, std::move(error.message));
    if (error.kind != ErrorKind::limit_bytes)
      return std::unexpected(std::move(error));  // run() records what is its own
    if (auto info = mill_.source.head(job_.source_key); info && *info) note(version_of(**info));
    return end_failed(error);
  }

  Result<Next> extract() {
    OutputReceiver& receiver = outputs_.begin({.document_id = *record_.document_id,
                                               .source_uri = record_.source_uri,
                                               .source_etag = source_.info.etag,
                                               .source_size_bytes = source_.info.size_bytes});
    record_.sandbox_tier = mill_.extractor.sandbox_tier();
    const ExtractRequest request{.document = source_.blob,
                                 .name = record_.source_uri,
                                 .recipe = outputs_.due_recipe(),
                                 .passwords = mill_.passwords,
                                 .pages = {},
                                 .safe_profile = job_.safe_profile};
    const auto extracted = mill_.extractor.extract(request, receiver);
    let_go_of_bytes();
    if (extracted) return Next::go_on;
    switch (class_of(extracted.error().kind)) {
      case ErrorClass::document_for_good:
        return end_failed(extracted.error());
      case ErrorClass::document_perhaps:
        return end_without_mark(extracted.error());
      case ErrorClass::source_moved:
      case ErrorClass::object:
      case ErrorClass::place:
      case ErrorClass::caller:
        break;
    }
    return std::unexpected(extracted.error());
  }

  /// The record, and the end of the file.
  Result<Next> finish() {
    record_.status = DocumentStatus::ok;
    record_.error_kind.reset();
    record_.error_message.clear();
    outputs_.receiver().fill(record_);
    if (record_.status == DocumentStatus::failed) {
      const Error error{*record_.error_kind, "", record_.error_message};
      return class_of(error.kind) == ErrorClass::document_for_good ? end_failed(error)
                                                                   : Result<Next>(end_without_mark(error));
    }
    const OutputStamp stamp{.version = std::string(version),
                            .recipe_hash = {},
                            .source_etag = source_.info.etag,
                            .source_sha256 = sha256_,
                            .status = std::string(outputs_.receiver().stamp_status(record_.status)),
                            .error_kind = record_.error_kind};
    const auto finished = outputs_.finish(stamp);
    if (!finished) return std::unexpected(finished.error());
    if (*finished) return Next::go_on;
    auto next = look_again();
    return next && *next == Next::go_on ? Result<Next>(Next::start_over) : next;
  }

  Result<Next> write() {
    for (; record_.attempt <= write_rounds_max; ++record_.attempt) {
      if (outputs_.is_blind()) {
        auto next = look_at_source();
        if (!next || *next != Next::go_on) return next;
      }
      const auto written = outputs_.write();
      if (!written) return std::unexpected(written.error());
      if (*written) return end_written();
      auto next = look_again();
      if (!next || *next != Next::go_on) return next;
    }
    return others_write();
  }

  /// Somebody else wrote an output. Outputs are looked at before the source: in this order one that is done for the
  /// source as it is now can't be overwritten by one that is older.
  Result<Next> look_again() {
    if (auto looked = outputs_.look_again(); !looked) return std::unexpected(std::move(looked).error());
    return look_at_source();
  }

  /// Whether to write what was read of it.
  Result<Next> look_at_source() {
    auto now = look_at_document();
    if (!now) return std::unexpected(std::move(now).error());
    if (!*now) return end_skipped(ErrorKind::source_gone, "the document was removed while it was processed");
    const bool as_read = (*now)->etag == source_.info.etag;
    if (!outputs_.are_done(judge_, version_of(**now))) return as_read ? Next::go_on : Next::start_over;
    if (as_read) return end_done();
    return end_skipped(ErrorKind::superseded, "a newer version was processed meanwhile");
  }

  Result<Next> end_done() {
    record_.status = DocumentStatus::skipped;
    record_.output_uri = outputs_.uri();
    record_.output_etag = outputs_.etag();
    if (const auto& stamp = outputs_.primary_seen().found->stamp) {
      record_.error_kind = stamp->error_kind;
      record_.error_message = stamp->status == "ok" ? "" : "some pages have errors";
    }
    return Next::ended;
  }

  Result<Next> end_known(const DocumentRecord& known) {
    record_.document_id = known.document_id;
    record_.page_count = known.page_count;
    record_.pages_failed = known.pages_failed;
    return end_skipped(known.error_kind, known.error_message);
  }

  Result<Next> end_skipped(std::optional<ErrorKind> kind, std::string message) {
    record_.status = DocumentStatus::skipped;
    record_.error_kind = kind;
    record_.error_message = std::move(message);
    return Next::ended;
  }

  /// Recorded without a mark, so the next run tries again.
  Next end_without_mark(const Error& error) {
    record_.status = DocumentStatus::failed;
    record_.error_kind = error.kind;
    record_.error_message = error.message;
    return Next::ended;
  }

  Result<Next> end_failed(const Error& error) {
    end_without_mark(error);
    record_.output_state = outputs_.state(record_);
    record_.finished_at = mill_.clock.wall_now();
    return begin_rest(&Impl::set_mark);
  }

  Result<Next> set_mark() {
    if (auto marked = mill_.view.set_mark(job_.output_name, record_); !marked)
      return std::unexpected(std::move(marked).error());
    return Next::ended;
  }

  Result<Next> end_written() {
    mill_.witnesses.on_written();
    record_.output_uri = outputs_.uri();
    record_.output_etag = outputs_.etag();
    return begin_rest(&Impl::tidy);
  }

  /// What an earlier result left. A mark that somebody else makes since says nothing against the output.
  Result<Next> tidy() {
    if (DOCMILL_FAILPOINT("put_done")) return fail(ErrorKind::unavailable, outputs_.key(), "failpoint");
    if (!has_no_mark_)
      if (auto removed = mill_.view.clear_mark(job_.output_name); !removed)
        return std::unexpected(std::move(removed).error());
    if (auto tidied = outputs_.tidy(source_.info.etag); !tidied) return std::unexpected(std::move(tidied).error());
    return Next::ended;
  }

  const Mill& mill_;
  const Job& job_;
  DocumentOutputs outputs_;
  const Judge judge_;
  std::chrono::steady_clock::time_point started_;
  DocumentRecord record_;
  bool has_no_mark_ = false;       // that is known, not that nobody has looked
  bool source_refused_ = false;    // it was the source that refused
  Room room_{mill_.source_bytes};  // for the bytes of
  Object source_;
  std::string sha256_;
  Step rest_ = nullptr;  // what is left when the place has failed; null: all of it
};

DocumentWork::DocumentWork(const Mill& mill, SharedRecipe recipe, const Job& job)
    : impl_(std::make_unique<Impl>(mill, std::move(recipe), job)) {
  if (log::enabled(log::Level::debug)) log::debug("document_started", {{"document", mill.source.uri(job.source_key)}});
}

DocumentWork::~DocumentWork() = default;

Result<DocumentRecord> DocumentWork::run() {
  ++impl_->progress().documents_running;
  auto record = without_exceptions([&] { return impl_->run(); });
  impl_->let_go_of_bytes();
  --impl_->progress().documents_running;
  if (record && record->output_state == OutputState::stale)
    log::warning("output_stale", {{"document", record->source_uri}, {"output", impl_->output_uri()}});
  if (record && log::enabled(log::Level::debug))
    log::debug("document_finished", {{"document", record->source_uri},
                                     {"status", name_of(record->status)},
                                     {"pages", record->page_count.value_or(0)},
                                     {"duration_ms", record->duration_ms}});
  return record;
}

}  // namespace docmill
