#include "extract/pdf/page_tree.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <string_view>
#include <utility>

namespace docmill::pdf {
namespace {

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Overwrite a value, which is a part of `document`, in its copy.
void overwrite(std::vector<std::byte>& copy, std::string_view document, Value value, char first) {
  const auto at = copy.begin() + (value.data() - document.data());
  std::fill_n(at, value.size(), std::byte{' '});
  *at = static_cast<std::byte>(first);
}

/// A linearised document says a second time how many pages it has (ISO 32000-2, annex F); PDFium believes that too.
void forget_linearisation(std::vector<std::byte>& copy) {
  constexpr std::size_t first_object_size_max = 1024;
  constexpr std::string_view key = "/Linearized";
  const std::size_t at = text_of(copy).substr(0, first_object_size_max).find(key);
  if (at != std::string_view::npos) copy[at + 1] = std::byte{'l'};
}

}  // namespace

std::optional<PageTree> PageTree::open(RawObjects& objects) {
  const auto reference = find_entry(objects.trailer(), "Root");
  const auto catalog = reference ? objects.resolve(*reference) : std::nullopt;
  const auto pages = catalog ? find_entry(catalog->text, "Pages") : std::nullopt;
  if (!pages) return std::nullopt;
  PageTree tree(objects, *pages);
  tree.has_layers_ = find_entry(catalog->text, "OCProperties").has_value();
  return tree;
}

std::optional<bool> PageTree::adds_up_to(std::uint32_t pages) {
  nodes_ = 0;
  missing_kids_.clear();
  const auto count = count_pages(root_, 0);
  return count ? std::optional(*count == pages && missing_kids_.empty()) : std::nullopt;
}

bool PageTree::is_node(Value kid) {
  const auto object = objects_->resolve(kid);
  return object && find_entry(object->text, "Kids").has_value();
}

/// Pages below a node. One that has no object is none, though PDFium counts it.
std::optional<std::uint64_t> PageTree::count_pages(Value node, int depth) {
  const auto object = objects_->resolve(node);
  if (!object || depth >= page_tree_depth_max || ++nodes_ > page_tree_nodes_max) return std::nullopt;
  const auto entry = find_entry(object->text, "Kids");
  const auto array = entry ? objects_->resolve(*entry) : std::nullopt;
  if (!array) return entry ? std::nullopt : std::optional<std::uint64_t>(1);  // a page in place of the tree
  const std::vector<Value> kids = elements_of(array->text);
  const auto is_there = [&](Value kid) {
    const auto number = reference_of(kid);
    return number ? objects_->is_listed(*number) : kid.starts_with("<<");
  };
  std::ranges::copy_if(kids, std::back_inserter(missing_kids_), std::not_fn(is_there));
  if (kids.empty() || (!is_node(kids.front()) && !is_node(kids.back()))) return kids.size();
  std::uint64_t sum = 0;
  for (const Value kid : kids) {
    const auto pages = is_node(kid) ? count_pages(kid, depth + 1) : std::optional<std::uint64_t>(1);
    if (!pages) return std::nullopt;
    sum += *pages;
  }
  return sum;
}

/// False where a node is not a part of the document as it stands.
bool PageTree::collect_mistakes(Value node, int depth) {
  const auto object = objects_->resolve(node);
  if (!object || object->in_stream || depth >= page_tree_depth_max || ++nodes_ > page_tree_nodes_max) return false;
  const auto entry = find_entry(object->text, "Kids");
  const auto array = entry ? objects_->resolve(*entry) : std::nullopt;
  if (!array || array->in_stream) return false;
  if (const auto count = find_entry(object->text, "Count")) counts_.push_back(*count);
  for (const Value kid : elements_of(array->text)) {
    const auto found = objects_->resolve(kid);
    const bool is_dictionary = found && skip_white(found->text).starts_with("<<");
    if (!is_dictionary) missing_kids_.push_back(kid);
    if (is_dictionary && is_node(kid) && !collect_mistakes(kid, depth + 1)) return false;
  }
  return true;
}

std::optional<Readable> PageTree::with_pages_to_count(std::span<const std::byte> document) {
  nodes_ = 0;
  counts_.clear();
  missing_kids_.clear();
  if (!collect_mistakes(root_, 0)) return std::nullopt;
  std::vector<std::byte> copy(document.begin(), document.end());
  for (const Value count : counts_) overwrite(copy, text_of(document), count, '0');
  for (const Value kid : missing_kids_) overwrite(copy, text_of(document), kid, ' ');
  forget_linearisation(copy);
  return Readable(std::move(copy));
}

}  // namespace docmill::pdf
