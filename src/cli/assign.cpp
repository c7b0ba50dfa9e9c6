#include "cli/assign.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cli/options/children.h"
#include "cli/options/log.h"
#include "cli/options/quiet.h"
#include "cli/options/summary.h"
#include "cli/options/work.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

/// Documents that a worker has in flight: enough to fill a child's list while others wait for a store.
constexpr std::uint32_t documents_in_flight_per_slot = 16;

// "tcp://10.0.0.1:80": what Kubernetes sets in a pod for a port of a Service.
bool is_service_link(std::string_view text) {
  return std::ranges::any_of(std::array{"tcp://", "udp://", "sctp://"},
                             [&](std::string_view scheme) { return text.starts_with(scheme); });
}

std::unexpected<Error> complain(const FoundValue& found, std::string message) {
  return fail(ErrorKind::invalid_input, printable(found.subject, Lines::escape), std::move(message));
}

Result<void> assign(GroupValues& values, const Option& option, const FoundValue& found) {
  if (found.origin.starts_with("environment") && is_service_link(found.text))
    return complain(
        found,
        "Kubernetes sets this for a Service of that name, and it is no setting of docmill: give the Service "
        "another name, or the pod enableServiceLinks: false");
  if (const auto expected = option.binding.assign(values, found.text))
    return complain(found, expected->starts_with('[') ? complaint_about(option.path(), *expected, "")
                                                      : fmt::format("expected {}", *expected));
  return {};
}

/// What one group says of another.
void complete_together(GroupValues& values, const Surroundings& surroundings) {
  const bool quiet = values.get_or_default<QuietOptions>().on;
  auto* const log = values.find<LogOptions>();
  // Who is quiet wants the summary only where it was asked for.
  if (auto* const summary = values.find<SummaryOptions>();
      summary != nullptr && summary->format == SummaryFormat::as_log) {
    const bool log_is_json = values.get_or_default<LogOptions>().settings.format == log::Format::json;
    summary->format =
        log_is_json && !surroundings.stdout_is_terminal && !quiet ? SummaryFormat::json : SummaryFormat::text;
  }
  if (auto* const work = values.find<WorkOptions>(); work != nullptr && work->documents_in_flight == 0)
    work->documents_in_flight = values.get_or_default<ChildrenOptions>().slots * documents_in_flight_per_slot;
  if (log != nullptr && quiet) log->settings.level = std::max(log->settings.level, log::Level::warning);
}

void complete(GroupValues& values, const CommandInfo& command, const Surroundings& surroundings) {
  for (const auto* groups : {&command.groups, &command.shown_groups})
    for (const OptionGroup* group : *groups) group->complete(values, surroundings);
  complete_together(values, surroundings);
}

}  // namespace

Result<std::vector<SettingInForce>> assign_all(GroupValues& values, const CommandInfo& command, const Layers& layers,
                                               const Surroundings& surroundings) {
  std::vector<SettingInForce> in_force;
  for (const Option* option : options_of(command)) {
    const auto found = find_value(layers, *option);
    if (!option->flag_only)
      in_force.push_back({.option = option, .value = {}, .origin = found ? found->origin : "default"});
    if (!found) continue;
    if (auto assigned = assign(values, *option, *found); !assigned) return std::unexpected(std::move(assigned).error());
  }
  complete(values, command, surroundings);
  for (SettingInForce& setting : in_force) setting.value = setting.option->binding.show(values);
  return in_force;
}

}  // namespace docmill
