#include "telemetry/line_writer.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/concurrency.h"

namespace docmill {
namespace {

constexpr std::string_view clear_line = "\r\x1b[K";
/// What a line takes beside its text.
constexpr std::size_t line_overhead_bytes = 64;

}  // namespace

LineWriter::~LineWriter() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void LineWriter::write(std::string_view line) {
  std::unique_lock lock(mutex_);
  // Once some were dropped, none is taken before half of what waits is gone: else every other line would be a notice.
  const std::size_t room = dropped_ > 0 ? waiting_lines_size_bytes_max / 2 : waiting_lines_size_bytes_max;
  if (size_bytes_ + line.size() > room) {
    ++dropped_;
    return;
  }
  if (dropped_ > 0) add_notice();
  add({.text = std::string(line)});
  start(lock);
}

void LineWriter::set_live_line(std::string line) {
  std::unique_lock lock(mutex_);
  live_line_ = std::move(line);
  if (live_line_ == live_line_shown_) return;
  changed_.notify_one();
  start(lock);
}

bool LineWriter::flush(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, patience, [this] { return !writing_ && !has_work(); });
}

void LineWriter::add(Line line) {
  size_bytes_ += line.text.size() + line_overhead_bytes;
  lines_.push_back(std::move(line));
  changed_.notify_one();
}

void LineWriter::add_notice() {
  const std::uint64_t lines = std::exchange(dropped_, 0);
  add({.text = notice_(lines), .stands_for = lines});
}

/// The thread begins with the first line. Where none can be had, or it is lost, whoever says something writes, and may
/// have to wait.
void LineWriter::start(std::unique_lock<std::mutex>& lock) {
  if (!std::exchange(started_, true)) {
    auto thread =
        start_thread([this](const std::stop_token& stop) { run(stop); }, [this](const Error&) { lose_thread(); });
    if (thread)
      thread_ = *std::move(thread);
    else
      has_thread_ = false;
  }
  while (!has_thread_ && !writing_ && has_work()) write_next(lock);
}

void LineWriter::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return has_work(); })) write_next(lock);
}

void LineWriter::lose_thread() {
  const std::lock_guard lock(mutex_);
  has_thread_ = false;
  writing_ = false;
}

/// One line, or what is new of the live line. The lock is given up while the reader may have to be waited for.
void LineWriter::write_next(std::unique_lock<std::mutex>& lock) {
  std::string bytes;
  std::uint64_t stands_for = 0;
  if (!live_line_shown_.empty() || live_line_ != live_line_shown_) bytes += clear_line;
  if (!lines_.empty()) {
    const Line line = std::move(lines_.front());
    lines_.pop_front();
    size_bytes_ -= line.text.size() + line_overhead_bytes;
    stands_for = line.stands_for;
    bytes += line.text;
    bytes += '\n';
  }
  live_line_shown_ = live_line_;
  bytes += live_line_shown_;
  writing_ = true;
  lock.unlock();
  const bool written = write_all(bytes);
  lock.lock();
  writing_ = false;
  if (!written) dropped_ += stands_for;
  if (written && lines_.empty() && dropped_ > 0) add_notice();
  if (!has_work()) idle_.notify_all();
}

/// False when the reader is gone, or its disk is full.
bool LineWriter::write_all(std::string_view bytes) {
  std::string mended;
  if (std::exchange(torn_, false)) bytes = mended.append("\n").append(bytes);
  const std::size_t size = bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (written < 0 && errno == EAGAIN) {  // somebody else who holds this pipe made it so
      pollfd ready{.fd = fd_, .events = POLLOUT, .revents = 0};
      ::poll(&ready, 1, -1);
    } else if (written == 0 || errno != EINTR) {
      torn_ = bytes.size() < size;
      return false;
    }
  }
  return true;
}

}  // namespace docmill
