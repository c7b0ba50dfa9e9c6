#include "aws/connection.h"

#include <utility>

#include "aws/credential_chain.h"

namespace docmill::aws {

Result<Client*> Connection::client() {
  const std::lock_guard lock(mutex_);
  if (client_) return client_.get();
  if (auto connected = connect(); !connected) return std::unexpected(std::move(connected).error());
  return client_.get();
}

Client* Connection::made() {
  const std::lock_guard lock(mutex_);
  return client_.get();
}

Result<void> Connection::connect() {
  auto settings = settings_from(process_environment, settings_.region);
  if (!settings) return std::unexpected(std::move(settings).error());
  settings->expected_bucket_owner = settings_.expected_bucket_owner;
  auto proxy = net::proxy_from_environment();
  if (!proxy) return std::unexpected(std::move(proxy).error());
  auto http = net::HttpClient::create({.proxy = std::move(*proxy), .ca_bundle_path = settings->ca_bundle_path});
  if (!http) return std::unexpected(std::move(http).error());
  auto credentials = default_chain((*http)->runtime(), *settings);
  if (!credentials) return std::unexpected(std::move(credentials).error());
  http_ = *std::move(http);
  caller_ = std::make_unique<net::Caller>(*http_, clock_, random_);
  client_ = std::make_unique<Client>(*caller_, *std::move(settings), *std::move(credentials), clock_);
  return {};
}

}  // namespace docmill::aws
