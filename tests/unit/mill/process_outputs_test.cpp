// A document with several outputs: what is made, what is spared, what vouches for what, who removes what.
#include <arrow/array.h>
#include <gmock/gmock.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "unit/mill/mill_fixture.h"
#include "unit/output/parquet_reading.h"

namespace docmill {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

constexpr Outputs all{OutputId::text, OutputId::words, OutputId::page_images};

class ProcessOutputs : public MillTest {
 protected:
  static constexpr const char* words_name = "in/a_words.parquet";
  static constexpr const char* files_name = "in/a_files.parquet";
  static constexpr const char* links_name = "in/a_links.parquet";
  static constexpr const char* links_file = "extracted_links/in/a.json";

  static std::string image(int page) { return "pdf_page_images/in/a/page_000" + std::to_string(page) + ".webp"; }

  ProcessOutputs() {
    recipe.outputs = all;
    extractor.script = [this](const ExtractRequest& request, PageReceiver& receiver) {
      return give(request, receiver);
    };
  }

  /// Pages with a word each and, where they are asked for, an image: those of later pages first.
  Result<void> give(const ExtractRequest& request, PageReceiver& receiver) {
    asked.push_back(names_of(request.recipe.recipe.outputs));
    if (auto opened = receiver.opened(pages); !opened) return opened;
    for (std::uint32_t i = pages; i-- > 0;) {
      if (!request.recipe.recipe.outputs.has(OutputId::page_images)) break;
      const std::string bytes = request.document.text() + " drawn " + std::to_string(i + 1);
      auto taken = receiver.file({.output = OutputId::page_images,
                                  .page_index = i,
                                  .kind = FileKind::webp,
                                  .bytes = make_blob(std::as_bytes(std::span(bytes))).value()});
      if (!taken) return taken;
    }
    for (std::uint32_t i = 0; i < pages; ++i) {
      PageRow row;
      row.page_index = i;
      row.text = "text " + std::to_string(i);
      row.text_source = TextSource::native;
      row.words = {{.text = "text", .box = {}}, {.text = std::to_string(i), .box = {}}};
      row.error_kind = page_error;
      if (auto taken = receiver.page(extracted(row, request.recipe.recipe.outputs)); !taken) return taken;
    }
    return {};
  }

  std::vector<std::string> column_of(const std::string& object, const std::string& name) {
    const auto read = read_parquet(output.bytes(object));
    const auto& values = column<arrow::StringArray>(read, name);
    std::vector<std::string> texts;
    for (std::int64_t i = 0; i < values.length(); ++i) texts.push_back(values.GetString(i));
    return texts;
  }

  OutputStamp stamp_at(const std::string& object) { return *read_stamp(output, object).value()->stamp; }

