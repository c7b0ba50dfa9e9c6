#include "cli/doctor_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <list>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/made_folders.h"
#include "cli/options/children.h"
#include "cli/recipe_of.h"
#include "cli/sandboxed.h"
#include "cli/source.h"
#include "cli/stop_signals.h"
#include "cli/surroundings.h"
#include "cli/workplace.h"
#include "mill/checkup.h"
#include "output/names.h"
#include "queue/sqlite_uri.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

using Verdict = Finding::Verdict;

class Doctor {
 public:
  /// `sandbox` is as sweep and worker have it where no option says another.
  Doctor(const SettingsOfDoctor& settings, SandboxSettings sandbox)
      : in_(settings.get<SourceOptions>().place),
        out_(settings.get<OutputOptions>().place),
        queue_(settings.get<QueueOptions>().uri),
        outputs_(settings.get<OutputsOptions>().outputs),
        layout_(settings.get<LayoutOptions>().layout),
        sandbox_(std::move(sandbox)),
        workplace_(settings.values()) {}

  std::vector<Finding> look() {
    look_at_sandbox();
    const auto at_once = EndOnSignal::begin(exit_code_unfinished);
    if (!at_once) {
      fail_at("signals", at_once.error());
      return std::move(findings_);
    }
    if (!in_.empty()) look_at_source();
    if (!out_.empty()) look_at_output();
    if (!queue_.empty()) look_at_queue();
    return std::move(findings_);
  }

 private:
  void take(const std::string& where, std::vector<Finding> found) {
    for (Finding& finding : found) {
      finding.subject = where + ": " + finding.subject;
      findings_.push_back(std::move(finding));
    }
  }
  void fail_at(const std::string& where, const Error& error) {
    findings_.push_back({.verdict = Verdict::bad, .subject = where, .message = error.text()});
  }

  /// With documents and a queue, and without outputs.
  bool is_for_enqueue() const { return !in_.empty() && out_.empty() && !queue_.empty(); }

  SourceUse use_of_source() const {
    if (is_for_enqueue()) return {.without_reading = "names without a known ending are enqueued unseen"};
    if (!queue_.empty()) return {.without_listing = "what is gone then looks like what is denied"};
    return {};
  }

  void look_at_sandbox() {
    std::string tier;
    const auto ran = run_sandboxed(sandbox_, grace_default, [&](Sandbox& sandbox, const std::stop_token&) {
      tier = sandbox.sandbox_tier();
      return 0;
    });
    if (!ran) return fail_at("sandbox", ran.error());
    const bool filtered = tier == "A";
    findings_.push_back({.verdict = filtered ? Verdict::good : Verdict::notice,
                         .subject = "sandbox",
                         .message = filtered
                                        ? "tier A: system call filter and limits"
                                        : fmt::format("tier {}: this machine refuses a system call filter", tier)});
  }

  void look_at_source() {
    const std::string where = "--in " + in_.uri();
    const auto source = open_source(in_, workplace_.stores);
    if (!source) return fail_at(where, source.error());
    take(where, check_source(*source->store, use_of_source()));
  }

  /// A run makes the folder, so that is tried too, and taken back.
  void look_at_output() {
    const std::string where = "--out " + out_.uri();
    const auto folders = output_folders();
    std::list<MadeFolders> made;
    if (out_.is_folder()) made.emplace_back(out_.path() / own_prefix);
    for (const auto& [prefix, names] : folders)
      if (out_.is_folder()) made.emplace_back(out_.path() / prefix);
    const auto store = workplace_.stores.open(out_, true);
    if (!store) return fail_at(where, store.error());
    take(where, check_output(**store, *workplace_.random));
    for (const auto& [prefix, names] : folders)
      take(fmt::format("{}: {} ({})", where, prefix, names), check_output_folder(**store, *workplace_.random, prefix));
  }

  /// Prefixes that outputs of the recipe lie below, each with their names.
  std::map<std::string, std::string> output_folders() const {
    std::map<std::string, std::string> folders;
    const auto add = [&](const std::string& prefix, std::string_view name) {
      if (prefix.empty()) return;
      std::string& names = folders[prefix];
      names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
    };
    for (const OutputId id : output_ids) {
      if (!outputs_.has(id)) continue;
      add(layout_.tables, output_of(id).name);
      if (output_of(id).has_files()) add(layout_.files_of(id), output_of(id).name);
    }
    return folders;
  }

  void look_at_queue() {
    const std::string where = "--queue " + queue_;
    if (is_still_to_be_made(queue_)) {
      findings_.push_back({.verdict = Verdict::notice,
                           .subject = where,
                           .message = "there is no such file yet; the first worker or enqueue makes it"});
      return;
    }
    const auto queue = opened_queue(where, queue_);
    if (!queue) return;
    if (is_for_enqueue()) return take(where, check_sending(*queue, ""));
    take(where, check_queue(*queue));
    const auto status = queue->status();
    if (!status || !status->dead_letter_uri) return;
    const std::string aside = "dead letters " + *status->dead_letter_uri;
    if (const auto dead_letters = opened_queue(aside, *status->dead_letter_uri))
      take(aside, check_sending(*dead_letters, "messages of failed documents then stay for the queue's own redrive"));
  }

  /// A file that is not there, in a folder where one can be made.
  static bool is_still_to_be_made(const std::string& uri) {
    const auto sqlite = parse_sqlite_uri(uri);
    return sqlite && ::access(sqlite->path.c_str(), F_OK) != 0 &&
           ::access(sqlite->path.parent_path().c_str(), W_OK | X_OK) == 0;
  }

  std::unique_ptr<Queue> opened_queue(const std::string& where, const std::string& uri) {
    auto queue = workplace_.queue(uri, /*create=*/false);
    if (queue) return *std::move(queue);
    fail_at(where, queue.error());
    return nullptr;
  }

  const Place in_, out_;
  const std::string queue_;
  const Outputs outputs_;
  const Layout layout_;
  const SandboxSettings sandbox_;
  Workplace workplace_;
  std::vector<Finding> findings_;
};

std::string as_json(const std::vector<Finding>& findings) {
  nlohmann::json all = nlohmann::json::array();
  for (const Finding& finding : findings)
    all.push_back({{"verdict", name_of(finding.verdict)}, {"subject", finding.subject}, {"message", finding.message}});
  return all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string as_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings)
    text += fmt::format("{:<4}  {}: {}\n", name_of(finding.verdict), printable(finding.subject, Lines::escape),
                        printable(finding.message, Lines::escape));
  return text;
}

SandboxSettings default_sandbox() {
  const Surroundings surroundings = surroundings_of_process();
  GroupValues values;
  group_of<ChildrenOptions>().add(values, surroundings);
  group_of<ChildrenOptions>().complete(values, surroundings);
  return sandbox_of(values);
}

}  // namespace

Result<int> doctor_command(const SettingsOfDoctor& settings, StandardOutput& out) {
  const auto findings = Doctor(settings, default_sandbox()).look();
  out.print(settings.get<JsonOptions>().on ? as_json(findings) : as_text(findings));
  const bool sick = std::ranges::any_of(findings, [](const Finding& f) { return f.verdict == Verdict::bad; });
  return sick ? 1 : 0;
}

}  // namespace docmill
