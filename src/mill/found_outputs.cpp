#include "mill/found_outputs.h"

#include <utility>

namespace docmill {

Result<FoundOutputs> FoundOutputs::list(ObjectStore& outputs, const Layout& layout, DatasetManifest* manifest) {
  const auto holds_no_tables = [&layout](std::string_view prefix) {
    return prefix == own_prefix || layout.has_among_files(prefix);
  };
  auto listing = outputs.list({.prefix = layout.tables, .start_after = {}, .leave_out = holds_no_tables});
  if (!listing) return std::unexpected(std::move(listing).error());
  return FoundOutputs(layout, *std::move(listing), manifest);
}

Result<void> FoundOutputs::look_ahead() {
  if (!object_ && !objects_ended_) {
    auto object = listing_->next();
    if (!object) return std::unexpected(std::move(object).error());
    object_ = *std::move(object);
    objects_ended_ = !object_;
  }
  if (!row_ && !rows_ended_) {
    auto row = manifest_ != nullptr ? manifest_->next() : std::optional<DatasetRow>();
    if (!row) return std::unexpected(std::move(row).error());
    row_ = *std::move(row);
    rows_ended_ = !row_;
  }
  return {};
}

Result<std::optional<FoundOutput>> FoundOutputs::next() {
  if (auto looked = look_ahead(); !looked) return std::unexpected(std::move(looked).error());
  if (!object_ && !row_) return std::nullopt;
  FoundOutput found;
  const bool takes_object = object_ && (!row_ || object_->key <= row_->key);
  const bool takes_row = row_ && (!object_ || row_->key <= object_->key);
  if (takes_object) found.object = std::exchange(object_, std::nullopt);
  if (takes_row) found.before = std::exchange(row_, std::nullopt);
  if (found.object) found.name = document_of_output(*layout_, found.object->key);
  return found;
}

}  // namespace docmill
