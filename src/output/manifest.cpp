#include "output/manifest.h"

#include <arrow/record_batch.h>
#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "document/tables.h"
#include "output/document_rows.h"
#include "output/journal_rows.h"
#include "output/names.h"
#include "output/table_writer.h"

namespace docmill {
namespace {

// The rows of one row group, from the `first`.
Result<std::shared_ptr<arrow::RecordBatch>> next_group(JournalRows& rows, std::size_t first) {
  auto group = DocumentRows::create();
  if (!group) return std::unexpected(std::move(group).error());
  const std::size_t end = std::min(rows.size(), first + document_rows_per_group);
  for (std::size_t i = first; i < end; ++i) {
    const auto record = rows.row(i);
    if (!record) return std::unexpected(record.error());
    if (!*record) continue;
    if (auto added = group->add(rows.header().run_id, rows.header().docmill_version, **record); !added)
      return std::unexpected(std::move(added).error());
  }
  return group->take();
}

Result<void> write_manifest(JournalRows& rows, TableWriter& file) {
  for (std::size_t first = 0; first < rows.size(); first += document_rows_per_group) {
    const auto group = next_group(rows, first);
    if (!group) return std::unexpected(group.error());
    if (auto written = file.write(**group); !written) return written;
  }
  const auto finished = file.finish({});
  if (!finished) return std::unexpected(finished.error());
  return {};
}

}  // namespace

std::string manifest_key(std::string_view run_id) { return fmt::format("{}runs/{}.parquet", own_prefix, run_id); }

Result<std::string> publish_manifest(const std::filesystem::path& journal, ObjectStore& store) {
  auto rows = JournalRows::open(journal);
  if (!rows) return std::unexpected(std::move(rows).error());
  std::string key = manifest_key(rows->header().run_id);
  auto object = store.create(key);
  if (!object) return std::unexpected(std::move(object).error());
  auto file = create_documents_file(std::move(*object));
  if (!file) return std::unexpected(std::move(file).error());
  if (auto written = write_manifest(*rows, *file); !written) return std::unexpected(std::move(written).error());
  auto committed = file->commit(WriteCondition::always());
  if (!committed) return std::unexpected(std::move(committed).error());
  std::error_code ignored;  // a journal that stays is published once more, to the same bytes
  std::filesystem::remove(journal, ignored);
  return key;
}

}  // namespace docmill
