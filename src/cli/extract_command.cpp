#include "cli/extract_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <ranges>
#include <string_view>
#include <utility>

#include "cli/command.h"
#include "cli/granted_tasks.h"
#include "cli/page_text.h"
#include "cli/recipe_of.h"
#include "cli/replaced_file.h"
#include "cli/sandboxed.h"
#include "cli/source.h"
#include "cli/stop_signals.h"
#include "cli/stream.h"
#include "cli/warnings_text.h"
#include "cli/workplace.h"
#include "mill/document_names.h"
#include "telemetry/printable.h"
#include "telemetry/stderr_line.h"

namespace docmill {
namespace {

/// Prints pages as they come.
class Printing final : public PageReceiver {
 public:
  /// With `one_page` a document that has more is refused.
  Printing(PagePrinter& printer, StandardOutput& out, bool one_page)
      : one_page_(one_page), printer_(printer), out_(out) {}

  Result<void> opened(std::uint32_t page_count) override {
    page_count_ = page_count;
    if (one_page_ && page_count != 1)
      return fail(ErrorKind::invalid_input, "--draw",
                  fmt::format("a document of {} pages; --page NUMBER says which to draw", page_count));
    printer_.opened(page_count);
    return {};
  }

  Result<void> page(ExtractedPage page) override {
    for (std::size_t i = 0; i < warned_.size(); ++i) warned_[i] += page.summary.warned[i] ? 1 : 0;
    if (page.summary.error && !first_error_)
      first_error_ = Error(*page.summary.error).within(fmt::format("page {}", page.page_index + 1));
    if (out_.print(printer_.page(page))) return {};
    return fail(ErrorKind::unavailable, "stdout", "what is printed is not taken any more");
  }

  Result<void> file(PageFile file) override {
    if (file.output == OutputId::page_images) drawing_ = std::move(file.bytes);
    return {};
  }

  /// The page as an image, where one was made.
  const std::optional<Blob>& drawing() const { return drawing_; }

  const PagesWarned& warned() const { return warned_; }

  /// The first page that could not be read, or that does not exist.
  std::optional<Error> first_error(const std::vector<std::uint32_t>& wanted) const {
    if (first_error_ || wanted.empty() || wanted.back() < page_count_) return first_error_;
    return Error{ErrorKind::invalid_input, fmt::format("page {}", wanted.back() + 1),
                 fmt::format("there is no such page; the last one is {}", page_count_)};
  }

 private:
  bool one_page_;
  std::uint32_t page_count_ = 0;
  std::optional<Blob> drawing_;
  PagePrinter& printer_;
  StandardOutput& out_;
  std::optional<Error> first_error_;
  PagesWarned warned_ = {};
};

/// What --draw shows.
constexpr std::array boxed_outputs{OutputId::words, OutputId::links, OutputId::codes, OutputId::images,
                                   OutputId::crops};

/// The recipe with what is drawn and the image it is drawn on.
Recipe with_drawing(Recipe recipe) {
  const Outputs named = recipe.outputs;
  const bool draws_named = std::ranges::any_of(boxed_outputs, [&](OutputId output) { return named.has(output); });
  for (const OutputId output : boxed_outputs) {
    const bool has_any = output != OutputId::crops || !recipe.crops.regions.empty();
    if (!draws_named && has_any) recipe.outputs.add(output);
  }
  recipe.outputs.add(OutputId::page_images);
  recipe.page_images.format = FileKind::png;
  recipe.page_images.thumbnail_edge_px = 0;
  return recipe;
}

/// Prints documents one after the other, as they are named.
class Extraction {
 public:
  Extraction(const SettingsOfExtract& settings, Extractor& extractor, Stores& stores, StandardOutput& out,
             std::stop_token stop)
      : options_(settings.get<ExtractOptions>()),
        passwords_(settings.get<PasswordOptions>().found),
        extractor_(extractor),
        stores_(stores),
        out_(out),
        stop_(std::move(stop)),
        recipe_(in_force(options_.drawing.empty() ? recipe_of(settings.values())
                                                  : with_drawing(recipe_of(settings.values())))),
        printer_(options_.format, ::isatty(STDOUT_FILENO) == 1, settings.get<OutputsOptions>().outputs) {}

  int run() {
    for (const std::string& name : options_.files)
      if (goes_on()) print_named(name);
    out_.print(printer_.finish());
    if (stop_.stop_requested()) return exit_code_unfinished;
    if (is_misused_) return exit_code_usage;
    return all_read_ ? 0 : 1;
  }

 private:
  bool draws() const { return !options_.drawing.empty(); }
  bool goes_on() const { return !stop_.stop_requested() && !out_.is_broken(); }
  std::uint64_t size_bytes_max() const { return recipe_->recipe.limits.document_size_bytes_max; }

  void print_named(const std::string& name) {
    if (is_stream(name)) return print_document(name, read_stream(name, size_bytes_max(), stop_));
    const auto named = open_argument(name, stores_);
    if (!named) {
      is_misused_ = is_misused_ || named.error().kind == ErrorKind::invalid_input;
      return print_document(name, std::unexpected(named.error()));
    }
    if (named->only) return print_document(name, blob_of(*named->store, *named->only));
    if (draws()) return tell({ErrorKind::invalid_input, name, "--draw takes a document, and this is a folder"});
    print_folder(name, *named);
  }

