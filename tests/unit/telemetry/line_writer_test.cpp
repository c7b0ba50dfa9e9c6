#include "telemetry/line_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/blob.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

/// A hang of the test program ends it.
constexpr std::chrono::milliseconds patience = 60s;

class LineWriterTest : public ::testing::Test {
 protected:
  LineWriterTest() {
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) == 0) {
      reading = FileDescriptor(ends[0]);
      writing = FileDescriptor(ends[1]);
    }
  }

  std::unique_ptr<LineWriter> writer() const {
    return std::make_unique<LineWriter>(writing.get(),
                                        [](std::uint64_t lines) { return fmt::format("dropped {}", lines); });
  }

  /// All that is written from now on, until the writer is gone.
  std::string read_to_the_end(std::unique_ptr<LineWriter> writer) {
    std::string text;
    std::thread reader([&] {
      std::array<char, 4096> buffer{};
      for (ssize_t got = 0; (got = ::read(reading.get(), buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(got));
    });
    writer.reset();
    writing.reset();
    reader.join();
    return text;
  }

  static std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t end = std::min(text.find('\n', from), text.size());
      lines.push_back(text.substr(from, end - from));
      from = end + 1;
    }
    return lines;
  }

  FileDescriptor reading, writing;
};

TEST_F(LineWriterTest, WritesLinesInTheirOrder) {
  auto out = writer();
  for (const char* const line : {"one", "", "three"}) out->write(line);
  EXPECT_TRUE(out->flush(patience));
  EXPECT_EQ(read_to_the_end(std::move(out)), "one\n\nthree\n");
}

// Nobody reads: a writer that waited would wait for ever.
TEST_F(LineWriterTest, NobodyWaitsForAReaderAndWhatIsDroppedIsTold) {
  auto out = writer();
  constexpr std::uint64_t lines_written = 40'000;
  for (std::uint64_t i = 0; i < lines_written; ++i) out->write(fmt::format("{:06} {}", i, std::string(93, 'x')));
  EXPECT_FALSE(out->flush(0ms));
  const std::vector<std::string> lines = lines_of(read_to_the_end(std::move(out)));
  std::uint64_t next = 0;
  std::uint64_t dropped = 0;
  for (const std::string& line : lines) {
    if (line.starts_with("dropped ")) {
      std::uint64_t lost = 0;
      std::from_chars(line.data() + 8, line.data() + line.size(), lost);
      dropped += lost;
      next += lost;
      continue;
    }
    ASSERT_EQ(line, fmt::format("{:06} {}", next, std::string(93, 'x'))) << "whole, and in its place";
    ++next;
  }
  EXPECT_EQ(next, lines_written);
  EXPECT_GT(dropped, lines_written / 2);
  EXPECT_LT(dropped, lines_written);
}

TEST_F(LineWriterTest, WhatWaitsIsBounded) {
  auto out = writer();
  const std::string line(64 * 1024, 'x');
  for (int i = 0; i < 1000; ++i) out->write(line);
  const std::string text = read_to_the_end(std::move(out));
  // What the pipe took, and one line on its way, are beside what waited.
  EXPECT_LT(text.size(), waiting_lines_size_bytes_max + 4 * line.size());
  EXPECT_GT(text.size(), waiting_lines_size_bytes_max / 2);
}

TEST_F(LineWriterTest, WaitsForAReaderWhereTheDescriptorDoesNot) {
  ::fcntl(writing.get(), F_SETFL, O_NONBLOCK);
  auto out = writer();
  std::string expected;
  for (int i = 0; i < 5'000; ++i) {
    const std::string line = fmt::format("{} {}", i, std::string(90, 'y'));
    out->write(line);
    expected += line + '\n';
  }
  EXPECT_EQ(read_to_the_end(std::move(out)), expected);
}

TEST_F(LineWriterTest, AReaderWhoIsGoneHoldsNobodyUp) {
  auto out = writer();
  reading.reset();
  for (int i = 0; i < 100; ++i) out->write("never read");
  EXPECT_TRUE(out->flush(patience));
}

TEST_F(LineWriterTest, KeepsTheLiveLineBelow) {
  auto out = writer();
  out->set_live_line("1 of 3");
  EXPECT_TRUE(out->flush(patience));
  out->write("a line");
  EXPECT_TRUE(out->flush(patience));
  out->set_live_line("2 of 3");
  EXPECT_TRUE(out->flush(patience));
  out->set_live_line("");
  EXPECT_EQ(read_to_the_end(std::move(out)),
            "\r\x1b[K1 of 3"
            "\r\x1b[Ka line\n1 of 3"
            "\r\x1b[K2 of 3"
            "\r\x1b[K");
}

TEST_F(LineWriterTest, LivesBesideManyThreads) {
  auto out = writer();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&out, i] {
      for (int line = 0; line < 200; ++line) out->write(fmt::format("{} {}", i, line));
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(lines_of(read_to_the_end(std::move(out))).size(), 1'600U);
}

}  // namespace
}  // namespace docmill
