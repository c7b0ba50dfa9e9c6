#include "document/format.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace docmill {
namespace {

using namespace std::string_literals;

Format sniff_text(std::string_view bytes) { return sniff(std::as_bytes(std::span(bytes))); }

TEST(Sniff, FilesThatEndWithinAMagicAreOfNoFormat) {
  for (const std::string& whole :
       {"RIFF\x10\0\0\0WEBP"s, "%PDF-"s, "\0\0\0\x0cjP  \r\n\x87\n"s, "GIF89a"s, "\xff\xd8\xff"s})
    for (std::size_t length = 0; length < whole.size(); ++length)
      EXPECT_EQ(sniff_text(whole.substr(0, length)), Format::unknown) << length << " bytes of " << whole;
}

TEST(Sniff, KnowsEveryFormatByItsMagic) {
  EXPECT_EQ(sniff_text("%PDF-1.7\n"), Format::pdf);
  EXPECT_EQ(sniff_text("\xff\xd8\xff\xe0\0\x10JFIF"s), Format::jpeg);
  EXPECT_EQ(sniff_text("\x89PNG\r\n\x1a\n"), Format::png);
  EXPECT_EQ(sniff_text("II*\0"s), Format::tiff);
  EXPECT_EQ(sniff_text("MM\0*"s), Format::tiff);
  EXPECT_EQ(sniff_text("II+\0"s), Format::tiff);
  EXPECT_EQ(sniff_text("MM\0+"s), Format::tiff);
  EXPECT_EQ(sniff_text("RIFF\x10\0\0\0WEBPVP8 "s), Format::webp);
  EXPECT_EQ(sniff_text("GIF87a"), Format::gif);
  EXPECT_EQ(sniff_text("GIF89a"), Format::gif);
  EXPECT_EQ(sniff_text("\0\0\0\x0cjP  \r\n\x87\n"s), Format::jpeg2000);
  EXPECT_EQ(sniff_text("\xff\x4f\xff\x51"), Format::jpeg2000);
  EXPECT_EQ(sniff_text("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"s), Format::bmp);
  EXPECT_EQ(sniff_text("application/x-docmill-mock\ntext 1\n"), Format::mock);
}

TEST(Sniff, KnowsNothingElse) {
  for (const auto& bytes : {""s, "%PD"s, "<html>"s, "BM"s, "BMW is a car, not a bitmap"s, "RIFF\x10\0\0\0WAVEfmt "s,
                            "GIF88a"s, "\x89PNG"s, "II*"s, "application/x-docmill-mock"s, "PK\x03\x04"s})
    EXPECT_EQ(sniff_text(bytes), Format::unknown) << bytes;
}

TEST(Sniff, FindsAPdfHeaderAfterUpTo1024BytesOfJunk) {
  EXPECT_EQ(sniff_text(std::string(1000, 'x') + "%PDF-1.4"), Format::pdf);
  EXPECT_EQ(sniff_text(std::string(1024, 'x') + "%PDF-1.4"), Format::pdf);
  EXPECT_EQ(sniff_text(std::string(1025, 'x') + "%PDF-1.4"), Format::unknown);
}

TEST(Sniff, FindsAPdfHeaderBehindMoreJunkWhereTheNameSaysPdf) {
  const auto sniff_named = [](const std::string& bytes) {
    return sniff(std::as_bytes(std::span(bytes)), named_pdf_junk_size_bytes_max);
  };
  EXPECT_EQ(sniff_named(std::string(16 * 1024, 'x') + "%PDF-1.4"), Format::pdf);
  EXPECT_EQ(sniff_named(std::string(16 * 1024 + 1, 'x') + "%PDF-1.4"), Format::unknown);
}

TEST(Sniff, KnowsAPdfHeaderThatIsACommentOfPostScript) {
  EXPECT_EQ(sniff_text("%!PS-Adobe-3.0 PDF-1.4\n"), Format::pdf);
  EXPECT_EQ(sniff_text("junk\n%!PS-Adobe-2.1 PDF-1.2\n"), Format::pdf);
  EXPECT_EQ(sniff_text("%!PS-Adobe-3.0 EPSF-3.0\n"), Format::unknown);
  EXPECT_EQ(sniff_text("%!PS-Adobe-3.0\n PDF-1.4"), Format::unknown);
}

TEST(Sniff, SaysWhereAPdfHeaderAndItsVersionStand) {
  const std::string bytes = "a % b\n%!PS-Adobe-3.0 PDF-1.4\n%PDF-1.7\n";
  const auto header = find_pdf_header(std::as_bytes(std::span(bytes)), 1024);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->offset, bytes.find("%!PS"));
  EXPECT_EQ(header->version_offset, bytes.find("PDF-"));
}

TEST(Sniff, TakesAnImageThatHoldsAPdfHeaderForAnImage) {
  EXPECT_EQ(sniff_text("\xff\xd8\xff\xfe%PDF-1.4"), Format::jpeg);
}

TEST(Sniff, MediaTypesAreTheRegisteredOnes) {
  EXPECT_EQ(media_type(Format::pdf), "application/pdf");
  EXPECT_EQ(media_type(Format::jpeg2000), "image/jp2");
  EXPECT_EQ(media_type(Format::unknown), "application/octet-stream");
}

TEST(Sniff, AgreesWithTheNamesOfTheDigitalCorpus) {
  const std::filesystem::path corpus = std::filesystem::path(DOCMILL_SOURCE_DIR) / "../shared/corpus/digital";
  if (!std::filesystem::is_directory(corpus)) GTEST_SKIP() << corpus << " is not there";
  int documents = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus)) {
    if (entry.path().extension() != ".pdf") continue;
    std::string bytes(sniff_size_bytes, '\0');
    std::ifstream file(entry.path(), std::ios::binary);
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    EXPECT_EQ(sniff_text(bytes), Format::pdf) << entry.path();
    ++documents;
  }
  EXPECT_GT(documents, 0);
}

}  // namespace
}  // namespace docmill
