// Extraction as a function of the bytes, which takes its time.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "sandbox/extractor.h"
#include "sim/fibers.h"

namespace docmill::sim {

/// What a document does to whoever extracts it: the first word of its bytes after "%PDF-".
enum class Nature : std::uint8_t { good, corrupt, slow, flaky, killer };

inline std::string bytes_of(Nature nature, int edition) {
  constexpr std::array<std::string_view, 5> names{"good", "corrupt", "slow", "flaky", "killer"};
  return fmt::format("%PDF-{} {}", names[static_cast<std::size_t>(nature)], edition);
}

class ExtractorModel final : public Extractor {
 public:
  /// Called when an extraction begins, and when its fiber has come to its end, however it ended.
  struct Observer {
    std::function<void(const ExtractRequest&)> on_begin, on_end = [](const ExtractRequest&) {};
    std::function<void()> on_death = [] {};  // a killer's
  };

  ExtractorModel(Fibers& fibers, Process& process, std::chrono::milliseconds slow, Observer observer)
      : fibers_(fibers), process_(process), slow_(slow), observer_(std::move(observer)) {}

  Result<void> extract(const ExtractRequest& request, PageReceiver& receiver) override {
    observer_.on_begin(request);
    auto extracted = give_pages(request, receiver);
    observer_.on_end(request);
    return extracted;
  }
  std::string_view sandbox_tier() const override { return "A"; }

 private:
  Result<void> give_pages(const ExtractRequest& request, PageReceiver& receiver) {
    const std::string text = request.document.text();
    const std::string nature = text.substr(5, text.find(' ') - 5);
    if (nature == "killer" && !request.safe_profile) {
      process_.die();
      observer_.on_death();
    }
    fibers_.sleep_for(nature == "slow" ? slow_ : std::chrono::milliseconds(fibers_.between(5, 4'000)));
    if (!process_.alive) return fail(ErrorKind::unavailable, request.name, "the worker is dead");
    if (nature == "corrupt") return fail(ErrorKind::corrupt, request.name, "as its nature is");
    const bool crashes = nature == "killer" || (nature == "flaky" && fibers_.chance(0.5));
    if (auto opened = receiver.opened(2); !opened) return opened;
    if (auto taken = give_page(0, text, false, receiver); !taken) return taken;
    return give_page(1, text, crashes, receiver);
  }

  static Result<void> give_page(std::uint32_t index, const std::string& text, bool crashes, PageReceiver& receiver) {
    PageRow row;
    row.page_index = index;
    row.text = text;
    row.text_source = TextSource::native;
    if (crashes) {
      row.error_kind = ErrorKind::crashed;
      row.error_message = "as its nature is";
    }
    return receiver.page(extracted(row));
  }

  Fibers& fibers_;
  Process& process_;
  std::chrono::milliseconds slow_;
  Observer observer_;
};

}  // namespace docmill::sim
