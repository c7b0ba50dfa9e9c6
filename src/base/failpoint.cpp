#include "base/failpoint.h"

#ifdef DOCMILL_TESTING
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace docmill {
namespace {

struct Rule {
  std::string action;
  int argument = 1;
  int passes = 0;
};

int number(std::string_view text, int fallback) {
  std::from_chars(text.data(), text.data() + text.size(), fallback);
  return fallback;
}

std::map<std::string, Rule, std::less<>> parse_rules(std::string_view text) {
  std::map<std::string, Rule, std::less<>> rules;
  while (!text.empty()) {
    std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const std::size_t colon = item.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view action = item.substr(colon + 1);
    const std::size_t split = action.find_first_of(":=");
    Rule rule{.action = std::string(action.substr(0, split))};
    if (split != std::string_view::npos) rule.argument = number(action.substr(split + 1), 1);
    rules.emplace(item.substr(0, colon), rule);
  }
  return rules;
}

struct Failpoints {
  std::mutex mutex;
  std::map<std::string, Rule, std::less<>> rules;

  Failpoints() {
    const char* const text = std::getenv("DOCMILL_FAIL");  // NOLINT(concurrency-mt-unsafe): nothing sets it
    rules = parse_rules(text == nullptr ? "" : text);
  }
};

Failpoints& failpoints() {
  static Failpoints all;
  return all;
}

}  // namespace

void set_failpoints(std::string_view text) {
  auto& [mutex, rules] = failpoints();
  const std::lock_guard lock(mutex);
  rules = parse_rules(text);
}

bool failpoint_hit(std::string_view step) {
  auto& [mutex, rules] = failpoints();
  Rule rule;
  {
    const std::lock_guard lock(mutex);
    const auto found = rules.find(step);
    if (found == rules.end()) return false;
    ++found->second.passes;
    rule = found->second;
  }
  // Other threads pass their steps meanwhile.
  if (rule.action == "kill" && rule.passes == rule.argument) ::kill(::getpid(), SIGKILL);
  if (rule.action == "delay") std::this_thread::sleep_for(std::chrono::milliseconds(rule.argument));
  return rule.action == "error" && rule.passes >= rule.argument;
}

}  // namespace docmill
#endif
