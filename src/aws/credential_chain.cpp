#include "aws/credential_chain.h"

#include <aws/auth/auth.h>
#include <aws/auth/credentials.h>

#include <cstdlib>
#include <future>
#include <utility>
#include <vector>

#include "net/crt.h"

namespace docmill::aws {
namespace {

using namespace std::chrono_literals;

constexpr char where_it_looked[] =
    "found no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role is "
    "attached (ECS task, EC2 instance, EKS pod). Looked at the environment, the profile files, web identity, and the "
    "container's or instance's metadata";

/// Absent where its link of the chain has nothing to go by, such as a variable or an entry of the profile.
class Provider {
 public:
  explicit Provider(aws_credentials_provider* provider) : provider_(provider) {}
  aws_credentials_provider* get() const { return provider_.get(); }
  explicit operator bool() const { return provider_ != nullptr; }

 private:
  static void release(aws_credentials_provider* provider) { aws_credentials_provider_release(provider); }
  net::Handle<aws_credentials_provider, release> provider_;
};

Provider environment_provider() {
  const aws_credentials_provider_environment_options options{};
  return Provider(aws_credentials_provider_new_environment(net::Runtime::allocator(), &options));
}

Provider profile_provider(net::Runtime& runtime, const Settings& settings, proxy_env_var_settings* proxy) {
  aws_credentials_provider_profile_options options{};
  options.bootstrap = runtime.bootstrap();
  options.tls_ctx = runtime.tls();
  options.profile_name_override = net::cursor(settings.profile);
  options.proxy_ev_settings = proxy;
  return Provider(aws_credentials_provider_new_profile(net::Runtime::allocator(), &options));
}

Provider sso_provider(net::Runtime& runtime, const Settings& settings, proxy_env_var_settings* proxy) {
  aws_credentials_provider_sso_options options{};
  options.bootstrap = runtime.bootstrap();
  options.tls_ctx = runtime.tls();
  options.profile_name_override = net::cursor(settings.profile);
  options.proxy_ev_settings = proxy;
  return Provider(aws_credentials_provider_new_sso(net::Runtime::allocator(), &options));
}

Provider web_identity_provider(net::Runtime& runtime, const Settings& settings, proxy_env_var_settings* proxy) {
  aws_credentials_provider_sts_web_identity_options options{};
  options.bootstrap = runtime.bootstrap();
  options.tls_ctx = runtime.tls();
  options.profile_name_override = net::cursor(settings.profile);
  options.proxy_ev_settings = proxy;
  return Provider(aws_credentials_provider_new_sts_web_identity(net::Runtime::allocator(), &options));
}

Provider container_provider(net::Runtime& runtime) {
  aws_credentials_provider_ecs_environment_options options{};
  options.bootstrap = runtime.bootstrap();
  options.tls_ctx = runtime.tls();
  return Provider(aws_credentials_provider_new_ecs_from_environment(net::Runtime::allocator(), &options));
}

Provider instance_provider(net::Runtime& runtime) {
  if (process_environment("AWS_EC2_METADATA_DISABLED").value_or("") == "true") return Provider(nullptr);
  aws_credentials_provider_imds_options options{};
  options.bootstrap = runtime.bootstrap();
  options.imds_version = IMDS_PROTOCOL_V2;
  options.ec2_metadata_v1_disabled = true;
  return Provider(aws_credentials_provider_new_imds(net::Runtime::allocator(), &options));
}

std::string text_of(aws_byte_cursor bytes) { return std::string(net::view(bytes)); }

Credentials credentials_from(const aws_credentials& from) {
  Credentials credentials{.access_key_id = text_of(aws_credentials_get_access_key_id(&from)),
                          .secret_access_key = text_of(aws_credentials_get_secret_access_key(&from)),
                          .session_token = text_of(aws_credentials_get_session_token(&from))};
  const auto expires = aws_credentials_get_expiration_timepoint_seconds(&from);
  if (expires != UINT64_MAX) credentials.expires_at = WallTime(std::chrono::seconds(expires));
  return credentials;
}

/// The last link's error is the chain's. A container's endpoint is there when its variables are: it may answer later.
Error error_of(int code, bool has_container) {
  if (code == AWS_AUTH_CREDENTIALS_PROVIDER_ECS_INVALID_HOST)
    return {ErrorKind::invalid_input, "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "its host is neither a loopback address, 169.254.170.2 nor 169.254.170.23, and it is not https"};
  if (has_container)
    return {ErrorKind::unavailable, "credentials", "the container's endpoint gave none: " + net::crt_error(code)};
  return {ErrorKind::denied, "credentials", std::string(where_it_looked) + " (" + net::crt_error(code) + ")"};
}

class Chain final : public CredentialSource {
 public:
  Chain(Provider provider, bool has_container) : provider_(std::move(provider)), has_container_(has_container) {}

  Result<Credentials> fetch() override {
    auto fetch = std::make_unique<Fetch>(Fetch{.has_container = has_container_});
    auto credentials = fetch->promise.get_future();
    if (aws_credentials_provider_get_credentials(provider_.get(), on_credentials, fetch.get()) != AWS_OP_SUCCESS)
      return std::unexpected(error_of(aws_last_error(), has_container_));
    (void)fetch.release();  // on_credentials() has it now
    return credentials.get();
  }

 private:
  struct Fetch {
    bool has_container;
    std::promise<Result<Credentials>> promise{};
  };

  static void on_credentials(aws_credentials* credentials, int code, void* to) {
    const std::unique_ptr<Fetch> fetch(static_cast<Fetch*>(to));
    if (credentials != nullptr)
      fetch->promise.set_value(credentials_from(*credentials));
    else
      fetch->promise.set_value(std::unexpected(error_of(code, fetch->has_container)));
  }

  Provider provider_;
  bool has_container_;
};

}  // namespace

void turn_endpoints_into_hosts() {
  for (const char* name : {"AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_SSO"}) {
    const auto url = net::parse_url(process_environment(name).value_or(""));
    if (!url || !url->endpoint.tls || url->endpoint.port != 443 || url->target != "/") continue;
    ::setenv(name, url->endpoint.host.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): before the first thread
  }
}

Result<std::unique_ptr<CredentialSource>> default_chain(net::Runtime& runtime, const Settings& settings) {
  static const bool initialised = (aws_auth_library_init(net::Runtime::allocator()), true);
  (void)initialised;
  proxy_env_var_settings proxy{};
  proxy.env_var_type = AWS_HPEV_ENABLE;

  std::vector<Provider> links;
  links.push_back(environment_provider());
  links.push_back(profile_provider(runtime, settings, &proxy));
  links.push_back(sso_provider(runtime, settings, &proxy));
  links.push_back(web_identity_provider(runtime, settings, &proxy));
  links.push_back(container_provider(runtime));
  const bool has_container = static_cast<bool>(links.back());
  if (!has_container) links.push_back(instance_provider(runtime));

  std::vector<aws_credentials_provider*> present;
  for (const auto& link : links)
    if (link) present.push_back(link.get());
  aws_credentials_provider_chain_options options{};
  options.providers = present.data();
  options.provider_count = present.size();
  Provider chain(aws_credentials_provider_new_chain(net::Runtime::allocator(), &options));
  if (!chain) return fail(ErrorKind::unavailable, "credentials", net::last_crt_error());
  return std::make_unique<Chain>(std::move(chain), has_container);
}

}  // namespace docmill::aws
