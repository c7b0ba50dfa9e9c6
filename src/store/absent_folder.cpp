#include "store/absent_folder.h"

#include <utility>

#include "base/percent_encoded.h"

namespace docmill {
namespace {

class EmptyListing final : public Listing {
 public:
  Result<std::optional<ObjectInfo>> next() override { return std::nullopt; }
};

class AbsentFolder final : public ObjectStore {
 public:
  explicit AbsentFolder(const std::filesystem::path& root)
      : uri_prefix_("file://" + percent_encoded(root.native()) + "/") {}

  std::string uri(std::string_view key) const override { return uri_prefix_ + percent_encoded(key); }
  Result<std::unique_ptr<Listing>> list(const ListOptions& /*options*/) override {
    return std::make_unique<EmptyListing>();
  }
  Result<std::optional<ObjectInfo>> head(std::string_view /*key*/) override { return std::nullopt; }
  Result<Object> get(std::string_view key, std::uint64_t /*size_bytes_max*/, Room* /*room*/) override {
    return fail(ErrorKind::source_gone, uri(key), "its folder does not exist");
  }
  Result<std::string> read_range(std::string_view key, std::uint64_t /*offset*/, std::uint64_t /*length*/) override {
    return fail(ErrorKind::source_gone, uri(key), "its folder does not exist");
  }
  Result<std::unique_ptr<ObjectWriter>> create(std::string_view key) override {
    return fail(ErrorKind::not_found, uri(key), "its folder does not exist");
  }
  Result<void> remove(std::string_view /*key*/) override { return {}; }

 private:
  std::string uri_prefix_;
};

}  // namespace

std::unique_ptr<ObjectStore> make_absent_folder_store(const std::filesystem::path& root) {
  return std::make_unique<AbsentFolder>(root);
}

}  // namespace docmill
