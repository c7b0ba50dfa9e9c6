// Uploads in parts that nobody has ended, against a scripted S3.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

#include "aws/s3.h"
#include "document/limits.h"
#include "store/s3_store.h"
#include "unit/aws/fixed_credentials.h"
#include "unit/base/virtual_clock.h"
#include "unit/net/raw_server.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class S3Uploads : public testing::Test {
 protected:
  S3Uploads()
      : server_([this](const auto& connection, const auto& request) {
          answer(connection, request.line);
          return true;
        }) {
    aws::Settings settings;
    settings.region = "us-east-1";
    settings.endpoints["s3"] = server_.endpoint();
    client_ = std::make_unique<aws::Client>(caller_, settings, aws::fixed_credentials(), clock);
    s3_ = std::make_unique<aws::S3>(*client_, aws::S3Settings{});
    store = open_s3_store(*s3_, {.bucket = "bucket", .prefix = "out/"}, {}).value();
  }

  /// Listed as begun so long ago.
  void left(const std::string& key, const std::string& id, std::chrono::hours ago = 0h) {
    uploads_ += fmt::format("<Upload><Key>{}</Key><UploadId>{}</UploadId><Initiated>{}</Initiated></Upload>", key, id,
                            iso8601(clock.wall_now() - ago));
  }
  std::vector<std::string> ended() {
    const std::lock_guard lock(mutex_);
    return ended_;
  }
  Result<std::optional<std::string>> put_large(const std::string& key) {
    const std::vector<std::byte> bytes(17 * MiB);
    return put(*store, key, bytes, WriteCondition::if_absent());
  }
  Result<void> remove_leftovers() {
    return store->remove_leftovers(clock.wall_now() - 24h,
                                   [](std::string_view key) { return key.ends_with(".parquet"); });
  }
  std::uint64_t listings() { return client_->counts()["ListMultipartUploads"].requests; }

  VirtualClock clock;
  std::unique_ptr<ObjectStore> store;
  bool may_list = true;
  bool parts_are_gone = false;  // somebody has ended the upload

 private:
  void answer(const ServerConnection& connection, const std::string& line) {
    const std::lock_guard lock(mutex_);
    if (line.starts_with("POST") && line.contains("?uploads"))
      return connection.reply(
          200, "<InitiateMultipartUploadResult><UploadId>ours</UploadId></InitiateMultipartUploadResult>");
    if (line.starts_with("PUT") && parts_are_gone)
      return connection.reply(404, "<Error><Code>NoSuchUpload</Code></Error>");
    if (line.starts_with("PUT")) return connection.reply(200, "", "ETag: \"part\"\r\n");
    if (line.starts_with("POST"))
      return connection.reply(200, "<CompleteMultipartUploadResult><ETag>whole</ETag></CompleteMultipartUploadResult>");
    if (line.starts_with("GET") && !may_list) return connection.reply(403, "<Error><Code>AccessDenied</Code></Error>");
    if (line.starts_with("GET"))
      return connection.reply(200, "<ListMultipartUploadsResult>" + uploads_ + "</ListMultipartUploadsResult>");
    const auto id = line.find("uploadId=") + 9;
    ended_.push_back(line.substr(id, line.find(' ', id) - id));
    connection.reply(204, "");
  }

  std::mutex mutex_;
  std::string uploads_;
  std::vector<std::string> ended_;
  FixedRandom random_;
  RawServer server_;
  std::unique_ptr<net::HttpClient> http_ = *net::HttpClient::create({});
  net::Caller caller_{*http_, clock, random_};
  std::unique_ptr<aws::Client> client_;
  std::unique_ptr<aws::S3> s3_;
};

TEST_F(S3Uploads, WhoWritesAKeyEndsWhatWasBegunOfItBefore) {
  left("out/a.parquet", "killed");
  left("out/a.parquet.other", "longer-name");
  ASSERT_EQ(put_large("a.parquet").value(), "whole");
  EXPECT_THAT(ended(), ElementsAre("killed"));
  EXPECT_EQ(store->leftovers_removed(), 1U);
}

TEST_F(S3Uploads, ARunEndsItsOwnThatAreOlderThanAnyWriter) {
  left("out/a.parquet", "old", 25h);
  left("out/b.parquet", "perhaps-alive", 23h);
  left("out/backup.tar", "somebody-elses", 100h);
  left("out/c d.parquet", "old-too", 25h);
  ASSERT_TRUE(remove_leftovers());
  EXPECT_THAT(ended(), UnorderedElementsAre("old", "old-too"));
  EXPECT_EQ(store->leftovers_removed(), 2U);
}

TEST_F(S3Uploads, WhereTheyMayNotBeSeenIsToldAndNotAskedForAgain) {
  may_list = false;
  const auto refused = remove_leftovers();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::denied);
  EXPECT_NE(refused.error().text().find("allow s3:ListBucketMultipartUploads on it"), std::string::npos);
  ASSERT_EQ(put_large("a.parquet").value(), "whole");
  EXPECT_EQ(listings(), 1U);
}

// A rule of the bucket, or another run with a clock a day ahead.
TEST_F(S3Uploads, AnUploadThatSomebodyEndedIsARefusalAndNoFault) {
  parts_are_gone = true;
  EXPECT_EQ(put_large("a.parquet").value(), std::nullopt);
}

TEST_F(S3Uploads, ASmallWriteAsksForNothing) {
  ASSERT_TRUE(put(*store, "a.parquet", {}, WriteCondition::if_absent()));
  EXPECT_EQ(listings(), 0U);
  EXPECT_THAT(ended(), IsEmpty());
}

}  // namespace
}  // namespace docmill
