#include "cli/extract_command.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "cli/page_text.h"
#include "cli/sandboxed.h"
#include "store/folder_store.h"

namespace docmill {
namespace {

/// Prints pages as they come.
class Printing final : public PageReceiver {
 public:
  Printing(PagePrinter& printer, StandardOutput& out) : printer_(printer), out_(out) {}

  Result<void> opened(std::uint32_t page_count) override {
    page_count_ = page_count;
    printer_.opened(page_count);
    return {};
  }

  Result<void> page(ExtractedPage page) override {
    if (page.error_kind && !first_error_) {
      const auto messages = std::static_pointer_cast<arrow::StringArray>(page.row->GetColumnByName("error_message"));
      first_error_ = Error{*page.error_kind, fmt::format("page {}", page.page_index + 1), messages->GetString(0)};
    }
    if (out_.print(printer_.pages(*page.row))) return {};
    return fail(ErrorKind::unavailable, "stdout", "what is printed is not taken any more");
  }

  /// The first page that could not be read, or that does not exist.
  std::optional<Error> first_error(const std::vector<std::uint32_t>& wanted) const {
    if (first_error_ || wanted.empty() || wanted.back() < page_count_) return first_error_;
    return Error{ErrorKind::invalid_input, fmt::format("page {}", wanted.back() + 1),
                 fmt::format("there is no such page; the last one is {}", page_count_)};
  }

 private:
  std::uint32_t page_count_ = 0;
  PagePrinter& printer_;
  StandardOutput& out_;
  std::optional<Error> first_error_;
};

Result<Object> read_file(const std::string& name, const Limits& limits) {
  const std::filesystem::path path = std::filesystem::absolute(name.starts_with("file://") ? name.substr(7) : name);
  auto store = open_folder_store(path.parent_path(), false);
  if (!store) return std::unexpected(std::move(store).error());
  return (*store)->get(path.filename().string(), limits.document_size_bytes_max);
}

/// The document's first error; nothing when all of it was read.
std::optional<Error> print_document(const Settings& settings, const std::string& name, Extractor& extractor,
                                    PagePrinter& printer, StandardOutput& out) {
  Printing printing(printer, out);
  const auto object = read_file(name, settings.recipe.limits);
  if (!object) return object.error();
  const ExtractRequest request{.document = object->blob,
                               .name = name,
                               .recipe = settings.recipe,
                               .passwords = settings.passwords,
                               .pages = settings.pages};
  const auto extracted = extractor.extract(request, printing);
  if (!extracted) return extracted.error();
  if (auto error = printing.first_error(settings.pages)) return std::move(*error).within(name);
  return std::nullopt;
}

int print_documents(const Settings& settings, Extractor& extractor, StandardOutput& out, const std::stop_token& stop) {
  PagePrinter printer(settings.format, ::isatty(STDOUT_FILENO) == 1);
  bool all_read = true;
  for (const std::string& name : settings.files) {
    if (stop.stop_requested()) return 3;
    out.print(printer.begin_document(name));
    const auto error = print_document(settings, name, extractor, printer, out);
    if (!out.print(printer.end_document(error))) break;
    if (!error) continue;
    all_read = false;
    fmt::print(stderr, "docmill: {}\n", error->text());
  }
  out.print(printer.finish());
  return all_read ? 0 : 1;
}

}  // namespace

Result<int> extract_command(const Settings& settings, StandardOutput& out) {
  return run_sandboxed(settings.sandbox, settings.grace, [&](Sandbox& sandbox, const std::stop_token& stop) {
    return print_documents(settings, sandbox, out, stop);
  });
}

}  // namespace docmill
