#include "mill/document_outputs.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "output/names.h"
#include "telemetry/log.h"

namespace docmill {

DocumentOutputs::DocumentOutputs(const Mill& mill, SharedRecipe recipe, const Job& job)
    : mill_(mill), recipe_(std::move(recipe)), job_(job), key_(key_of(primary())) {}

std::string DocumentOutputs::key_of(Carrier carrier) const {
  return output_key(recipe_->recipe.layout, job_.output_name, carrier);
}

std::string DocumentOutputs::etag() const {
  return written_[primary().index()] ? written_etag_ : primary_seen().found->info.etag;
}

void DocumentOutputs::set_seen(SeenOutputs seen) {
  seen_ = std::move(seen);
  due_recipe_ = with_outputs(recipe_, seen_.due);
  files_seen_ = {};
  written_ = {};
}

Result<void> DocumentOutputs::look_at_files() {
  if (!seen_.due.has_files()) return {};
  auto seen = docmill::look_at_files(mill_.output, recipe_->recipe.layout, job_.output_name, seen_.due);
  if (!seen) return std::unexpected(std::move(seen).error());
  files_seen_ = *std::move(seen);
  if (files_seen_.denied) mill_.view.note_files_unseen(*files_seen_.denied);
  return {};
}

OutputReceiver& DocumentOutputs::begin(const DocumentColumns& document) {
  Outputs done = recipe_->recipe.outputs;
  done.remove(seen_.due);
  return receiver_.emplace(mill_.output, mill_.progress,
                           OutputSetPlan{.path = job_.output_name,
                                         .recipe = due_recipe_,
                                         .done = done,
                                         .whole = recipe_,
                                         .document = document,
                                         .files_seen = files_seen_});
}

void DocumentOutputs::forget() {
  if (receiver_) receiver_->take_back();
  receiver_.reset();
}

Result<bool> DocumentOutputs::finish(const OutputStamp& stamp) {
  if (auto finished = receiver_->outputs().finish(stamp); !finished) return std::unexpected(finished.error());
  refused_ = refused_ || receiver_->outputs().was_refused();
  return !receiver_->outputs().was_refused();
}

/// What a write of ours must find unchanged. Where the output may not be looked at, it is one try of making it; then
/// there is one, and nothing can be said of it.
WriteCondition DocumentOutputs::condition_of(Carrier carrier) const {
  const SeenOutput& seen = *seen_.of(carrier);
  if (seen.seen == SeenOutput::Seen::whole && seen.found) return WriteCondition::if_etag(seen.found->info.etag);
  const bool is_there = seen.found || (seen.seen == SeenOutput::Seen::nothing && refused_);
  return is_there ? WriteCondition::always() : WriteCondition::if_absent();
}

std::vector<Carrier> DocumentOutputs::to_write() const {
  std::vector<Carrier> in_order;
  for (const Carrier carrier : carriers)
    if (carrier != primary() && is_to_write(carrier)) in_order.push_back(carrier);
  if (is_to_write(primary())) in_order.push_back(primary());
  return in_order;
}

bool DocumentOutputs::is_blind() const {
  return std::ranges::any_of(carriers, [&](Carrier carrier) {
    return is_to_write(carrier) && condition_of(carrier).kind == WriteCondition::Kind::always;
  });
}

Result<bool> DocumentOutputs::write() {
  for (const Carrier carrier : to_write()) {
    auto etag = receiver_->outputs().commit(carrier, condition_of(carrier));
    if (!etag) return std::unexpected(std::move(etag).error());
    refused_ = refused_ || !*etag;
    if (!*etag) return false;
    written_.set(carrier.index());
    if (carrier == primary()) written_etag_ = **std::move(etag);
  }
  return true;
}

Result<void> DocumentOutputs::look_again() {
  for (const Carrier carrier : carriers) {
    if (!is_to_write(carrier)) continue;
    auto seen = mill_.view.look(key_of(carrier));
    if (!seen) return std::unexpected(std::move(seen).error());
    seen_.of(carrier) = *std::move(seen);
  }
  return {};
}

bool DocumentOutputs::are_done(const Judge& judge, const SourceVersion& source) const {
  return std::ranges::all_of(carriers, [&](Carrier carrier) {
    if (!is_to_write(carrier)) return true;
    const Outputs carried = seen_.due.on(carrier);
    return std::ranges::all_of(output_ids, [&](OutputId output) {
      return !carried.has(output) || judge.is_done(job_, output, *seen_.of(carrier), source);
    });
  });
}

Result<void> DocumentOutputs::tidy(std::string_view source_etag) {
  if (PageFiles* const files = receiver_->outputs().files())
    if (auto removed = mill_.view.without_denial(files->remove_leftovers()); !removed) return removed;
  const auto& primary_before = seen_.of(primary());
  if (!primary_before || !primary_before->found || !primary_before->found->stamp) return {};
  // Tables that it vouched for, and this recipe does not make: they are of another version of the source, unless
  // somebody has made them anew. Files stay: who makes them anew may have put some already.
  for (const auto& [output, hash] : primary_before->found->stamp->outputs) {
    const auto& table = output_of(output).table;
    if (recipe_->recipe.outputs.has(output) || !table) continue;
    auto removed = mill_.view.without_denial(remove_if_stale(mill_.output, key_of(Carrier(*table)), source_etag));
    if (!removed) return removed;
  }
  return {};
}

void DocumentOutputs::take_back_files() {
  PageFiles* const files = receiver_ && receiver_->is_open() ? receiver_->outputs().files() : nullptr;
  if (files == nullptr || files->empty()) return;
  const auto list = read_file_list(mill_.output, key_of(list_of_files));
  const Result<void> removed =
      list ? files->take_back(*list ? (*list)->files : std::vector<ListedFile>{}) : std::unexpected(list.error());
  if (!removed)
    log::info("files_not_removed",
              {{"document", mill_.source.uri(job_.source_key)}, {"reason", removed.error().text()}});
}

std::optional<OutputState> DocumentOutputs::state(const DocumentRecord& record) const {
  if (record.output_uri || record.error_kind == ErrorKind::superseded) return OutputState::current;
  const auto& seen = seen_.of(primary());
  if (!seen || seen->seen == SeenOutput::Seen::nothing) return std::nullopt;
  const bool is_listed = seen->seen == SeenOutput::Seen::listed;
  if (!seen->found || (!is_listed && !seen->found->stamp)) return OutputState::none;
  if (record.error_kind == ErrorKind::source_gone || record.error_kind == ErrorKind::source_changed)
    return OutputState::stale;
  if (!record.source_etag) return std::nullopt;
  const bool fits = is_listed ? seen->found->info.modified_at > record.source_modified_at
                              : seen->found->stamp->source_etag == record.source_etag;
  return fits ? OutputState::current : OutputState::stale;
}

}  // namespace docmill
