#include <nlohmann/json.hpp>
#include <utility>

#include "store/s3_root.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// More than that somebody else has to find out about: a page has a thousand.
constexpr int upload_pages_max = 10;

void end_upload(const S3Root& root, const aws::ObjectName& name, const aws::ListedUpload& upload) {
  const auto aborted = root.s3.abort_upload(name, upload.id);
  if (!aborted) {
    log::info("upload_left", {{"reason", aborted.error().text()}});
    return;
  }
  ++root.uploads_removed;
  log::info("upload_removed", {{"object", name.uri()}, {"begun_at", iso8601(upload.begun_at)}});
}

}  // namespace

Result<void> remove_s3_uploads(const S3Root& root, const aws::ObjectName& prefix,
                               const std::function<bool(const aws::ListedUpload&)>& is_dead) {
  aws::UploadMarker after;
  for (int pages = 0; pages < upload_pages_max; ++pages) {
    auto page = root.s3.list_uploads(prefix, after);
    if (!page) {
      root.uploads_hidden = page.error().kind == ErrorKind::denied;
      return std::unexpected(std::move(page).error());
    }
    for (const aws::ListedUpload& upload : page->uploads)
      if (is_dead(upload)) end_upload(root, {.bucket = prefix.bucket, .key = upload.key}, upload);
    if (page->next.empty()) return {};
    after = std::move(page->next);
  }
  return fail(ErrorKind::limit_output, prefix.uri(), "so many uploads are unfinished that not all were looked at");
}

}  // namespace docmill
