// What one page may give.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "extract/extract.h"

namespace docmill::extract {

/// Passes everything on, but no page with more text, or larger tables of words, links or codes, than the limit: the
/// text is limit_output then, and a table is empty and its warning told. Images and crops of a page are bounded where
/// they are made.
class LimitedSink final : public Sink {
 public:
  LimitedSink(Sink& sink, std::uint64_t output_size_bytes_max)
      : sink_(sink), output_size_bytes_max_(output_size_bytes_max) {}

  bool document_opened(std::uint32_t page_count) override { return sink_.document_opened(page_count); }
  bool begin_page(std::uint32_t page_index) override { return sink_.begin_page(page_index); }
  void stage(std::uint32_t page_index, std::string_view name) override { sink_.stage(page_index, name); }
  void ocr_decision(std::uint32_t page_index, OcrReason reason) override { sink_.ocr_decision(page_index, reason); }
  bool page_needs_ocr(std::uint32_t page_index) override { return sink_.page_needs_ocr(page_index); }
  bool file(std::uint32_t page_index, const FileLabel& label, std::span<const std::byte> bytes) override {
    stopped_ = stopped_ || !sink_.file(page_index, label, bytes);
    return !stopped_;
  }
  bool page(PageRow row) override;

#ifdef DOCMILL_TESTING
  void misbehave(std::string_view action, std::string_view argument) override { sink_.misbehave(action, argument); }
#endif

 private:
  Sink& sink_;
  bool stopped_ = false;  // by a file that nobody wanted
  std::uint64_t output_size_bytes_max_;
};

}  // namespace docmill::extract
