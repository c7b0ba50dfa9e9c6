// A client that sends what it is told, byte for byte.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace docmill {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  RawClient(RawClient&& other) noexcept : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_) {}
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  RawClient& operator=(RawClient&&) = delete;
  ~RawClient() {
    if (fd_ >= 0) ::close(fd_);
  }

  bool connected() const { return connected_; }

  /// False when the server has closed the connection.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// All that comes until the server closes; nothing more once `patience` has passed.
  std::string receive_all(std::chrono::milliseconds patience = std::chrono::seconds(20)) {
    closed_ = false;
    std::string all;
    while (receive_some(all, patience)) {
    }
    return all;
  }

  /// One answer with its Content-Length.
  std::string receive_answer() {
    std::string all;
    while (!is_whole(all) && receive_some(all, std::chrono::seconds(20))) {
    }
    return all;
  }

  std::string ask(std::string_view request) {
    send(request);
    return receive_answer();
  }

  bool closed() const { return closed_; }

 private:
  static bool is_whole(std::string_view answer) {
    const std::size_t end = answer.find("\r\n\r\n");
    const std::size_t length = answer.find("Content-Length: ");
    if (end == std::string_view::npos || length == std::string_view::npos) return false;
    return answer.size() >= end + 4 + std::stoul(std::string(answer.substr(length + 16, 10)));
  }

  bool receive_some(std::string& all, std::chrono::milliseconds patience) {
    pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return false;
    char piece[4096];
    const ssize_t size = ::recv(fd_, piece, sizeof piece, 0);
    closed_ = size <= 0;
    if (size > 0) all.append(piece, static_cast<std::size_t>(size));
    return size > 0;
  }

  int fd_;
  bool connected_ = false;
  bool closed_ = false;
};

}  // namespace docmill
