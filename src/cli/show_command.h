// `docmill show`: an output Parquet for a person.
#pragma once

#include <arrow/io/type_fwd.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/options/bucket_access.h"
#include "cli/options/json.h"
#include "cli/options/log.h"
#include "cli/options/region.h"
#include "cli/options/settings_files.h"
#include "cli/options/show.h"
#include "cli/settings_of.h"
#include "cli/standard_output.h"
#include "store/open_store.h"

namespace docmill {

using SettingsOfShow =
    SettingsOf<SettingsFileOptions, RegionOptions, BucketAccessOptions, ShowOptions, JsonOptions, LogOptions>;

struct ShowRequest {
  std::string name;                                   // for errors
  std::shared_ptr<arrow::io::RandomAccessFile> file;  // of the user's own
  std::optional<std::uint32_t> page_number = {};      // only this page
  bool json = false;                                  // rows as objects, one a line
  bool for_terminal = false;                          // columns of tables stand below each other
};

/// What is named by a path, file:///PATH or s3://BUCKET/KEY, or comes through a pipe. What is no local file is held in
/// memory, up to `size_bytes_max`.
///
/// Errors: invalid_input (no such file; a folder), limit_bytes, and those of the place.
Result<std::shared_ptr<arrow::io::RandomAccessFile>> open_shown(const std::string& name, Stores& stores,
                                                                std::uint64_t size_bytes_max);

/// Print a document's pages, the rows of one of its other tables, or a run's documents, piece by piece. Control
/// characters in foreign text are escaped. `print` answers false when nobody reads any more; then nothing follows, and
/// that is no error.
///
/// Errors: invalid_input (no Parquet file, none of docmill's tables, no such page).
Result<void> show(const ShowRequest& request, const std::function<bool(std::string_view)>& print);

/// Every file that is named, and what lies in every folder (folder_view.h). The exit code: 0, 2 where a file is none
/// that can be shown, 3 where a place failed.
Result<int> show_command(const SettingsOfShow& settings, StandardOutput& out);

}  // namespace docmill
