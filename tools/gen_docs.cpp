// Writes docs/cli.md, docs/DATA_CATALOG.md, docs/bounds.md and docs/recipe.schema.json from the declarations in the
// code, or checks that they are as written.
//
//   docmill-gen-docs FOLDER           writes them into FOLDER
//   docmill-gen-docs --check FOLDER   exit code 1, and the names of those that differ
#include <arrow/type.h>
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "bounds.h"
#include "cli/help.h"
#include "cli/recipes.h"
#include "document/page.h"
#include "document/scripts.h"
#include "document/tables.h"

namespace docmill {
namespace {

std::string_view meaning_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::unsupported:
      return "The bytes are none of the formats that docmill reads, or an image is of a kind that its decoder does not "
             "know; the message names it.";
    case ErrorKind::empty:
      return "No bytes, or a document without pages.";
    case ErrorKind::encrypted:
      return "No password that was given opens the document.";
    case ErrorKind::corrupt:
      return "The document or page is too damaged to be opened.";
    case ErrorKind::limit_bytes:
      return "The document is larger than `--document-size-max`.";
    case ErrorKind::limit_pages:
      return "The document has more pages than `--pages-max`; those up to it are there.";
    case ErrorKind::limit_pixels:
      return "An image has more than 64 times the pixels of `--page-pixels-max`, or is of a kind that is held whole "
             "and "
             "too large for that; or a page would have to be drawn below 18 dpi.";
    case ErrorKind::limit_output:
      return "A page gave more output than `--page-output-max`.";
    case ErrorKind::page_timeout:
      return "A page took longer than `--page-timeout`.";
    case ErrorKind::document_timeout:
      return "The document took longer than its time.";
    case ErrorKind::out_of_memory:
      return "A page needed more memory than `--child-memory`.";
    case ErrorKind::crashed:
      return "The process that read the page died of it.";
    case ErrorKind::sandbox_violation:
      return "The process that read the page tried something that the sandbox forbids.";
    case ErrorKind::bad_child_output:
      return "The process that read the page answered with something that is no page.";
    case ErrorKind::source_gone:
      return "The document was removed before it was read.";
    case ErrorKind::source_changed:
      return "The document changed while it was read, again and again.";
    case ErrorKind::superseded:
      return "A newer version of the document was done by somebody else meanwhile.";
    case ErrorKind::unreadable:
      return "This one object cannot be read as it is: archived, or of a key that may not be used; the message says "
             "which.";
    case ErrorKind::throttled:
      return "The store asked for fewer requests.";
    case ErrorKind::unavailable:
      return "The store or a resource of this machine could not be had.";
    case ErrorKind::timed_out:
      return "The store did not answer in time.";
    case ErrorKind::denied:
      return "A permission is missing; the message names it.";
    case ErrorKind::not_found:
      return "A place does not exist; the message names it.";
    case ErrorKind::invalid_input:
      return "Something that the caller gave is wrong; the message says what.";
  }
  return "";
}

std::string_view consequence_of(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::document_for_good:
      return "tried again only when source, settings or version change, or with `--retry-failed`";
    case ErrorClass::document_perhaps:
      return "tried again at once, then on the next run";
    case ErrorClass::source_moved:
      return "seen again by the next run";
    case ErrorClass::object:
      return "do to the object what the message says; tried again on the next run";
    case ErrorClass::place:
      return "the run did not finish; run again when the place is well";
    case ErrorClass::caller:
      return "mend it and run again";
  }
  return "";
}

struct WarningCode {
  std::string_view code;
  std::string_view meaning;
};

