// Errors: their names and classes, their texts, whose matter they are.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace docmill {
namespace {

// The names are an interface: this list changes only by growing.
TEST(ErrorKinds, HaveTheirDocumentedNamesAndClasses) {
  using enum ErrorClass;
  const std::vector<std::pair<std::string, ErrorClass>> documented{{"unsupported", document_for_good},
                                                                   {"empty", document_for_good},
                                                                   {"encrypted", document_for_good},
                                                                   {"corrupt", document_for_good},
                                                                   {"limit_bytes", document_for_good},
                                                                   {"limit_pages", document_for_good},
                                                                   {"limit_pixels", document_for_good},
                                                                   {"limit_output", document_for_good},
                                                                   {"page_timeout", document_perhaps},
                                                                   {"document_timeout", document_perhaps},
                                                                   {"out_of_memory", document_perhaps},
                                                                   {"crashed", document_perhaps},
                                                                   {"sandbox_violation", document_perhaps},
                                                                   {"bad_child_output", document_perhaps},
                                                                   {"source_gone", source_moved},
                                                                   {"source_changed", source_moved},
                                                                   {"superseded", source_moved},
                                                                   {"unreadable", object},
                                                                   {"throttled", place},
                                                                   {"unavailable", place},
                                                                   {"timed_out", place},
                                                                   {"denied", place},
                                                                   {"not_found", place},
                                                                   {"invalid_input", caller}};
  ASSERT_EQ(documented.size(), static_cast<std::size_t>(error_kind_count));
  for (const auto& [name, error_class] : documented) {
    const auto kind = error_kind_from(name);
    ASSERT_TRUE(kind) << name;
    EXPECT_EQ(name_of(*kind), name);
    EXPECT_EQ(class_of(*kind), error_class) << name;
  }
  EXPECT_EQ(error_kind_from("timeout"), std::nullopt);
  EXPECT_EQ(error_kind_from(""), std::nullopt);
}

TEST(ErrorText, NamesSubjectMessageAndKind) {
  const Error error{.kind = ErrorKind::corrupt, .subject = "page 3", .message = "no stream"};
  EXPECT_EQ(Error(error).within("a.pdf").text(), "a.pdf: page 3: no stream (corrupt)");
  EXPECT_EQ((Error{.kind = ErrorKind::empty, .subject = "", .message = ""}).within("a.pdf").text(), "a.pdf (empty)");
}

TEST(ErrorScope, IsTheKindsUnlessSomebodyKnowsMore) {
  const auto scope = [](ErrorKind kind) { return scope_of({.kind = kind, .subject = "", .message = ""}); };
  EXPECT_EQ(scope(ErrorKind::corrupt), FaultScope::one_object);
  EXPECT_EQ(scope(ErrorKind::unreadable), FaultScope::one_object);
  EXPECT_EQ(scope(ErrorKind::invalid_input), FaultScope::one_object);
  EXPECT_EQ(scope(ErrorKind::denied), FaultScope::unknown);
  EXPECT_EQ(scope(ErrorKind::not_found), FaultScope::place);
  EXPECT_EQ(scope(ErrorKind::throttled), FaultScope::place);
  Error error{.kind = ErrorKind::denied, .subject = "", .message = "", .scope = FaultScope::place};
  EXPECT_EQ(scope_of(std::move(error).within("a.pdf")), FaultScope::place);
}

}  // namespace
}  // namespace docmill
