#include "output/output_set.h"

#include <arrow/record_batch.h>
#include <fmt/format.h>

#include <utility>

#include "output/names.h"

namespace docmill {

OutputSet::OutputSet(ObjectStore& store, OutputSetPlan plan) : store_(store), plan_(std::move(plan)) {}

Result<std::unique_ptr<OutputSet>> OutputSet::create(ObjectStore& store, OutputSetPlan plan) {
  std::unique_ptr<OutputSet> set(new OutputSet(store, std::move(plan)));
  for (const OutputId output : output_ids)
    if (set->plan_.recipe->recipe.outputs.has(output))
      if (auto begun = set->begin(output); !begun) return std::unexpected(std::move(begun).error());
  if (set->plan_.recipe->recipe.outputs.has_files())
    set->files_.emplace(store, set->plan_.path, std::move(set->plan_.files_seen));
  return set;
}

Result<void> OutputSet::begin(OutputId output) {
  auto object = store_.create(output_key(plan_.path, output));
  if (!object) return std::unexpected(std::move(object).error());
  const auto& id = output_of(output).table;
  auto table = DocumentTable::create(*std::move(object), id ? table_of(*id) : files_table(), plan_.document,
                                     plan_.recipe->recipe.batch_size);
  if (!table) return std::unexpected(std::move(table).error());
  table_of_output(output).emplace(*std::move(table));
  return {};
}

Result<void> OutputSet::add(const ExtractedPage& page) {
  for (const OutputId output : output_ids) {
    const auto& id = output_of(output).table;
    if (!id || !table_of_output(output)) continue;
    if (auto added = table_of_output(output)->add(*page.rows_of(*id)); !added) return added;
  }
  return {};
}

Result<bool> OutputSet::add(const PageFile& file) {
  if (refused_) return false;
  auto stored = files_->add(file);
  refused_ = stored && !*stored;
  return stored;
}

OutputStamp OutputSet::stamp_of(OutputId output, OutputStamp stamp) const {
  const RecipeInForce& whole = *plan_.whole;
  stamp.recipe_hash = whole.hash_of_output(output);
  if (output != whole.recipe.outputs.primary()) return stamp;
  for (const OutputId other : output_ids)
    if (other != output && (plan_.recipe->recipe.outputs.has(other) || plan_.done.has(other)))
      stamp.outputs.emplace_back(other, whole.hash_of_output(other));
  return stamp;
}

Result<void> OutputSet::finish(const OutputStamp& stamp) {
  for (const OutputId output : output_ids) {
    auto& table = table_of_output(output);
    if (!table) continue;
    if (!output_of(output).table)
      if (auto written = table->file().write(*files_->rows(plan_.document)); !written) return written;
    const auto finished = table->file().finish(metadata_of(stamp_of(output, stamp)));
    if (!finished) return std::unexpected(finished.error());
  }
  return {};
}

Result<std::optional<std::string>> OutputSet::commit(OutputId output, const WriteCondition& condition) {
  auto etag = table_of_output(output)->file().commit(condition);
  is_committed_[static_cast<std::size_t>(output)] = etag && *etag;
  return etag;
}

bool OutputSet::can_commit() const {
  for (const OutputId output : output_ids) {
    const auto place = static_cast<std::size_t>(output);
    if (tables_[place] && !is_committed_[place] && !tables_[place]->file().can_commit()) return false;
  }
  return true;
}

}  // namespace docmill
