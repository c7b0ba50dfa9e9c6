#include <arrow/api.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <set>

#include "document/blob.h"
#include "document/clock.h"
#include "document/digest.h"
#include "document/error.h"
#include "document/job.h"
#include "document/page.h"
#include "document/recipe.h"
#include "document/schemas.h"

namespace docmill {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

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

TEST(DocumentStatusNames, MakeTheRoundTrip) {
  for (const auto* name : {"ok", "partial", "failed", "skipped"})
    EXPECT_EQ(name_of(document_status_from(name).value()), name);
  EXPECT_EQ(document_status_from("retry"), std::nullopt);
}

TEST(Sha256, IsThatOfTheStandard) {  // FIPS 180-2, appendix B
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, OfABlobInPiecesIsThatOfItsBytes) {
  std::string text(9 << 20, 'a');
  text[5 << 20] = 'b';
  const auto blob = make_blob(bytes_of(text)).value();
  EXPECT_EQ(sha256_hex(blob), sha256_hex(text));
  EXPECT_EQ(blob.text(), text);
}

TEST(Blob, HoldsItsBytes) {
  const auto blob = make_blob(bytes_of("hello")).value();
  EXPECT_EQ(blob.size_bytes(), 5U);
  EXPECT_EQ(blob.text(), "hello");
  EXPECT_EQ(make_blob({}).value().size_bytes(), 0U);
}

TEST(Blob, HasAFileWhereItIsNotSmall) {
  const std::string text(small_blob_size_bytes_max + 1, 'x');
  const auto small = make_blob(bytes_of(text).first(small_blob_size_bytes_max)).value();
  const auto large = make_blob(bytes_of(text)).value();
  EXPECT_FALSE(small.file());
  EXPECT_TRUE(large.file());
  EXPECT_EQ(small.text(), text.substr(1));
  EXPECT_EQ(large.text(), text);
  EXPECT_TRUE(make_memory_file(bytes_of("hello")).value().file());
}

TEST(Blob, IsSealedAgainstEveryChange) {
  const auto blob = make_memory_file(bytes_of("hello")).value();
  const int file = blob.file().value();
  EXPECT_EQ(::pwrite(file, "x", 1, 0), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(::pwrite(file, "x", 1, 100), -1);
  EXPECT_EQ(::ftruncate(file, 1), -1);
  EXPECT_EQ(::ftruncate(file, 100), -1);
  EXPECT_EQ(::mmap(nullptr, 5, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), MAP_FAILED);
  EXPECT_EQ(::fcntl(file, F_ADD_SEALS, F_SEAL_WRITE), -1);
  EXPECT_EQ(::fcntl(file, F_GET_SEALS), F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
}

TEST(Blob, IsReadInPieces) {
  for (const auto make : {make_blob, make_memory_file}) {
    const auto blob = make(bytes_of("hello")).value();
    std::array<std::byte, 4> piece{};
    const auto text_of = [&](std::size_t size) {
      return std::string(reinterpret_cast<const char*>(piece.data()), size);
    };
    EXPECT_EQ(text_of(blob.read(0, piece)), "hell");
    EXPECT_EQ(text_of(blob.read(3, piece)), "lo");
    EXPECT_EQ(blob.read(5, piece), 0U);
    EXPECT_EQ(blob.read(9, piece), 0U);
  }
}

TEST(Blob, MovesWithItsBytes) {
  for (const auto make : {make_blob, make_memory_file}) {
    auto blob = make(bytes_of("hello")).value();
    Blob other = std::move(blob);
    EXPECT_EQ(other.text(), "hello");
    EXPECT_EQ(blob.size_bytes(), 0U);  // NOLINT(bugprone-use-after-move): that is what is tested
    EXPECT_EQ(blob.text(), "");
    other = Blob();
    EXPECT_EQ(other.size_bytes(), 0U);
    EXPECT_EQ(other.text(), "");
  }
}

TEST(BlobBuilder, ReadsAFileUpToItsLimit) {
  const FileDescriptor file(::memfd_create("test", MFD_CLOEXEC));
  const std::string text(300'000, 'x');
  ASSERT_EQ(::write(file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  const auto read = [&](std::uint64_t size_bytes_max) {
    ::lseek(file.get(), 0, SEEK_SET);
    BlobBuilder builder;
    auto appended = builder.append_file(file.get(), size_bytes_max);
    return appended ? Result<Blob>(std::move(builder).seal()) : std::unexpected(appended.error());
  };
  EXPECT_EQ(read(300'000)->size_bytes(), 300'000U);
  EXPECT_EQ(read(299'999).error().kind, ErrorKind::limit_bytes);
}

TEST(BlobBuilder, MovesToAFileWhenItGrows) {
  BlobBuilder builder;
  std::string text;
  for (const std::size_t size : {std::size_t{1}, small_blob_size_bytes_max - 1, std::size_t{1}, std::size_t{5}}) {
    const std::string piece(size, static_cast<char>('a' + text.size() % 26));
    text += piece;
    ASSERT_TRUE(builder.append(bytes_of(piece)));
  }
  const auto blob = std::move(builder).seal().value();
  EXPECT_TRUE(blob.file());
  EXPECT_EQ(blob.text(), text);
}

TEST(BlobBuilder, TakesPartsInAnyOrder) {
  for (const std::size_t half : {std::size_t{5}, small_blob_size_bytes_max}) {
    BlobBuilder builder;
    const std::string a(half, 'a');
    const std::string b(half, 'b');
    ASSERT_TRUE(builder.resize(2 * half));
    ASSERT_TRUE(builder.write_at(half, bytes_of(b)));
    ASSERT_TRUE(builder.write_at(0, bytes_of(a)));
    EXPECT_EQ(std::move(builder).seal().value().text(), a + b);
  }
}

TEST(BlobBuilder, ResizedOnceMoreItHasTheLastSize) {
  for (const std::size_t size : {std::size_t{100}, 2 * small_blob_size_bytes_max}) {
    BlobBuilder builder;
    ASSERT_TRUE(builder.resize(size));
    ASSERT_TRUE(builder.resize(3));
    EXPECT_EQ(std::move(builder).seal().value().text(), std::string(3, '\0'));
  }
}

TEST(Iso8601, IsUtcWithMicroseconds) {
  EXPECT_EQ(iso8601(WallTime{}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(iso8601(WallTime(std::chrono::microseconds(1'795'311'643'123'456))), "2026-11-22T01:40:43.123456Z");
  EXPECT_EQ(iso8601(WallTime(std::chrono::microseconds(-1))), "1969-12-31T23:59:59.999999Z");
}

// The hash is written into every output: one that changes makes every user process every document again.
TEST(RecipeHash, OfTheDefaultsIsWhatItWas) { EXPECT_EQ(hash_of(Recipe{}), "a9940d7d8b7efb74"); }

TEST(RecipeHash, CoversEverySettingThatChangesOutput) {
  std::vector<Recipe> recipes(15);
  recipes[1].ocr = OcrMode::always;
  recipes[2].ocr_languages = "deu";
  recipes[3].ocr_dpi = 300;
  recipes[4].text_length_min = 21;
  recipes[5].batch_size = 51;
  recipes[6].limits.document_size_bytes_max += 1;
  recipes[7].limits.pages_max += 1;
  recipes[8].limits.page_pixels_max += 1;
  recipes[9].limits.page_output_size_bytes_max += 1;
  recipes[10].limits.bad_pages_max += 1;
  recipes[11].font_dir = "/fonts";
  recipes[12].tessdata_dir = "/fonts";
  recipes[13].trust = TrustMode::check;
  recipes[14].trust_min = 0.25;
  std::set<std::string> hashes;
  for (const Recipe& recipe : recipes) hashes.insert(hash_of(recipe));
  EXPECT_EQ(hashes.size(), recipes.size());
}

TEST(RecipeHash, LeavesTimeoutsAndMemoryOut) {
  Recipe recipe;
  recipe.limits.page_timeout = std::chrono::seconds(1);
  recipe.limits.document_timeout_base = std::chrono::seconds(1);
  recipe.limits.document_timeout_per_page = std::chrono::seconds(1);
  recipe.limits.document_timeout_per_ocr_page = std::chrono::seconds(1);
  recipe.limits.document_timeout_max = std::chrono::seconds(1);
  recipe.limits.child_memory_bytes_max = 1;
  EXPECT_EQ(hash_of(recipe), hash_of(Recipe{}));
}

void expect_valid(const PageRow& row) {
  const auto batch = to_record_batch(row);
  EXPECT_TRUE(batch->schema()->Equals(*page_content_schema()));
  EXPECT_EQ(batch->num_rows(), 1);
  const auto status = batch->ValidateFull();
  EXPECT_TRUE(status.ok()) << status.ToString();
  for (int i = 0; i < batch->num_columns(); ++i)
    EXPECT_TRUE(batch->schema()->field(i)->nullable() || batch->column(i)->null_count() == 0) << batch->column_name(i);
}

TEST(PageRow, BecomesAValidRowOfTheSchema) {
  expect_valid({});
  PageRow row;
  row.page_index = 4;
  row.text = "gr\u00fcn\n\U0001F600";
  row.ocr_confidence = 99.5;
  row.width_pt = 1;
  row.height_pt = 2;
  row.warnings = {"form_text", "dpi_reduced"};
  row.error_kind = ErrorKind::crashed;
  row.error_message = "SIGSEGV";
  expect_valid(row);
  const auto batch = to_record_batch(row);
  EXPECT_EQ(batch->GetColumnByName("page_number")->GetScalar(0).ValueOrDie()->ToString(), "5");
  EXPECT_EQ(batch->GetColumnByName("char_count")->GetScalar(0).ValueOrDie()->ToString(), "6");
  EXPECT_EQ(batch->GetColumnByName("error_kind")->GetScalar(0).ValueOrDie()->ToString(), "crashed");
}

TEST(Schemas, PagesHoldThePageContentAndEveryColumnIsDescribed) {
  for (const Column& column : page_content_columns()) {
    const auto field = pages_schema()->GetFieldByName(std::string(column.name));
    ASSERT_TRUE(field) << column.name;
    EXPECT_TRUE(field->type()->Equals(column.type));
  }
  for (const auto columns : {page_content_columns(), pages_columns(), documents_columns()}) {
    std::set<std::string_view> names;
    for (const Column& column : columns) {
      EXPECT_TRUE(names.insert(column.name).second) << column.name;
      EXPECT_FALSE(column.description.empty()) << column.name;
    }
  }
}

// Amazon S3 User Guide: "right pad the shorter value with zeros, and then do a lexicographical comparison".
TEST(Sequencer, TheShorterOneIsFilledOnTheRight) {
  EXPECT_TRUE(is_later_sequencer("0055AED6DCD90281E6", "0055AED6DCD90281E5"));
  EXPECT_TRUE(is_later_sequencer("0055AED6DD", "0055AED6DCD90281E5"));
  EXPECT_TRUE(is_later_sequencer("0055aed6dcd90281e6", "0055AED6DCD90281E5")) << "digits are digits";
  EXPECT_FALSE(is_later_sequencer("0055AED6DC", "0055AED6DC0000"));
  EXPECT_FALSE(is_later_sequencer("0055AED6DC0000", "0055AED6DC"));
  EXPECT_FALSE(is_later_sequencer("0055AED6DC", "0055AED6DC01"));
}

}  // namespace
}  // namespace docmill