  /// In the order of their keys. What is no document is counted, as a sweep does it.
  void print_folder(const std::string& name, const NamedStore& folder) {
    auto listing = folder.store->list({});
    if (!listing) return tell(listing.error());
    std::uint64_t documents = 0, others = 0;
    while (goes_on()) {
      const auto info = (*listing)->next();
      if (!info) {
        tell(info.error());
        continue;
      }
      if (!*info) break;
      if (!is_document(*folder.store, **info, !folder.place.is_folder()).value_or(true)) {
        ++others;
        continue;
      }
      ++documents;
      print_document(address_of(name, folder, (*info)->key), blob_of(*folder.store, (*info)->key));
    }
    if (goes_on() && documents == 0) tell({ErrorKind::not_found, name, "no PDF and no image lies there"});
    if (others > 0)
      write_stderr_line(fmt::format("docmill: {}: {} other files ignored", printable(name, Lines::escape), others));
  }

  /// As the folder was written: a path below a path, else a URI.
  static std::string address_of(const std::string& name, const NamedStore& folder, const std::string& key) {
    if (!folder.place.is_folder() || name.starts_with(Place::folder_bucket)) return folder.store->uri(key);
    return (std::filesystem::path(name) / key).string();
  }

  Result<Blob> blob_of(ObjectStore& store, const std::string& key) const {
    auto object = store.get(key, size_bytes_max());
    if (!object) return std::unexpected(std::move(object).error());
    return std::move(object->blob);
  }

  void print_document(const std::string& name, const Result<Blob>& document) {
    out_.print(printer_.begin_document(name));
    const auto error = document ? print_pages(name, *document) : document.error();
    if (out_.print(printer_.end_document(error)) && error) tell(*error);
  }

  /// The document's first error; nothing when all of it was read.
  std::optional<Error> print_pages(const std::string& name, const Blob& document) {
    Printing printing(printer_, out_, draws() && options_.pages.empty());
    const ExtractRequest request{.document = document,
                                 .name = name,
                                 .recipe = *recipe_,
                                 .passwords = passwords_,
                                 .pages = options_.pages,
                                 .draw_boxes = draws()};
    const auto extracted = extractor_.extract(request, printing);
    // Every other format has the warnings of each page.
    if (options_.format == ExtractFormat::text) tell_warnings(name, printing.warned());
    if (!extracted) return extracted.error();
    const auto drawn = draws() ? store_drawing(printing.drawing()) : Result<void>();
    if (auto error = printing.first_error(options_.pages)) return std::move(*error).within(name);
    if (!drawn) return drawn.error();
    return std::nullopt;
  }

  Result<void> store_drawing(const std::optional<Blob>& drawing) const {
    if (drawing) return replace_file(options_.drawing, *drawing);
    return fail(ErrorKind::corrupt, options_.drawing.native(), "the page cannot be drawn");
  }

  static void tell_warnings(const std::string& name, const PagesWarned& warned) {
    const std::string text = warnings_text(warned);
    for (const auto line : std::views::split(text, '\n'))
      if (!line.empty())
        write_stderr_line(
            fmt::format("docmill: {}: {}", printable(name, Lines::escape), std::string_view(line.begin(), line.end())));
  }

  void tell(const Error& error) {
    all_read_ = false;
    write_stderr_line("docmill: " + printable(error.text(), Lines::escape));
  }

  const ExtractOptions& options_;
  const std::vector<std::string>& passwords_;
  Extractor& extractor_;
  Stores& stores_;
  StandardOutput& out_;
  std::stop_token stop_;
  SharedRecipe recipe_;
  PagePrinter printer_;
  bool all_read_ = true;
  bool is_misused_ = false;  // something that is named is no document's address
};

}  // namespace

Result<int> extract_command(const SettingsOfExtract& settings, StandardOutput& out) {
  const auto& options = settings.get<ExtractOptions>();
  if (!options.drawing.empty() && (options.files.size() != 1 || options.pages.size() > 1)) {
    write_stderr_line(fmt::format("docmill: --draw draws one page of one document; {} are named",
                                  options.files.size() != 1 ? fmt::format("{} documents", options.files.size())
                                                            : fmt::format("{} pages", options.pages.size())));
    return exit_code_usage;
  }
  for (const OutputId output : output_ids) {
    if (!settings.get<OutputsOptions>().outputs.has(output) || output_of(output).table) continue;
    write_stderr_line(
        fmt::format("docmill: extract prints and stores nothing, so --outputs may not name {} there; docmill sweep "
                    "stores them",
                    output_of(output).name));
    return exit_code_usage;
  }
  if (const auto fault = recipe_of(settings.values()).fault())
    return fail(ErrorKind::invalid_input, "docmill extract", *fault);
  SandboxSettings sandbox_settings = sandbox_of(settings.values());
  sandbox_settings.slots = fit_to_granted_tasks({.slots = sandbox_settings.slots}).slots;
  Workplace workplace(settings.values());
  return run_sandboxed(sandbox_settings, grace_default, [&](Sandbox& sandbox, const std::stop_token& stop) {
    return Extraction(settings, sandbox, workplace.stores, out, stop).run();
  });
}

}  // namespace docmill
