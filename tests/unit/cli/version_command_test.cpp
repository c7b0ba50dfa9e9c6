#include "cli/version_command.h"

#include <arrow/util/config.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "document/version.h"

namespace docmill {
namespace {

TEST(Version, NamesEveryLibraryWithAVersion) {
  const auto json = nlohmann::json::parse(version_json());
  EXPECT_EQ(json.at("docmill"), version);
  for (const auto& [name, entry] : json.at("libraries").items())
    EXPECT_THAT(entry.at("built_with").get<std::string>(), testing::MatchesRegex("[0-9][0-9.]*[a-z0-9.-]*")) << name;
  EXPECT_EQ(json.at("libraries").at("arrow").at("built_with"), ARROW_VERSION_STRING);
  EXPECT_TRUE(json.at("libraries").at("arrow").at("running").is_string());
  EXPECT_TRUE(json.at("libraries").at("pdfium").at("running").is_null());
}

TEST(Version, IsReadableAsText) {
  EXPECT_THAT(version_text(), testing::StartsWith("docmill " + std::string(version) + "\n"));
}

}  // namespace
}  // namespace docmill
