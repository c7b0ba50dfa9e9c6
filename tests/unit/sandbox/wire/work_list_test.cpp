#include <gtest/gtest.h>

#include "sandbox/wire/work_list.h"

namespace docmill::wire {
namespace {

WorkList sample() {
  WorkList list;
  list.recipe.ocr = OcrMode::always;
  list.recipe.ocr_languages = "eng+deu";
  list.recipe.ocr_dpi = 300;
  list.recipe.text_length_min = 7;
  list.recipe.outputs = {OutputId::text, OutputId::crops};
  list.recipe.text_pages = {-1, 2};
  list.recipe.code_formats = {"QR Code", "EAN-13"};
  list.recipe.crops = {
      .regions = {{.name = "a", .page = -3, .x0 = 0.1, .y0 = 2, .x1 = 3, .y1 = 4, .unit = CropUnit::fractions}},
      .dpi = 72,
      .quality = 1};
  list.recipe.page_images = {
      .format = FileKind::png, .dpi = 99, .longest_edge_px = 98, .quality = 97, .thumbnail_edge_px = 96};
  list.recipe.limits.page_pixels_max = 123;
  list.recipe.limits.page_output_size_bytes_max = 456;
  list.passwords = {"", "s\u00fc\"\\\n", std::string("a\0b", 3)};
  list.entries = {{.document = {}, .page_first = 0, .page_count = 24, .safe_profile = false, .charged = {}},
                  {.document = {.file = 3, .offset = 5'000'000'000, .size_bytes = 6'000'000'000},
                   .page_first = 4'294'967'295U,
                   .page_count = 1,
                   .safe_profile = true,
                   .without_structure = true,
                   .charged = Error{ErrorKind::out_of_memory, "", "more than 1 MiB (stage ocr)"}}};
  list.draw_boxes = true;
  return list;
}

TEST(WorkList, GoesThereAndBack) {
  const auto back = decode_work_list(encode(sample()));
  ASSERT_TRUE(back);
  const WorkList list = sample();
  EXPECT_EQ(back->recipe.ocr, list.recipe.ocr);
  EXPECT_EQ(back->recipe.ocr_languages, list.recipe.ocr_languages);
  EXPECT_EQ(back->recipe.ocr_dpi, list.recipe.ocr_dpi);
  EXPECT_EQ(back->recipe.text_length_min, list.recipe.text_length_min);
  EXPECT_EQ(back->recipe.text_pages, list.recipe.text_pages);
  EXPECT_EQ(back->recipe.code_formats, list.recipe.code_formats);
  EXPECT_EQ(back->recipe.crops.regions, list.recipe.crops.regions);
  EXPECT_EQ(back->recipe.crops.dpi, 72U);
  EXPECT_EQ(back->recipe.crops.quality, 1U);
  EXPECT_EQ(back->recipe.page_images.format, FileKind::png);
  EXPECT_EQ(back->recipe.page_images.dpi, 99U);
  EXPECT_EQ(back->recipe.page_images.longest_edge_px, 98U);
  EXPECT_EQ(back->recipe.page_images.quality, 97U);
  EXPECT_EQ(back->recipe.page_images.thumbnail_edge_px, 96U);
  EXPECT_EQ(back->recipe.limits.page_pixels_max, list.recipe.limits.page_pixels_max);
  EXPECT_EQ(back->recipe.limits.page_output_size_bytes_max, list.recipe.limits.page_output_size_bytes_max);
  EXPECT_EQ(back->passwords, list.passwords);
  EXPECT_TRUE(back->draw_boxes);
  ASSERT_EQ(back->entries.size(), 2U);
  EXPECT_EQ(back->entries[0].page_count, 24U);
  EXPECT_FALSE(back->entries[0].safe_profile || back->entries[0].without_structure || back->entries[0].charged);
  EXPECT_EQ(back->entries[1].document.file, 3U);
  EXPECT_EQ(back->entries[1].document.offset, 5'000'000'000U);
  EXPECT_EQ(back->entries[1].document.size_bytes, 6'000'000'000U);
  EXPECT_EQ(back->entries[1].page_first, 4'294'967'295U);
  EXPECT_TRUE(back->entries[1].safe_profile && back->entries[1].without_structure);
  ASSERT_TRUE(back->entries[1].charged);
  EXPECT_EQ(back->entries[1].charged->kind, ErrorKind::out_of_memory);
  EXPECT_EQ(back->entries[1].charged->message, "more than 1 MiB (stage ocr)");
}

TEST(WorkList, WhatEncodeDoesNotWriteIsInvalidInput) {
  const std::string text = encode(sample());
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto list = decode_work_list(std::string_view(text).substr(0, length));
    ASSERT_FALSE(list) << length;
    EXPECT_EQ(list.error().kind, ErrorKind::invalid_input);
  }
  for (const char* other : {"null", "[]", "{}", R"({"recipe":{"ocr":"sometimes"}})"})
    EXPECT_FALSE(decode_work_list(other)) << other;
}

}  // namespace
}  // namespace docmill::wire
