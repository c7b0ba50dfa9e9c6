#include "store/open_store.h"

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "aws/s3_service.h"
#include "store/folder_store.h"
#include "store/retried_store.h"
#include "store/single_object.h"

namespace docmill {
namespace {

namespace fs = std::filesystem;

/// "/a/b/" and "k.pdf" of "/a/b/k.pdf/": a place is written as a folder, whatever it is.
std::pair<Place, std::string> folder_and_key(const Place& named) {
  const std::string_view path(named.prefix.data(), named.prefix.size() - 1);
  const std::size_t name = path.rfind('/') + 1;
  return {Place{.bucket = named.bucket, .prefix = std::string(path.substr(0, name))}, std::string(path.substr(name))};
}

}  // namespace

Result<aws::S3*> Stores::s3() {
  const std::lock_guard lock(mutex_);
  if (s3_) return &*s3_;
  auto client = connection_.client();
  if (!client) return std::unexpected(std::move(client).error());
  // Without a region nothing has an address: told before anything is begun.
  if (auto address = aws::s3_address((*client)->settings(), "", "", {}); !address)
    return std::unexpected(std::move(address).error());
  return &s3_.emplace(**client, settings_.s3);
}

Result<std::unique_ptr<ObjectStore>> Stores::open(const Place& place, bool create_folder) {
  if (place.is_folder()) return retried(open_folder_store(place.path(), create_folder));
  auto calls = s3();
  if (!calls) return std::unexpected(std::move(calls).error());
  return open_s3_store(**calls, place, settings_.listing);
}

Result<std::unique_ptr<ObjectStore>> Stores::retried(Result<std::unique_ptr<ObjectStore>> folder) {
  if (!folder) return folder;
  return make_retried_store(*std::move(folder), clock_, random_);
}

Result<NamedStore> Stores::open_named(const Place& named, const NamedOptions& options) {
  if (!named.is_folder()) return open_named_in_bucket(named, options);
  std::error_code error;
  const fs::file_status status = fs::status(named.path(), error);
  if (fs::is_regular_file(status)) return open_file(named);
  if (status.type() == fs::file_type::not_found)
    return fail(ErrorKind::not_found, named.path().string(), "there is no such file or folder");
  if (fs::exists(status) && !fs::is_directory(status))
    return fail(ErrorKind::invalid_input, named.path().string(), "this is neither a file nor a folder");
  auto store = settings_.follow_links ? retried(open_linked_folder_store(named.path())) : open(named, false);
  if (!store) return std::unexpected(std::move(store).error());
  return NamedStore{.place = named, .store = *std::move(store)};
}

/// The file itself, wherever links lead to it, under the name that was given.
Result<NamedStore> Stores::open_file(const Place& named) {
  auto [folder, name] = folder_and_key(named);
  if (folder.prefix.empty()) folder = place_of(".");
  const auto shown = open_folder_store(folder.path(), false);
  if (!shown) return std::unexpected(shown.error());
  std::error_code error;
  const fs::path target = fs::canonical(named.path(), error);
  if (error) return fail(ErrorKind::not_found, named.path().string(), "there is no such file");
  auto store = open(place_of(target.parent_path().string()), false);
  if (!store) return std::unexpected(std::move(store).error());
  std::string uri = (*shown)->uri(name);
  return NamedStore{
      .place = std::move(folder),
      .store = single_object_store(
          {.store = *std::move(store), .key_there = target.filename().string(), .key = name, .uri = std::move(uri)}),
      .only = std::move(name)};
}

Result<NamedStore> Stores::open_named_in_bucket(const Place& named, const NamedOptions& options) {
  if (options.look_for_object && !named.prefix.empty()) {
    auto [folder, key] = folder_and_key(named);
    auto store = open(folder, false);
    if (!store) return std::unexpected(std::move(store).error());
    const auto found = (*store)->head(key);
    if (!found) return std::unexpected(found.error());
    if (*found) {
      std::string uri = (*store)->uri(key);
      return NamedStore{.place = std::move(folder),
                        .store = single_object_store(
                            {.store = *std::move(store), .key_there = key, .key = key, .uri = std::move(uri)}),
                        .only = std::move(key)};
    }
  }
  auto store = open(named, false);
  if (!store) return std::unexpected(std::move(store).error());
  return NamedStore{.place = named, .store = *std::move(store)};
}

Result<std::unique_ptr<ObjectStore>> Stores::open_any_bucket() {
  auto calls = s3();
  if (!calls) return std::unexpected(std::move(calls).error());
  return open_any_bucket_store(**calls);
}

}  // namespace docmill
