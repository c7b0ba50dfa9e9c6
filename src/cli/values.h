// The forms in which option values are written: numbers, sizes, durations, words. Pure functions of foreign text.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "document/outputs.h"

namespace docmill {

/// A value, or what was expected in its place: "a whole number from 50 to 600".
template <typename T>
using Parsed = std::expected<T, std::string>;

struct IntegerRange {
  std::uint64_t min = 0, max = UINT64_MAX;
};
struct DurationRange {
  std::chrono::milliseconds min, max;
};

Parsed<std::uint64_t> parse_integer(std::string_view text, IntegerRange range);
/// A number from 0 to 1, such as 0.5.
Parsed<double> parse_share(std::string_view text);
/// "16MiB", "64KiB", "1GiB", "1TiB" (any case), or plain bytes.
Parsed<std::uint64_t> parse_size(std::string_view text, IntegerRange range);
/// "500ms", "30s", "10m", "1h", or plain seconds.
Parsed<std::chrono::milliseconds> parse_duration(std::string_view text, DurationRange range);
/// true, false, 1, 0, yes, no; any case.
Parsed<bool> parse_boolean(std::string_view text);
/// "auto", or Tesseract's language names as in document/ocr_languages.h: "eng+deu,rus". Each ^[a-zA-Z_-]{2,16}$, so
/// that none can name another folder.
Parsed<std::string> parse_languages(std::string_view text);
/// "text,words": see document/outputs.h.
Parsed<Outputs> parse_outputs(std::string_view text);
/// A local path, or a file:// URI of this machine. Any other scheme is refused.
Parsed<std::filesystem::path> parse_path(std::string_view text);
/// The same, or an object of a bucket, "s3://bucket/a/b.json", as it is written. What small_text.h reads.
Parsed<std::filesystem::path> parse_path_or_object(std::string_view text);
/// "2026-11-22" or "2026-11-22T01:40:43Z", in UTC.
Parsed<WallTime> parse_date(std::string_view text);
/// The id of an AWS account: 12 digits.
Parsed<std::string> parse_account(std::string_view text);
/// "1-3,7": page numbers from 1. The page indexes from 0, ascending, each once.
Parsed<std::vector<std::uint32_t>> parse_pages(std::string_view text);

/// As parse_size and parse_duration read them, in the largest unit that divides the value.
std::string size_text(std::uint64_t size_bytes);
std::string duration_text(std::chrono::milliseconds duration);

}  // namespace docmill
