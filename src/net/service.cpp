#include "net/service.h"

#include <fmt/format.h>

#include <utility>

namespace docmill::net {
namespace {

/// Cut between characters, not within one.
std::string cut(std::string text, std::size_t size_bytes_max) {
  if (text.size() <= size_bytes_max) return text;
  const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
  constexpr std::size_t continuations_max = 3;  // of UTF-8; more are no character anyway
  auto end = size_bytes_max;
  while (end + continuations_max > size_bytes_max && end > 0 && continues(end)) --end;
  text.resize(end);
  return text;
}

}  // namespace

std::string without_secrets(std::string text, std::span<const std::string> secrets) {
  constexpr std::string_view mask = "***";
  for (const auto& secret : secrets) {
    if (secret.empty()) continue;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + mask.size()))
      text.replace(at, secret.size(), mask);
  }
  return text;
}

Error error_from(const Refusal& refusal, const Call& call, std::span<const std::string> secrets) {
  const auto told = [&](const std::string& text) { return cut(without_secrets(text, secrets), told_size_bytes_max); };
  std::string message = fmt::format("{}: HTTP {}", call.operation, refusal.status);
  if (!refusal.code.empty()) message += fmt::format(", {}", told(refusal.code));
  if (!refusal.request_id.empty()) message += fmt::format(", request {}", told(refusal.request_id));
  if (!refusal.message.empty()) message += fmt::format(": {}", told(refusal.message));
  if (message.ends_with('.')) message.pop_back();
  if (!refusal.advice.empty()) message += fmt::format("; {}", told(refusal.advice));
  return {refusal.kind, without_secrets(call.resource, secrets), std::move(message), refusal.scope};
}

}  // namespace docmill::net
