// What children say: their frames, of which nothing is believed unless it is due.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "sandbox/event_loop.h"
#include "sandbox/page_claims.h"
#include "sandbox/wire/rows.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// What Arrow and image formats add to a page's text.
constexpr std::uint64_t page_overhead_bytes_max = MiB;

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorKind::bad_child_output, "extraction child", std::move(message));
}

/// It has the decoders of images, too.
bool may_need_ocr_child(const Recipe& recipe) {
  return recipe.ocr != OcrMode::never || recipe.outputs.has(OutputId::codes) ||
         std::ranges::any_of(output_ids, [&](OutputId output) {
           return recipe.outputs.has(output) && output_of(output).has_files_of_child();
         });
}

/// Which of two processes that come to the same decision says so. Where codes are asked for, one alone decides.
bool tells(ChildKind kind, OcrReason reason, const Recipe& recipe) {
  return (kind == ChildKind::ocr) == (needs_decoded_image(reason) || recipe.outputs.has(OutputId::codes));
}

std::size_t size_bytes_max_of_output(const Assignment& assignment) {
  return assignment.task->request->recipe.recipe.limits.page_output_size_bytes_max + page_overhead_bytes_max;
}

PageOfRecipe page_of(const Assignment& assignment) {
  return {.recipe = assignment.task->request->recipe.recipe,
          .page_index = assignment.next_page,
          .page_count = assignment.task->plan.page_count().value_or(0)};
}

bool may_have_document_file(const Assignment& assignment, std::uint32_t page_index, OutputId output) {
  return page_index == 0 && std::ranges::find(assignment.files, output, &PageFile::output) == assignment.files.end();
}

void next_page(Assignment& assignment) {
  ++assignment.next_page;
  assignment.page.reset();
  assignment.files.clear();
  assignment.file.reset();
  assignment.page_size_bytes = 0;
  assignment.file_size_bytes = {};
  assignment.ocr_decided = false;
}

}  // namespace

Result<void> EventLoop::on_frame(Child& child, const wire::Frame& frame) {
  Assignment* assignment = child.assignment();
  if (assignment == nullptr || frame.header.entry != child.current) return bad("a frame of an entry that is not due");
  const std::uint32_t page = frame.header.number;
  const bool of_page = frame.header.kind != wire::FrameKind::opened && frame.header.kind != wire::FrameKind::entry_end;
  if (of_page && (!assignment->opened || page != assignment->next_page || page >= assignment->end_page()))
    return bad("a page that is not due");
  restart_page_clock(child);
  switch (frame.header.kind) {
    case wire::FrameKind::opened:
      return on_opened(*assignment, page);
    case wire::FrameKind::page_rows:
      return on_page_rows(*assignment, frame);
    case wire::FrameKind::page_file:
      return on_page_file(*assignment, frame);
    case wire::FrameKind::file_end:
      return on_file_end(*assignment, frame);
    case wire::FrameKind::page_end:
      return on_page_end(child, *assignment, page);
    case wire::FrameKind::page_needs_ocr:
      if (assignment->has_begun_page() || assignment->unit.kind == ChildKind::ocr || assignment->unit.charged ||
          !may_need_ocr_child(assignment->task->request->recipe.recipe))
        return bad("OCR asked for where there is none, or where it is");
      next_page(*assignment);
      assignment->task->plan.needs_ocr(page);
      return {};
    case wire::FrameKind::ocr_decision:
      return on_ocr_decision(*assignment, frame);
    case wire::FrameKind::entry_end:
      return on_entry_end(child, *assignment, frame);
  }
  return bad("an unknown frame");
}

Result<void> EventLoop::on_opened(Assignment& assignment, std::uint32_t page_count) {
  Task& task = *assignment.task;
  if (assignment.opened || page_count == 0) return bad("a document opened twice, or without pages");
  const bool first = !task.plan.page_count();
  if (!task.plan.opened(assignment.unit, page_count)) return bad("another page count than an earlier child's");
  assignment.opened = true;
  if (!first) return {};
  const std::lock_guard lock(mutex_);
  task.page_count = page_count;
  task.due = task.plan.due();
  news_.push_back(&task);
  return {};
}

/// Once a page: every frame starts the page's clock anew.
Result<void> EventLoop::on_ocr_decision(Assignment& assignment, const wire::Frame& frame) {
  if (assignment.has_begun_page() || assignment.ocr_decided) return bad("a decision on OCR that comes late, or twice");
  const Result<OcrReason> reason = wire::decode_ocr_reason(frame.payload);
  if (!reason) return std::unexpected(reason.error());
  assignment.ocr_decided = true;
  if (tells(assignment.unit.kind, *reason, assignment.task->request->recipe.recipe) && log::enabled(log::Level::debug))
    log::debug("ocr_decision", {{"document", assignment.task->request->name},
                                {"page", frame.header.number + 1},
                                {"ocr", means_ocr(*reason)},
                                {"reason", name_of(*reason)}});
  return {};
}

