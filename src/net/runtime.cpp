#include "net/runtime.h"

#include <aws/common/thread.h>
#include <aws/http/http.h>
#include <aws/io/channel_bootstrap.h>
#include <aws/io/event_loop.h>
#include <aws/io/host_resolver.h>
#include <aws/io/tls_channel_handler.h>

#include <latch>
#include <thread>
#include <vector>

#include "base/concurrency.h"
#include "net/crt.h"

namespace docmill::net {
namespace {

/// Two loops carry some gigabit of TLS; what is slower is the place or the extraction.
constexpr std::uint16_t event_loops = 2;
constexpr std::size_t resolved_hosts_max = 256;
/// Of the loops, and one that resolves names.
constexpr std::size_t threads = event_loops + 1;

Error no_start(std::string_view what) {
  return {ErrorKind::unavailable, "network", std::string(what) + " could not be started: " + last_crt_error()};
}

aws_tls_ctx* make_tls(const std::string& ca_bundle_path) {
  aws_tls_ctx_options options{};
  aws_tls_ctx_options_init_default_client(&options, Runtime::allocator());
  aws_tls_ctx_options_set_minimum_tls_version(&options, AWS_IO_TLSv1_2);
  const bool trusted = ca_bundle_path.empty() || aws_tls_ctx_options_override_default_trust_store_from_path(
                                                     &options, nullptr, ca_bundle_path.c_str()) == AWS_OP_SUCCESS;
  aws_tls_ctx* context = trusted ? aws_tls_client_ctx_new(Runtime::allocator(), &options) : nullptr;
  aws_tls_ctx_options_clean_up(&options);
  return context;
}

}  // namespace

Result<void> Runtime::try_threads(std::size_t count) {
  std::latch tried(1);
  std::vector<std::jthread> started;
  Result<void> granted;
  // Twice as many: one that has been joined may count for the system a moment longer.
  while (granted && started.size() < 2 * count) {
    auto thread = start_thread([&tried](const std::stop_token&) { tried.wait(); }, [](const Error&) {});
    if (thread)
      started.push_back(*std::move(thread));
    else
      granted = std::unexpected(std::move(thread).error());
  }
  tried.count_down();
  return granted;
}

aws_allocator* Runtime::allocator() { return aws_default_allocator(); }

Result<std::unique_ptr<Runtime>> Runtime::create(const std::string& ca_bundle_path) {
  // A group of event loops of which one gets no thread waits for it for ever.
  if (auto granted = try_threads(threads); !granted)
    return std::unexpected(std::move(granted).error().within("network"));
  // Never undone: its tables serve every runtime of the process, and go with it.
  static const bool initialised = (aws_http_library_init(allocator()), true);
  (void)initialised;
  std::unique_ptr<Runtime> runtime(new Runtime);

  aws_event_loop_group_options loop_options{};
  loop_options.loop_count = event_loops;
  runtime->loops_ = aws_event_loop_group_new(allocator(), &loop_options);
  if (runtime->loops_ == nullptr) return std::unexpected(no_start("the event loops"));

  aws_host_resolver_default_options resolver_options{};
  resolver_options.max_entries = resolved_hosts_max;
  resolver_options.el_group = runtime->loops_;
  runtime->resolver_ = aws_host_resolver_new_default(allocator(), &resolver_options);
  if (runtime->resolver_ == nullptr) return std::unexpected(no_start("the resolver of host names"));

  aws_client_bootstrap_options bootstrap_options{};
  bootstrap_options.event_loop_group = runtime->loops_;
  bootstrap_options.host_resolver = runtime->resolver_;
  runtime->bootstrap_ = aws_client_bootstrap_new(allocator(), &bootstrap_options);
  if (runtime->bootstrap_ == nullptr) return std::unexpected(no_start("the client"));

  runtime->tls_ = make_tls(ca_bundle_path);
  if (runtime->tls_ == nullptr && !ca_bundle_path.empty())
    return fail(ErrorKind::invalid_input, ca_bundle_path,
                "not a readable file of PEM certificates: " + last_crt_error());
  if (runtime->tls_ == nullptr)
    return fail(ErrorKind::unavailable, "network",
                "no trusted certificates: install the package ca-certificates (" + last_crt_error() + ")");
  return runtime;
}

Runtime::~Runtime() {
  aws_tls_ctx_release(tls_);
  aws_client_bootstrap_release(bootstrap_);
  aws_host_resolver_release(resolver_);
  aws_event_loop_group_release(loops_);
  aws_thread_join_all_managed();
}

}  // namespace docmill::net
