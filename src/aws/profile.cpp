#include "aws/profile.h"

#include <aws/common/string.h>
#include <aws/sdkutils/aws_profile.h>

#include "net/crt.h"
#include "net/runtime.h"

namespace docmill::aws {
namespace {

using String = net::Handle<aws_string, aws_string_destroy>;

String string(std::string_view text) {
  return String(aws_string_new_from_array(net::Runtime::allocator(), reinterpret_cast<const std::uint8_t*>(text.data()),
                                          text.size()));
}

void release(aws_profile_collection* files) { aws_profile_collection_release(files); }

using Files = net::Handle<aws_profile_collection, release>;

Files read_file(const Environment& environment, const char* variable, const char* below_home,
                aws_profile_source_type type) {
  const auto named = environment(variable);
  const auto home = environment("HOME");
  if (!named && !home) return nullptr;
  const auto path = named ? *named : *home + below_home;
  return Files(aws_profile_collection_new_from_file(net::Runtime::allocator(), string(path).get(), type));
}

std::optional<std::string> text_of(const aws_string* value) {
  if (value == nullptr || value->len == 0) return std::nullopt;
  return std::string(net::view(aws_byte_cursor_from_string(value)));
}

const aws_profile_property* property(const aws_profile* section, std::string_view key) {
  return section == nullptr ? nullptr : aws_profile_get_property(section, string(key).get());
}

}  // namespace

std::optional<std::string> Profile::get(std::string_view key) const {
  const auto* const found = property(profile_, key);
  return found == nullptr ? std::nullopt : text_of(aws_profile_property_get_value(found));
}

std::optional<std::string> Profile::service_endpoint(std::string_view service) const {
  const auto section_name = get("services");
  if (!section_name) return std::nullopt;
  const auto* const section =
      aws_profile_collection_get_section(files_.get(), AWS_PROFILE_SECTION_TYPE_SERVICES, string(*section_name).get());
  const auto* const found = property(section, service);
  return found == nullptr ? std::nullopt
                          : text_of(aws_profile_property_get_sub_property(found, string("endpoint_url").get()));
}

Profile read_profile(const Environment& environment) {
  Profile profile;
  profile.name_ = environment("AWS_PROFILE").value_or("default");
  const auto config = read_file(environment, "AWS_CONFIG_FILE", "/.aws/config", AWS_PST_CONFIG);
  const auto credentials =
      read_file(environment, "AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials", AWS_PST_CREDENTIALS);
  if (!config && !credentials) return profile;
  profile.files_ = {aws_profile_collection_new_from_merge(net::Runtime::allocator(), config.get(), credentials.get()),
                    release};
  if (profile.files_)
    profile.profile_ = aws_profile_collection_get_profile(profile.files_.get(), string(profile.name_).get());
  return profile;
}

}  // namespace docmill::aws
