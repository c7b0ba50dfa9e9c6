// The rows of docs/bounds.md. The values of constants in headers are the constants themselves; those of constants in a
// .cpp file are written out here, and tests/e2e/test_docs.py compares every row with its source.
#include <chrono>
#include <span>

#include "aws/client.h"
#include "base/blob.h"
#include "base/strict_json.h"
#include "bounds.h"
#include "cli/crop_regions.h"
#include "cli/folder_view.h"
#include "cli/small_file.h"
#include "cli/sweep_command.h"
#include "document/format.h"
#include "document/ocr_languages.h"
#include "document/recipe.h"
#include "extract/codes/bars.h"
#include "extract/codes/codes.h"
#include "extract/embedded_files.h"
#include "extract/image/encode.h"
#include "extract/image/image.h"
#include "extract/image/row_reducer.h"
#include "extract/ocr/unread.h"
#include "extract/page_codes.h"
#include "extract/pdf/embedded_images.h"
#include "extract/pdf/font_style.h"
#include "extract/pdf/font_text.h"
#include "extract/pdf/open.h"
#include "extract/pdf/page_objects.h"
#include "extract/pdf/page_tree.h"
#include "extract/pdf/pdf.h"
#include "extract/pdf/raw_objects.h"
#include "extract/pdf/shapes.h"
#include "extract/pdf/syntax.h"
#include "extract/pdf/unseen.h"
#include "extract/structure/structure.h"
#include "mill/collect_counts.h"
#include "mill/in_parallel.h"
#include "mill/known_done.h"
#include "mill/mill.h"
#include "mill/read_output.h"
#include "mill/source_cursor.h"
#include "mill/stale_outputs.h"
#include "mill/sweep.h"
#include "net/caller.h"
#include "net/http.h"
#include "net/http_client.h"
#include "net/retry.h"
#include "net/service.h"
#include "output/dataset/dataset_file.h"
#include "output/dataset/dataset_writing.h"
#include "output/dataset/gathered_rows.h"
#include "output/dataset/partition.h"
#include "output/document_rows.h"
#include "output/table_writer.h"
#include "queue/message_check.h"
#include "queue/queue.h"
#include "results/history.h"
#include "sandbox/child.h"
#include "sandbox/document_plan.h"
#include "sandbox/sandbox.h"
#include "sandbox/task.h"
#include "sandbox/wire/frame.h"
#include "sandbox/wire/work_list.h"
#include "service/status_server.h"
#include "store/folder_links.h"
#include "telemetry/emf.h"
#include "telemetry/line_writer.h"
#include "telemetry/metrics.h"
#include "telemetry/stderr_line.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;
namespace structure = extract::structure;

