#include "document/schemas.h"

#include <arrow/type.h>

#include <vector>

namespace docmill {
namespace {

std::vector<Column> make_page_content() {
  return {
      {"page_number", arrow::uint32(), false, "", "Number of the page in its document, from 1."},
      {"text", arrow::utf8(), false, "",
       "Text of the page: valid UTF-8 in NFC, lines separated by a line feed. Text of annotations and form fields "
       "follows the page's own as paragraphs."},
      {"text_source", arrow::utf8(), false, "",
       "Where the text came from: `native`, `ocr`, `mixed`, or `none` where there is none."},
      {"text_trust", arrow::float64(), true, "0 to 1",
       "How far the page's own text can be trusted to be what is drawn; reasons are in `warnings`. Null where `text` "
       "has "
       "none of it."},
      {"ocr_confidence", arrow::float64(), true, "0 to 100",
       "Mean confidence of the recognised words; null without OCR or without a word."},
      {"language", arrow::utf8(), true, "",
       "Language of most of `text`, as a BCP 47 tag (`en`, `zh-Hant`); null where it is unsure, as of few words, "
       "numbers, "
       "or several languages in equal parts."},
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
      {"error_message", arrow::utf8(), true, "", "What was expected and found, for people."},
  };
}

std::vector<Column> make_pages() {
  std::vector<Column> columns{
      {"document_id", arrow::utf8(), false, "",
       "The caller's id of the document where there is one, else the SHA-256 of its bytes in hex."},
      {"source_uri", arrow::utf8(), false, "",
       "Where the document is. Bytes of a name that are not UTF-8, control characters and `%` are percent-encoded."},
      {"source_etag", arrow::utf8(), false, "",
       "Version of the source as its store names it; of a local file `<size>-<modification time in ns>`."},
      {"source_size_bytes", arrow::uint64(), false, "bytes", "Size of the source."},
  };
  for (const Column& column : page_content_columns()) {
    columns.push_back(column);
    if (column.name == "page_number")
      columns.push_back({"page_count", arrow::uint32(), false, "", "Pages of the document."});
  }
  return columns;
}

std::vector<Column> make_documents() {
  const auto time = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  return {
      {"document_id", arrow::utf8(), true, "",
       "The caller's id, else the SHA-256 of the bytes in hex; null where the bytes were never read whole."},
      {"source_uri", arrow::utf8(), false, "", "Where the document is."},
      {"source_etag", arrow::utf8(), true, "", "Version of the source."},
      {"source_size_bytes", arrow::uint64(), true, "bytes", "Size of the source."},
      {"source_modified_at", time, true, "", "When the source was last modified."},
      {"status", arrow::utf8(), false, "",
       "`ok`; `partial` (some page has an error, or the page limit cut the document); `failed` (no page could be read, "
       "no "
       "output is written); `skipped` (done before, or known to fail: then `error_kind` says why)."},
      {"error_kind", arrow::utf8(), true, "", "Kind of the first error; see the list of error kinds."},
      {"error_message", arrow::utf8(), true, "", "What was expected and found, for people."},
      {"page_count", arrow::uint32(), true, "", "Pages of the document; null where it could not be opened."},
      {"pages_ocr", arrow::uint32(), false, "", "Pages whose text is recognised, at least in part."},
      {"pages_failed", arrow::uint32(), false, "", "Pages with an error."},
      {"output_uri", arrow::utf8(), true, "", "Where the output is; null where there is none of the source as it is."},
      {"output_etag", arrow::utf8(), true, "", "Version of the output."},
      {"output_state", arrow::utf8(), true, "",
       "What the output under the document's name is worth: `current` (made from the source as it is now), `stale` "
       "(left from an earlier version of the source, of which a newer one failed, or from one that is gone), `none` "
       "(nothing of docmill's is there); null where it could not be looked at."},
      {"sandbox_tier", arrow::utf8(), false, "",
       "How the document was parsed: `A` (seccomp and limits), `B` (limits alone), `off`; empty where it was not."},
      {"duration_ms", arrow::uint64(), false, "milliseconds", "Time from the start of the document to its end."},
      {"attempt", arrow::uint32(), false, "", "Which attempt of this run, from 1."},
      {"run_id", arrow::utf8(), false, "", "The run; names the manifest."},
      {"docmill_version", arrow::utf8(), false, "", "Version of the program."},
      {"recipe_hash", arrow::utf8(), false, "", "Hash over every setting that can change output bytes."},
      {"finished_at", time, false, "", "When the document was finished."},
  };
}

std::shared_ptr<arrow::Schema> to_schema(std::span<const Column> columns) {
  arrow::FieldVector fields;
  for (const Column& column : columns)
    fields.push_back(arrow::field(std::string(column.name), column.type, column.nullable));
  return arrow::schema(std::move(fields));
}

}  // namespace

std::span<const Column> page_content_columns() {
  static const std::vector<Column> columns = make_page_content();
  return columns;
}

std::span<const Column> pages_columns() {
  static const std::vector<Column> columns = make_pages();
  return columns;
}

std::span<const Column> documents_columns() {
  static const std::vector<Column> columns = make_documents();
  return columns;
}

std::shared_ptr<arrow::Schema> page_content_schema() {
  static const auto schema = to_schema(page_content_columns());
  return schema;
}

std::shared_ptr<arrow::Schema> pages_schema() {
  static const auto schema = to_schema(pages_columns());
  return schema;
}

std::shared_ptr<arrow::Schema> documents_schema() {
  static const auto schema = to_schema(documents_columns());
  return schema;
}

}  // namespace docmill
