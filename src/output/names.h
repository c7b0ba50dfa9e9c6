// What outputs are called: pure functions of the source's relative path.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace docmill {

/// The key of a table's Parquet file: "a/b.pdf" and "raw_text" give "a/b_raw_text.parquet"; a name that does not end in
/// ".pdf" (lower case) stays whole: "b.PDF" gives "b.PDF.raw_text.parquet". Two different paths never share a key. A
/// last part too long for a file name (255 bytes) is cut and ends in '~' and 16 hex digits of the SHA-256 of `path`
/// before the suffix.
std::string output_key(std::string_view path, std::string_view table);

/// The name of a document behind a key of ours: the other way round.
struct DocumentName {
  std::string path;
  bool is_cut = false;  // the key ends in a hash, and only the path itself could tell: `path` is empty
};

/// Nothing for a key that no output of this table, or no mark, can have.
std::optional<DocumentName> document_of_output(std::string_view key, std::string_view table);
std::optional<DocumentName> document_of_mark(std::string_view key);

/// The key of the mark of a document that failed for good: "_docmill/failed/<path>.json", cut in the same way.
std::string failed_mark_key(std::string_view path);

/// The key of the note of a message that somebody has begun: "_docmill/begun/<32 hex digits of its id's SHA-256>.json".
std::string begun_note_key(std::string_view message_id);

/// Whether docmill gives such names: of a table, or below `_docmill/`.
bool is_output_key(std::string_view key);

/// Everything of docmill's own in an output store lies under this prefix.
inline constexpr std::string_view own_prefix = "_docmill/";
/// All marks.
inline constexpr std::string_view failed_prefix = "_docmill/failed/";

}  // namespace docmill
