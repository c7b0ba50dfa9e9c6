// All outputs of one document on their way into a store: a writer for each table of the recipe, files as they come, and
// their stamps.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "document/page.h"
#include "document/recipe_in_force.h"
#include "output/crop_table.h"
#include "output/document_table.h"
#include "output/page_files.h"
#include "output/stamp.h"
#include "output/table_json.h"
#include "store/object_store.h"

namespace docmill {

struct OutputSetPlan {
  std::string path;     // the document's, which outputs are named after
  SharedRecipe recipe;  // its outputs are those that are made
  /// What vouches for outputs that are done already, so that the primary output's stamp names them too.
  Outputs done = {};
  SharedRecipe whole;  // with their hashes
  DocumentColumns document;
  FilesSeen files_seen = {};
};

/// In memory is a row group of each table, and of files one. Nothing is visible before commit() but files, which
/// readers do not trust before `_files.parquet` lists them. One thread.
class OutputSet {
 public:
  /// Errors of all members: those of the store.
  static Result<std::unique_ptr<OutputSet>> create(ObjectStore& store, OutputSetPlan plan);

  Result<void> add(const ExtractedPage& page);
  /// False where somebody else wrote the file meanwhile, or one before it: then no file is stored any more, and the
  /// document is to be done again.
  Result<bool> add(const PageFile& file);

  /// Write the footers of tables, and store the files that are made of them. `stamp` is without what differs between
  /// outputs: hash, and names of others.
  Result<void> finish(const OutputStamp& stamp);
  /// After finish(): any number of times until it succeeds. The etag; nothing when the condition did not hold. The list
  /// of files is made each time, for others write it too: their outputs that are done for this source stay on it.
  Result<std::optional<std::string>> commit(Carrier carrier, const WriteCondition& condition);
  /// As ObjectWriter::can_commit(), of all tables that are not in the store yet.
  bool can_commit() const;

  PageFiles* files() { return files_ ? &*files_ : nullptr; }
  bool was_refused() const { return refused_; }

 private:
  explicit OutputSet(ObjectStore& store, OutputSetPlan plan);
  const Layout& layout() const { return plan_.whole->recipe.layout; }
  Result<DocumentTable> begin(Carrier carrier);
  Result<void> store_json();
  Result<bool> store(const PageFile& file);
  OutputStamp stamp_of(Carrier carrier) const;
  Result<std::optional<std::string>> commit_list(const WriteCondition& condition);
  Result<void> keep_others(OutputStamp& stamp, std::vector<ListedFile>& others);

  ObjectStore& store_;
  OutputSetPlan plan_;
  std::array<std::optional<DocumentTable>, carriers.size()> tables_;  // by carrier; none of the list
  std::array<bool, carriers.size()> is_committed_ = {};
  std::array<std::optional<TableJson>, output_ids.size()> json_;  // of outputs that have their table so, too
  std::optional<CropTable> crops_;                                // written when all pages have come
  std::optional<PageFiles> files_;
  OutputStamp stamp_;
  bool refused_ = false;
};

}  // namespace docmill
