#include "mill/foreign_formats.h"

#include <nlohmann/json.hpp>
#include <span>

#include "document/foreign_format.h"
#include "telemetry/log.h"

namespace docmill {

void ForeignFormats::note_content(std::string_view key) {
  const auto start = source_.read_range(key, 0, foreign_format_size_bytes);
  if (start) note(foreign_format(std::as_bytes(std::span(*start))), key);
}

void ForeignFormats::note_name(std::string_view key) { note(foreign_format_by_name(key), key); }

void ForeignFormats::note(std::string_view format, std::string_view key) {
  if (format.empty()) return;
  const std::lock_guard lock(mutex_);
  Seen& seen = seen_[std::string(format)];
  if (seen.count++ == 0 || key < seen.first) seen.first = key;
}

void ForeignFormats::tell() const {
  const std::lock_guard lock(mutex_);
  for (const auto& [format, seen] : seen_)
    log::warning("format_not_read", {{"count", seen.count}, {"first", source_.uri(seen.first)}, {"format", format}});
}

}  // namespace docmill
