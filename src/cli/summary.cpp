#include "cli/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "cli/left_out_text.h"
#include "cli/warnings_text.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t attention_shown_max = 20;  // a screen; the manifest has all of them

std::uint64_t documents_of(const SweepSummary& summary) {
  return summary.documents_ok + summary.documents_partial + summary.documents_failed + summary.documents_skipped;
}

double pages_per_second(const SweepSummary& summary, std::chrono::milliseconds elapsed) {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  return seconds > 0 ? static_cast<double>(summary.pages) / seconds : 0;
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string document_line(const SweepSummary& summary) {
  if (documents_of(summary) == 0 && summary.finished) {
    if (summary.files_ignored > 0)
      return fmt::format("No PDF and no image lies below --in, only {}\n",
                         counted(summary.files_ignored, "other file", "other files"));
    return fmt::format("No PDF and no image lies below --in{}\n",
                       summary.left_out.any() ? "" : ": nothing is there; is the folder or prefix right?");
  }
  std::string line = counted(documents_of(summary), "document", "documents");
  line += fmt::format(": {} ok, {} partial, {} failed, {} skipped", summary.documents_ok, summary.documents_partial,
                      summary.documents_failed, summary.documents_skipped);
  if (summary.documents_skipped_with_error > 0)
    line += fmt::format(" ({} of them known to fail or to be partial)", summary.documents_skipped_with_error);
  if (summary.files_ignored > 0)
    line += fmt::format("; {} ignored", counted(summary.files_ignored, "other file", "other files"));
  return line + "\n";
}

std::string page_line(const SweepSummary& summary, std::chrono::milliseconds elapsed) {
  if (summary.pages == 0) return "";
  return fmt::format("{} in {:.1f} s ({:.1f} pages/s), {} recognised (OCR), {} with an error, sandbox tier {}\n",
                     counted(summary.pages, "page", "pages"), std::chrono::duration<double>(elapsed).count(),
                     pages_per_second(summary, elapsed), summary.pages_ocr, summary.pages_failed, summary.sandbox_tier);
}

std::string reason_of(const Attention& document) {
  if (!document.error_kind) return document.source_uri;
  return Error{.kind = *document.error_kind, .subject = document.source_uri, .message = document.error_message}.text();
}

std::string attention_text(const SweepSummary& summary) {
  if (summary.attention.empty()) return "";
  std::string text = "\nThese need a look:\n";
  const std::size_t shown = std::min(summary.attention.size(), attention_shown_max);
  for (std::size_t i = 0; i < shown; ++i) {
    const Attention& document = summary.attention[i];
    fmt::format_to(std::back_inserter(text), "  {:<8} {}{}\n", name_of(document.status),
                   printable(reason_of(document), Lines::escape),
                   document.known_before ? ", known from an earlier run" : "");
  }
  const std::uint64_t all = summary.documents_failed + summary.documents_partial + summary.documents_skipped_with_error;
  if (all > shown)
    text += fmt::format("  and {} more, in {}\n", all - shown,
                        summary.nothing_new ? "the log, and in the manifests of earlier runs" : "the manifest");
  return text;
}

std::string stale_text(const SweepSummary& summary) {
  if (summary.outputs_stale == 0) return "";
  std::string text =
      fmt::format("\n{} stale: the text is that of an earlier version of the document, or of one that is gone\n",
                  counted(summary.outputs_stale, "output is", "outputs are"));
  const std::size_t shown = std::min(summary.stale.size(), attention_shown_max);
  for (std::size_t i = 0; i < shown; ++i)
    fmt::format_to(std::back_inserter(text), "  {}\n", printable(summary.stale[i].output_uri, Lines::escape));
  if (summary.outputs_stale > shown) text += fmt::format("  and {} more\n", summary.outputs_stale - shown);
  return text;
}

bool any_attention(const SweepSummary& summary, auto&& condition) {
  return std::ranges::any_of(summary.attention, condition);
}

std::vector<std::string_view> next_steps(const SweepSummary& summary) {
  std::vector<std::string_view> steps;
  if (!summary.finished) steps.emplace_back("run the same command again: what is done is skipped");
  if (any_attention(summary, [](const Attention& a) { return a.error_kind == ErrorKind::encrypted; }))
    steps.emplace_back("for encrypted documents give their passwords: --passwords-file FILE");
  if (any_attention(summary, [](const Attention& a) {
        return a.error_kind && class_of(*a.error_kind) == ErrorClass::document_perhaps;
      }))
    steps.emplace_back("documents that crashed or took too long are tried again by the next run");
  if (any_attention(summary, [](const Attention& a) { return a.known_before; }))
    steps.emplace_back("to try documents again that failed before: --retry-failed");
  return steps;
}

// An error that met several places is told once.
std::string place_errors_text(const std::vector<Error>& errors) {
  std::string text;
  for (auto error = errors.begin(); error != errors.end(); ++error) {
    const auto same = [&](const Error& other) { return other.kind == error->kind && other.message == error->message; };
    if (std::any_of(errors.begin(), error, same)) continue;
    text += "  " + printable(error->text(), Lines::escape);
    if (const auto others = std::count_if(error + 1, errors.end(), same); others > 0)
      text += fmt::format(" (and {} more like it)", others);
    text += '\n';
  }
  return text;
}

/// As one word of a command line that a person copies.
std::string shell_word(std::string_view text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/:._-=+%@,").find(c) != std::string_view::npos;
  };
  if (std::ranges::all_of(text, is_plain)) return std::string(text);
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string place_text(const SweepSummary& summary) {
  std::string text;
  if (!summary.manifest_uri.empty())
    text += fmt::format("\nManifest: {}\n  docmill show {}\n", summary.manifest_uri, shell_word(summary.manifest_uri));
  if (summary.nothing_new) text += "\nNothing new, so no manifest was written (--manifest always writes one)\n";
  if (summary.manifest_uri.empty() && !summary.journal.empty())
    text += fmt::format("\nThe manifest could not be written; its rows are in {}\n",
                        printable(summary.journal.string(), Lines::escape));
  if (summary.leftovers_removed > 0)
    text += fmt::format("\n{} of killed runs removed.\n",
                        counted(summary.leftovers_removed, "unfinished upload", "unfinished uploads"));
  if (!summary.finished) text += "\nThe run did not finish.\n";
  text += place_errors_text(summary.place_errors);
  if (summary.place_errors_more > 0) text += fmt::format("  and {} more, in the log\n", summary.place_errors_more);
  return text;
}

Json attention_json(const SweepSummary& summary) {
  auto list = Json::array();
  for (const Attention& document : summary.attention)
    list.push_back(Json{{"source_uri", document.source_uri},
                        {"status", name_of(document.status)},
                        {"error_kind", document.error_kind ? Json(name_of(*document.error_kind)) : Json(nullptr)},
                        {"error_message", document.error_message},
                        {"known_before", document.known_before}});
  return list;
}

Json stale_json(const SweepSummary& summary) {
  auto list = Json::array();
  for (const StaleOutput& output : summary.stale)
    list.push_back(Json{{"source_uri", output.source_uri}, {"output_uri", output.output_uri}});
  return list;
}

Json place_errors_json(const SweepSummary& summary) {
  auto list = Json::array();
  for (const Error& error : summary.place_errors)
    list.push_back(Json{{"error_kind", name_of(error.kind)}, {"subject", error.subject}, {"message", error.message}});
  return list;
}

Json unread_scripts_json(const SweepSummary& summary) {
  auto list = Json::array();
  for (const auto& [script, pages] : unread_scripts(summary.pages_warned))
    list.push_back(Json{{"script", script->name}, {"pages", pages}, {"package", package_for(*script)}});
  return list;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

int exit_code_of(const SweepSummary& summary) {
  if (!summary.finished || (summary.manifest_uri.empty() && !summary.nothing_new)) return 3;
  const bool all_ok =
      summary.documents_failed == 0 && summary.documents_partial == 0 && summary.documents_skipped_with_error == 0;
  return all_ok && !summary.failed_empty ? 0 : 1;
}

std::string summary_text(const SweepSummary& summary, std::chrono::milliseconds elapsed) {
  std::string text = document_line(summary) + left_out_text(summary.left_out) + page_line(summary, elapsed) +
                     warnings_text(summary.pages_warned) + attention_text(summary) + stale_text(summary) +
                     place_text(summary);
  const auto steps = next_steps(summary);
  if (!steps.empty()) text += "\nNext:\n";
  for (const std::string_view step : steps) text += fmt::format("  {}\n", step);
  return text;
}

std::string summary_json(const SweepSummary& summary, std::chrono::milliseconds elapsed) {
  Json object{{"finished", summary.finished},
              {"exit_code", exit_code_of(summary)},
              {"documents", documents_of(summary)},
              {"documents_ok", summary.documents_ok},
              {"documents_partial", summary.documents_partial},
              {"documents_failed", summary.documents_failed},
              {"documents_skipped", summary.documents_skipped},
              {"documents_skipped_with_error", summary.documents_skipped_with_error},
              {"outputs_stale", summary.outputs_stale},
              {"files_ignored", summary.files_ignored},
              {"left_out", left_out_json(summary.left_out)},
              {"pages", summary.pages},
              {"pages_ocr", summary.pages_ocr},
              {"pages_failed", summary.pages_failed},
              {"leftovers_removed", summary.leftovers_removed},
              {"sandbox_tier", summary.sandbox_tier},
              {"elapsed_ms", elapsed.count()},
              {"pages_per_second", pages_per_second(summary, elapsed)},
              {"nothing_new", summary.nothing_new},
              {"manifest_uri", text_or_null(summary.manifest_uri)},
              {"journal", text_or_null(summary.journal.string())},
              {"attention", attention_json(summary)},
              {"stale", stale_json(summary)},
              {"place_errors", place_errors_json(summary)},
              {"place_errors_more", summary.place_errors_more}};
  for (std::size_t i = 0; i < warning::counted_first.size(); ++i)
    object[warning::counted_first[i]] = summary.pages_warned[i];
  object["unread_scripts"] = unread_scripts_json(summary);
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace docmill