Result<void> EventLoop::on_page_rows(Assignment& assignment, const wire::Frame& frame) {
  const auto table = static_cast<TableId>(frame.header.what);
  const Outputs outputs = assignment.task->request->recipe.recipe.outputs;
  if (table != TableId::pages && !outputs.has_table(table)) return bad("rows of a table that nobody asked for");
  if (!assignment.page) assignment.page = ExtractedPage{.page_index = frame.header.number, .summary = {}};
  auto& place = assignment.page->rows[index_of(table)];
  if (place != nullptr) return bad("rows of one page and table twice");
  auto rows = wire::decode_rows(frame.payload, table, frame.header.number);
  if (!rows) return std::unexpected(std::move(rows).error());
  place = *std::move(rows);
  assignment.page_size_bytes += frame.payload.size() + row_overhead_bytes;
  if (table != TableId::pages) return {};
  auto summary = wire::summary_of(*place);
  if (!summary) return std::unexpected(std::move(summary).error());
  assignment.page->summary = *std::move(summary);
  return {};
}

Result<void> EventLoop::on_page_file(Assignment& assignment, const wire::Frame& frame) {
  const auto output = static_cast<OutputId>(frame.header.what);
  if (!output_of(output).has_files_of_child() || !assignment.task->request->recipe.recipe.outputs.has(output))
    return bad("a file that nobody asked for");
  if (output_of(output).files == FilesOf::document && !may_have_document_file(assignment, frame.header.number, output))
    return bad("a file of the document behind its first page, or twice");
  std::size_t& size_bytes = assignment.file_size_bytes.at(frame.header.what);
  size_bytes += frame.payload.size();
  if (size_bytes > size_bytes_max_of_output(assignment)) return bad("more in files than a page may have");
  if (!assignment.file) assignment.file.emplace();
  return assignment.file->append(frame.payload);
}

Result<void> EventLoop::on_file_end(Assignment& assignment, const wire::Frame& frame) {
  const auto label = wire::decode_file_end(static_cast<OutputId>(frame.header.what), frame.payload);
  if (!label) return std::unexpected(label.error());
  if (!assignment.file) return bad("the end of a file that has not begun");
  auto bytes = std::move(*assignment.file).seal();
  assignment.file.reset();
  if (!bytes) return std::unexpected(std::move(bytes).error());
  if (!wire::looks_like(label->kind, *bytes)) return bad("a file that is not of its kind");
  const bool is_of_page = output_of(label->output).files != FilesOf::document;
  if (!is_of_page && label->kind != FileKind::json) return bad("a file of the document that is no JSON");
  auto name = name_of_file(page_of(assignment), *label);
  if (!name) return std::unexpected(std::move(name).error());
  const bool is_there = std::ranges::any_of(assignment.files, [&](const PageFile& file) {
    return file.output == label->output && file.name == *name && file.kind == label->kind;
  });
  if (is_there && label->output != OutputId::images) return bad("a file of a page twice");
  assignment.files.push_back({.output = label->output,
                              .page_index = is_of_page ? std::optional(frame.header.number) : std::nullopt,
                              .kind = label->kind,
                              .name = *std::move(name),
                              .bytes = *std::move(bytes)});
  return {};
}

Result<void> EventLoop::on_page_end(Child& child, Assignment& assignment, std::uint32_t page) {
  const Outputs outputs = assignment.task->request->recipe.recipe.outputs;
  if (!assignment.page || assignment.file) return bad("the end of a page within it");
  for (const TableId table : table_ids)
    if ((table == TableId::pages || outputs.has_table(table)) && assignment.page->rows_of(table) == nullptr)
      return bad("the end of a page without its rows");
  if (auto checked = check_crops(page_of(assignment), *assignment.page, assignment.files); !checked) return checked;
  EndedPage ended{.page = *std::move(assignment.page),
                  .files = std::move(assignment.files),
                  .size_bytes = assignment.page_size_bytes};
  next_page(assignment);
  if (log::enabled(log::Level::debug))
    log::debug("page_extracted", {{"document", assignment.task->request->name}, {"page", page + 1}});
  hand_over(*assignment.task, std::move(ended));
  pause_if_full(child);
  return {};
}

Result<void> EventLoop::on_entry_end(Child& child, Assignment& assignment, const wire::Frame& frame) {
  if (assignment.has_begun_page()) return bad("an entry that ends within a page");
  std::optional<Error> failure;
  if (frame.payload.empty()) {
    if (!assignment.opened || assignment.next_page < assignment.end_page())
      return bad("an entry that ends before its pages");
  } else {
    auto error = wire::decode_error(frame.payload);
    if (!error) return std::unexpected(std::move(error).error());
    if (assignment.opened) return bad("an error after the document was opened");
    failure = *std::move(error);
  }
  Task& task = *assignment.task;
  --task.children;
  assignment.task = nullptr;  // before the failure: this child goes on with its list, and is not stopped with others
  ++child.current;
  if (failure && task.plan.page_count())
    lose_rest(task, *failure);  // an earlier child could open it, and gave some pages
  else if (failure)
    fail_task(task, std::move(*failure).within(task.request->name));
  return {};
}

}  // namespace docmill
