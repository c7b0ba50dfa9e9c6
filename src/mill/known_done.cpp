#include "mill/known_done.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/digest.h"
#include "base/percent_encoded.h"
#include "output/names.h"
#include "output/runs.h"
#include "telemetry/log.h"

namespace docmill {

void KnownDone::start(Concurrency& concurrency, std::uint64_t rows_min) {
  std::vector<ObjectInfo> runs;
  const auto seen = each_run(output_, [&](RunFile run) {
    if (runs.size() == manifests_read_max) runs.erase(runs.begin());
    runs.push_back(std::move(run.manifest));
  });
  if (!seen) return;
  for (const ObjectInfo& manifest : runs) open(manifest);
  if (rows_ < rows_min) manifests_.clear();
  if (manifests_.empty()) return;
  auto lister = concurrency.start([this] { list_outputs(); }, [this](const Error&) { has_listed_ = true; });
  if (lister)
    lister_ = *std::move(lister);
  else
    manifests_.clear();
}

void KnownDone::open(const ObjectInfo& manifest) {
  auto rows = DoneRows::open(output_, manifest, recipe_.hash);
  if (!rows) return;
  rows_ += rows->rows_in_all();
  manifests_.push_back({.rows = *std::move(rows)});
  if (!advance(manifests_.back())) manifests_.pop_back();
}

/// To its next row of a document that lies in this source; false at its end.
bool KnownDone::advance(Manifest& manifest) {
  for (;;) {
    auto row = manifest.rows.next();
    if (!row || !*row) return false;
    const std::string_view uri = (*row)->source_uri;
    if (!uri.starts_with(source_root_)) continue;
    auto key = percent_decoded(uri.substr(source_root_.size()));
    if (!key) continue;
    manifest.key = *std::move(key);
    manifest.row = std::move(*row);
    return true;
  }
}

void KnownDone::list_outputs() {
  // Ten times as many keys as the manifests have documents are somebody else's for the most part.
  constexpr std::uint64_t keys_per_document_max = 10, keys_max_least = 100'000;
  const std::uint64_t keys_max = std::max(keys_max_least, rows_ * keys_per_document_max);
  const Layout& layout = recipe_.recipe.layout;
  const auto holds_no_tables = [&](std::string_view prefix) {
    return prefix == own_prefix || layout.has_among_files(prefix);
  };
  auto listing = output_.list({.prefix = layout.tables, .start_after = {}, .leave_out = holds_no_tables});
  for (std::uint64_t keys = 0; listing && !stopped_ && keys < keys_max && outputs_.size() < outputs_listed_max;
       ++keys) {
    auto info = (*listing)->next();
    if (!info) continue;
    if (!*info) break;
    keep(**info);
  }
  std::ranges::sort(outputs_, {}, &Listed::fingerprint);
  log::debug("outputs_listed", {{"place", output_.uri(layout.tables)}, {"outputs", outputs_.size()}});
  has_listed_ = true;
}

KnownDone::Listed KnownDone::listed(std::string_view key, std::string_view etag, WallTime modified_at) {
  std::string text(key);
  text += '\0';  // no key has one
  text += etag;
  const std::string digest = sha1(text);
  // 96 bits: that a stranger's is taken for one of sixteen million has a probability of 1e-22.
  Listed listed;
  std::memcpy(listed.fingerprint.data(), digest.data(), sizeof listed.fingerprint);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(modified_at.time_since_epoch()).count();
  listed.modified_s = static_cast<std::uint32_t>(seconds);
  return listed;
}

void KnownDone::keep(const ObjectInfo& object) {
  const auto name = document_of_output(recipe_.recipe.layout, object.key);
  if (!name || !recipe_.recipe.outputs.has_carrier(name->carrier)) return;
  const bool is_primary = name->carrier == recipe_.recipe.outputs.primary_carrier();
  outputs_.push_back(listed(object.key, is_primary ? object.etag : "", object.modified_at));
}

const KnownDone::Listed* KnownDone::find(std::string_view path, Carrier carrier, std::string_view etag) const {
  const Listed wanted = listed(output_key(recipe_.recipe.layout, path, carrier), etag, {});
  const auto found = std::ranges::lower_bound(outputs_, wanted.fingerprint, {}, &Listed::fingerprint);
  return found == outputs_.end() || found->fingerprint != wanted.fingerprint ? nullptr : &*found;
}

std::optional<std::string> KnownDone::in_manifests(const ObjectInfo& document) {
  std::optional<std::string> etag;
  for (std::size_t i = 0; i < manifests_.size();) {
    Manifest& manifest = manifests_[i];
    bool is_there = true;
    while (is_there && manifest.key < document.key) is_there = advance(manifest);
    if (!is_there) {
      manifests_.erase(manifests_.begin() + static_cast<std::ptrdiff_t>(i));
      continue;
    }
    // The latest run comes last.
    if (manifest.key == document.key && manifest.row->source_etag == document.etag) etag = manifest.row->output_etag;
    ++i;
  }
  return etag;
}

bool KnownDone::has_outputs(std::string_view path, std::string_view primary_etag) const {
  const Outputs outputs = recipe_.recipe.outputs;
  const Listed* const primary = find(path, outputs.primary_carrier(), primary_etag);
  return primary != nullptr && std::ranges::all_of(carriers, [&](Carrier carrier) {
           if (carrier == outputs.primary_carrier() || !outputs.has_carrier(carrier)) return true;
           const Listed* const other = find(path, carrier, "");
           return other != nullptr && other->modified_s <= primary->modified_s;
         });
}

DocumentRecord KnownDone::record_of(const ObjectInfo& document, std::string primary_etag, WallTime now) const {
  const Carrier primary = recipe_.recipe.outputs.primary_carrier();
  DocumentRecord record;
  record.source_uri = source_.uri(document.key);
  record.source_etag = document.etag;
  record.source_size_bytes = document.size_bytes;
  record.source_modified_at = document.modified_at;
  record.status = DocumentStatus::skipped;
  record.output_uri = output_.uri(output_key(recipe_.recipe.layout, document.key, primary));
  record.output_etag = std::move(primary_etag);
  record.output_state = OutputState::current;
  record.recipe_hash = recipe_.hash;
  record.finished_at = now;
  return record;
}

}  // namespace docmill
