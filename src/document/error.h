// The one error type of docmill, and the stable list of error kinds.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace docmill {

/// What went wrong, cut by what the caller does next. The names are written into tables and are part of the
/// interface: a name never changes its meaning.
enum class ErrorKind : std::uint8_t {
  // The document, for good: tried again only when source, recipe or version changes, or on request.
  unsupported,
  empty,
  encrypted,
  corrupt,
  limit_bytes,
  limit_pages,
  limit_pixels,
  limit_output,
  // The document, perhaps: the extraction child died of it, and may not on the next try.
  page_timeout,
  document_timeout,
  out_of_memory,
  crashed,
  sandbox_violation,
  bad_child_output,
  // The source moved while it was processed.
  source_gone,
  source_changed,
  superseded,
  // The place (store, disk, service): the first three may pass, the last two need a person.
  throttled,
  unavailable,
  timed_out,
  denied,
  not_found,
  // The caller can mend it.
  invalid_input,
};

inline constexpr int error_kind_count = static_cast<int>(ErrorKind::invalid_input) + 1;

enum class ErrorClass : std::uint8_t { document_for_good, document_perhaps, source_moved, place, caller };

ErrorClass class_of(ErrorKind kind);

/// The kind's name as it is written into tables and logs: "page_timeout".
std::string_view name_of(ErrorKind kind);

/// The kind with this name; nothing when there is none.
std::optional<ErrorKind> error_kind_from(std::string_view name);

struct Error {
  ErrorKind kind;
  std::string subject;  // what it happened to: "in/a.pdf: page 3"
  std::string message;  // expected and found: "stream /Length 4096, 812 bytes left"

  /// Name the larger thing that the subject is part of.
  Error within(std::string_view outer) && {
    return {kind, subject.empty() ? std::string(outer) : std::string(outer) + ": " + subject, std::move(message)};
  }

  /// One line for people: "in/a.pdf: page 3: stream /Length 4096, 812 bytes left (corrupt)".
  std::string text() const;
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string_view subject, std::string message) {
  return std::unexpected(Error{kind, std::string(subject), std::move(message)});
}

}  // namespace docmill
