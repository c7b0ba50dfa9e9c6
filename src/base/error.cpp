#include "base/error.h"

#include <array>
#include <utility>

namespace docmill {
namespace {

struct KindInfo {
  ErrorKind kind;
  std::string_view name;
  ErrorClass error_class;
};

constexpr std::array<KindInfo, error_kind_count> kinds{{
    {ErrorKind::unsupported, "unsupported", ErrorClass::document_for_good},
    {ErrorKind::empty, "empty", ErrorClass::document_for_good},
    {ErrorKind::encrypted, "encrypted", ErrorClass::document_for_good},
    {ErrorKind::corrupt, "corrupt", ErrorClass::document_for_good},
    {ErrorKind::limit_bytes, "limit_bytes", ErrorClass::document_for_good},
    {ErrorKind::limit_pages, "limit_pages", ErrorClass::document_for_good},
    {ErrorKind::limit_pixels, "limit_pixels", ErrorClass::document_for_good},
    {ErrorKind::limit_output, "limit_output", ErrorClass::document_for_good},
    {ErrorKind::page_timeout, "page_timeout", ErrorClass::document_perhaps},
    {ErrorKind::document_timeout, "document_timeout", ErrorClass::document_perhaps},
    {ErrorKind::out_of_memory, "out_of_memory", ErrorClass::document_perhaps},
    {ErrorKind::crashed, "crashed", ErrorClass::document_perhaps},
    {ErrorKind::sandbox_violation, "sandbox_violation", ErrorClass::document_perhaps},
    {ErrorKind::bad_child_output, "bad_child_output", ErrorClass::document_perhaps},
    {ErrorKind::source_gone, "source_gone", ErrorClass::source_moved},
    {ErrorKind::source_changed, "source_changed", ErrorClass::source_moved},
    {ErrorKind::superseded, "superseded", ErrorClass::source_moved},
    {ErrorKind::unreadable, "unreadable", ErrorClass::object},
    {ErrorKind::throttled, "throttled", ErrorClass::place},
    {ErrorKind::unavailable, "unavailable", ErrorClass::place},
    {ErrorKind::timed_out, "timed_out", ErrorClass::place},
    {ErrorKind::denied, "denied", ErrorClass::place},
    {ErrorKind::not_found, "not_found", ErrorClass::place},
    {ErrorKind::invalid_input, "invalid_input", ErrorClass::caller},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kinds.size(); ++i)
    if (std::to_underlying(kinds[i].kind) != i) return false;
  return true;
}
static_assert(in_order(), "the table lists the kinds in the order of the enum");

}  // namespace

ErrorClass class_of(ErrorKind kind) { return kinds[std::to_underlying(kind)].error_class; }

std::string_view name_of(ErrorKind kind) { return kinds[std::to_underlying(kind)].name; }

FaultScope scope_of(const Error& error) {
  if (error.scope) return *error.scope;
  if (error.kind == ErrorKind::denied) return FaultScope::unknown;
  return class_of(error.kind) == ErrorClass::place ? FaultScope::place : FaultScope::one_object;
}

std::optional<ErrorKind> error_kind_from(std::string_view name) {
  for (const KindInfo& info : kinds)
    if (info.name == name) return info.kind;
  return std::nullopt;
}

std::string Error::text() const {
  std::string line = subject;
  if (!line.empty() && !message.empty()) line += ": ";
  line += message;
  line += " (";
  line += name_of(kind);
  line += ")";
  return line;
}

}  // namespace docmill
