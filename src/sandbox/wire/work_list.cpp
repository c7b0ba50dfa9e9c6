#include "sandbox/wire/work_list.h"

#include <nlohmann/json.hpp>

namespace docmill::wire {
namespace {

using nlohmann::json;

json to_json(const PageImages& images) {
  return {{"format", images.format},
          {"dpi", images.dpi},
          {"longest_edge_px", images.longest_edge_px},
          {"quality", images.quality},
          {"thumbnail_edge_px", images.thumbnail_edge_px}};
}

PageImages page_images_from(const json& value) {
  return {.format = value.at("format"),
          .dpi = value.at("dpi"),
          .longest_edge_px = value.at("longest_edge_px"),
          .quality = value.at("quality"),
          .thumbnail_edge_px = value.at("thumbnail_edge_px")};
}

json to_json(const Crops& crops) {
  json regions = json::array();
  for (const CropRegion& region : crops.regions)
    regions.push_back({region.name, region.page, region.x0, region.y0, region.x1, region.y1, region.unit});
  return {{"regions", std::move(regions)}, {"dpi", crops.dpi}, {"quality", crops.quality}};
}

Crops crops_from(const json& value) {
  Crops crops{.regions = {}, .dpi = value.at("dpi"), .quality = value.at("quality")};
  for (const json& region : value.at("regions"))
    crops.regions.push_back({.name = region.at(0),
                             .page = region.at(1),
                             .x0 = region.at(2),
                             .y0 = region.at(3),
                             .x1 = region.at(4),
                             .y1 = region.at(5),
                             .unit = region.at(6)});
  return crops;
}

json to_json(const Recipe& recipe) {
  return {{"outputs", names_of(recipe.outputs)},
          {"page_images", to_json(recipe.page_images)},
          {"crops", recipe.outputs.has(OutputId::crops) ? to_json(recipe.crops) : to_json(Crops{})},
          {"text_pages", recipe.text_pages},
          {"code_formats", recipe.code_formats},
          {"ocr", name_of(recipe.ocr)},
          {"ocr_languages", recipe.ocr_languages},
          {"ocr_dpi", recipe.ocr_dpi},
          {"text_length_min", recipe.text_length_min},
          {"trust", name_of(recipe.trust)},
          {"trust_min", recipe.trust_min},
          {"page_pixels_max", recipe.limits.page_pixels_max},
          {"page_output_size_bytes_max", recipe.limits.page_output_size_bytes_max}};
}

Recipe recipe_from(const json& value) {
  Recipe recipe;
  recipe.outputs = outputs_from(value.at("outputs").get<std::string>()).value();
  recipe.page_images = page_images_from(value.at("page_images"));
  recipe.crops = crops_from(value.at("crops"));
  recipe.text_pages = value.at("text_pages").get<std::vector<std::int32_t>>();
  recipe.code_formats = value.at("code_formats").get<std::vector<std::string>>();
  recipe.ocr = ocr_mode_from(value.at("ocr").get<std::string>()).value();
  recipe.ocr_languages = value.at("ocr_languages");
  recipe.ocr_dpi = value.at("ocr_dpi");
  recipe.text_length_min = value.at("text_length_min");
  recipe.trust = trust_mode_from(value.at("trust").get<std::string>()).value();
  recipe.trust_min = value.at("trust_min");
  recipe.limits.page_pixels_max = value.at("page_pixels_max");
  recipe.limits.page_output_size_bytes_max = value.at("page_output_size_bytes_max");
  return recipe;
}

json to_json(const WorkEntry& entry) {
  json value{
      {"file", entry.document.file},    {"offset", entry.document.offset}, {"size_bytes", entry.document.size_bytes},
      {"page_first", entry.page_first}, {"page_count", entry.page_count},  {"safe_profile", entry.safe_profile}};
  if (entry.without_structure) value["without_structure"] = true;
  if (entry.charged) value["charged"] = {{"kind", name_of(entry.charged->kind)}, {"message", entry.charged->message}};
  return value;
}

WorkEntry entry_from(const json& value) {
  WorkEntry entry{
      .document = {.file = value.at("file"), .offset = value.at("offset"), .size_bytes = value.at("size_bytes")},
      .page_first = value.at("page_first"),
      .page_count = value.at("page_count"),
      .safe_profile = value.at("safe_profile"),
      .without_structure = value.value("without_structure", false),
      .charged = {}};
  if (const auto charged = value.find("charged"); charged != value.end())
    entry.charged = Error{error_kind_from(charged->at("kind").get<std::string>()).value(), "", charged->at("message")};
  return entry;
}

}  // namespace

std::string encode(const WorkList& list) {
  json entries = json::array();
  for (const WorkEntry& entry : list.entries) entries.push_back(to_json(entry));
  // Passwords are bytes, not text: "replace" never fires for the valid UTF-8 that settings demand of them.
  const json value{{"recipe", to_json(list.recipe)},
                   {"passwords", list.passwords},
                   {"entries", std::move(entries)},
                   {"draw_boxes", list.draw_boxes}};
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<WorkList> decode_work_list(std::string_view text) {
  try {
    const json value = json::parse(text);
    WorkList list{.recipe = recipe_from(value.at("recipe")),
                  .passwords = value.at("passwords"),
                  .entries = {},
                  .draw_boxes = value.at("draw_boxes")};
    for (const json& entry : value.at("entries")) list.entries.push_back(entry_from(entry));
    return list;
  } catch (const std::exception& error) {
    return fail(ErrorKind::invalid_input, "work list", error.what());
  }
}

}  // namespace docmill::wire
