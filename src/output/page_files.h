// The files that are made of a document's pages, and the table that lists them: `_files.parquet`.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "document/layout.h"
#include "document/page.h"
#include "output/document_table.h"
#include "output/stamp.h"
#include "store/object_store.h"

namespace docmill {

/// What lies in a document's folders of files before the document is read: the etags that writes are conditioned on. A
/// writer that saw them before it read its source cannot overwrite what somebody made of a newer one.
struct FilesSeen {
  std::optional<Error> denied = {};  // listing is: writes have no condition
  std::map<std::string, ObjectInfo, std::less<>> by_key = {};
};

/// Visit what lies in a document's folder of an output, or is its one file there. One LIST, or one HEAD.
///
/// Errors: those of the store and of `visit`.
Result<void> each_file(ObjectStore& store, const Layout& layout, std::string_view path, OutputId output,
                       const std::function<Result<void>(ObjectInfo)>& visit);

/// As each_file does it, of each output that has files. Errors: those of the store, but not `denied`.
Result<FilesSeen> look_at_files(ObjectStore& store, const Layout& layout, std::string_view path, Outputs outputs);

/// A row of the list.
struct ListedFile {
  OutputId output{};
  std::optional<std::uint32_t> page_number = {};  // nothing: of the whole document
  std::string key;
  std::uint64_t size_bytes = 0;
  std::string sha256;
  std::string content_type;
};

/// A document's list of files, as it is in the store.
struct FileList {
  std::optional<OutputStamp> stamp;  // nothing: none of docmill's, and nothing that it lists counts
  std::vector<ListedFile> files;     // of outputs that this version knows
};

/// Nothing where there is none. Errors: those of the store, corrupt.
Result<std::optional<FileList>> read_file_list(ObjectStore& store, std::string_view key);

/// Stores files as they come and remembers them. In memory is one file, and a line for each. One thread.
class PageFiles {
 public:
  /// `layout` outlives it.
  PageFiles(ObjectStore& store, const Layout& layout, std::string path, FilesSeen seen)
      : store_(store), layout_(layout), path_(std::move(path)), seen_(std::move(seen)) {}

  /// False where somebody else wrote, or removed, the file meanwhile; nothing is stored then. A file that lies there
  /// with the same bytes is not put again; nor is one that was added before, as embedded images are that several pages
  /// show: they are named by their bytes.
  Result<bool> add(const PageFile& file);

  bool empty() const { return entries_.empty(); }

  /// The list, by output and page, as rows of files_table(): of these, and of `others` that stay.
  std::shared_ptr<arrow::RecordBatch> rows(const DocumentColumns& document, std::vector<ListedFile> others) const;

  /// After the list is in the store: remove what lay there before and is not on it. What somebody wrote meanwhile
  /// stays.
  Result<void> remove_leftovers();
  /// Instead of it: the list will never be in the store. Remove what was put and `listed` does not name.
  Result<void> take_back(const std::vector<ListedFile>& listed);

 private:
  struct Entry {
    ListedFile file;
    std::optional<std::string> put_etag = {};  // nothing: it lay there already
  };

  std::string key_of(const PageFile& file, std::string_view sha256) const;
  WriteCondition condition_of(const std::string& key) const;

  ObjectStore& store_;
  const Layout& layout_;
  std::string path_;
  FilesSeen seen_;
  std::map<std::string, Entry, std::less<>> entries_;  // by key
};

}  // namespace docmill
