// Writes down what an extraction gives.
#pragma once

#include <string>
#include <vector>

#include "extract/extract.h"

namespace docmill {

class RecordingSink : public extract::Sink {
 public:
  bool document_opened(std::uint32_t count) override {
    page_count = count;
    return true;
  }
  void stage(std::uint32_t page_index, std::string_view name) override {
    stages.push_back(std::to_string(page_index) + " " + std::string(name));
  }
  void ocr_decision(std::uint32_t page_index, OcrReason reason) override {
    decisions.push_back(std::to_string(page_index) + " " + std::string(name_of(reason)));
  }
  bool file(std::uint32_t page_index, const FileLabel& label, std::span<const std::byte> bytes) override {
    files.push_back(
        {.output = label.output, .page_index = page_index, .kind = label.kind, .bytes = make_blob(bytes).value()});
    return true;
  }
  bool page(PageRow row) override {
    rows.push_back(std::move(row));
    return rows.size() < rows_max;
  }
  bool page_needs_ocr(std::uint32_t page_index) override {
    need_ocr.push_back(page_index);
    return true;
  }
  void misbehave(std::string_view action, std::string_view argument) override {
    misbehaviour.push_back(std::string(action) + " " + std::string(argument));
  }

  std::size_t rows_max = SIZE_MAX;
  std::uint32_t page_count = 0;
  std::vector<std::string> stages, decisions, misbehaviour;
  std::vector<PageRow> rows;
  std::vector<PageFile> files;
  std::vector<std::uint32_t> need_ocr;
};

}  // namespace docmill
