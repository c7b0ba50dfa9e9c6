#include "document/job.h"

#include <algorithm>
#include <string>

namespace docmill {

std::string_view name_of(DocumentStatus status) {
  switch (status) {
    case DocumentStatus::ok:
      return "ok";
    case DocumentStatus::partial:
      return "partial";
    case DocumentStatus::failed:
      return "failed";
    case DocumentStatus::skipped:
      return "skipped";
  }
  return "";
}

bool is_later_sequencer(std::string_view a, std::string_view b) {
  const auto filled = [length = std::max(a.size(), b.size())](std::string_view digits) {
    std::string text(digits);
    for (char& c : text)
      if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    text.resize(length, '0');
    return text;
  };
  return filled(a) > filled(b);
}

std::optional<DocumentStatus> document_status_from(std::string_view name) {
  for (const auto status :
       {DocumentStatus::ok, DocumentStatus::partial, DocumentStatus::failed, DocumentStatus::skipped})
    if (name_of(status) == name) return status;
  return std::nullopt;
}

std::string_view name_of(OutputState state) {
  switch (state) {
    case OutputState::current:
      return "current";
    case OutputState::stale:
      return "stale";
    case OutputState::none:
      return "none";
  }
  return "";
}

std::optional<OutputState> output_state_from(std::string_view name) {
  for (const auto state : {OutputState::current, OutputState::stale, OutputState::none})
    if (name_of(state) == name) return state;
  return std::nullopt;
}

}  // namespace docmill
