#include "extract/mock/mock.h"

#ifdef DOCMILL_TESTING

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <utility>

#include "extract/mock/attempt.h"

namespace docmill::extract {
namespace {

struct Line {
  std::string_view action, argument;
};

// Views into the document; `pages` lines are kept short by their number.
struct MockPage {
  std::vector<Line> lines;
  std::optional<std::uint32_t> number;  // of a page from a `pages` line: follows its text
};

struct Reading {
  const Options& options;
  Sink& sink;
  std::string_view argument;
  PageRow row;
  std::vector<std::vector<char>> memory;
  bool ends_here = false;  // the rest of the page is for a recogniser that may not or cannot be asked
  bool needs_ocr = false;
};

std::uint64_t number(std::string_view digits) {
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

void add_text(Reading& reading, std::string_view line) {
  if (!reading.row.text.empty()) reading.row.text += '\n';
  reading.row.text += line;
  if (reading.row.text_source == TextSource::none) reading.row.text_source = TextSource::native;
}

// Waits on a futex, which the sandbox allows; it does not know nanosleep.
void wait(std::chrono::milliseconds duration) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable never;
  never.wait_for(lock, duration, [] { return false; });
}

void spin(std::chrono::milliseconds duration) {
  const auto end = std::chrono::steady_clock::now() + duration;
  while (std::chrono::steady_clock::now() < end) {
  }
}

void take_memory(Reading& reading) {
  for (std::uint64_t i = 0; i < number(reading.argument); ++i) reading.memory.emplace_back(MiB, 'x');
}

void write_noise(std::uint64_t size_kib) {
  std::array<char, KiB> noise{};
  noise.fill('#');
  noise.back() = '\n';
  for (std::uint64_t i = 0; i < size_kib; ++i)
    if (::write(STDERR_FILENO, noise.data(), noise.size()) < 0) return;
}

void recognise_the_rest(Reading& reading) {
  const Options& options = reading.options;
  reading.ends_here = options.safe_profile || options.recipe.ocr == OcrMode::never || !options.recogniser_available;
  reading.needs_ocr = !options.safe_profile && options.recipe.ocr != OcrMode::never && !options.recogniser_available;
  if (reading.ends_here) return;
  reading.sink.stage(reading.row.page_index, "ocr");
  reading.row.text.clear();
  reading.row.text_source = TextSource::ocr;
  reading.row.ocr_confidence = 90;
}

void set_error(Reading& reading) {
  reading.row.error_kind = error_kind_from(reading.argument);
  reading.row.error_message = "the mock document asks for it";
}

void read_structure(Reading& reading) {
  reading.sink.stage(reading.row.page_index, "structure");
  reading.ends_here = reading.options.without_structure;
  if (reading.ends_here) reading.row.warnings.emplace_back(warning::structure_missing);
}

struct Action {
  std::string_view name;
  void (*act)(Reading&);
};

constexpr std::array actions{
    Action{"text", [](Reading& reading) { add_text(reading, reading.argument); }},
    Action{"needs_ocr", recognise_the_rest},
    Action{"decide",
           [](Reading& reading) {
             reading.sink.ocr_decision(reading.row.page_index, static_cast<OcrReason>(number(reading.argument)));
           }},
    Action{"structure", read_structure},
    Action{"error", set_error},
    Action{"open_error", [](Reading&) {}},   // acted on when the document was opened
    Action{"close_sleep", [](Reading&) {}},  // acted on when the document is closed
    Action{"sleep", [](Reading& reading) { wait(std::chrono::milliseconds(number(reading.argument))); }},
    Action{"spin", [](Reading& reading) { spin(std::chrono::milliseconds(number(reading.argument))); }},
    Action{"alloc", take_memory},
    Action{"segv", [](Reading&) { std::raise(SIGSEGV); }},
    Action{"abort", [](Reading&) { std::abort(); }},
    Action{"trap", [](Reading&) { std::raise(SIGTRAP); }},
    Action{"bus", [](Reading&) { std::raise(SIGBUS); }},
    Action{"ill", [](Reading&) { std::raise(SIGILL); }},
    Action{"fpe", [](Reading&) { std::raise(SIGFPE); }},
    Action{"stop", [](Reading&) { std::raise(SIGSTOP); }},
    Action{"exit", [](Reading& reading) { ::_exit(static_cast<int>(number(reading.argument))); }},
    Action{"stderr", [](Reading& reading) { write_noise(number(reading.argument)); }},
    Action{"syscall",
           [](Reading& reading) { add_text(reading, attempt(reading.argument).value_or("no such attempt")); }},
    Action{"raw_output", [](Reading& reading) { reading.sink.misbehave("raw_output", reading.argument); }},
    Action{"lie_schema", [](Reading& reading) { reading.sink.misbehave("lie_schema", reading.argument); }},
    Action{"flood", [](Reading& reading) { reading.sink.misbehave("flood", reading.argument); }},
    Action{"short", [](Reading& reading) { reading.sink.misbehave("short", reading.argument); }},
    Action{"exit_early", [](Reading& reading) { reading.sink.misbehave("exit_early", reading.argument); }},
};

const Action* find_action(std::string_view name) {
  for (const Action& action : actions)
    if (action.name == name) return &action;
  return nullptr;
}

std::vector<Line> lines_of(std::string_view document) {
  std::vector<Line> lines;
  while (!document.empty()) {
    const std::string_view line = document.substr(0, document.find('\n'));
    document.remove_prefix(std::min(line.size() + 1, document.size()));
    const std::size_t space = std::min(line.find(' '), line.size());
    if (!line.empty())
      lines.push_back({.action = line.substr(0, space), .argument = line.substr(std::min(space + 1, line.size()))});
  }
  return lines;
}

class Pages {
 public:
  void add(Line line) { open_.lines.push_back(line); }

