// The outputs of one document through all of its way: what was there, what is due, what is written under which
// condition, and what an earlier result left.
#pragma once

#include <bitset>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "document/job.h"
#include "document/recipe_in_force.h"
#include "mill/mill.h"
#include "mill/output_receiver.h"
#include "mill/verdict.h"

namespace docmill {

/// In this order: set_seen, look_at_files, begin, finish, write (with look_again between), tidy. A round that starts
/// over begins with set_seen again. One thread. Everything outlives it. Errors of all members: those of the store.
class DocumentOutputs {
 public:
  DocumentOutputs(const Mill& mill, SharedRecipe recipe, const Job& job);
  DocumentOutputs(const DocumentOutputs&) = delete;
  DocumentOutputs& operator=(const DocumentOutputs&) = delete;
  ~DocumentOutputs() { forget(); }

  const RecipeInForce& recipe() const { return *recipe_; }
  /// Of the primary output.
  const std::string& key() const { return key_; }
  std::string uri() const { return mill_.output.uri(key_); }
  const SeenOutput& primary_seen() const { return *seen_.of(primary()); }
  /// Of the primary output: as written, or as it stands.
  std::string etag() const;

  void set_seen(SeenOutputs seen);
  /// Before the source is read: see FilesSeen.
  Result<void> look_at_files();
  /// For those that are due.
  const RecipeInForce& due_recipe() const { return *due_recipe_; }

  OutputReceiver& begin(const DocumentColumns& document);
  OutputReceiver& receiver() { return *receiver_; }
  /// What was received is received again, or never: it counts for nothing.
  void forget();
  /// The document has come to its end.
  void close() { receiver_.reset(); }

  /// False where a file of the document is somebody else's by now: what was read goes for nothing, unless they have
  /// done all.
  Result<bool> finish(const OutputStamp& stamp);
  /// Whether some output is written under no condition, so that the source is to be looked at right before.
  bool is_blind() const;
  /// All that are due and not in the store yet, the primary one last. False where somebody else wrote one of them.
  Result<bool> write();
  bool can_write() { return receiver_->outputs().can_commit(); }
  Result<void> look_again();
  /// Whether all are done, by somebody, for the source as it is.
  bool are_done(const Judge& judge, const SourceVersion& source) const;

  /// Remove what an earlier result left: files that are not made any more, tables of another version of the source.
  Result<void> tidy(std::string_view source_etag);
  /// Instead of it, where the list of files never came: remove those that were put. They do no harm, so a fault is told
  /// and is none of the document's.
  void take_back_files();

  /// What the primary output is worth, from what was seen on the way: nothing is asked for it.
  std::optional<OutputState> state(const DocumentRecord& record) const;

 private:
  Carrier primary() const { return recipe_->recipe.outputs.primary_carrier(); }
  bool is_to_write(Carrier carrier) const { return seen_.due.has_carrier(carrier) && !written_[carrier.index()]; }
  std::vector<Carrier> to_write() const;
  WriteCondition condition_of(Carrier carrier) const;
  std::string key_of(Carrier carrier) const;

  const Mill& mill_;
  const SharedRecipe recipe_;
  const Job& job_;
  const std::string key_;
  SeenOutputs seen_;  // as they stood before the document was read, or when one was found changed
  SharedRecipe due_recipe_;
  FilesSeen files_seen_;
  std::bitset<carriers.size()> written_;  // by carrier: those that are in the store
  std::string written_etag_;              // of the primary one
  bool refused_ = false;                  // a write found its condition unmet
  std::optional<OutputReceiver> receiver_;
};

}  // namespace docmill
