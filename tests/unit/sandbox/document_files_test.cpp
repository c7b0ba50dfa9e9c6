#include "sandbox/document_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace docmill {
namespace {

Blob blob_of(const std::string& text) { return make_blob(std::as_bytes(std::span(text))).value(); }

std::string text_at(const DocumentFiles& files, std::size_t i) {
  const wire::DocumentPlace& place = files.places.at(i);
  std::string text(place.size_bytes, '\0');
  EXPECT_EQ(::pread(files.fds.at(place.file), text.data(), text.size(), static_cast<off_t>(place.offset)),
            static_cast<ssize_t>(text.size()));
  return text;
}

TEST(DocumentFiles, HoldEveryDocument) {
  const std::vector<std::string> texts = {
      "one",  std::string(small_blob_size_bytes_max + 1, 'L'), "",
      "four", std::string(small_blob_size_bytes_max * 3, 'M'), std::string(5000, 's')};
  std::vector<Blob> blobs;
  for (const std::string& text : texts) blobs.push_back(blob_of(text));
  std::vector<const Blob*> documents;
  for (const Blob& blob : blobs) documents.push_back(&blob);
  const auto files = files_of(documents).value();
  EXPECT_EQ(files.fds.size(), 3U);  // two large ones, and all small ones together
  ASSERT_EQ(files.places.size(), texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(text_at(files, i), texts[i]) << i;
}

TEST(DocumentFiles, BeginSmallDocumentsOnPagesOfTheirOwn) {
  const Blob a = blob_of(std::string(4096, 'a'));
  const Blob b = blob_of("b");
  const Blob c = blob_of("c");
  const auto files = files_of(std::vector{&a, &b, &c}).value();
  EXPECT_EQ(files.places.at(1).offset, 4096U);
  EXPECT_EQ(files.places.at(2).offset, 8192U);
  EXPECT_EQ(files.shared.size_bytes(), 12288U);
  EXPECT_EQ(files.shared.text().substr(4097, 4095), std::string(4095, '\0'));
}

TEST(DocumentFiles, OfLargeDocumentsAreTheirOwn) {
  const Blob large = blob_of(std::string(small_blob_size_bytes_max + 1, 'L'));
  const auto files = files_of(std::vector{&large, &large}).value();
  EXPECT_EQ(files.fds, (std::vector{*large.file(), *large.file()}));
  EXPECT_FALSE(files.shared.file());
}

}  // namespace
}  // namespace docmill