constexpr WarningCode warning_codes[] = {
    {.code = warning::annotation_text, .meaning = "Text of annotations follows the page's own."},
    {.code = warning::form_text, .meaning = "Text of form fields follows the page's own."},
    {.code = warning::copy_restricted,
     .meaning = "The owner password forbids copying text; docmill read it all the same."},
    {.code = warning::dpi_reduced,
     .meaning =
         "The page was drawn below OCR_DPI, or for its image or crops below the dpi that was asked for, or the image "
         "decoded smaller than it is, to fit `--page-pixels-max` or what the format holds."},
    {.code = warning::words_missing,
     .meaning = "The page's words were asked for, and take more than `--page-output-max` as a table; its text is "
                "there. Counted in the summary."},
    {.code = warning::links_missing,
     .meaning = "The page's links were asked for, and are more than 10,000, of which the rest is missing, or take more "
                "than `--page-output-max` as a table, which has none of them. Counted in the summary."},
    {.code = warning::hidden_text,
     .meaning = "Text was left out that nobody sees on the page: outside of its box, in a layer that is switched off, "
                "clipped away, covered, or in the colour of its ground. Counted in the summary."},
    {.code = warning::hidden_text_undecided,
     .meaning = "Text that may be hidden was kept: there is too much of it on the page to try each piece, or the page "
                "could not be drawn."},
    {.code = warning::invalid_characters, .meaning = "NULs or lone surrogates were dropped from the text."},
    {.code = warning::ocr_layer,
     .meaning =
         "Most of the page's text is invisible and lies over an image: an earlier OCR left it. It is taken as it "
         "is; `--ocr always` replaces it."},
    {.code = warning::ocr_in_vain,
     .meaning =
         "The page was recognised, and what was read was nothing, or less than the page's own text, which stays. "
         "Counted in the summary."},
    {.code = warning::unread_text,
     .meaning = "There is more on the page that looks like text, and it could not be recognised. Counted in the "
                "summary."},
    {.code = warning::partly_decoded,
     .meaning =
         "The image is damaged or cut off; what could be decoded was read, the rest counts as white. Counted in the "
         "summary."},
    {.code = warning::unread_frames,
     .meaning = "The image is an animation, of which the first frame was read. Counted in the summary."},
    {.code = warning::unmapped_glyphs,
     .meaning = "Glyphs are drawn of which no font says what they are: three lines' worth, or a fifth of all."},
    {.code = warning::glyph_numbers,
     .meaning = "As many such glyphs, whose numbers look like letters (`5IF` for `The`)."},
    {.code = warning::private_use,
     .meaning = "As many characters of the private use area, which mean nothing to others."},
    {.code = warning::replacement_characters,
     .meaning = "As many U+FFFD, by which a font says that it does not know the character."},
    {.code = warning::control_characters, .meaning = "As many glyphs that a font maps to control characters."},
    {.code = warning::wrong_bytes,
     .meaning = "Text of a font reads like bytes of one encoding that were taken for another's."},
    {.code = warning::impossible_letters, .meaning = "Letters of a font follow each other as in no language's words."},
    {.code = warning::text_contradicted,
     .meaning = "Lines were recognised, and what is drawn is not what the font says. Its text goes where the page is "
                "recognised."},
    {.code = warning::text_unchecked,
     .meaning =
         "There is a sign that the text is wrong, and what is drawn was not read: `--ocr never`, or the lines could "
         "not be drawn. `text_trust` goes by the sign alone."},
    {.code = warning::text_repaired,
     .meaning = "A font gave numbers of glyphs, or bytes, for characters; they were turned into what they stand for."},
    {.code = warning::pages_missing,
     .meaning = "The document's page tree names pages that are not in the document. On its first page."},
    {.code = warning::page_image_missing,
     .meaning =
         "An image of the page was asked for and could not be made: it is too large, or cannot be drawn. Counted in "
         "the summary."},
    {.code = warning::crops_missing,
     .meaning = "Regions of the page were asked for, and some have no picture: they lie off the page, it cannot be "
                "drawn, or they take more than `--page-output-max` together. The table `crops` says of each why. "
                "Counted in the summary."},
    {.code = warning::codes_missing,
     .meaning = "Barcodes of the page were asked for, and some may be missing: the page or an image on it could not be "
                "looked at, or there are more than the limits allow. Counted in the summary."},
    {.code = warning::images_missing,
     .meaning =
         "Images of the page were asked for, and some have no file (`error_message` says why), or there are more "
         "than the limits allow. Counted in the summary."},
    {.code = warning::structure_missing,
     .meaning = "The document's structure was asked for, and could not be read, or not all of it: `unread` in its JSON "
                "names the parts. On its first page. Counted in the summary."},
    {.code = warning::structure_cut,
     .meaning =
         "The document has more structure than the limits allow: `cut` in its JSON names the parts. On its first "
         "page. Counted in the summary."},
};

std::string columns_table(std::span<const Column> columns) {
  std::string text = "| column | type | null | unit | meaning |\n|---|---|---|---|---|\n";
  for (const Column& column : columns)
    fmt::format_to(std::back_inserter(text), "| `{}` | {} | {} | {} | {} |\n", column.name, column.type->ToString(),
                   column.nullable ? "yes" : "no", column.unit, column.description);
  return text;
}

std::string tables_of_documents() {
  std::string text;
  const auto add = [&](const Table& table) {
    fmt::format_to(std::back_inserter(text), "## {}\n\n{} Suffix: `{}`.\n\n{}\n", table.name, table.title, table.suffix,
                   columns_table(table.columns));
  };
  for (const TableId id : table_ids) add(table_of(id));
  add(files_table());
  return text;
}

std::string error_kinds_table() {
  std::string text = "| error_kind | meaning | then |\n|---|---|---|\n";
  for (int i = 0; i < error_kind_count; ++i) {
    const auto kind = static_cast<ErrorKind>(i);
    fmt::format_to(std::back_inserter(text), "| `{}` | {} | {} |\n", name_of(kind), meaning_of(kind),
                   consequence_of(class_of(kind)));
  }
  return text;
}

