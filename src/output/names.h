// What outputs are called: pure functions of the layout and of the source's relative path.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "document/layout.h"
#include "document/page.h"

namespace docmill {

/// The name of a table's Parquet file: "a/b.pdf" and "raw_text" give "a/b_raw_text.parquet"; a name that does not end
/// in
/// ".pdf" (lower case) stays whole: "b.PDF" gives "b.PDF.raw_text.parquet". Two different paths never share a key. A
/// last part too long for a file name (255 bytes) is cut and ends in '~' and 16 hex digits of the SHA-256 of `path`
/// before the suffix.
std::string table_name(std::string_view path, std::string_view table);

/// The key of what carries the stamp of outputs of a document.
std::string output_key(const Layout& layout, std::string_view path, Carrier carrier);

/// Where a document's files of an output lie: "a/b.pdf" gives "pdf_page_images/a/b/". Other names stay whole where they
/// end as images do ("scan.png" gives "scan.png/"), or in ".pdf" in other letters; the rest, and what could be taken
/// for one of those, has '~' and 16 hex digits of the SHA-256 of `path` behind it. So two different paths never share
/// one.
std::string files_folder(const Layout& layout, std::string_view path, OutputId output);
/// "page_0001.webp" in that folder, or the file's own name with its ending; of a file that is made of the whole
/// document the folder's name with ".json" in place of the slash.
std::string file_key(const Layout& layout, std::string_view path, const PageFile& file);

/// The name of a document behind a key of ours: the other way round.
struct DocumentName {
  std::string path;
  Carrier carrier = list_of_files;  // of an output's key
  bool is_cut = false;              // the key ends in a hash, and only the path itself could tell: `path` is empty
};

/// Nothing for a key that no carrier, or no mark, can have.
std::optional<DocumentName> document_of_output(const Layout& layout, std::string_view key);
std::optional<DocumentName> document_of_mark(std::string_view key);

/// The key of the mark of a document that failed for good: "_docmill/failed/<path>.json", cut in the same way.
std::string failed_mark_key(std::string_view path);

/// The key of the note of a message that somebody has begun: "_docmill/begun/<32 hex digits of its id's SHA-256>.json".
std::string begun_note_key(std::string_view message_id);

/// Whether docmill gives such names: of a table, below the folder of an output's files, or below `_docmill/`.
bool is_output_key(const Layout& layout, std::string_view key);

/// All marks.
inline constexpr std::string_view failed_prefix = "_docmill/failed/";

}  // namespace docmill
