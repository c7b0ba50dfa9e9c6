#include "aws/s3_xml.h"

#include <gtest/gtest.h>

namespace docmill::aws {
namespace {

// Amazon S3 API Reference, ListObjectsV2, with an encoded key and a second page.
constexpr std::string_view page_xml = R"(<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <Name>quotes</Name><Prefix>E/</Prefix><KeyCount>2</KeyCount><MaxKeys>2</MaxKeys>
  <EncodingType>url</EncodingType>
  <IsTruncated>true</IsTruncated>
  <NextContinuationToken>1w41l63U0xa8q7smH50vCxyTQqdxo69O3EmK28Bi5PcROI4wI/EyIJg==</NextContinuationToken>
  <Contents>
    <Key>env%3Dprod/a+b%2B%C3%BC%25.pdf</Key>
    <LastModified>2024-01-01T00:00:00.123Z</LastModified>
    <ETag>&quot;fba9dede5f27731c9771645a39863328&quot;</ETag>
    <Size>434234</Size>
    <StorageClass>STANDARD</StorageClass>
  </Contents>
  <Contents><Key>z</Key><LastModified>2024-01-02T00:00:00Z</LastModified><ETag>"x-2"</ETag><Size>0</Size></Contents>
</ListBucketResult>)";

std::string listing_of(std::string_view contents, std::string_view rest = "<IsTruncated>false</IsTruncated>") {
  return "<ListBucketResult>" + std::string(rest) + "<Contents>" + std::string(contents) +
         "</Contents></ListBucketResult>";
}

TEST(ListPage, IsReadAsTheReferenceHasIt) {
  const auto page = parse_list_page(page_xml);
  ASSERT_TRUE(page) << page.error().text();
  ASSERT_EQ(page->objects.size(), 2U);
  EXPECT_EQ(page->objects[0].key, "env=prod/a b+\u00fc%.pdf");
  EXPECT_EQ(page->objects[0].size_bytes, 434234U);
  EXPECT_EQ(page->objects[0].etag, "fba9dede5f27731c9771645a39863328");
  EXPECT_EQ(iso8601(page->objects[0].modified_at), "2024-01-01T00:00:00.123000Z");
  EXPECT_EQ(page->objects[1].etag, "x-2");
  EXPECT_EQ(page->next_token, "1w41l63U0xa8q7smH50vCxyTQqdxo69O3EmK28Bi5PcROI4wI/EyIJg==");
}

TEST(ListPage, KeysAreDecodedOnlyWhereTheAnswerSaysThatTheyAreEncoded) {
  const auto page =
      parse_list_page(listing_of("<Key>a+b%20c</Key><LastModified>2024-01-02T00:00:00Z</LastModified><Size>1</Size>"));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->objects.at(0).key, "a+b%20c");
  EXPECT_EQ(page->next_token, "");
}

TEST(ListPage, WhatIsNoListingIsUnavailable) {
  for (const std::string& xml :
       {std::string(), std::string("<html>gateway</html>"), std::string("<ListBucketResult>"), std::string("{}"),
        std::string(page_xml.substr(0, page_xml.size() / 2)),
        listing_of("<Key>a</Key>", "<IsTruncated>true</IsTruncated>"),
        listing_of("<Key></Key><LastModified>2024-01-02T00:00:00Z</LastModified><Size>1</Size>"),
        listing_of("<Key>a</Key><LastModified>yesterday</LastModified><Size>1</Size>"),
        listing_of("<Key>a</Key><LastModified>2024-01-02T00:00:00Z</LastModified><Size>-1</Size>")}) {
    const auto page = parse_list_page(xml);
    ASSERT_FALSE(page) << xml;
    EXPECT_EQ(page.error().kind, ErrorKind::unavailable) << xml;
  }
}

TEST(ListPage, EntitiesOfItsOwnAreNotExpanded) {
  const auto page =
      parse_list_page("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" +
                      listing_of("<Key>&e;</Key><LastModified>2024-01-02T00:00:00Z</LastModified><Size>1</Size>"));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->objects.at(0).key, "&e;");
}

TEST(ListPage, DepthIsNoDanger) {
  std::string deep;
  for (int i = 0; i < 1'000'000; ++i) deep += "<a>";
  EXPECT_FALSE(parse_list_page(deep));
}

TEST(CompletedUpload, AnErrorBehindStatus200IsAnError) {
  const auto failed = parse_completed_upload(
      "<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::unavailable);
  EXPECT_NE(failed.error().message.find("InternalError"), std::string::npos);
  EXPECT_EQ(parse_completed_upload("<Error><Code>SlowDown</Code></Error>").error().kind, ErrorKind::throttled);
  EXPECT_EQ(parse_completed_upload("").error().kind, ErrorKind::unavailable);
}

TEST(CompletedUpload, TellsTheEtag) {
  EXPECT_EQ(parse_completed_upload("<CompleteMultipartUploadResult><ETag>&quot;3858f-9&quot;</ETag>"
                                   "</CompleteMultipartUploadResult>"),
            "3858f-9");
}

TEST(CompletedUpload, ItsBodyNamesPartsInOrder) {
  const std::vector<UploadedPart> parts{{.etag = "one", .crc32 = "AAAAAA=="}, {.etag = "two", .crc32 = "y/Q5Jg=="}};
  EXPECT_EQ(complete_upload_body(parts),
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            "<Part><ETag>&quot;one&quot;</ETag><PartNumber>1</PartNumber><ChecksumCRC32>AAAAAA==</ChecksumCRC32></Part>"
            "<Part><ETag>&quot;two&quot;</ETag><PartNumber>2</PartNumber><ChecksumCRC32>y/Q5Jg==</ChecksumCRC32></Part>"
            "</CompleteMultipartUpload>");
}

TEST(UploadId, MustBeThere) {
  EXPECT_EQ(parse_upload_id("<InitiateMultipartUploadResult><UploadId>VXBsb2Fk</UploadId>"
                            "</InitiateMultipartUploadResult>"),
            "VXBsb2Fk");
  EXPECT_FALSE(parse_upload_id("<InitiateMultipartUploadResult/>"));
}

TEST(FormDecoded, DecodesOnceAndLeavesTheRest) {
  EXPECT_EQ(form_decoded("a+b%2Bc%20d%25"), "a b+c d%");
  EXPECT_EQ(form_decoded("%2525"), "%25");
  EXPECT_EQ(form_decoded("%"), "%");
  EXPECT_EQ(form_decoded("%4"), "%4");
  EXPECT_EQ(form_decoded("%zz%C3%BC"), "%zz\u00fc");
}

TEST(Times, AreReadAsS3WritesThem) {
  EXPECT_EQ(iso8601(*parse_iso8601("2026-11-22T01:40:43.999Z")), "2026-11-22T01:40:43.999000Z");
  EXPECT_EQ(iso8601(*parse_iso8601("2026-11-22T01:40:43.1234567Z")), "2026-11-22T01:40:43.123456Z");
  EXPECT_EQ(iso8601(*parse_http_date("Sun, 22 Nov 2026 01:40:43 GMT")), "2026-11-22T01:40:43.000000Z");
  EXPECT_EQ(parse_iso8601("2026-11-22T01:40:43+01:00"), std::nullopt);
  EXPECT_EQ(parse_http_date("2026-11-22"), std::nullopt);
}

}  // namespace
}  // namespace docmill::aws
