// The pages that a document's page tree holds, whatever its /Count says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "extract/pdf/raw_objects.h"
#include "extract/pdf/readable.h"
#include "extract/pdf/syntax.h"

namespace docmill::pdf {

/// Nodes of a page tree in each other, and all of them.
inline constexpr int page_tree_depth_max = 64;
inline constexpr std::size_t page_tree_nodes_max = 1'000'000;

class PageTree {
 public:
  /// Nothing where the catalog cannot be read. `objects` must outlive it.
  static std::optional<PageTree> open(RawObjects& objects);

  /// Whether the catalog has optional content (ISO 32000-2, 8.11).
  bool has_layers() const { return has_layers_; }

  /// Whether the tree has so many pages, as far as a look at its nodes tells: a node's first and last kid stand for
  /// the others, and no page is looked at for its own sake. Nothing where it cannot be read.
  std::optional<bool> adds_up_to(std::uint32_t pages);

  /// A copy of the document, the one that the objects are of, in which no node says how many pages it has, so that
  /// PDFium counts them, and kids that are not there are gone. Nothing where some of the nodes are in object streams.
  std::optional<Readable> with_pages_to_count(std::span<const std::byte> document);

  /// Whether that took kids out.
  bool lacks_pages() const { return !missing_kids_.empty(); }

 private:
  PageTree(RawObjects& objects, Value root) : objects_(&objects), root_(root) {}

  std::optional<std::uint64_t> count_pages(Value node, int depth);
  bool collect_mistakes(Value node, int depth);
  bool is_node(Value kid);

  RawObjects* objects_;
  Value root_;
  bool has_layers_ = false;
  std::size_t nodes_ = 0;
  std::vector<Value> counts_, missing_kids_;
};

}  // namespace docmill::pdf
