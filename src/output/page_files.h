// The files that are made of a document's pages, and the table that lists them: `_files.parquet`.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "document/page.h"
#include "output/document_table.h"
#include "store/object_store.h"

namespace docmill {

/// What lies in a document's folders of files before the document is read: the etags that writes are conditioned on. A
/// writer that saw them before it read its source cannot overwrite what somebody made of a newer one.
struct FilesSeen {
  std::optional<Error> denied = {};  // listing is: writes have no condition
  std::map<std::string, ObjectInfo, std::less<>> by_key = {};
};

/// One LIST for each output that has files. Errors: those of the store, but not `denied`.
Result<FilesSeen> look_at_files(ObjectStore& store, std::string_view path, Outputs outputs);

/// Stores files as they come and remembers them. In memory is one file, and a line for each. One thread.
class PageFiles {
 public:
  PageFiles(ObjectStore& store, std::string path, FilesSeen seen)
      : store_(store), path_(std::move(path)), seen_(std::move(seen)) {}

  /// False where somebody else wrote, or removed, the file meanwhile; nothing is stored then. A file that lies there
  /// with the same bytes is not put again.
  Result<bool> add(const PageFile& file);

  bool empty() const { return entries_.empty(); }

  /// The list, in the order of pages, as rows of files_table().
  std::shared_ptr<arrow::RecordBatch> rows(const DocumentColumns& document) const;

  /// After the list is in the store: remove what lay there before and is not on it. What somebody wrote meanwhile
  /// stays.
  Result<void> remove_leftovers();
  /// Instead of it: the list will never be in the store. Remove what was put and `listed` does not name.
  Result<void> take_back(const std::vector<std::string>& listed);

 private:
  struct Entry {
    OutputId output{};
    std::uint32_t page_index = 0;
    std::uint64_t size_bytes = 0;
    std::string sha256;
    FileKind kind{};
    std::optional<std::string> put_etag;  // nothing: it lay there already
  };

  WriteCondition condition_of(const std::string& key) const;

  ObjectStore& store_;
  std::string path_;
  FilesSeen seen_;
  std::map<std::string, Entry, std::less<>> entries_;  // by key
};

/// The keys that the list at `key` names; empty where there is none. Errors: those of the store, corrupt.
Result<std::vector<std::string>> read_file_keys(ObjectStore& store, std::string_view key);

}  // namespace docmill
