// Lines on their way to a descriptor that may not take them: whoever has something to say never waits for a reader.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace docmill {

/// Lines that wait for their reader, at most about so many bytes; what comes then is dropped, and counted.
inline constexpr std::size_t waiting_lines_size_bytes_max = std::size_t{1024} * 1024;

/// Writes whole lines on a thread of its own, each in one write(2), and below them at most one live line, which is
/// redrawn. Any thread may call any member.
class LineWriter {
 public:
  /// The line that tells how many were dropped, for the place where they are missing.
  using Notice = std::function<std::string(std::uint64_t lines_dropped)>;

  LineWriter(int fd, Notice notice) : fd_(fd), notice_(std::move(notice)) {}
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;
  /// Waits until all is written, or the reader is gone.
  ~LineWriter();

  /// Write one line, without its line feed, above the live line if there is one. Returns at once.
  void write(std::string_view line);
  /// Show `line` as the live line in place of the last one; empty clears it. For terminals only. Returns at once.
  void set_live_line(std::string line);
  /// Wait for what was said so far, at most `patience`. False when some of it still waits for a reader.
  bool flush(std::chrono::milliseconds patience);

 private:
  struct Line {
    std::string text;
    std::uint64_t stands_for = 1;  // lines that are lost with it; of a notice, those that it tells of
  };

  void add(Line line);
  void add_notice();
  bool has_work() const { return !lines_.empty() || live_line_ != live_line_shown_; }
  void start(std::unique_lock<std::mutex>& lock);
  void run(const std::stop_token& stop);
  void lose_thread();
  void write_next(std::unique_lock<std::mutex>& lock);
  bool write_all(std::string_view bytes);

  const int fd_;
  const Notice notice_;
  std::mutex mutex_;  // guards all below, but for torn_
  std::condition_variable_any changed_;
  std::condition_variable idle_;
  std::deque<Line> lines_;
  std::size_t size_bytes_ = 0;  // of lines_
  std::uint64_t dropped_ = 0;   // and not told yet
  std::string live_line_, live_line_shown_;
  bool writing_ = false;
  bool torn_ = false;  // the reader has the beginning of a line; the writing thread's own
  bool started_ = false, has_thread_ = true;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace docmill
