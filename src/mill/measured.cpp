#include "mill/measured.h"

#include <arrow/record_batch.h>

#include <utility>

namespace docmill {
namespace {

class MeasuredWriter final : public ObjectWriter {
 public:
  MeasuredWriter(std::unique_ptr<ObjectWriter> writer, Counter& written)
      : writer_(std::move(writer)), written_(written) {}

  Result<void> write(std::span<const std::byte> bytes) override {
    written_.add(bytes.size());
    return writer_->write(bytes);
  }
  void set_attributes(ObjectAttributes attributes) override { writer_->set_attributes(std::move(attributes)); }
  Result<std::optional<std::string>> commit(const WriteCondition& condition) override {
    return writer_->commit(condition);
  }
  bool can_commit() const override { return writer_->can_commit(); }

 private:
  std::unique_ptr<ObjectWriter> writer_;
  Counter& written_;
};

}  // namespace

MeasuredStore::MeasuredStore(ObjectStore& store, Metrics& metrics)
    : store_(store),
      read_(metrics.counter({.name = "docmill_bytes_read_total",
                             .help = "Bytes read from places of documents and outputs.",
                             .unit = MetricUnit::bytes})),
      written_(metrics.counter({.name = "docmill_bytes_written_total",
                                .help = "Bytes written to places of documents and outputs.",
                                .unit = MetricUnit::bytes})) {}

Result<Object> MeasuredStore::get(std::string_view key, std::uint64_t size_bytes_max, Room* room) {
  auto object = store_.get(key, size_bytes_max, room);
  if (object) read_.add(object->blob.size_bytes());
  return object;
}

Result<std::string> MeasuredStore::read_range(std::string_view key, std::uint64_t offset, std::uint64_t length) {
  auto bytes = store_.read_range(key, offset, length);
  if (bytes) read_.add(bytes->size());
  return bytes;
}

Result<std::unique_ptr<ObjectWriter>> MeasuredStore::create(std::string_view key) {
  auto writer = store_.create(key);
  if (!writer) return writer;
  return std::make_unique<MeasuredWriter>(*std::move(writer), written_);
}

class MeasuredExtractor::CountingReceiver final : public PageReceiver {
 public:
  CountingReceiver(MeasuredExtractor& counts, PageReceiver& receiver) : counts_(counts), receiver_(receiver) {}

  Result<void> opened(std::uint32_t page_count) override { return receiver_.opened(page_count); }
  Result<void> page(ExtractedPage page) override {
    counts_.by_source_[static_cast<std::size_t>(page.summary.text_source)]->add();
    if (page.summary.error) counts_.by_error_[static_cast<std::size_t>(page.summary.error->kind)]->add();
    counts_.on_page_();
    return receiver_.page(std::move(page));
  }
  Result<void> file(PageFile file) override { return receiver_.file(std::move(file)); }

 private:
  MeasuredExtractor& counts_;
  PageReceiver& receiver_;
};

MeasuredExtractor::MeasuredExtractor(Extractor& extractor, Metrics& metrics, std::function<void()> on_page)
    : extractor_(extractor), on_page_(std::move(on_page)) {
  for (std::size_t i = 0; i < by_source_.size(); ++i)
    by_source_[i] = &metrics.counter(
        {.name = "docmill_pages_total", .help = "Pages that were read, by where their text came from."},
        {{"source", std::string(name_of(static_cast<TextSource>(i)))}});
  for (std::size_t i = 0; i < by_error_.size(); ++i)
    by_error_[i] =
        &metrics.counter({.name = "docmill_page_errors_total", .help = "Pages that could not be read, or not whole."},
                         {{"error_kind", std::string(name_of(static_cast<ErrorKind>(i)))}});
}

Result<void> MeasuredExtractor::extract(const ExtractRequest& request, PageReceiver& receiver) {
  CountingReceiver counting(*this, receiver);
  return extractor_.extract(request, counting);
}

}  // namespace docmill
