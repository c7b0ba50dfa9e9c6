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
  // One object of the place: a person must act on that object (archived, its own key). Others can be read.
  unreadable,
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

enum class ErrorClass : std::uint8_t { document_for_good, document_perhaps, source_moved, object, place, caller };

ErrorClass class_of(ErrorKind kind);

/// How far a fault reaches.
enum class FaultScope : std::uint8_t {
  one_object,  // this document alone: others are not to wait for it
  place,       // whatever else is asked of the place
  unknown,     // one of the two: what is answered to others tells
};

/// The kind's name as it is written into tables and logs: "page_timeout".
std::string_view name_of(ErrorKind kind);

/// The kind with this name; nothing when there is none.
std::optional<ErrorKind> error_kind_from(std::string_view name);

struct Error {
  ErrorKind kind;
  std::string subject;                   // what it happened to: "in/a.pdf: page 3"
  std::string message;                   // expected and found: "stream /Length 4096, 812 bytes left"
  std::optional<FaultScope> scope = {};  // where whoever found the fault knows more than its kind says

  /// Name the larger thing that the subject is part of.
  Error within(std::string_view outer) && {
    return {kind, subject.empty() ? std::string(outer) : std::string(outer) + ": " + subject, std::move(message),
            scope};
  }

  /// One line for people: "in/a.pdf: page 3: stream /Length 4096, 812 bytes left (corrupt)".
  std::string text() const;
};

/// Where nobody knows more: a document's own fault and the caller's are one object's, `denied` may be either, all else
/// of the place's kinds is the place's.
FaultScope scope_of(const Error& error);

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string_view subject, std::string message) {
  return std::unexpected(Error{kind, std::string(subject), std::move(message)});
}

}  // namespace docmill