const Bound documents_of_a_sweep_and_a_worker[] = {
    {"queued_documents_max", count(65'536), "src/mill/sweep.cpp",
     "Listed documents that wait, about 200 bytes each. Up to so many, the total is known early."},
    {"held_documents_max", count(65'536), "src/mill/sweep.cpp",
     "Documents that a manifest calls done, held until outputs are listed; the listing of documents waits beyond."},
    {"manifests_read_max", count(manifests_read_max), "src/mill/known_done.h",
     "Manifests of earlier runs, the latest ones, that a sweep goes by. A row group of each is in memory."},
    {"outputs_listed_max", count(outputs_listed_max), "src/mill/known_done.h",
     "Outputs that are known from a listing, 16 bytes each. Those beyond are looked at one by one."},
    {"documents_in_flight_max", count(documents_in_flight_max), "src/cli/sweep_command.h",
     "Documents that a sweep has in flight. Each has a thread, and most threads wait for a child."},
    {"documents_in_flight_per_slot", count(128), "src/cli/sweep_command.cpp",
     "The same for each slot of a sweep: enough to fill a work list while others wait for the disk."},
    {"documents_in_flight_per_slot", count(16), "src/cli/assign.cpp",
     "Documents in flight for each slot of a worker: enough to fill a work list while others wait for a store."},
    {"source_bytes_in_flight_max", bytes(source_bytes_in_flight_max), "src/mill/mill.h",
     "Sources in memory together; a larger document goes alone. Who reads asks for room first where it knows the "
     "size."},
    {"small_blob_size_bytes_max", bytes(small_blob_size_bytes_max), "src/base/blob.h",
     "A larger document has a memory file of its own, which costs as much as all other work on so few bytes."},
    {"piece_size_bytes", bytes(32 * KiB), "src/base/blob.cpp",
     "A source is read and hashed in such pieces: they lie on the stack of hundreds of threads."},
    {"source_reads_max", count(3), "src/mill/process.cpp",
     "Reads of a source that changes meanwhile; then it is `source_changed`."},
    {"write_rounds_max", count(5), "src/mill/process.cpp",
     "Rounds of a write that others overtake; then the place is `unavailable`."},
    {"refused_max", count(10), "src/mill/sweep.cpp",
     "Documents that a sweep puts off while nothing of their place can be read; more are the place's fault."},
    {"witnesses_asked_max", count(3), "src/mill/witnesses.cpp",
     "Objects of a place that are asked whose fault it is: so many that were begun, and so many of a listing."},
    {"begun_max", count(8), "src/mill/witnesses.cpp",
     "Keys that are kept of a place as witnesses: some, because the first may be refused too."},
    {"places_max", count(1'000), "src/mill/witnesses.cpp", "Places of which witnesses are kept."},
    {"attention_max", count(attention_max), "src/mill/sweep.h",
     "Documents that the summary names; the manifest has all."},
    {"attention_shown_max", count(20), "src/cli/summary.cpp", "Documents that the summary's text names: a screen."},
    {"looked_at_together", count(looked_at_together), "src/mill/in_parallel.h",
     "Objects that `prune` looks at before it lists the next."},
    {"looks_at_a_time", count(looks_at_a_time), "src/mill/in_parallel.h",
     "Requests of `prune` that are on their way at a time."},
    {"remembered_max", count(SourceCursor::remembered_max), "src/mill/source_cursor.h",
     "Documents of a listing that `prune` remembers, about 200 bytes each."},
    {"rows_in_memory_bytes_max", bytes(256 * MiB), "src/output/dataset/dataset_writing.h",
     "Rows that `collect` holds in memory, of all tables and partitions; more wait in a temporary file."},
    {"documents_per_file_max", count(DatasetWriting::documents_per_file_max), "src/output/dataset/dataset_writing.h",
     "Documents that `collect` gathers for a file, however small they are."},
    {"dataset_files_max", count(dataset_files_max), "src/output/dataset/dataset_file.h",
     "Files of a dataset; more are a partition rule that is too fine."},
    {"small_files_max", count(DatasetWriting::small_files_max), "src/output/dataset/dataset_writing.h",
     "Small files in a folder of a dataset that are left as they are; more are made one."},
    {"files_merged_max", count(DatasetWriting::files_merged_max), "src/output/dataset/dataset_writing.h",
     "Files of a dataset that are written anew together."},
    {"runs_max", count(GatheredRows::runs_max), "src/output/dataset/gathered_rows.h",
     "Times that rows of a partition wait on disk before these are made one."},
    {"match_steps_max", count(PartitionRule::match_steps_max), "src/output/dataset/partition.h",
     "Work on one address of a partition rule, of about a millisecond each; then it counts as no match."},
    {"outputs_ahead_max", count(1'024), "src/mill/collect.cpp",
     "Outputs that are read ahead of the one that is joined."},
    {"outputs_ahead_size_bytes_max", bytes(32 * MiB), "src/mill/collect.cpp", "What they take as they are stored."},
    {"output_in_memory_size_bytes_max", bytes(output_in_memory_size_bytes_max), "src/mill/read_output.h",
     "An output that is larger is copied to a temporary file to be joined."},
    {"output_decoded_size_bytes_max", bytes(output_decoded_size_bytes_max), "src/mill/read_output.h",
     "Rows of an output that are decoded at once, uncompressed; of more, a part at a time."},
    {"documents_max", count(StaleByRuns::documents_max), "src/mill/stale_outputs.h",
     "Stale documents that `collect` remembers of the tables of runs; more are an error."},
    {"unreadable_named_max", count(unreadable_named_max), "src/mill/collect_counts.h",
     "Outputs that the summary of `collect` names because they cannot be read; the log names all."},
    {"resting_files_max", count(65'536), "src/mill/watch.cpp",
     "Watched files that rest before they are enqueued; beyond that a listing is as good."},
    {"rounds_max", count(5), "src/mill/circuit_breaker.cpp",
     "Tries of a document before it is alone in failing, or its fault an outage."},
    {"probe_tries_max", count(5), "src/mill/circuit_breaker.cpp",
     "Tries of a probe before another message takes its place."},
    {"unknown_tries_max", count(2), "src/mill/circuit_breaker.cpp",
     "The same where nobody knows whether this message alone is refused: the next one is asked soon."},
    {"first_away", time(120s), "src/mill/circuit_breaker.cpp",
     "A message that goes back in an outage stays away so long, and twice as long each time."},
    {"longest_away", time(1h), "src/mill/circuit_breaker.cpp",
     "The longest that such a message stays away: ten receives outlast five hours."},
};

const Bound children_and_their_documents[] = {
    {"documents_per_child_max", count(SandboxSettings{}.documents_per_child_max), "src/sandbox/sandbox.h",
     "Default of `--documents-per-child`: with so many in a list a fork is a twentieth of their cost."},
    {"work_list_entries_max", count(wire::work_list_entries_max), "src/sandbox/wire/work_list.h",
     "Entries of a work list: what fits into a message to the zygote."},
    {"small_document_size_bytes_max", bytes(1 * MiB), "src/sandbox/scheduler.cpp",
     "Documents up to this size share a child."},
    {"gathering_time", time(5ms), "src/sandbox/scheduler.cpp",
     "An idle slot waits so long for more small documents, while another child works."},
    {"documents_worth_a_fork", count(16), "src/sandbox/scheduler.cpp",
     "When so many small documents are there the wait ends: a fork costs as much as a document or two."},
    {"bytes_worth_a_fork", bytes(64 * KiB), "src/sandbox/scheduler.cpp",
     "When small documents of so many bytes are there the wait ends too."},
    {"unit_pages_max", count(unit_pages_max), "src/sandbox/document_plan.h",
     "Pages of one document for one child, so that its memory does not grow without end."},
    {"unit_pages_min", count(unit_pages_min), "src/sandbox/document_plan.h",
     "Pages that are worth a child of their own, when another child is relieved."},
    {"ocr_unit_pages_max", count(ocr_unit_pages_max), "src/sandbox/document_plan.h", "Pages for one OCR child."},
    {"window_size_bytes_max", bytes(window_size_bytes_max), "src/sandbox/task.h",
     "Pages of a document that wait for an earlier one, and files that wait for their receiver; then its children are "
     "paused."},
    {"row_overhead_bytes", bytes(row_overhead_bytes), "src/sandbox/task.h",
     "What a waiting page counts beside its bytes: arrays and buffers of its columns (measured: 7 KiB)."},
    {"file_piece_size_bytes_max", bytes(wire::file_piece_size_bytes_max), "src/sandbox/wire/frame.h",
     "A piece of a page's file in one frame."},
    {"page_overhead_bytes_max", bytes(1 * MiB), "src/sandbox/frames.cpp",
     "What a frame may have beside `--page-output-max`: Arrow and image formats add that to a page."},
    {"read_size_bytes", bytes(256 * KiB), "src/sandbox/supervision.cpp", "One read of a child's pipe."},
    {"frame_pipe_size_bytes", bytes(256 * KiB), "src/sandbox/child.cpp",
     "A child's pipe for frames: with so many bytes it rarely waits for the parent."},
    {"reads_in_a_row_max", count(16), "src/sandbox/supervision.cpp",
     "Reads of one pipe before others have their turn: a child that writes without end must not hold the loop."},
    {"stderr_size_bytes_max", bytes(stderr_size_bytes_max), "src/sandbox/child.h", "What is kept of a child's stderr."},
    {"error_message_size_bytes_max", bytes(wire::error_message_size_bytes_max), "src/sandbox/wire/frame.h",
     "Error message of a document that does not open: a sentence; a child that sends more means harm."},
    {"frames_interval", time(8ms), "src/sandbox/supervision.cpp",
     "Pipes of children are read so often: a wake-up for each page would cost more than its row."},
    {"frames_interval_when_awaited", time(1ms), "src/sandbox/supervision.cpp", "The same while a pipe is nearly full."},
    {"limits_interval", time(50ms), "src/sandbox/supervision.cpp",
     "Time and memory of children are checked so often: a child is past its limit by at most this when it is killed."},
    {"zygote_start_timeout", time(60s), "src/sandbox/scheduler.cpp", "A zygote starts within this time."},
    {"zygote_answer_timeout", time(SandboxSettings{}.zygote_answer_timeout), "src/sandbox/sandbox.h",
     "A zygote forks, and tells the end of a killed child, within this time, or it is started anew."},
    {"zygote_starts_max", count(5), "src/sandbox/scheduler.cpp",
     "Starts of a zygote in a row without a child that ended between."},
    {"forks_failed_in_a_row_max", count(20), "src/sandbox/supervision.cpp",
     "Forks that fail in a row before documents get `unavailable`."},
    {"fork_retry_interval", time(100ms), "src/sandbox/supervision.cpp", "The wait between such forks."},
};

const Bound what_is_read_of_documents[] = {
    {"sniff_size_bytes", bytes(sniff_size_bytes), "src/document/format.h",
     "What the parent looks at to tell a file's format."},
    {"pdf_junk_size_bytes_max", bytes(pdf_junk_size_bytes_max), "src/document/format.h",
     "Junk before the header of a PDF."},
    {"named_pdf_junk_size_bytes_max", bytes(named_pdf_junk_size_bytes_max), "src/document/format.h",
     "The same in a file that is named as a PDF."},
    {"page_tree_depth_max", count(pdf::page_tree_depth_max), "src/extract/pdf/page_tree.h",
     "Nodes of a page tree in each other."},
    {"page_tree_nodes_max", count(pdf::page_tree_nodes_max), "src/extract/pdf/page_tree.h", "Nodes of a page tree."},
    {"cross_references_max", count(pdf::cross_references_max), "src/extract/pdf/raw_objects.h",
     "Tables of cross-references that are read for a page tree."},
    {"inflated_size_bytes_max", bytes(pdf::inflated_size_bytes_max), "src/extract/pdf/raw_objects.h",
     "Bytes that cross-reference and object streams may hold together when they are inflated."},
    {"nesting_max", count(pdf::nesting_max), "src/extract/pdf/syntax.h", "Values of PDF's syntax in each other."},
    {"rewritten_size_bytes_max", bytes(pdf::rewritten_size_bytes_max), "src/extract/pdf/open.h",
     "A larger document whose page tree cannot be read keeps the number of pages that it claims; a smaller one PDFium "
     "writes anew."},
    {"suspects_max", count(pdf::suspects_max), "src/extract/pdf/unseen.h",
     "Objects of a page that are tried for hidden text; the rest is kept."},
    {"drawings_max", count(pdf::drawings_max), "src/extract/pdf/unseen.h",
     "Drawings of a page that are made for this, of up to 4 million pixels each."},
    {"form_depth_max", count(pdf::form_depth_max), "src/extract/pdf/page_objects.h",
     "Nested forms that are searched: PDFium stops parsing them near here, hostile ones go on."},
    {"shapes_max", count(pdf::shapes_max), "src/extract/pdf/shapes.h",
     "Paths of a page that are looked at; where there are more, a drawing is dense and more change nothing."},
    {"fonts_max", count(pdf::fonts_max), "src/extract/pdf/font_text.h",
     "Fonts of a page that are judged apart; glyphs of more share the last number."},
    {"ocr_languages_max", count(ocr_languages_max), "src/document/ocr_languages.h",
     "Languages to choose from: models take 15 MB each in the zygote."},
    {"unread_parts_max", count(ocr::unread_parts_max), "src/extract/ocr/unread.h",
     "Parts of a page that are recognised once more by themselves."},
    {"recogniser_side_px_max", pixels(32'767), "src/extract/image/decode.cpp",
     "Side of an image that is recognised: OCR measures in 16 bits."},
    {"side_px_max", pixels(32'767), "src/extract/ocr/ocr.cpp",
     "The same in OCR itself: Tesseract keeps coordinates in 16 bits."},
    {"codes_per_picture_max", count(codes::codes_per_picture_max), "src/extract/codes/codes.h",
     "Barcodes that are looked for in one picture, or on the page as drawn; more are told (`codes_missing`). A sheet "
     "of labels has far fewer."},
    {"bars_max", count(codes::bars_max), "src/extract/codes/bars.h",
     "Parts of a picture with bars, those with the most of them first. More are hatching."},
    {"bar_looks_max", count(extract::bar_looks_max), "src/extract/page_codes.h",
     "Such parts in which no code is known yet that are turned upright and read by themselves; together they have no "
     "more pixels than the picture."},
    {"font_name_size_bytes_max", bytes(pdf::font_name_size_bytes_max), "src/extract/pdf/font_style.h",
     "Name of a font, in the rows of all its words."},
    {"images_visited_max", count(pdf::images_visited_max), "src/extract/pdf/pdf.h",
     "Images of a page whose own pixels are looked at for barcodes, with at most twice `--page-pixels-max` pixels "
     "together; more are seen on the drawn page and told (`codes_missing`)."},
    {"image_side_px_min", pixels(pdf::image_side_px_min), "src/extract/pdf/pdf.h",
     "Side of an image that is looked at by itself: no code has fewer."},
    {"second_look_pixels_max", pixels(2'500'000), "src/extract/page_codes.cpp",
     "An image without a barcode is looked at again at twice its size if it has no more: A4 at 150 dpi."},
    {"second_looks_pixels_max", pixels(10'000'000), "src/extract/page_codes.cpp",
     "The same for all images of a page together: a second or so."},
    {"embedded_images_max", count(pdf::embedded_images_max), "src/extract/pdf/embedded_images.h",
     "Images of a page that are rows of `images`; more are told (`images_missing`)."},
    {"embedded_pixels_factor", count(pdf::embedded_pixels_factor), "src/extract/pdf/embedded_images.h",
     "Pixels of all of them, in so many times `--page-pixels-max`, which holds for each."},
    {"given_files_max", count(extract::given_files_max), "src/extract/embedded_files.h",
     "Files of images that a child remembers to have given; one that it forgot comes again, and is stored once."},
    {"pages_max", count(structure::pages_max), "src/extract/structure/structure.h",
     "Pages in the structure of a document. What is beyond this and the next rows is named under `cut` there, and told "
     "(`structure_cut`)."},
    {"outline_entries_max", count(structure::outline_entries_max), "src/extract/structure/structure.h",
     "Entries of its outline."},
    {"outline_depth_max", count(structure::outline_depth_max), "src/extract/structure/structure.h",
     "Entries in each other."},
    {"form_fields_max", count(structure::form_fields_max), "src/extract/structure/structure.h", "Fields of its form."},
    {"values_of_field_max", count(structure::values_of_field_max), "src/extract/structure/structure.h",
     "Values of one field."},
    {"attachments_max", count(structure::attachments_max), "src/extract/structure/structure.h", "Attached files."},
    {"signatures_max", count(structure::signatures_max), "src/extract/structure/structure.h", "Signatures."},
    {"fonts_max", count(structure::fonts_max), "src/extract/structure/structure.h", "Fonts in its structure."},
    {"languages_max", count(structure::languages_max), "src/extract/structure/structure.h", "Languages."},
    {"information_entries_max", count(structure::information_entries_max), "src/extract/structure/structure.h",
     "Entries of the document information that have names of their own."},
    {"names_max", count(structure::names_max), "src/extract/structure/structure.h",
     "Entries of a tree of names, or of labels of pages."},
    {"steps_max", count(structure::steps_max), "src/extract/structure/structure.h",
     "Objects that are looked at for one part of the structure."},
    {"text_size_bytes_max", bytes(structure::text_size_bytes_max), "src/extract/structure/structure.h",
     "A title, value or name in the structure."},
    {"xmp_size_bytes_max", bytes(structure::xmp_size_bytes_max), "src/extract/structure/structure.h",
     "The document's XMP."},
    {"hashed_size_bytes_max", bytes(structure::hashed_size_bytes_max), "src/extract/structure/structure.h",
     "Decoded bytes of all attachments that are hashed, and likewise of what pages draw: a second or two."},
    {"form_depth_max", count(32), "src/extract/structure/content_hash.cpp",
     "Forms in each other, of which the content's hash is made."},
    {"label_number_max", count(100'000), "src/extract/structure/page_list.cpp",
     "Number of a page's label: in letters it has one for each 26."},
    {"encoded_side_px_max", pixels(image::encoded_side_px_max), "src/extract/image/encode.h",
     "Side of an image of a page: WebP keeps it in 14 bits, and the other formats get no more."},
    {"crop_regions_max", count(crop_regions_max), "src/document/recipe.h",
     "Regions of a recipe: each is a row of every document, and a file of at most `--page-output-max` with those of "
     "its "
     "page."},
    {"crop_side_px_max", pixels(crop_side_px_max), "src/document/recipe.h", "Side of a crop: libjpeg writes no more."},
    {"first_look_pages_max", count(16), "src/document/page_choice.cpp",
     "Where a recipe names its pages: how many are looked at before the number of pages is known. Those that it does "
     "not "
     "name are not loaded."},
    {"text_pages_max", count(text_pages_max), "src/cli/crop_regions.h", "Pages that `--text-pages` may name."},
    {"page_named_max", count(page_named_max), "src/cli/crop_regions.h",
     "Number of a page that a recipe may name: children count pages in 24 bits."},
    {"recogniser_side_px_max", pixels(32'767), "src/extract/pdf/render.cpp",
     "Side of a page that is drawn to be recognised: Leptonica and Tesseract measure in 16 bits."},
    {"source_side_px_max", pixels(image::source_side_px_max), "src/extract/image/row_reducer.h",
     "Side of an image that is decoded, and made smaller."},
    {"reduction_max", count(image::reduction_max), "src/extract/image/image.h",
     "Pixels of an image that is decoded, for each that `--page-pixels-max` allows: more would take minutes, and no "
     "paper is that large."},
    {"memory_bytes_per_pixel", bytes(12), "src/extract/image/decode.cpp",
     "What a decoder may hold for each pixel that is allowed."},
    {"memory_bytes_min", bytes(64 * MiB), "src/extract/image/decode.cpp", "What a decoder may hold in any case."},
    {"scans_max", count(500), "src/extract/image/jpeg.cpp",
     "Passes of a JPEG: no camera or program writes so many, and each costs a pass over the whole image."},
    {"tiff_page_count_max", count(65'535), "src/extract/image/header.cpp",
     "Directories of a TIFF: libtiff counts them in 16 bits."},
    {"entry_count_max", count(4'096), "src/extract/image/tiff_directory.cpp", "Entries of one directory of a TIFF."},
};

const Bound outputs_and_runs[] = {
    {"row_group_size_bytes_max", bytes(row_group_size_bytes_max), "src/output/table_writer.h",
     "A row group ends before rows that would make it larger, uncompressed: its columns are in memory."},
    {"rows_per_group_max", count(65'536), "src/output/document_table.cpp",
     "Rows of a group in tables with several rows a page."},
    {"document_rows_per_group", count(document_rows_per_group), "src/output/document_rows.h",
     "Rows of a group of the manifest; beside one group it takes 16 bytes a document."},
    {"varied_page_size_bytes", bytes(1 * MiB), "src/output/parquet/column_writer.cpp",
     "Values of a varied column that wait to be compressed; one more may wait."},
    {"contexts_kept_max", count(8), "src/output/parquet/zstd.cpp", "Contexts of zstd that are kept, 1.5 MiB each."},
    {"footer_size_bytes_max", bytes(64 * MiB), "src/output/stamp.cpp",
     "Footer of an output: 50,000 pages need about 3 MiB, a longer footer is not ours."},
    {"mark_size_bytes_max", bytes(1 * MiB), "src/output/failed_mark.cpp", "Mark of a failed document."},
    {"outputs_shown_max", count(outputs_shown_max), "src/cli/folder_view.h",
     "Outputs that docmill show looks into in a folder, a read and a look at the source each."},
    {"small_file_size_bytes_max", bytes(small_file_size_bytes_max), "src/cli/small_file.h",
     "File of settings, variables or passwords."},
    {"manifest_size_bytes_max", bytes(2 * GiB), "src/cli/runs_command.cpp", "Manifest that `runs show` reads."},
    {"history_size_bytes_max", bytes(512 * MiB), "src/results/history.cpp",
     "File of the history: fifty thousand documents with long error messages."},
    {"rounds_max", count(20), "src/results/history.cpp", "Rounds of a write of the history that others refuse."},
    {"gather_max", time(HistorySettings{}.gather_max), "src/results/history.h",
     "Outcomes wait so long for a shared write of the history."},
    {"replaced_max", count(4), "src/results/history_file.cpp",
     "Earlier outcomes that one names: what others may record between a write and its repetition."},
    {"waiting_lines_size_bytes_max", bytes(waiting_lines_size_bytes_max), "src/telemetry/line_writer.h",
     "Lines of the log that wait for their reader; what comes then is dropped and counted."},
    {"stderr_flush_timeout", time(stderr_flush_timeout), "src/telemetry/stderr_line.h",
     "Such lines have so long at the end of the program."},
};

const Bound stores[] = {
    {"whole_size_bytes_max", bytes(16 * MiB), "src/store/s3_read.cpp", "An object that is read in one piece."},
    {"part_size_bytes", bytes(8 * MiB), "src/store/s3_read.cpp", "A range of a larger object."},
    {"parts_on_their_way_max", count(4), "src/store/s3_read.cpp", "Ranges that are on their way at a time."},
    {"reads_max", count(3), "src/store/s3_read.cpp", "Reads of an object that does not match its checksum."},
    {"memory_size_bytes_max", bytes(16 * MiB), "src/store/s3_writer.cpp",
     "A write that is held in memory; a larger one lies in a file."},
    {"single_put_size_bytes_max", bytes(16 * MiB), "src/store/s3_writer.cpp", "A write in one PUT."},
    {"part_size_bytes_min", bytes(16 * MiB), "src/store/s3_writer.cpp",
     "Part of an upload, or a 10,000th of it: S3 takes no more parts."},
    {"parts_on_their_way_max", count(4), "src/store/s3_writer.cpp", "Parts that are on their way at a time."},
    {"list_page_size_bytes_max", bytes(32 * MiB), "src/aws/s3.cpp",
     "Page of a listing: 1,000 keys of 1,024 bytes, encoded, are 4 MiB. `--list-page-size` bounds its keys."},
    {"empty_pages_max", count(1'000), "src/store/s3_listing.cpp",
     "Pages without objects in a row: more, and the listing goes in a circle."},
    {"key_size_bytes_max", bytes(1'024), "src/store/s3_store.cpp", "Key of S3, with the prefix."},
    {"upload_pages_max", count(10), "src/store/s3_uploads.cpp",
     "Pages of unfinished uploads that are looked at; a page has a thousand."},
    {"alive_max", time(24h), "src/mill/leftovers.cpp", "Age of an unfinished upload that no living writer has."},
    {"followed_links_max", count(FolderLinks::followed_links_max), "src/store/folder_links.h",
     "Links out of a folder that one listing follows: a folder that makes links without end would take all memory."},
    {"tidied_folders_max", count(10'000), "src/store/folder_store.cpp",
     "Folders of which the store remembers that dead writers left nothing; then they are looked at once more."},
    {"flushed_apart_max", count(3), "src/store/shared_flush.cpp",
     "Files of a flush that are flushed one by one; of more, the whole file system is flushed."},
};

const Bound queues[] = {
    {"message_size_bytes_max", bytes(message_size_bytes_max), "src/queue/queue.h",
     "Body and attributes of a message, and of all messages of a call together (that of SQS)."},
    {"message_batch_max", count(message_batch_max), "src/queue/queue.h", "Messages in one call (that of SQS)."},
    {"message_attributes_max", count(message_attributes_max), "src/queue/message_check.h",
     "Attributes of a message (that of SQS)."},
    {"message_delay_max", time(message_delay_max), "src/queue/message_check.h", "Delay of a message (that of SQS)."},
    {"JsonLimits::depth_max", count(JsonLimits{}.depth_max), "src/base/strict_json.h",
     "Arrays and objects in each other, in the body of a message."},
    {"wrappings_max", count(4), "src/queue/message_body.cpp",
     "Envelopes in each other: SNS in a batch for Lambda, and one to spare."},
    {"sequencer_length_max", count(64), "src/queue/message_body.cpp",
     "Digits of an event's sequencer: S3's have 16 to 18, and are kept in the history."},
    {"busy_timeout", time(10s), "src/queue/sqlite_file.cpp", "Wait for the lock of an SQLite file."},
};

const Bound network[] = {
    {"HttpClientSettings::connections_per_endpoint_max", count(net::HttpClientSettings{}.connections_per_endpoint_max),
     "src/net/http_client.h", "Exchanges with one endpoint at a time."},
    {"HttpClientSettings::connect_timeout", time(net::HttpClientSettings{}.connect_timeout), "src/net/http_client.h",
     "Connecting, TCP and TLS."},
    {"HttpClientSettings::low_speed_time", time(net::HttpClientSettings{}.low_speed_time), "src/net/http_client.h",
     "A transfer below 1 KB/s for so long is given up."},
    {"Request::answer_timeout", time(net::Request{}.answer_timeout), "src/net/http.h",
     "From a request's last byte to its answer's first."},
    {"Request::body_size_bytes_max", bytes(net::Request{}.body_size_bytes_max), "src/net/http.h",
     "Body of an answer, unless the caller says otherwise."},
    {"headers_size_bytes_max", bytes(64 * KiB), "src/net/exchange.cpp", "Headers of an answer."},
    {"Call::body_size_bytes_max", bytes(aws::Call{}.body_size_bytes_max), "src/aws/client.h",
     "Body of an answer of AWS."},
    {"Call::timeout", time(aws::Call{}.timeout), "src/aws/client.h", "A call of AWS with all its attempts."},
    {"ServiceTraits::calls_in_flight_max", count(net::ServiceTraits{.name = {}}.calls_in_flight_max),
     "src/net/service.h", "Calls of one service at a time, unless it says otherwise; fewer while it throttles."},
    {"mends_max", count(net::mends_max), "src/net/caller.h",
     "Times that a service may remove the cause of a refusal within one call: clock, credentials, redirect."},
    {"Backoff::attempts_max", count(Backoff{}.attempts_max), "src/net/retry.h",
     "Attempts of one call: while three requests in ten are refused, one call in fifteen thousand fails all."},
    {"Backoff::longest", time(Backoff{}.longest), "src/net/retry.h", "Longest wait between two attempts."},
    {"tokens_max", count(100), "src/net/retry.h",
     "Retries of all calls together while none succeeds, so that a place in trouble does not get its load multiplied."},
    {"told_size_bytes_max", bytes(net::told_size_bytes_max), "src/net/service.h", "Words of a service in an error."},
    {"answer_size_bytes_max", bytes(64 * KiB), "src/service/task_protection.cpp", "Answer of the ECS agent."},
    {"answer_timeout", time(10s), "src/service/task_protection.cpp", "The ECS agent answers within this time."},
};

const Bound the_status_server[] = {
    {"StatusServerSettings::header_size_bytes_max", bytes(StatusServerSettings{}.header_size_bytes_max),
     "src/service/status_server.h", "Header of a request."},
    {"StatusServerSettings::connections_max", count(StatusServerSettings{}.connections_max),
     "src/service/status_server.h",
     "Connections; for one more, the one that has waited longest for its request is closed."},
    {"StatusServerSettings::header_timeout", time(StatusServerSettings{}.header_timeout), "src/service/status_server.h",
     "Time for a whole header."},
    {"StatusServerSettings::answer_timeout", time(StatusServerSettings{}.answer_timeout), "src/service/status_server.h",
     "Time for an answer to be taken."},
    {"StatusServerSettings::idle_timeout", time(StatusServerSettings{}.idle_timeout), "src/service/status_server.h",
     "Time for the next request of a kept connection."},
    {"metric_series_max", count(metric_series_max), "src/telemetry/metrics.h",
     "Series of one metric: more are a bug where they are declared, and cut where they are computed."},
    {"emf_metrics_max", count(emf_metrics_max), "src/telemetry/emf.h", "Metrics in one line of CloudWatch's format."},
};

const BoundSection sections[] = {
    {"Documents of a sweep and a worker", documents_of_a_sweep_and_a_worker},
    {"Children and their documents", children_and_their_documents},
    {"What is read of documents", what_is_read_of_documents},
    {"Outputs and runs", outputs_and_runs},
    {"Stores", stores},
    {"Queues", queues},
    {"Network", network},
    {"The status server", the_status_server},
};

}  // namespace

std::span<const BoundSection> bound_sections() { return sections; }

}  // namespace docmill
