#include "mill/verdict.h"

#include <algorithm>
#include <utility>

#include "document/version.h"
#include "output/names.h"
#include "output/stamp.h"

namespace docmill {
namespace {

/// Why an output is not done of which this carrier is there.
Reason why_not_done(const SeenOutput& carrier, const SourceVersion& source, OutputId output, std::string_view hash) {
  if (carrier.seen == SeenOutput::Seen::listed) return Reason::output_older;
  const auto& stamp = carrier.found->stamp;
  if (!stamp) return Reason::not_of_docmill;
  if (stamp->source_etag != source.etag) return Reason::source_changed;
  if (!stamp->vouches_for(output, hash)) return Reason::settings_changed;
  return is_current(*stamp, source.etag, output, hash) ? Reason::pages_to_retry : Reason::version_changed;
}

class Judging {
 public:
  Judging(const Judge& judge, const Job& job, std::optional<SourceVersion> source_version) : judge_(judge), job_(job) {
    verdict_.source_version = std::move(source_version);
  }

  Result<Verdict> go() {
    auto reason = decide();
    if (!reason) return std::unexpected(std::move(reason).error());
    verdict_.reason = *reason;
    return std::move(verdict_);
  }

 private:
  Result<Reason> decide() {
    const Carrier first = judge_.recipe.recipe.outputs.primary_carrier();
    auto seen = judge_.view.look(output_key(judge_.recipe.recipe.layout, job_.output_name, first));
    if (!seen) return std::unexpected(std::move(seen).error());
    verdict_.outputs.of(first) = *std::move(seen);
    const bool is_forced = job_.force || judge_.redo_done;
    if (!primary().found || is_forced)
      if (auto looked = look_at_rest(); !looked) return std::unexpected(std::move(looked).error());
    if (is_forced) return Reason::forced;
    if (!is_any_found()) {
      if (auto looked = look_for_mark(); !looked) return std::unexpected(std::move(looked).error());
      if (!verdict_.mark)
        return primary().seen == SeenOutput::Seen::nothing ? Reason::output_unseen : Reason::no_output;
    }
    if (auto asked = ask_for_version(); !asked) return std::unexpected(std::move(asked).error());
    if (!verdict_.source_version) return Reason::source_gone;
    if (auto looked = look_at_rest(); !looked) return std::unexpected(std::move(looked).error());
    if (verdict_.outputs.due.empty()) return done();
    if (is_any_found())
      if (auto looked = look_for_mark(); !looked) return std::unexpected(std::move(looked).error());
    if (verdict_.mark &&
        mark_holds(*verdict_.mark, verdict_.source_version->etag, judge_.recipe.hash, judge_.passwords_given))
      return Reason::known_to_fail;
    return is_any_found() ? why_due() : Reason::failed_before;
  }

  Result<void> look_at_rest() {
    auto outputs = look_at_outputs(judge_, job_, verdict_.source_version, verdict_.outputs);
    if (!outputs) return std::unexpected(std::move(outputs).error());
    verdict_.outputs = *std::move(outputs);
    return {};
  }

  const SeenOutput& primary() const { return *verdict_.outputs.of(judge_.recipe.recipe.outputs.primary_carrier()); }

  bool is_any_found() const {
    return std::ranges::any_of(verdict_.outputs.seen, [](const auto& seen) { return seen && seen->found; });
  }

  /// Of the first that is due.
  Reason why_due() const {
    const OutputId output = verdict_.outputs.due.primary();
    for (const Carrier carrier : carriers) {
      const auto& seen = verdict_.outputs.of(carrier);
      if (!seen || !seen->found || !output_of(output).is_carried_by(carrier)) continue;
      if (!judge_.is_done(job_, output, *seen, *verdict_.source_version))
        return why_not_done(*seen, *verdict_.source_version, output, judge_.recipe.hash_of_output(output));
    }
    return Reason::no_output;
  }

  Result<void> look_for_mark() {
    if (job_.retry_failed) return {};
    auto mark = judge_.view.mark(job_.output_name);
    if (!mark) return std::unexpected(std::move(mark).error());
    verdict_.mark = *std::move(mark);
    verdict_.has_no_mark = !verdict_.mark;
    return {};
  }

  Result<void> ask_for_version() {
    if (verdict_.source_version) return {};
    auto info = judge_.look_at_source ? judge_.look_at_source(job_.source_key) : judge_.source.head(job_.source_key);
    if (!info) return std::unexpected(std::move(info).error());
    if (*info) verdict_.source_version = version_of(**info);
    return {};
  }

