// Documents that are known to be done without a look at their outputs.
//
// A listing of the outputs tells which versions are there; the manifests of earlier runs tell of which version of a
// document, and with which settings, a version of an output was made. What both vouch for is done: so a run over
// documents that have not changed makes no request for any of them.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/concurrency.h"
#include "document/job.h"
#include "document/recipe_in_force.h"
#include "output/done_rows.h"
#include "store/object_store.h"

namespace docmill {

/// So many of the latest manifests are read.
inline constexpr std::size_t manifests_read_max = 4;
/// A smaller run costs less than a listing.
inline constexpr std::uint64_t manifest_rows_min = 16;
/// Outputs of which is kept what tells them, 16 bytes each. Those beyond are looked at one by one.
inline constexpr std::size_t outputs_listed_max = std::size_t{1} << 24U;

/// The primary output of a recipe is written last. So where it is the one that the manifest tells of, and no other
/// output is younger, all are as they were when the manifest's run called the document done. An output that was added
/// later is younger, and is looked at.
///
/// One thread calls it, unless said otherwise. Where something cannot be listed or read, less is known: that is no
/// error, for then outputs are looked at.
class KnownDone {
 public:
  /// Stores and recipe outlive it. Knows nothing before start().
  KnownDone(ObjectStore& source, ObjectStore& output, const RecipeInForce& recipe)
      : source_(source), output_(output), recipe_(recipe), source_root_(source.uri("")) {}
  KnownDone(const KnownDone&) = delete;
  KnownDone& operator=(const KnownDone&) = delete;
  ~KnownDone() { stop(); }

  /// Looks which manifests there are, and begins to list the outputs in a thread of its own, unless the manifests have
  /// fewer rows than `rows_min`.
  void start(Concurrency& concurrency, std::uint64_t rows_min);
  /// The listing need not come to its end; any thread.
  void stop() { stopped_ = true; }

  /// What a manifest says of this version of a document: the etag of its primary output. Documents come in the bytewise
  /// order of keys.
  std::optional<std::string> in_manifests(const ObjectInfo& document);
  /// Whether the outputs are listed; any thread.
  bool has_listed() const { return has_listed_; }
  /// Waits for that.
  void wait() { lister_.reset(); }
  /// After has_listed() or wait(): whether the document has all outputs of the recipe, the primary one with this etag
  /// and none of the others younger. Any thread.
  bool has_outputs(std::string_view path, std::string_view primary_etag) const;
  /// What process() would say of such a document. Any thread.
  DocumentRecord record_of(const ObjectInfo& document, std::string primary_etag, WallTime now) const;

 private:
  struct Listed {
    std::array<std::uint32_t, 3> fingerprint = {};  // of the key; of the primary output also of the etag
    std::uint32_t modified_s = 0;                   // seconds since 1970, as fine as S3 has it
  };
  struct Manifest {
    DoneRows rows;
    std::string key = {};  // of `row`
    std::optional<DoneRow> row = {};
  };
  void open(const ObjectInfo& manifest);
  bool advance(Manifest& manifest);
  void list_outputs();
  void keep(const ObjectInfo& object);
  static Listed listed(std::string_view key, std::string_view etag, WallTime modified_at);
  const Listed* find(std::string_view path, Carrier carrier, std::string_view etag) const;

  ObjectStore& source_;
  ObjectStore& output_;
  const RecipeInForce& recipe_;
  const std::string source_root_;
  std::vector<Manifest> manifests_;
  std::uint64_t rows_ = 0;       // of the manifests
  std::vector<Listed> outputs_;  // by fingerprint, once they are listed
  std::atomic<bool> has_listed_ = false, stopped_ = false;
  std::unique_ptr<RunningThread> lister_;  // last: it uses all of the above
};

}  // namespace docmill