  void end_page() {
    if (!open_.lines.empty() || ended_by_line_) pages_.push_back(std::exchange(open_, {}));
  }

  void end_page_by_line() {
    ended_by_line_ = true;
    end_page();
    ended_by_line_ = false;
  }

  // "N WORDS"
  void add_many(std::string_view argument) {
    end_page();
    const std::size_t space = std::min(argument.find(' '), argument.size());
    const Line line{.action = "text", .argument = argument.substr(std::min(space + 1, argument.size()))};
    for (std::uint64_t i = 0; i < number(argument.substr(0, space)); ++i)
      pages_.push_back({.lines = {line}, .number = static_cast<std::uint32_t>(pages_.size() + 1)});
  }

  std::vector<MockPage> take() && {
    end_page();
    return std::move(pages_);
  }

 private:
  std::vector<MockPage> pages_;
  MockPage open_;
  bool ended_by_line_ = false;
};

std::unexpected<Error> not_an_action(const Line& line) {
  return fail(ErrorKind::invalid_input, "", fmt::format("'{} {}' is no action", line.action, line.argument));
}

Result<std::vector<MockPage>> open(std::string_view document) {
  const std::vector<Line> lines = lines_of(document);
  Pages pages;
  for (const Line& line : std::span(lines).subspan(1)) {  // the first is the type
    const bool names_error = line.action == "error" || line.action == "open_error";
    if (names_error && !error_kind_from(line.argument)) return not_an_action(line);
    if (line.action == "open_error") return fail(*error_kind_from(line.argument), "", "the mock document asks for it");
    if (line.action == "page")
      pages.end_page_by_line();
    else if (line.action == "pages")
      pages.add_many(line.argument);
    else if (find_action(line.action) != nullptr)
      pages.add(line);
    else
      return not_an_action(line);
  }
  std::vector<MockPage> all = std::move(pages).take();
  if (all.empty()) return fail(ErrorKind::empty, "", "no pages");
  return all;
}

bool read_page(const MockPage& page, std::uint32_t index, const Options& options, Sink& sink) {
  Reading reading{.options = options, .sink = sink, .argument = {}, .row = {}, .memory = {}};
  reading.row.page_index = index;
  reading.row.width_pt = 612;
  reading.row.height_pt = 792;
  sink.stage(index, "text");
  for (const Line& line : page.lines) {
    reading.argument = line.argument;
    find_action(line.action)->act(reading);
    if (reading.ends_here) break;
  }
  if (page.number) reading.row.text += fmt::format(" {}", *page.number);
  return reading.needs_ocr ? sink.page_needs_ocr(index) : sink.page(std::move(reading.row));
}

}  // namespace

Result<void> extract_mock(std::span<const std::byte> document, const Options& options, Sink& sink) {
  const std::string_view text(reinterpret_cast<const char*>(document.data()), document.size());
  const Result<std::vector<MockPage>> pages = open(text);
  if (!pages) return std::unexpected(pages.error());
  const auto count = static_cast<std::uint32_t>(pages->size());
  bool wanted = sink.document_opened(count);
  for (std::uint32_t index = options.pages.first; wanted && index < options.pages.end(count) && sink.begin_page(index);
       ++index)
    wanted = read_page((*pages)[index], index, options, sink);
  for (const Line& line : lines_of(text))
    if (line.action == "close_sleep") wait(std::chrono::milliseconds(number(line.argument)));
  return {};
}

}  // namespace docmill::extract

#endif