  Reason done() const {
    const auto& stamp = primary().found->stamp;
    return stamp && stamp->status != "ok" ? Reason::done_with_errors : Reason::done;
  }

  const Judge& judge_;
  const Job& job_;
  Verdict verdict_;
};

/// Looks at the carriers of outputs, at each once.
class Looking {
 public:
  Looking(const Judge& judge, const Job& job, const std::optional<SourceVersion>& source, const SeenOutputs& known)
      : judge_(judge), job_(job), source_(source), wanted_(judge.recipe.recipe.outputs) {
    outputs_.seen = known.seen;
  }

  Result<SeenOutputs> go() {
    for (const OutputId output : output_ids) {  // the primary one comes first
      if (!wanted_.has(output) || is_vouched_for(output)) continue;
      auto done = is_done(output);
      if (!done) return std::unexpected(std::move(done).error());
      if (!*done) outputs_.due.add(output);
    }
    for (const Carrier carrier : carriers)
      if (outputs_.due.has_carrier(carrier))
        if (auto looked = look(carrier); !looked) return std::unexpected(std::move(looked).error());
    return std::move(outputs_);
  }

 private:
  bool is_redone() const { return job_.force || judge_.redo_done; }

  bool is_vouched_for(OutputId output) const {
    if (output == wanted_.primary() || is_redone() || !source_ || outputs_.due.has(wanted_.primary())) return false;
    // The list of files was there before the tables of its outputs.
    const bool is_listed_alone = wanted_.primary_carrier() == list_of_files && output_of(output).table;
    const auto& stamp = outputs_.of(wanted_.primary_carrier())->found->stamp;
    return !is_listed_alone && stamp && stamp->vouches_for(output, judge_.recipe.hash_of_output(output));
  }

  Result<bool> is_done(OutputId output) {
    if (is_redone() || !source_) return false;
    for (const Carrier carrier : carriers) {
      // The primary output's own table was written behind the list of its files.
      const bool is_implied = output == wanted_.primary() && carrier != wanted_.primary_carrier();
      if (is_implied || !output_of(output).is_carried_by(carrier)) continue;
      if (auto looked = look(carrier); !looked) return std::unexpected(std::move(looked).error());
      if (!judge_.is_done(job_, output, *outputs_.of(carrier), *source_)) return false;
    }
    return true;
  }

  Result<void> look(Carrier carrier) {
    auto& seen = outputs_.of(carrier);
    if (seen) return {};
    auto looked = judge_.view.look(output_key(judge_.recipe.recipe.layout, job_.output_name, carrier));
    if (!looked) return std::unexpected(std::move(looked).error());
    seen = *std::move(looked);
    return {};
  }

  const Judge& judge_;
  const Job& job_;
  const std::optional<SourceVersion>& source_;
  const Outputs wanted_;
  SeenOutputs outputs_;
};

}  // namespace

std::string_view name_of(Reason reason) {
  switch (reason) {
    case Reason::forced:
      return "forced";
    case Reason::no_output:
      return "no_output";
    case Reason::not_of_docmill:
      return "not_of_docmill";
    case Reason::output_unseen:
      return "output_unseen";
    case Reason::output_older:
      return "output_older";
    case Reason::source_changed:
      return "source_changed";
    case Reason::settings_changed:
      return "settings_changed";
    case Reason::version_changed:
      return "version_changed";
    case Reason::pages_to_retry:
      return "pages_to_retry";
    case Reason::failed_before:
      return "failed_before";
    case Reason::done:
      return "done";
    case Reason::done_with_errors:
      return "done_with_errors";
    case Reason::known_to_fail:
      return "known_to_fail";
    case Reason::source_gone:
      return "source_gone";
  }
  return "";
}

bool is_due(Reason reason) { return reason < Reason::done; }

bool Judge::is_done(const Job& job, OutputId output, const SeenOutput& seen,
                    const SourceVersion& source_version) const {
  if (!seen.found) return false;
  if (seen.seen == SeenOutput::Seen::listed) return seen.found->info.modified_at > source_version.modified_at;
  const auto& stamp = seen.found->stamp;
  return stamp && (job.retry_is_done ? is_current : docmill::is_done)(*stamp, source_version.etag, output,
                                                                      recipe.hash_of_output(output));
}

Result<SeenOutputs> look_at_outputs(const Judge& judge, const Job& job, const std::optional<SourceVersion>& source,
                                    const SeenOutputs& known) {
  return Looking(judge, job, source, known).go();
}

Result<Verdict> judge(const Judge& judge, const Job& job, const std::optional<SourceVersion>& source_version) {
  return Judging(judge, job, source_version).go();
}

}  // namespace docmill
