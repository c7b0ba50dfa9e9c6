#include "output/output_set.h"

#include <arrow/record_batch.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "document/page_choice.h"
#include "output/names.h"

namespace docmill {
namespace {

/// The worst of both: what was written with the other stays as it was.
std::string worse_of(const std::string& a, const std::string& b) {
  for (const std::string_view status : {"retry", "partial"})
    if (a == status || b == status) return std::string(status);
  return a;
}

}  // namespace

OutputSet::OutputSet(ObjectStore& store, OutputSetPlan plan) : store_(store), plan_(std::move(plan)) {}

Result<std::unique_ptr<OutputSet>> OutputSet::create(ObjectStore& store, OutputSetPlan plan) {
  std::unique_ptr<OutputSet> set(new OutputSet(store, std::move(plan)));
  const Outputs outputs = set->plan_.recipe->recipe.outputs;
  for (const Carrier carrier : carriers) {
    if (carrier == list_of_files || !outputs.has_carrier(carrier)) continue;
    auto table = set->begin(carrier);
    if (!table) return std::unexpected(std::move(table).error());
    set->tables_[carrier.index()].emplace(*std::move(table));
  }
  for (const OutputId output : output_ids)
    if (outputs.has(output) && output_of(output).files == FilesOf::table)
      set->json_[static_cast<std::size_t>(output)].emplace(output_of(output).name, set->plan_.document);
  if (outputs.has(OutputId::crops)) set->crops_.emplace(set->plan_.recipe->recipe, set->plan_.document.page_count);
  if (outputs.has_files()) set->files_.emplace(store, set->layout(), set->plan_.path, std::move(set->plan_.files_seen));
  return set;
}

Result<DocumentTable> OutputSet::begin(Carrier carrier) {
  auto object = store_.create(output_key(layout(), plan_.path, carrier));
  if (!object) return std::unexpected(std::move(object).error());
  return DocumentTable::create(*std::move(object), carrier.table(), plan_.document, plan_.recipe->recipe.batch_size);
}

Result<void> OutputSet::add(const ExtractedPage& page) {
  for (const TableId id : table_ids) {
    auto& table = tables_[Carrier(id).index()];
    if (!table || id == TableId::crops) continue;
    // Pages without text are there for other outputs.
    if (id == TableId::pages && !has_text_of(plan_.recipe->recipe, page.page_index, plan_.document.page_count))
      continue;
    if (auto added = table->add(*page.rows_of(id)); !added) return added;
  }
  if (crops_) crops_->add(page);
  for (const OutputId output : output_ids) {
    auto& json = json_[static_cast<std::size_t>(output)];
    if (!json) continue;
    if (auto added = json->add(*page.rows_of(*output_of(output).table)); !added) return added;
  }
  return {};
}

Result<void> OutputSet::store_json() {
  for (const OutputId output : output_ids) {
    auto& json = json_[static_cast<std::size_t>(output)];
    if (!json) continue;
    auto bytes = json->finish();
    if (!bytes) return std::unexpected(std::move(bytes).error());
    const auto stored = add(PageFile{.output = output, .kind = FileKind::json, .bytes = *std::move(bytes)});
    if (!stored) return std::unexpected(stored.error());
    json.reset();
  }
  return {};
}

Result<bool> OutputSet::add(const PageFile& file) {
  if (refused_) return false;
  if (output_of(file.output).files == FilesOf::document) {
    auto whole = with_document(file.bytes, plan_.document);
    if (!whole) return std::unexpected(std::move(whole).error());
    return store(PageFile{.output = file.output, .kind = file.kind, .bytes = *std::move(whole)});
  }
  return store(file);
}

Result<bool> OutputSet::store(const PageFile& file) {
  auto stored = files_->add(file);
  refused_ = stored && !*stored;
  return stored;
}

OutputStamp OutputSet::stamp_of(Carrier carrier) const {
  const RecipeInForce& whole = *plan_.whole;
  const Outputs made = plan_.recipe->recipe.outputs;
  OutputStamp stamp = stamp_;
  stamp.recipe_hash = whole.hash_of_output(made.on(carrier).primary());
  const bool vouches_for_all = carrier == whole.recipe.outputs.primary_carrier();
  for (const OutputId output : output_ids) {
    const bool is_done = made.has(output) || plan_.done.has(output);
    const bool is_other = vouches_for_all && is_done && output != whole.recipe.outputs.primary();
    const bool is_listed = carrier == list_of_files && made.has(output) && output_of(output).has_files();
    if (is_other || is_listed) stamp.outputs.emplace_back(output, whole.hash_of_output(output));
  }
  return stamp;
}

Result<void> OutputSet::finish(const OutputStamp& stamp) {
  stamp_ = stamp;
  if (auto stored = store_json(); !stored) return stored;
  if (crops_)
    if (auto added = tables_[Carrier(TableId::crops).index()]->add(*crops_->finish()); !added) return added;
  crops_.reset();
  for (const Carrier carrier : carriers) {
    auto& table = tables_[carrier.index()];
    if (!table) continue;
    const auto finished = table->finish(metadata_of(stamp_of(carrier)));
    if (!finished) return std::unexpected(finished.error());
  }
  return {};
}

Result<std::optional<std::string>> OutputSet::commit(Carrier carrier, const WriteCondition& condition) {
  auto etag = carrier == list_of_files ? commit_list(condition) : tables_[carrier.index()]->file().commit(condition);
  is_committed_[carrier.index()] = etag && *etag;
  return etag;
}

Result<std::optional<std::string>> OutputSet::commit_list(const WriteCondition& condition) {
  OutputStamp stamp = stamp_of(list_of_files);
  std::vector<ListedFile> others;
  if (condition.kind != WriteCondition::Kind::if_absent)
    if (auto kept = keep_others(stamp, others); !kept) return std::unexpected(std::move(kept).error());
  auto list = begin(list_of_files);
  if (!list) return std::unexpected(std::move(list).error());
  if (auto written = list->add_whole(*files_->rows(plan_.document, std::move(others))); !written)
    return std::unexpected(std::move(written).error());
  if (const auto finished = list->finish(metadata_of(stamp)); !finished) return std::unexpected(finished.error());
  return list->file().commit(condition);
}

/// The files of outputs that are not made here, where the list that is there vouches for them.
Result<void> OutputSet::keep_others(OutputStamp& stamp, std::vector<ListedFile>& others) {
  const Outputs made = plan_.recipe->recipe.outputs;
  auto there = read_file_list(store_, output_key(layout(), plan_.path, list_of_files));
  const bool is_unreadable =
      !there && (there.error().kind == ErrorKind::denied || there.error().kind == ErrorKind::corrupt);
  if (!there && !is_unreadable) return std::unexpected(std::move(there).error());
  if (is_unreadable || !*there || !(*there)->stamp || !is_of_source(*(*there)->stamp, stamp.source_etag)) return {};
  Outputs kept;
  for (const auto& [output, hash] : (*there)->stamp->outputs) {
    if (made.has(output) || !output_of(output).has_files()) continue;
    kept.add(output);
    std::erase_if(stamp.outputs, [&](const auto& other) { return other.first == output; });
    stamp.outputs.emplace_back(output, hash);
  }
  if (kept.empty()) return {};
  stamp.status = worse_of(stamp.status, (*there)->stamp->status);
  std::ranges::copy_if((*there)->files, std::back_inserter(others),
                       [&](const ListedFile& file) { return kept.has(file.output); });
  return {};
}

bool OutputSet::can_commit() const {
  return std::ranges::all_of(carriers, [&](Carrier carrier) {
    const auto& table = tables_[carrier.index()];
    return !table || is_committed_[carrier.index()] || table->file().can_commit();
  });
}

}  // namespace docmill