  std::uint32_t pages = 3;
  std::optional<ErrorKind> page_error;
  std::vector<std::string> asked;  // the outputs of each extraction
};

TEST_F(ProcessOutputs, EveryOutputIsThereWithItsStamp) {
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_THAT(output.keys(), UnorderedElementsAre(output_name, words_name, files_name, image(1), image(2), image(3)));
  EXPECT_THAT(column_of(words_name, "word"), ElementsAre("text", "0", "text", "1", "text", "2"));
  EXPECT_THAT(column_of(words_name, "source_uri"), Contains("mem://source/in/a.pdf").Times(6));
  EXPECT_THAT(column_of(files_name, "key"), ElementsAre(image(1), image(2), image(3)));
  EXPECT_THAT(column_of(files_name, "sha256"), Contains(sha256_hex(output.bytes(image(2)))));
  EXPECT_THAT(column_of(files_name, "content_type"), Contains("image/webp").Times(3));
  for (const auto& [object, id] : {std::pair(output_name, OutputId::text), std::pair(words_name, OutputId::words),
                                   std::pair(files_name, OutputId::page_images)}) {
    EXPECT_EQ(stamp_at(object).recipe_hash, hash_of(recipe, id)) << object;
    EXPECT_EQ(stamp_at(object).source_etag, source.etag(key)) << object;
    EXPECT_EQ(stamp_at(object).status, "ok") << object;
  }
  EXPECT_TRUE(stamp_at(words_name).outputs.empty());
  EXPECT_TRUE(stamp()->vouches_for(OutputId::words, hash_of(recipe, OutputId::words)));
  EXPECT_TRUE(stamp()->vouches_for(OutputId::page_images, hash_of(recipe, OutputId::page_images)));
}

TEST_F(ProcessOutputs, TextAloneIsAsItWasWithoutOthers) {
  recipe.outputs = {OutputId::text};
  record();
  EXPECT_TRUE(stamp()->outputs.empty());
  EXPECT_THAT(output.keys(), ElementsAre(output_name));
}

TEST_F(ProcessOutputs, OneLookVouchesForTheSet) {
  record();
  std::vector<std::string> heads;
  output.before = [&](StoreCall call, std::string_view name) -> Result<void> {
    if (call == StoreCall::head) heads.emplace_back(name);
    if (call == StoreCall::list) heads.emplace_back("list");
    return {};
  };
  EXPECT_EQ(record().status, DocumentStatus::skipped);
  EXPECT_THAT(heads, ElementsAre(output_name));
  EXPECT_EQ(asked.size(), 1U);
}

TEST_F(ProcessOutputs, AnOutputThatIsAddedIsMadeAlone) {
  recipe.outputs = {OutputId::text};
  record();
  const std::string text_etag = output.etag(output_name);
  recipe.outputs = {OutputId::text, OutputId::words};
  const DocumentRecord added = record();
  EXPECT_EQ(added.status, DocumentStatus::ok);
  EXPECT_EQ(added.output_etag, text_etag) << "the primary output, which stands";
  EXPECT_THAT(asked, ElementsAre("text", "words"));
  EXPECT_EQ(output.etag(output_name), text_etag);
  EXPECT_EQ(record().status, DocumentStatus::skipped);
}

TEST_F(ProcessOutputs, OnlyWhatItsSettingsReachIsMadeAgain) {
  record();
  recipe.page_images.dpi = 72;
  record();
  EXPECT_THAT(asked, ElementsAre("text,words,page_images", "page_images"));
  recipe.ocr_dpi = 300;
  record();
  EXPECT_EQ(asked.back(), "text,words");
  EXPECT_TRUE(stamp()->vouches_for(OutputId::page_images, hash_of(recipe, OutputId::page_images)))
      << "what is done already is vouched for too";
}

TEST_F(ProcessOutputs, ARequestForTextRemovesNobodysImages) {
  record();
  source.set(key, "%PDF-1.7 two");
  recipe.outputs = {OutputId::text};
  record();
  EXPECT_TRUE(output.has(image(1)));
  EXPECT_TRUE(output.has(files_name));
  EXPECT_FALSE(output.has(words_name)) << "a table of the version before";
}

TEST_F(ProcessOutputs, FilesThatAreNotMadeAnyMoreGo) {
  record();
  source.set(key, "%PDF-1.7 shorter");
  pages = 2;
  record();
  EXPECT_THAT(output.keys(), UnorderedElementsAre(output_name, words_name, files_name, image(1), image(2)));
  EXPECT_THAT(column_of(files_name, "key"), ElementsAre(image(1), image(2)));
}

TEST_F(ProcessOutputs, EqualFilesAreNotPutAgain) {
  record();
  const std::string etag = output.etag(image(2));
  redo_done = true;
  record();
  EXPECT_EQ(output.etag(image(2)), etag);
}

TEST_F(ProcessOutputs, ThePrimaryOutputIsWrittenLast) {
  std::vector<std::string> commits;
  output.after = [&](StoreCall call, std::string_view name) -> Result<void> {
    if (call == StoreCall::commit) commits.emplace_back(name);
    return {};
  };
  record();
  EXPECT_THAT(commits, ElementsAre(image(3), image(2), image(1), files_name, words_name, output_name));
}

TEST_F(ProcessOutputs, AWriteThatFailsIsRepeatedAlone) {
  int refusals = 2;
  output.before = [&](StoreCall call, std::string_view name) -> Result<void> {
    if (call == StoreCall::commit && name == output_name && refusals-- > 0)
      return fail(ErrorKind::unavailable, "output", "for a moment");
    return {};
  };
  const Job job{.source_key = key, .listed = {}, .output_name = key, .document_id = {}};
  const Mill with = mill();
  DocumentWork work(with, in_force(recipe), job);
  EXPECT_FALSE(work.run());
  EXPECT_FALSE(work.run());
  EXPECT_EQ(work.run()->status, DocumentStatus::ok);
  EXPECT_EQ(asked.size(), 1U);
}

TEST_F(ProcessOutputs, AKilledWriterLeavesNothingThatLooksDone) {
  output.before = [&](StoreCall call, std::string_view name) -> Result<void> {
    if (call == StoreCall::commit && name == output_name) return fail(ErrorKind::unavailable, "output", "dead");
    return {};
  };
  EXPECT_FALSE(process_it());
  output.before = [](StoreCall, std::string_view) { return Result<void>(); };
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_EQ(asked.back(), "text") << "the others have their own stamps";
  EXPECT_TRUE(stamp()->vouches_for(OutputId::words, hash_of(recipe, OutputId::words)));
}

// Two workers on one document, one with an older version: it ends in the newer set and nothing else.
TEST_F(ProcessOutputs, AnOlderVersionNeitherOverwritesNorStays) {
  bool is_replaced = false;
  extractor.script = [&](const ExtractRequest& request, PageReceiver& receiver) -> Result<void> {
    if (std::exchange(is_replaced, true)) return give(request, receiver);
    // While the first one reads: a new version comes, and another worker does it, with fewer pages.
    const auto page_of = [&](std::uint32_t index) {
      const std::string bytes = "old " + std::to_string(index);
      return receiver.file({.output = OutputId::page_images,
                            .page_index = index,
                            .kind = FileKind::webp,
                            .bytes = make_blob(std::as_bytes(std::span(bytes))).value()});
    };
    if (auto opened = receiver.opened(3); !opened) return opened;
    if (auto taken = page_of(2); !taken) return taken;
    source.set(key, "%PDF-1.7 two");
    pages = 2;
    EXPECT_EQ(process_it()->status, DocumentStatus::ok);
    pages = 3;
    if (auto taken = page_of(1); !taken) return taken;
    for (std::uint32_t i = 0; i < 3; ++i) {
      PageRow row;
      row.page_index = i;
      row.text = "old";
      if (auto taken = receiver.page(extracted(row, request.recipe.recipe.outputs)); !taken) return taken;
    }
    return {};
  };
  const DocumentRecord older = record();
  EXPECT_EQ(older.error_kind, ErrorKind::superseded) << older.error_message;
  EXPECT_THAT(output.keys(), UnorderedElementsAre(output_name, words_name, files_name, image(1), image(2)));
  EXPECT_EQ(output.bytes(image(2)), "%PDF-1.7 two drawn 2");
  EXPECT_THAT(column_of(output_name, "text"), ElementsAre("text 0", "text 1"));
}

TEST_F(ProcessOutputs, WhereListingIsDeniedFilesAreStoredAllTheSame) {
  output.before = [](StoreCall call, std::string_view) -> Result<void> {
    if (call == StoreCall::list) return fail(ErrorKind::denied, "output", "s3:ListBucket");
    return {};
  };
  EXPECT_EQ(record().status, DocumentStatus::ok);
  source.set(key, "%PDF-1.7 two");
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_EQ(output.bytes(image(2)), "%PDF-1.7 two drawn 2");
}

TEST_F(ProcessOutputs, WhereRemovingIsDeniedLeftoversStayAndTheListIsRight) {
  record();
  output.before = [](StoreCall call, std::string_view) -> Result<void> {
    if (call == StoreCall::remove) return fail(ErrorKind::denied, "output", "s3:DeleteObject");
    return {};
  };
  source.set(key, "%PDF-1.7 two");
  pages = 2;
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_TRUE(output.has(image(3)));
  EXPECT_THAT(column_of(files_name, "key"), ElementsAre(image(1), image(2)));
}

TEST_F(ProcessOutputs, ADocumentThatFailsWholeLeavesNoFiles) {
  page_error = ErrorKind::corrupt;
  EXPECT_EQ(record().status, DocumentStatus::failed);
  EXPECT_THAT(output.keys(), ElementsAre(mark_name));
}

TEST_F(ProcessOutputs, FilesOfOtherOutputsStayOnTheList) {
  recipe.outputs = {OutputId::text, OutputId::page_images};
  record();
  recipe.outputs = {OutputId::text, OutputId::links};
  record();
  EXPECT_EQ(asked.back(), "links");
  EXPECT_THAT(column_of(files_name, "key"), ElementsAre(image(1), image(2), image(3), links_file));
  EXPECT_THAT(stamp_at(files_name).outputs,
              UnorderedElementsAre(std::pair(OutputId::page_images, hash_of(recipe, OutputId::page_images)),
                                   std::pair(OutputId::links, hash_of(recipe, OutputId::links))));
  recipe.outputs = {OutputId::text, OutputId::page_images, OutputId::links};
  EXPECT_EQ(record().status, DocumentStatus::skipped);
}

TEST_F(ProcessOutputs, FilesOfAnotherVersionOfTheSourceGoFromTheList) {
  recipe.outputs = {OutputId::text, OutputId::page_images};
  record();
  source.set(key, "%PDF-1.7 two");
  recipe.outputs = {OutputId::text, OutputId::links};
  record();
  EXPECT_THAT(column_of(files_name, "key"), ElementsAre(links_file));
  EXPECT_TRUE(output.has(image(1))) << "who makes them anew may have put it";
  recipe.outputs = {OutputId::text, OutputId::page_images};
  record();
  EXPECT_EQ(asked.back(), "page_images");
  EXPECT_THAT(column_of(files_name, "key"), ElementsAre(image(1), image(2), image(3), links_file));
}

// Each found the list absent.
TEST_F(ProcessOutputs, TwoWorkersOnDifferentFilesOfADocumentLoseNothingOfEachOther) {
  recipe.outputs = {OutputId::page_images};
  bool is_other_done = false;
  extractor.script = [&](const ExtractRequest& request, PageReceiver& receiver) -> Result<void> {
    if (!std::exchange(is_other_done, true)) {
      recipe.outputs = {OutputId::links};
      EXPECT_EQ(process_it()->status, DocumentStatus::ok);
    }
    return give(request, receiver);
  };
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_THAT(asked, ElementsAre("links", "page_images")) << "a write that met another is repeated alone";
  EXPECT_THAT(column_of(files_name, "key"), ElementsAre(image(1), image(2), image(3), links_file));
}

TEST_F(ProcessOutputs, AListThatNamesAnOutputVouchesForItsFilesAndNotForItsTable) {
  recipe.outputs = {OutputId::text, OutputId::links};
  output.before = [&](StoreCall call, std::string_view name) -> Result<void> {
    if (call == StoreCall::commit && name == links_name) return fail(ErrorKind::unavailable, "output", "dead");
    return {};
  };
  EXPECT_FALSE(process_it());
  EXPECT_TRUE(stamp_at(files_name).vouches_for(OutputId::links, hash_of(recipe, OutputId::links)));
  output.before = [](StoreCall, std::string_view) { return Result<void>(); };
  recipe.outputs = {OutputId::page_images, OutputId::links};
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_TRUE(output.has(links_name));
}

TEST_F(ProcessOutputs, WordsAloneAreTheirOwnPrimaryOutput) {
  recipe.outputs = {OutputId::words};
  const DocumentRecord made = record();
  EXPECT_EQ(made.output_uri, "mem://output/in/a_words.parquet");
  EXPECT_THAT(output.keys(), ElementsAre(words_name));
  EXPECT_EQ(record().status, DocumentStatus::skipped);
}

// Whatever their names, two documents share no file.
TEST(FilesFolder, IsADocumentsOwn) {
  const std::vector<std::string> paths{"a.pdf",
                                       "a",
                                       "a.PDF",
                                       "a.PDF.pdf",
                                       "a.png",
                                       "a.png.pdf",
                                       "x/a.pdf",
                                       ".pdf",
                                       "..pdf",
                                       "...pdf",
                                       "a..pdf",
                                       "a.",
                                       "a.txt",
                                       "a.txt.pdf",
                                       "A.pdf",
                                       "a.JPEG",
                                       "a.jpeg",
                                       "a/a.pdf",
                                       "a/a",
                                       "a~0123456789abcdef.pdf",
                                       std::string(254, 'n') + ".pdf",
                                       std::string(300, 'n')};
  std::set<std::string> folders;
  for (const std::string& path : paths) {
    const std::string folder = files_folder({}, path, OutputId::page_images);
    EXPECT_TRUE(folders.insert(folder).second) << path << ": " << folder;
    EXPECT_TRUE(folder.starts_with("pdf_page_images/") && folder.ends_with('/'));
    EXPECT_EQ(folder.find("//"), std::string::npos) << path;
    EXPECT_EQ(folder.find("/../"), std::string::npos) << path;
    EXPECT_TRUE(is_output_key({}, folder + "page_0001.webp"));
  }
  EXPECT_TRUE(folders.contains("pdf_page_images/a/"));
  EXPECT_TRUE(folders.contains("pdf_page_images/a.png/"));
  EXPECT_TRUE(folders.contains("pdf_page_images/x/a/"));
}

}  // namespace
}  // namespace docmill
