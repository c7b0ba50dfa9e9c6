#include "document/outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace docmill {
namespace {

// In the order of OutputId.
constexpr std::array<Output, output_ids.size()> all_outputs{{
    {.id = OutputId::text, .name = "text", .description = "text of each page", .table = TableId::pages},
    {.id = OutputId::words, .name = "words", .description = "each word with its box", .table = TableId::words},
    {.id = OutputId::page_images,
     .name = "page_images",
     .description = "each page as an image",
     .files = FilesOf::pages,
     .folder = "pdf_page_images/"},
    {.id = OutputId::links,
     .name = "links",
     .description = "each link and address with its box, also as JSON",
     .table = TableId::links,
     .files = FilesOf::table,
     .folder = "extracted_links/"},
    {.id = OutputId::codes, .name = "codes", .description = "barcodes, each with its box", .table = TableId::codes},
    {.id = OutputId::images,
     .name = "images",
     .description = "embedded images as they are, each with its box",
     .table = TableId::images,
     .files = FilesOf::pages,
     .folder = "images/"},
    {.id = OutputId::crops,
     .name = "crops",
     .description = "regions of pages as JPEG images",
     .table = TableId::crops,
     .files = FilesOf::pages,
     .folder = "crops/"},
    {.id = OutputId::structure,
     .name = "structure",
     .description = "what a PDF says of itself, as JSON",
     .files = FilesOf::document,
     .folder = "pdf-structure/"},
}};

std::string all_names() {
  Outputs all;
  for (const OutputId id : output_ids) all.add(id);
  return names_of(all);
}

}  // namespace

const Table& Carrier::table() const { return is_list_of_files() ? files_table() : table_of(table_ids.at(index_ - 1)); }

const Output& output_of(OutputId id) { return all_outputs.at(static_cast<std::size_t>(id)); }

std::optional<OutputId> output_from(std::string_view name) {
  const auto* const found = std::ranges::find(all_outputs, name, &Output::name);
  return found == all_outputs.end() ? std::nullopt : std::optional(found->id);
}

Outputs Outputs::on(Carrier carrier) const {
  Outputs carried;
  for (const OutputId id : output_ids)
    if (has(id) && output_of(id).is_carried_by(carrier)) carried.add(id);
  return carried;
}

OutputId Outputs::primary() const {
  return *std::ranges::find_if(output_ids, [&](OutputId id) { return has(id); });
}

Carrier Outputs::primary_carrier() const {
  const auto& table = output_of(primary()).table;
  return table ? Carrier(*table) : list_of_files;
}

std::string names_of(Outputs outputs) {
  std::string names;
  for (const OutputId id : output_ids)
    if (outputs.has(id)) names += fmt::format("{}{}", names.empty() ? "" : ",", output_of(id).name);
  return names;
}

Result<Outputs> outputs_from(std::string_view names) {
  Outputs outputs;
  for (const auto part : std::views::split(names, ',')) {
    const std::string_view name(part.begin(), part.end());
    const auto id = output_from(name);
    if (!id)
      return fail(ErrorKind::invalid_input, std::string(name),
                  fmt::format("no output of that name; there are {}", all_names()));
    outputs.add(*id);
  }
  if (outputs.empty())
    return fail(ErrorKind::invalid_input, "", fmt::format("no output is named; there are {}", all_names()));
  return outputs;
}

}  // namespace docmill