std::string warnings_table() {
  std::string text = "| code | meaning |\n|---|---|\n";
  for (const auto& [code, meaning] : warning_codes)
    fmt::format_to(std::back_inserter(text), "| `{}` | {} |\n", code, meaning);
  for (const Script& script : scripts)
    fmt::format_to(
        std::back_inserter(text),
        "| `{}` | With `--ocr-languages auto`, beside `unread_text`: letters on the page are {} by their looks, and no "
        "language has them. Debian's package `{}` has one. Counted in the summary. |\n",
        script.warning, script.name, package_for(script));
  return text;
}

std::string data_catalog() {
  return fmt::format(
      "# Data catalog\n\n<!-- Written by `make docs` from src/document/; a test compares the two. -->\n\n"
      "Boxes and lengths are in points (1/72 inch), with the origin at the top left of the page as displayed.\n\n"
      "A document has a file of each table that its recipe names: `a/b.pdf` gives `a/b_SUFFIX.parquet`, any other "
      "name\n"
      "`NAME.SUFFIX.parquet`.\n\n{}"
      "The key-value metadata of each: `docmill.version`, `docmill.recipe_hash` (over the settings that reach this "
      "table),\n`docmill.source_etag`, `docmill.source_sha256`, `docmill.status` (`ok`, `partial`, or `retry` where a "
      "page may be read by the\nnext run), where a page has an error `docmill.error_kind`, the kind of the first, and "
      "where other outputs were made\nwith it `docmill.outputs`, their names and hashes. Of those made together it is "
      "written last, so it vouches for them.\n\n"
      "## documents\n\n{} `_docmill/runs/RUN_ID.parquet`.\n\n{}\n"
      "## History\n\nWhat `docmill worker --history FILE.json` keeps: the last outcome of each document. `FILE.json` "
      "has "
      "the newest\n`--history-documents` of them and up to a tenth more, as\n\n"
      "    {{\n    \"docmill_history\": 1,\n    \"documents\": [\n    {{\"source_uri\": ..., \"status\": ..., "
      "...}},\n    ...\n    ]\n    }}\n\n"
      "one document a line, the newest first. Each has every column of *documents* as a member; times are ISO 8601, "
      "what "
      "is null\nthere is null here, and `run_id` is that of the worker. Two members more: `source_sequencer`, of the "
      "event of S3 that told of\njust this version, and `replaced`, the run and time of the outcomes before it, the "
      "last "
      "one first.\n\nThe outcome of a source's present version is always recorded, and that the source is gone; one of "
      "an "
      "older version only\nwhile nothing newer is. That a version was found done (`skipped`) does not replace how it "
      "was "
      "done.\n\n"
      "Older ones are rows of the *documents* table in `FILE/part-TIME-HASH.parquet`. A document may be in several "
      "parts, and in\n`FILE.json` as well: the row with the latest `source_modified_at` is its last outcome, and among "
      "equal ones that in\n`FILE.json`. Do not go by `finished_at`: clocks of workers differ.\n\n"
      "## Warning codes\n\n{}\n## Error kinds\n\n{}",
      tables_of_documents(), documents_table().title, columns_table(documents_table().columns), warnings_table(),
      error_kinds_table());
}

struct Page {
  std::string_view name;
  std::string text;
};

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

int check(const std::filesystem::path& folder, std::span<const Page> pages) {
  int differing = 0;
  for (const auto& [name, text] : pages) {
    if (contents(folder / name) == text) continue;
    fmt::print(stderr, "{} is not what the code says: run `make docs`\n", (folder / name).string());
    ++differing;
  }
  return differing == 0 ? 0 : 1;
}

int write(const std::filesystem::path& folder, std::span<const Page> pages) {
  for (const auto& [name, text] : pages) {
    std::ofstream file(folder / name, std::ios::binary);
    if (!(file << text).flush()) {
      fmt::print(stderr, "cannot write {}\n", (folder / name).string());
      return 1;
    }
  }
  return 0;
}

int run(std::span<char* const> arguments) {
  const bool checking = arguments.size() == 3 && std::string_view(arguments[1]) == "--check";
  if (!checking && arguments.size() != 2) {
    fmt::print(stderr, "usage: docmill-gen-docs [--check] FOLDER\n");
    return 2;
  }
  const std::vector<Page> pages{{.name = "cli.md", .text = manual()},
                                {.name = "DATA_CATALOG.md", .text = data_catalog()},
                                {.name = "bounds.md", .text = bounds_page()},
                                {.name = "recipe.schema.json", .text = recipe_schema()}};
  return checking ? check(arguments[2], pages) : write(arguments[1], pages);
}

}  // namespace
}  // namespace docmill

int main(int argc, char** argv) { return docmill::run(std::span(argv, static_cast<std::size_t>(argc))); }
