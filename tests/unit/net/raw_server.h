// A small HTTP server that a test scripts down to the bytes: it can cut, drip, reset and say nothing.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <poll.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/blob.h"
#include "net/http.h"

namespace docmill {

struct ReceivedRequest {
  std::string line;  // "GET /a HTTP/1.1"
  net::Headers headers;
  std::string body;

  std::string header(std::string_view name) const {
    return std::string(net::find(headers, name).value_or(std::string_view()));
  }
};

/// What an answer may do to its connection.
class ServerConnection {
 public:
  ServerConnection(int fd, std::stop_token stop) : fd_(fd), stop_(std::move(stop)) {}

  void send(std::string_view bytes) const { (void)!::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  void reply(int status, std::string_view body, std::string_view headers = "") const {
    send("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(body));
  }
  /// RST in place of FIN.
  void reset() const {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  void close() const { shutdown(fd_, SHUT_RDWR); }
  /// Until the test ends or the client has gone.
  void hang() const {
    pollfd poll_fd{.fd = fd_, .events = POLLRDHUP, .revents = 0};
    while (!stop_.stop_requested() && ::poll(&poll_fd, 1, 10) == 0) continue;
  }
  bool stopped() const { return stop_.stop_requested(); }

 private:
  int fd_;
  std::stop_token stop_;
};

class RawServer {
 public:
  /// Answers a request; false closes the connection. Called from a thread for each connection.
  using Answer = std::function<bool(const ServerConnection&, const ReceivedRequest&)>;

  explicit RawServer(Answer answer) : answer_(std::move(answer)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    listen(listener_.get(), 64);
    socklen_t size = sizeof address;
    getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { accept_all(stop); });
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  net::Endpoint endpoint() const { return {.tls = false, .host = "127.0.0.1", .port = port_}; }
  int connections() const { return connections_; }
  std::vector<ReceivedRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void accept_all(const std::stop_token& stop) {
    std::vector<std::jthread> threads;
    pollfd poll_fd{.fd = listener_.get(), .events = POLLIN, .revents = 0};
    while (!stop.stop_requested()) {
      if (poll(&poll_fd, 1, 10) <= 0) continue;
      const int fd = accept(listener_.get(), nullptr, nullptr);
      if (fd < 0) continue;
      ++connections_;
      threads.emplace_back([this, fd](const std::stop_token& ended) { serve(FileDescriptor(fd), ended); });
    }
  }

  void serve(FileDescriptor fd, const std::stop_token& stop) {
    const ServerConnection connection(fd.get(), stop);
    std::string received;
    while (true) {
      auto request = read_request(fd.get(), received, stop);
      if (!request) return;
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(*request);
      }
      if (!answer_(connection, *request)) return;
    }
  }

  static bool read_more(int fd, std::string& received, const std::stop_token& stop) {
    pollfd poll_fd{.fd = fd, .events = POLLIN, .revents = 0};
    while (poll(&poll_fd, 1, 10) == 0)
      if (stop.stop_requested()) return false;
    std::string bytes(65'536, '\0');
    const auto n = recv(fd, bytes.data(), bytes.size(), 0);
    if (n <= 0) return false;
    received.append(bytes, 0, static_cast<std::size_t>(n));
    return true;
  }

  static std::optional<ReceivedRequest> read_request(int fd, std::string& received, const std::stop_token& stop) {
    std::size_t end = 0;
    while ((end = received.find("\r\n\r\n")) == std::string::npos)
      if (!read_more(fd, received, stop)) return std::nullopt;
    ReceivedRequest request;
    std::size_t at = received.find("\r\n");
    request.line = received.substr(0, at);
    while (at < end) {
      const auto next = received.find("\r\n", at + 2);
      const auto line = received.substr(at + 2, next - at - 2);
      const auto colon = line.find(": ");
      request.headers.push_back({line.substr(0, colon), line.substr(colon + 2)});
      at = next;
    }
    received.erase(0, end + 4);
    const auto length = net::ResponseHead{.headers = request.headers}.content_length().value_or(0);
    while (received.size() < length)
      if (!read_more(fd, received, stop)) return std::nullopt;
    request.body = received.substr(0, length);
    received.erase(0, length);
    return request;
  }

  Answer answer_;
  FileDescriptor listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::vector<ReceivedRequest> requests_;
  std::jthread thread_;
};

}  // namespace docmill
