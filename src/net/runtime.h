// The AWS Common Runtime of this program: one group of event loops, one resolver of names, one TLS context.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/error.h"

struct aws_allocator;
struct aws_client_bootstrap;
struct aws_event_loop_group;
struct aws_host_resolver;
struct aws_tls_ctx;

namespace docmill::net {

/// Owns threads. Destroyed after everything that uses it, it waits until its threads have ended.
class Runtime {
 public:
  /// `ca_bundle_path`: a PEM file in place of the system's roots, where it is not empty.
  /// Errors: unavailable (no threads or descriptors), invalid_input (the bundle cannot be read).
  static Result<std::unique_ptr<Runtime>> create(const std::string& ca_bundle_path);
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;
  ~Runtime();

  /// Whether so many more threads can be had at this moment. The library does not survive where its own cannot.
  ///
  /// Errors: as start_thread().
  static Result<void> try_threads(std::size_t count);

  static aws_allocator* allocator();
  aws_client_bootstrap* bootstrap() const { return bootstrap_; }
  aws_tls_ctx* tls() const { return tls_; }

 private:
  Runtime() = default;
  aws_event_loop_group* loops_ = nullptr;
  aws_host_resolver* resolver_ = nullptr;
  aws_client_bootstrap* bootstrap_ = nullptr;
  aws_tls_ctx* tls_ = nullptr;
};

}  // namespace docmill::net
