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
  const auto page = parse_list_page(
      listing_of("<Key>a+b%20c</Key><LastModified>2024-01-02T00:00:00Z</LastModified><ETag>e</ETag><Size>1</Size>"));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->objects.at(0).key, "a+b%20c");
  EXPECT_EQ(page->next_token, "");
}

TEST(ListPage, WhatIsNoListingIsUnavailable) {
  for (const std::string& xml :
       {std::string(), std::string("<html>gateway</html>"), std::string("<ListBucketResult>"), std::string("{}"),
        std::string(page_xml.substr(0, page_xml.size() / 2)),
        listing_of("<Key>a</Key>", "<IsTruncated>true</IsTruncated>"),
        listing_of("<Key></Key><LastModified>2024-01-02T00:00:00Z</LastModified><ETag>e</ETag><Size>1</Size>"),
        listing_of("<Key>a</Key><LastModified>2024-01-02T00:00:00Z</LastModified><Size>1</Size>"),
        listing_of("<Key>a</Key><LastModified>yesterday</LastModified><ETag>e</ETag><Size>1</Size>"),
        listing_of("<Key>a</Key><LastModified>2024-01-02T00:00:00Z</LastModified><ETag>e</ETag><Size>-1</Size>")}) {
    const auto page = parse_list_page(xml);
    ASSERT_FALSE(page) << xml;
    EXPECT_EQ(page.error().kind, ErrorKind::unavailable) << xml;
  }
}

TEST(ListPage, EntitiesOfItsOwnAreNotExpanded) {
  const auto page = parse_list_page(
      "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" +
      listing_of("<Key>&e;</Key><LastModified>2024-01-02T00:00:00Z</LastModified><ETag>e</ETag><Size>1</Size>"));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->objects.at(0).key, "&e;");
}

TEST(ListPage, DepthIsNoDanger) {
  std::string deep;
  for (int i = 0; i < 1'000'000; ++i) deep += "<a>";
  EXPECT_FALSE(parse_list_page(deep));
}

// Amazon S3 API Reference, ListMultipartUploads, with encoded keys.
constexpr std::string_view uploads_xml = R"(<?xml version="1.0" encoding="UTF-8"?>
<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <Bucket>example-bucket</Bucket><KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker>
  <NextKeyMarker>my+movie%2B.m2ts</NextKeyMarker>
  <NextUploadIdMarker>YW55IGlkZWEgd2h5IGVsdmluZydzIHVwbG9hZCBmYWlsZWQ</NextUploadIdMarker>
  <EncodingType>url</EncodingType><MaxUploads>2</MaxUploads><IsTruncated>true</IsTruncated>
  <Upload>
    <Key>my-divisor</Key><UploadId>XMgbGlrZSBlbHZpbmcncyBub3QgaGF2aW5nIG11Y2ggbHVjaw</UploadId>
    <Initiator><ID>arn:aws:iam::111122223333:user/user1</ID></Initiator>
    <StorageClass>STANDARD</StorageClass><Initiated>2010-11-10T20:48:33.000Z</Initiated>
  </Upload>
  <Upload>
    <Key>my+movie%2B.m2ts</Key><UploadId>VXBsb2FkIElE</UploadId><Initiated>2010-11-10T20:48:34Z</Initiated>
  </Upload>
</ListMultipartUploadsResult>)";

TEST(UploadPage, IsReadAsTheReferenceHasIt) {
  const auto page = parse_upload_page(uploads_xml);
  ASSERT_TRUE(page) << page.error().text();
  ASSERT_EQ(page->uploads.size(), 2U);
  EXPECT_EQ(page->uploads[0].key, "my-divisor");
  EXPECT_EQ(page->uploads[0].id, "XMgbGlrZSBlbHZpbmcncyBub3QgaGF2aW5nIG11Y2ggbHVjaw");
  EXPECT_EQ(iso8601(page->uploads[0].begun_at), "2010-11-10T20:48:33.000000Z");
  EXPECT_EQ(page->uploads[1].key, "my movie+.m2ts");
  EXPECT_EQ(page->next.key, "my movie+.m2ts");
  EXPECT_EQ(page->next.id, "YW55IGlkZWEgd2h5IGVsdmluZydzIHVwbG9hZCBmYWlsZWQ");
}

TEST(UploadPage, WhatIsNoneIsUnavailable) {
  for (const std::string_view xml :
       {std::string_view(""), std::string_view("<html/>"),
        std::string_view("<ListMultipartUploadsResult><IsTruncated>true</IsTruncated></ListMultipartUploadsResult>"),
        std::string_view("<ListMultipartUploadsResult><Upload><Key>k</Key><UploadId>i</UploadId></Upload>"
                         "</ListMultipartUploadsResult>")})
    EXPECT_EQ(parse_upload_page(xml).error().kind, ErrorKind::unavailable) << xml;
}

std::string rule(std::string_view filter, std::string_view status = "Enabled", std::string_view days = "1") {
  return "<LifecycleConfiguration><Rule><ID>other</ID><Filter/><Status>Enabled</Status><Expiration><Days>9</Days>"
         "</Expiration></Rule><Rule><ID>r</ID>" +
         std::string(filter) + "<Status>" + std::string(status) +
         "</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>" + std::string(days) +
         "</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>";
}

TEST(LifecycleRule, EndsUploadsOfThePrefixesThatItCovers) {
  for (const std::string_view filter :
       {"<Filter><Prefix>text/</Prefix></Filter>", "<Filter><Prefix>te</Prefix></Filter>", "<Filter/>",
        "<Filter><Prefix/></Filter>", "<Prefix>text/</Prefix>", "<Prefix/>"})
    EXPECT_EQ(ends_uploads_by_rule(rule(filter), "text/"), true) << filter;
  for (const std::string_view filter :
       {"<Filter><Prefix>text/a/</Prefix></Filter>", "<Filter><Prefix>raw/</Prefix></Filter>",
        "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>",
        "<Filter><And><Prefix>text/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>"})
    EXPECT_EQ(ends_uploads_by_rule(rule(filter), "text/"), false) << filter;
  EXPECT_EQ(ends_uploads_by_rule(rule("<Filter/>", "Disabled"), "text/"), false);
  EXPECT_EQ(ends_uploads_by_rule("<LifecycleConfiguration/>", "text/"), false);
  EXPECT_FALSE(ends_uploads_by_rule("<html/>", "text/"));
}

TEST(CompletedUpload, AnErrorBehindStatus200IsAnError) {
  const auto failed = parse_completed_upload(
      "<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::unavailable);
  EXPECT_NE(failed.error().message.find("InternalError"), std::string::npos);
  EXPECT_EQ(parse_completed_upload("<Error><Code>SlowDown</Code></Error>").error().kind, ErrorKind::throttled);
  EXPECT_EQ(parse_completed_upload("").error().kind, ErrorKind::unavailable);
  EXPECT_EQ(parse_completed_upload("<CompleteMultipartUploadResult/>").error().kind, ErrorKind::unavailable);
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
