// moto's S3 as a process beside the tests: a server that is none of ours.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "aws/client.h"
#include "aws/connection.h"
#include "aws/s3_service.h"
#include "base/clock.h"
#include "net/http_client.h"

namespace docmill {

/// Ends with the program of the tests: its standard input does.
class Moto {
 public:
  /// The one server of this program; nullptr where moto is not installed.
  static Moto* get() {
    static const std::unique_ptr<Moto> moto = start();
    return moto.get();
  }
  Moto(const Moto&) = delete;
  Moto& operator=(const Moto&) = delete;
  ~Moto() {
    ::close(stdin_);
    ::waitpid(process_, nullptr, 0);
  }

  const std::string& url() const { return url_; }
  aws::Client& client() { return *connection_.client().value(); }

  /// A new bucket of its own.
  std::string make_bucket() {
    std::string name = "bucket-" + std::to_string(++buckets_);
    client()
        .call({.service = &aws::s3_service,
               .operation = "CreateBucket",
               .resource = name,
               .method = "PUT",
               .bucket = name})
        .value();
    return name;
  }

 private:
  Moto(pid_t process, int its_stdin, std::string url) : process_(process), stdin_(its_stdin), url_(std::move(url)) {}

  static std::unique_ptr<Moto> start() {
    const std::string root = DOCMILL_SOURCE_DIR;
    const std::string python = root + "/.deps/venv/bin/python";
    const std::string script = root + "/tests/proxy/moto_server.py";
    int to_server[2];
    int from_server[2];
    if (!std::filesystem::exists(python) || ::pipe2(to_server, O_CLOEXEC) != 0 || ::pipe2(from_server, O_CLOEXEC) != 0)
      return nullptr;
    const pid_t process = ::fork();
    if (process == 0) {
      ::dup2(to_server[0], STDIN_FILENO);
      ::dup2(from_server[1], STDOUT_FILENO);
      ::execl(python.c_str(), python.c_str(), script.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(to_server[0]);
    ::close(from_server[1]);
    std::string url;
    for (char c = 0; ::read(from_server[0], &c, 1) == 1 && c != '\n';) url += c;
    ::close(from_server[0]);
    if (url.empty()) {
      ::close(to_server[1]);
      ::waitpid(process, nullptr, 0);
      return nullptr;
    }
    for (const auto& [name, value] : {std::pair{"AWS_ENDPOINT_URL", url.c_str()},
                                      {"AWS_ACCESS_KEY_ID", "test"},
                                      {"AWS_SECRET_ACCESS_KEY", "test"},
                                      {"AWS_REGION", "us-east-1"}})
      ::setenv(name, value, 1);
    return std::unique_ptr<Moto>(new Moto(process, to_server[1], url));
  }

  pid_t process_;
  int stdin_;
  std::string url_;
  int buckets_ = 0;
  std::unique_ptr<Clock> clock_ = make_system_clock();
  std::unique_ptr<Random> random_ = make_system_random();
  aws::Connection connection_{{}, *clock_, *random_};
};

}  // namespace docmill
