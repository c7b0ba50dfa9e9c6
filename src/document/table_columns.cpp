#include "document/table_columns.h"

#include <arrow/type.h>

#include <array>
#include <string_view>
#include <utility>

namespace docmill {
namespace {

constexpr std::array text_sources{std::string_view("none"), std::string_view("native"), std::string_view("ocr"),
                                  std::string_view("mixed")};

Column of_parent(Column column) {
  column.origin = ColumnOrigin::parent;
  return column;
}

Column document_id() {
  return of_parent({"document_id", arrow::utf8(), false, "",
                    "The caller's id of the document where there is one, else the SHA-256 of its bytes in hex."});
}

Column source_uri() {
  return of_parent(
      {"source_uri", arrow::utf8(), false, "",
       "Where the document is. Bytes of a name that are not UTF-8, control characters and `%` are percent-encoded."});
}

Column page_number() {
  return {"page_number", arrow::uint32(), false, "", "Number of the page in its document, from 1."};
}

/// The box of something drawn, columns that rarely repeat.
std::array<Column, 4> box_columns(std::string_view left, bool is_nullable = false) {
  std::array<Column, 4> columns{{{"left_pt", arrow::float64(), is_nullable, "points", left},
                                 {"top_pt", arrow::float64(), is_nullable, "points", "Its top."},
                                 {"right_pt", arrow::float64(), is_nullable, "points", "Its right side."},
                                 {"bottom_pt", arrow::float64(), is_nullable, "points", "Its bottom."}}};
  for (Column& column : columns) column.is_varied = true;
  return columns;
}

}  // namespace

std::vector<Column> pages_columns() {
  return {
      document_id(),
      source_uri(),
      of_parent({"source_etag", arrow::utf8(), false, "",
                 "Version of the source as its store names it; of a local file `<size>-<modification time in ns>`."}),
      of_parent({"source_size_bytes", arrow::uint64(), false, "bytes", "Size of the source."}),
      page_number(),
      of_parent({"page_count", arrow::uint32(), false, "", "Pages of the document."}),
      {"text",
       arrow::utf8(),
       false,
       "",
       "Text of the page: valid UTF-8 in NFC, lines separated by a line feed. Text of annotations and form fields "
       "follows the page's own as paragraphs.",
       ColumnOrigin::child,
       {},
       true},
      {"text_source", arrow::utf8(), false, "",
       "Where the text came from: `native`, `ocr`, `mixed`, or `none` where there is none.", ColumnOrigin::child,
       text_sources},
      {"text_trust", arrow::float64(), true, "0 to 1",
       "How far the page's own text can be trusted to be what is drawn; reasons are in `warnings`. Null where `text` "
       "has none of it."},
      {"ocr_confidence", arrow::float64(), true, "0 to 100",
       "Mean confidence of the recognised words; null without OCR or without a word."},
      {"language", arrow::utf8(), true, "",
       "Language of most of `text`, as a BCP 47 tag (`en`, `zh-Hant`); null where it is unsure, as of few words, "
       "numbers, or several languages in equal parts."},
      {"char_count", arrow::uint32(), false, "code points", "Length of `text`."},
      {"width_pt", arrow::float64(), true, "points",
       "Width of the page as displayed, after its own /Rotate; null where the page could not be opened."},
      {"height_pt", arrow::float64(), true, "points",
       "Height of the page as displayed, after its own /Rotate; null where the page could not be opened."},
      {"rotation_deg", arrow::int32(), false, "degrees",
       "Clockwise turn that docmill applied to read the page, beyond /Rotate."},
      {"warnings", arrow::list(arrow::field("item", arrow::utf8(), false)), false, "",
       "Codes of what a reader should know of the page; the list of codes is below."},
      {"error_kind", arrow::utf8(), true, "", "Why the page could not be read (whole); null where it could."},
      {"error_message",
       arrow::utf8(),
       true,
       "",
       "What was expected and found, for people.",
       ColumnOrigin::child,
       {},
       true},
  };
}

std::vector<Column> words_columns() {
  static constexpr std::array sources{std::string_view("native"), std::string_view("ocr"),
                                      std::string_view("annotation"), std::string_view("form")};
  return {
      document_id(),
      source_uri(),
      page_number(),
      {"word",
       arrow::utf8(),
       false,
       "",
       "The word, without white space. The words of a page, joined by spaces, are its text up to white space.",
       ColumnOrigin::child,
       {},
       true},
      {"left_pt", arrow::float64(), false, "points", "Left side of the word's box.", ColumnOrigin::child, {}, true},
      {"top_pt", arrow::float64(), false, "points", "Its top.", ColumnOrigin::child, {}, true},
      {"right_pt", arrow::float64(), false, "points", "Its right side.", ColumnOrigin::child, {}, true},
      {"bottom_pt", arrow::float64(), false, "points", "Its bottom.", ColumnOrigin::child, {}, true},
      {"source", arrow::utf8(), false, "",
       "Who says so: `native` (the page's own text), `ocr` (recognised), `annotation`, or `form` (a field).",
       ColumnOrigin::child, sources},
      {"confidence", arrow::float64(), true, "0 to 100", "Of a recognised word; null for others."},
      {"font_name", arrow::utf8(), true, "",
       "Name of the font as the document has it, without the tag of a subset, cut to 127 bytes; null of a font without "
       "a "
       "name. This and the columns to `is_invisible` are those of the word's first letter, and null where the document "
       "says nothing of it: of recognised words and of values of form fields."},
      {"font_size_pt", arrow::float64(), true, "points", "Size of the font as displayed."},
      {"is_bold", arrow::boolean(), true, "", "Whether the font is bold, or is drawn so."},
      {"is_italic", arrow::boolean(), true, "", "Whether the font is italic or oblique."},
      {"colour", arrow::utf8(), true, "",
       "Colour of the letters as `#rrggbb`: of their fill, or of their outline where that is all there is."},
      {"rotation_deg", arrow::int32(), true, "degrees",
       "Clockwise turn of the word on the displayed page, from -179 to 180."},
      {"is_invisible", arrow::boolean(), true, "",
       "Whether nothing of it is drawn, as of the text that an earlier OCR put behind a scan."},
      {"line_index", arrow::uint32(), false, "",
       "Line of the page that the word stands on, or begins on, from 0, in reading order."},
      {"block_index", arrow::uint32(), false, "", "Paragraph, cell or column that the line belongs to, likewise."},
  };
}

std::vector<Column> links_columns() {
  static constexpr std::array kinds{std::string_view("uri"),    std::string_view("goto"),  std::string_view("remote"),
                                    std::string_view("launch"), std::string_view("other"), std::string_view("text")};
  return {
      document_id(),
      source_uri(),
      page_number(),
      {"kind", arrow::utf8(), false, "",
       "`uri` (an address), `goto` (a page of this document), `remote` (another document), `launch` (a program or "
       "file), "
       "`other` (a script, a named action), or `text`: an address in plain text, without a link of its own.",
       ColumnOrigin::child, kinds},
      {"target",
       arrow::utf8(),
       true,
       "",
       "Where it leads: the address, or the other document or file. Nothing is followed. Null where it names none.",
       ColumnOrigin::child,
       {},
       true},
      {"target_page", arrow::uint32(), true, "",
       "Number of the page that it leads to, from 1, in this document or the other one; null where that is none, or is "
       "not there."},
      {"left_pt", arrow::float64(), false, "points", "Left side of the link's box.", ColumnOrigin::child, {}, true},
      {"top_pt", arrow::float64(), false, "points", "Its top.", ColumnOrigin::child, {}, true},
      {"right_pt", arrow::float64(), false, "points", "Its right side.", ColumnOrigin::child, {}, true},
      {"bottom_pt", arrow::float64(), false, "points", "Its bottom.", ColumnOrigin::child, {}, true},
      {"text",
       arrow::utf8(),
       false,
       "",
       "Words of the page that stand in the box, joined by spaces; at most 1,000 bytes.",
       ColumnOrigin::child,
       {},
       true},
  };
}

std::vector<Column> codes_columns() {
  static constexpr std::array sources{std::string_view("image"), std::string_view("page")};
  const auto varied = [](Column column) {
    column.is_varied = true;
    return column;
  };
  return {
      document_id(),
      source_uri(),
      page_number(),
      {"format", arrow::utf8(), false, "", "What kind of code it is, such as `QR Code`, `EAN-13`, `Code 128`."},
      varied({"text", arrow::utf8(), false, "",
              "What the code says. Separators and other control characters are kept. Empty where it names a character "
              "set that nobody knows."}),
      varied({"bytes", arrow::binary(), false, "", "The same as it stands in the code."}),
      varied({"polygon", arrow::list(arrow::field("item", arrow::float64(), false)), false, "points",
              "Its corners as x1, y1, ... x4, y4: the code's own top left, top right, bottom right, bottom left."}),
      varied({"left_pt", arrow::float64(), false, "points", "Left side of the box around them."}),
      varied({"top_pt", arrow::float64(), false, "points", "Its top."}),
      varied({"right_pt", arrow::float64(), false, "points", "Its right side."}),
      varied({"bottom_pt", arrow::float64(), false, "points", "Its bottom."}),
      {"orientation_deg", arrow::int32(), false, "degrees",
       "Clockwise turn of the code on the displayed page, from -179 to 180."},
      {"symbology_identifier", arrow::utf8(), false, "", "By ISO/IEC 15424, such as `]Q1`."},
      {"eci", arrow::utf8(), true, "",
       "The character sets that the code names, as numbers of extended channel interpretations, joined by commas; "
       "null where it names none."},
      {"error_correction", arrow::utf8(), true, "",
       "Level of error correction, as the kind of code has it (`L`, `M`, `Q`, `H`; `2`; `23%`); null where it has "
       "none."},
      {"source", arrow::utf8(), false, "",
       "Where it was found: in an `image` of the page, at the image's own pixels, or on the drawn `page`.",
       ColumnOrigin::child, sources},
  };
}

std::vector<Column> images_columns() {
  auto [left, top, right, bottom] = box_columns("Left side of the box around the image on the page.");
  return {
      document_id(),
      source_uri(),
      page_number(),
      std::move(left),
      std::move(top),
      std::move(right),
      std::move(bottom),
      {"width_px", arrow::uint32(), false, "pixels", "Width of the image itself."},
      {"height_px", arrow::uint32(), false, "pixels", "Its height."},
      {"x_dpi", arrow::float64(), false, "dots per inch", "Pixels of a row to an inch of the page."},
      {"y_dpi", arrow::float64(), false, "dots per inch", "Pixels of a column to an inch of the page."},
      {"file_name", arrow::utf8(), true, "",
       "Name of the file in the document's folder of images; `_files.parquet` has its key. An image that the document "
       "shows several times has one file. Null where there is none."},
      {"sha256", arrow::utf8(), true, "", "SHA-256 of the file's bytes in hex."},
      {"error_message", arrow::utf8(), true, "", "Why there is no file, for people."},
  };
}

std::vector<Column> crops_columns() {
  auto [left, top, right, bottom] =
      box_columns("Left side of the region on the page as displayed; null where the page is not there.", true);
  Column number = page_number();
  number.nullable = true;
  number.description = "Number of the page in its document, from 1; null where the document has no such page.";
  return {
      document_id(),
      source_uri(),
      std::move(number),
      {"name", arrow::utf8(), false, "", "Name of the region in the recipe."},
      {"page", arrow::int32(), false, "", "Its page in the recipe: from 1, or from the end (-1 is the last)."},
      std::move(left),
      std::move(top),
      std::move(right),
      std::move(bottom),
      {"width_px", arrow::uint32(), false, "pixels", "Width of the picture; 0 where there is none."},
      {"height_px", arrow::uint32(), false, "pixels", "Its height."},
      {"dpi", arrow::float64(), false, "dots per inch",
       "Its resolution: IMAGE_DPI, or less where the page or the pixels of an image document have no more."},
      {"clipped", arrow::boolean(), false, "", "Whether the region reaches beyond the page: what lies on it is there."},
      {"file_name", arrow::utf8(), true, "",
       "Name of the file in the document's folder of crops; null where there is none."},
      {"error_kind", arrow::utf8(), true, "", "Why there is none; null where there is one."},
      {"error_message", arrow::utf8(), true, "", "What was expected and found, for people."},
  };
}

std::vector<Column> files_columns() {
  std::vector<Column> columns{
      document_id(),
      source_uri(),
      {"output", arrow::utf8(), false, "", "The output that the file belongs to, such as `page_images`."},
      {"page_number", arrow::uint32(), true, "",
       "Number of the page that it is made of, from 1; null where it is made of the whole document."},
      {"key",
       arrow::utf8(),
       false,
       "",
       "Where the file is, relative to the place of outputs.",
       ColumnOrigin::parent,
       {},
       true},
      {"size_bytes", arrow::uint64(), false, "bytes", "Size of the file.", ColumnOrigin::parent, {}, true},
      {"sha256", arrow::utf8(), false, "", "SHA-256 of its bytes in hex.", ColumnOrigin::parent, {}, true},
      {"content_type", arrow::utf8(), false, "", "Such as `image/webp`."},
  };
  for (Column& column : columns) column.origin = ColumnOrigin::parent;
  return columns;
}

std::vector<Column> documents_columns() {
  static constexpr std::array statuses{std::string_view("ok"), std::string_view("partial"), std::string_view("failed"),
                                       std::string_view("skipped")};
  static constexpr std::array states{std::string_view("current"), std::string_view("stale"), std::string_view("none")};
  const auto time = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  std::vector<Column> columns{
      {"document_id",
       arrow::utf8(),
       true,
       "",
       "The caller's id, else the SHA-256 of the bytes in hex; null where the bytes were never read whole.",
       ColumnOrigin::parent,
       {},
       true},
      {"source_uri", arrow::utf8(), false, "", "Where the document is.", ColumnOrigin::parent, {}, true},
      {"source_id",
       arrow::utf8(),
       false,
       "",
       "The UUID of version 5 of `source_uri` (namespace of URLs): one for all versions of the source.",
       ColumnOrigin::parent,
       {},
       true},
      {"source_etag", arrow::utf8(), true, "", "Version of the source."},
      {"source_size_bytes", arrow::uint64(), true, "bytes", "Size of the source."},
      {"source_modified_at", time, true, "", "When the source was last modified."},
      {"status", arrow::utf8(), false, "",
       "`ok`; `partial` (some page has an error, or the page limit cut the document); `failed` (no page could be read, "
       "no output is written); `skipped` (done before, or known to fail: then `error_kind` says why).",
       ColumnOrigin::parent, statuses},
      {"error_kind", arrow::utf8(), true, "", "Kind of the first error; see the list of error kinds."},
      {"error_message",
       arrow::utf8(),
       true,
       "",
       "What was expected and found, for people.",
       ColumnOrigin::parent,
       {},
       true},
      {"page_count", arrow::uint32(), true, "", "Pages of the document; null where it could not be opened."},
      {"pages_ocr", arrow::uint32(), false, "", "Pages whose text is recognised, at least in part."},
      {"pages_failed", arrow::uint32(), false, "", "Pages with an error."},
      {"output_uri",
       arrow::utf8(),
       true,
       "",
       "Where the output is; null where there is none of the source as it is.",
       ColumnOrigin::parent,
       {},
       true},
      {"output_etag", arrow::utf8(), true, "", "Version of the output."},
      {"output_state", arrow::utf8(), true, "",
       "What the output under the document's name is worth: `current` (made from the source as it is now), `stale` "
       "(left from an earlier version of the source, of which a newer one failed, or from one that is gone), `none` "
       "(nothing of docmill's is there); null where it could not be looked at.",
       ColumnOrigin::parent, states},
      {"sandbox_tier", arrow::utf8(), false, "",
       "How the document was parsed: `A` (seccomp and limits), `B` (limits alone), `off`; empty where it was not."},
      {"duration_ms", arrow::uint64(), false, "milliseconds", "Time from the start of the document to its end."},
      {"attempt", arrow::uint32(), false, "", "Which attempt of this run, from 1."},
      {"run_id", arrow::utf8(), false, "", "The run; names the manifest."},
      {"docmill_version", arrow::utf8(), false, "", "Version of the program."},
      {"recipe_hash", arrow::utf8(), false, "", "Hash over every setting that can change output bytes."},
      {"finished_at", time, false, "", "When the document was finished."},
  };
  for (Column& column : columns) column.origin = ColumnOrigin::parent;
  return columns;
}

}  // namespace docmill
