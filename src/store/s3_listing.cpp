#include <fmt/format.h>

#include <string>
#include <utility>

#include "store/s3_root.h"

namespace docmill {
namespace {

/// S3 may send a page without objects that another follows. So many in a row, and it goes in a circle.
constexpr int empty_pages_max = 1000;
/// The last code point of Unicode in UTF-8. What S3 lists is UTF-8, so no key of a folder sorts behind it and its
/// prolongations.
constexpr std::string_view last_code_point = "\xF4\x8F\xBF\xBF";

class S3Listing final : public Listing {
 public:
  S3Listing(std::shared_ptr<const S3Root> root, ListOptions options)
      : root_(std::move(root)), options_(std::move(options)) {
    request_ = {.bucket = root_->bucket,
                .prefix = root_->prefix + options_.prefix,
                .start_after = options_.start_after.empty() ? "" : root_->prefix + options_.start_after,
                .token = {},
                .objects_max = root_->list_page_objects_max};
  }

  Result<void> fetch();
  Result<std::optional<ObjectInfo>> next() override;

 private:
  bool is_left_out(std::string_view key);
  void tell(LeftOut reason, std::string_view entry) const {
    if (options_.on_left_out) options_.on_left_out(reason, entry);
  }
  void jump();
  std::unexpected<Error> broken(std::string message);

  std::shared_ptr<const S3Root> root_;
  ListOptions options_;
  aws::ListRequest request_;
  aws::ListPage page_;
  std::size_t position_ = 0;
  std::string last_key_;  // with the prefix; the last one seen
  std::string left_out_;  // the folder, below the store's prefix, that is being passed over
  std::string entered_;   // the folder that was last found to be entered
  int empty_pages_ = 0;
  bool finished_ = false;  // no page follows
};

/// A server that answers so would do it again.
std::unexpected<Error> S3Listing::broken(std::string message) {
  finished_ = true;
  page_.objects.clear();
  position_ = 0;
  return fail(ErrorKind::unavailable, fmt::format("listing of {}", root_->uri(options_.prefix)), std::move(message));
}

Result<void> S3Listing::fetch() {
  page_.objects.clear();
  position_ = 0;
  auto page = root_->s3.list(request_);
  if (!page) {
    finished_ = true;
    return std::unexpected(std::move(page).error());
  }
  page_ = std::move(*page);
  empty_pages_ = page_.objects.empty() ? empty_pages_ + 1 : 0;
  if (page_.next_token.empty()) {
    finished_ = true;
    return {};
  }
  if (page_.next_token == request_.token) return broken("S3 sends the same page again and again");
  if (empty_pages_ > empty_pages_max) return broken("S3 sends page after page without an object");
  request_.token = page_.next_token;
  return {};
}

/// Whether one of its folders is to be left out.
bool S3Listing::is_left_out(std::string_view key) {
  if (!options_.leave_out) return false;
  if (!left_out_.empty() && key.starts_with(left_out_)) return true;
  left_out_.clear();
  const std::string_view folder = key.substr(0, key.rfind('/') + 1);
  if (folder == entered_) return false;
  for (std::size_t slash = key.find('/'); slash != std::string_view::npos; slash = key.find('/', slash + 1)) {
    if (!options_.leave_out(key.substr(0, slash + 1))) continue;
    left_out_ = key.substr(0, slash + 1);
    tell(LeftOut::folder, left_out_);
    return true;
  }
  entered_ = folder;
  return false;
}

/// The page ends in a folder that is left out: what is behind it is asked for by name, and the rest of the folder is
/// never listed.
void S3Listing::jump() {
  std::string target = root_->prefix + left_out_ + std::string(last_code_point);
  if (target <= last_key_) return;
  request_.token.clear();
  request_.start_after = std::move(target);
}

Result<std::optional<ObjectInfo>> S3Listing::next() {
  for (;;) {
    if (position_ == page_.objects.size()) {
      if (finished_) return std::nullopt;
      if (!left_out_.empty()) jump();
      if (auto fetched = fetch(); !fetched) return std::unexpected(std::move(fetched).error());
      continue;
    }
    aws::ListedObject& listed = page_.objects[position_++];
    if (!listed.key.starts_with(request_.prefix)) return broken("S3 lists a key without the prefix that was asked for");
    if (listed.key < last_key_) return broken("S3 lists keys that are not in order");
    if (listed.key == last_key_ && !last_key_.empty()) continue;
    last_key_ = listed.key;
    const std::string_view key = std::string_view(listed.key).substr(root_->prefix.size());
    if (key.empty()) tell(LeftOut::marker, root_->uri(""));  // an object with the name of the folder lies not below it
    if (key.empty() || is_left_out(key)) continue;
    return ObjectInfo{.key = std::string(key),
                      .size_bytes = listed.size_bytes,
                      .etag = std::move(listed.etag),
                      .modified_at = listed.modified_at};
  }
}

}  // namespace

Result<std::unique_ptr<Listing>> make_s3_listing(std::shared_ptr<const S3Root> root, ListOptions options) {
  if (root->bucket.empty()) return fail(ErrorKind::invalid_input, "s3://", "a bucket must be named to be listed");
  auto listing = std::make_unique<S3Listing>(std::move(root), std::move(options));
  if (auto fetched = listing->fetch(); !fetched) return std::unexpected(std::move(fetched).error());
  return listing;
}

}  // namespace docmill
