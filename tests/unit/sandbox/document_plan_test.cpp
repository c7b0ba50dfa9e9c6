#include "sandbox/document_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

namespace docmill {
namespace {

Error error_of(ErrorKind kind, std::string message = "") { return {kind, "", std::move(message)}; }

DocumentPlan plan_of(PlanSettings settings, std::vector<std::uint32_t> wanted = {}) {
  return {settings, std::move(wanted)};
}

PlanSettings settings_of(std::uint32_t slots) { return {.pages_max = 50'000, .bad_pages_max = 20, .slots = slots}; }

bool holds(const std::vector<std::uint32_t>& pages, std::uint32_t page) {
  return std::ranges::find(pages, page) != pages.end();
}

std::vector<std::uint32_t> pages_of(const Unit& unit) {
  std::vector<std::uint32_t> pages;
  for (std::uint32_t page = unit.first; page < unit.end(); ++page) pages.push_back(page);
  return pages;
}

TEST(DocumentPlan, BeginsWithTheFirstPagesForNobodyKnowsHowManyThereAre) {
  auto plan = plan_of(settings_of(2));
  ASSERT_TRUE(plan.has_work());
  EXPECT_TRUE(plan.is_untouched());
  const Unit unit = plan.take();
  EXPECT_EQ(unit.first, 0U);
  EXPECT_EQ(unit.count, unit_pages_max);
  EXPECT_FALSE(unit.kind == ChildKind::ocr || unit.charged);
  EXPECT_FALSE(plan.has_work());
  EXPECT_FALSE(plan.page_count());
}

TEST(DocumentPlan, OpeningAddsThePagesOutsideTheUnit) {
  auto plan = plan_of(settings_of(1));
  const Unit unit = plan.take();
  ASSERT_TRUE(plan.opened(unit, 1100));
  EXPECT_EQ(plan.page_count(), 1100U);
  EXPECT_EQ(plan.due().size(), 1100U);
  EXPECT_EQ(plan.next().first, unit_pages_max);
  EXPECT_EQ(plan.next().end(), 1100U);
}

// Pages 1 and 9 of a recipe: page 0 and 1 are a first look.
PlanSettings two_pages() {
  PlanSettings settings{.pages_max = 1'000, .bad_pages_max = 5, .slots = 2};
  settings.needed = [](std::uint32_t page_count) {
    return page_count > 9 ? std::vector<std::uint32_t>{1, 9} : std::vector<std::uint32_t>{};
  };
  settings.first_look_pages = 2;
  return settings;
}

TEST(DocumentPlan, ReadsThePagesThatAreNeededAndAFirstLook) {
  DocumentPlan plan = plan_of(two_pages());
  const Unit look = plan.take();
  EXPECT_EQ(look.first, 0U);
  EXPECT_EQ(look.count, 2U);
  ASSERT_TRUE(plan.opened(look, 100));
  EXPECT_EQ(plan.due(), (std::vector<std::uint32_t>{1, 9}));
  EXPECT_FALSE(plan.arrived(0)) << "nobody waits for it";
  EXPECT_TRUE(plan.arrived(1));
  const Unit rest = plan.take();
  EXPECT_EQ(rest.first, 9U);
  EXPECT_EQ(rest.count, 1U);
  EXPECT_FALSE(plan.has_work());
  EXPECT_TRUE(plan.arrived(9));
  EXPECT_TRUE(plan.is_complete());
}

TEST(DocumentPlan, OfWhichNoPageIsNeededIsCompleteWhenItIsOpen) {
  DocumentPlan plan = plan_of(two_pages());
  const Unit look = plan.take();
  EXPECT_FALSE(plan.is_complete());
  ASSERT_TRUE(plan.opened(look, 3));
  EXPECT_TRUE(plan.due().empty());
  EXPECT_TRUE(plan.is_complete());
}

TEST(DocumentPlan, ShortDocumentIsDoneByItsFirstUnit) {
  auto plan = plan_of(settings_of(1));
  const Unit unit = plan.take();
  ASSERT_TRUE(plan.opened(unit, 3));
  EXPECT_FALSE(plan.has_work());
  for (const std::uint32_t page : {0U, 1U, 2U}) EXPECT_TRUE(plan.arrived(page));
  EXPECT_TRUE(plan.is_complete());
}

TEST(DocumentPlan, AnotherPageCountThanAnEarlierChildsIsRefused) {
  auto plan = plan_of(settings_of(1));
  const Unit first = plan.take();
  ASSERT_TRUE(plan.opened(first, 2000));
  const Unit second = plan.take();
  EXPECT_FALSE(plan.opened(second, 1999));
  EXPECT_TRUE(plan.opened(second, 2000));
}

TEST(DocumentPlan, PagesPastTheLimitAreNotDue) {
  auto plan = plan_of({.pages_max = 5, .bad_pages_max = 20, .slots = 1});
  const Unit unit = plan.take();
  EXPECT_EQ(unit.count, 5U);
  ASSERT_TRUE(plan.opened(unit, 1'000'000));
  EXPECT_EQ(plan.page_count(), 1'000'000U);
  EXPECT_EQ(plan.due().size(), 5U);
  EXPECT_FALSE(plan.has_work());
  EXPECT_FALSE(plan.arrived(5));
}

TEST(DocumentPlan, WantedPagesAloneAreDue) {
  auto plan = plan_of(settings_of(1), {3, 4, 9, 500});
  const Unit first = plan.take();
  EXPECT_EQ(pages_of(first), (std::vector<std::uint32_t>{3}));
  ASSERT_TRUE(plan.opened(first, 100));
  EXPECT_EQ(plan.due(), (std::vector<std::uint32_t>{3, 4, 9}));
  EXPECT_EQ(pages_of(plan.take()), (std::vector<std::uint32_t>{4}));
  EXPECT_EQ(pages_of(plan.take()), (std::vector<std::uint32_t>{9}));
  EXPECT_FALSE(plan.has_work());
  EXPECT_FALSE(plan.arrived(5));
  for (const std::uint32_t page : {3U, 4U, 9U}) EXPECT_TRUE(plan.arrived(page));
  EXPECT_TRUE(plan.is_complete());
}

TEST(DocumentPlan, WantedPagesPastTheEndAreCompleteAtOnce) {
  auto plan = plan_of(settings_of(1), {7});
  ASSERT_TRUE(plan.opened(plan.take(), 5));
  EXPECT_TRUE(plan.due().empty());
  EXPECT_TRUE(plan.is_complete());
}

TEST(DocumentPlan, LongDocumentComesInPiecesInPageOrder) {
  auto plan = plan_of(settings_of(4));
  ASSERT_TRUE(plan.opened(plan.take(), 10'000));
  std::uint32_t next = unit_pages_max;
  while (plan.has_work()) {
    const Unit unit = plan.take();
    EXPECT_EQ(unit.first, next) << "without a gap";
    EXPECT_EQ(unit.count, std::min(unit_pages_max, 10'000 - next));
    next = unit.end();
  }
  EXPECT_EQ(next, 10'000U);
}

TEST(DocumentPlan, WhatATakerIsRelievedOfGoesToTheNext) {
  auto plan = plan_of(settings_of(2));
  Unit unit = plan.take();
  ASSERT_TRUE(plan.opened(unit, 100));
  plan.give_back(unit, 60);
  unit.count = 60;
  const Unit relief = plan.take();
  EXPECT_EQ(relief.first, 60U);
  EXPECT_EQ(relief.end(), 100U);
  // Either may die without the other's pages coming back.
  plan.charge(unit, 10, error_of(ErrorKind::crashed));
  EXPECT_EQ(plan.take().first, 10U);
  const Unit rest = plan.take();
  EXPECT_EQ(rest.first, 11U);
  EXPECT_EQ(rest.end(), 60U);
  EXPECT_FALSE(plan.has_work());
}

TEST(DocumentPlan, PagesThatNeedOcrComeInSmallGroupsOfNeighbours) {
  auto plan = plan_of(settings_of(1));
  ASSERT_TRUE(plan.opened(plan.take(), 24));
  for (std::uint32_t page = 0; page < 24; ++page)
    if (page != 20) plan.needs_ocr(page);
  EXPECT_EQ(plan.pages_seen_for_ocr(), 23U);
  std::vector<std::uint32_t> seen;
  while (plan.has_work()) {
    const Unit unit = plan.take();
    EXPECT_EQ(unit.kind, ChildKind::ocr);
    EXPECT_LE(unit.count, ocr_unit_pages_max);
    for (const std::uint32_t page : pages_of(unit)) seen.push_back(page);
  }
  EXPECT_EQ(seen.size(), 23U);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_FALSE(holds(seen, 20U));
}

TEST(DocumentPlan, FewOcrPagesAreSplitAmongTheSlots) {
  auto plan = plan_of(settings_of(4));
  ASSERT_TRUE(plan.opened(plan.take(), 24));
  for (std::uint32_t page = 0; page < 8; ++page) plan.needs_ocr(page);
  EXPECT_EQ(plan.take().count, 1U);
}

TEST(DocumentPlan, PageThatKilledItsChildIsTriedAloneThenSafeThenLostWithTheFirstError) {
  auto plan = plan_of(settings_of(1));
  const Unit unit = plan.take();
  ASSERT_TRUE(plan.opened(unit, 10));
  for (const std::uint32_t page : {0U, 1U, 2U}) ASSERT_TRUE(plan.arrived(page));

  auto verdict = plan.charge(unit, 3, error_of(ErrorKind::crashed, "first"));
  EXPECT_TRUE(!verdict.page_lost && !verdict.document_error && !verdict.rest_lost);
  EXPECT_FALSE(plan.is_untouched());
  const Unit alone = plan.take();
  EXPECT_EQ(pages_of(alone), (std::vector<std::uint32_t>{3}));
  EXPECT_FALSE(alone.charged);
  const Unit rest = plan.take();
  EXPECT_EQ(rest.first, 4U);
  EXPECT_EQ(rest.end(), 10U) << "a unit that reached past the end is cut";

  verdict = plan.charge(alone, 3, error_of(ErrorKind::page_timeout, "second"));
  EXPECT_FALSE(verdict.page_lost);
  const Unit safe = plan.take();
  EXPECT_EQ(pages_of(safe), (std::vector<std::uint32_t>{3}));
  ASSERT_TRUE(safe.charged);
  EXPECT_EQ(safe.charged->kind, ErrorKind::crashed);
  EXPECT_EQ(safe.charged->message, "first");
  EXPECT_EQ(safe.kind, ChildKind::native);

  verdict = plan.charge(safe, 3, error_of(ErrorKind::out_of_memory, "third"));
  ASSERT_TRUE(verdict.page_lost);
  EXPECT_EQ(verdict.page_lost->message, "first");
  EXPECT_FALSE(plan.has_work());
}

TEST(DocumentPlan, DeathOverTheStructureCostsTheStructureAndNoTry) {
  auto plan = plan_of(settings_of(1));
  const Unit unit = plan.take();
  EXPECT_FALSE(unit.without_structure);
  ASSERT_TRUE(plan.opened(unit, 3));
  ASSERT_TRUE(plan.charge_structure(unit, 0));
  const Unit again = plan.take();
  EXPECT_EQ(pages_of(again), (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_TRUE(again.without_structure);
  EXPECT_FALSE(plan.charge_structure(again, 0)) << "there was none to be read";
  plan.charge(again, 0, error_of(ErrorKind::crashed));
  const Unit alone = plan.take();
  EXPECT_TRUE(alone.without_structure) << "and there is none in later tries";
  EXPECT_FALSE(alone.charged);
  EXPECT_TRUE(plan.take().without_structure);
}

TEST(DocumentPlan, OnlyTheFirstPageOfAnOpenDocumentHasAStructure) {
  auto plan = plan_of(settings_of(1));
  const Unit unit = plan.take();
  EXPECT_FALSE(plan.charge_structure(unit, 0)) << "not opened";
  ASSERT_TRUE(plan.opened(unit, 3));
  ASSERT_TRUE(plan.arrived(0));
  EXPECT_FALSE(plan.charge_structure(unit, 1));
}

TEST(DocumentPlan, SafeProfileStaysWhereTheStructureKillsToo) {
  auto plan = plan_of(settings_of(1));
  const Unit unit = plan.take();
  ASSERT_TRUE(plan.opened(unit, 1));
  plan.charge(unit, 0, error_of(ErrorKind::crashed, "first"));
  plan.charge(plan.take(), 0, error_of(ErrorKind::crashed));
  const Unit safe = plan.take();
  ASSERT_TRUE(safe.charged && plan.charge_structure(safe, 0));
  const Unit again = plan.take();
  ASSERT_TRUE(again.charged);
  EXPECT_EQ(again.charged->message, "first");
  EXPECT_TRUE(again.without_structure);
}

TEST(DocumentPlan, OcrPageIsTriedAloneInOcrAgainBeforeTheSafeProfile) {
  auto plan = plan_of(settings_of(1));
  ASSERT_TRUE(plan.opened(plan.take(), 8));
  for (std::uint32_t page = 0; page < 8; ++page) plan.needs_ocr(page);
  const Unit first = plan.take();
  plan.charge(first, first.first, error_of(ErrorKind::out_of_memory));
  const Unit alone = plan.take();
  EXPECT_EQ(alone.kind, ChildKind::ocr);
  EXPECT_EQ(pages_of(alone), pages_of({.first = first.first, .count = 1, .kind = ChildKind::ocr, .charged = {}}));
  plan.charge(alone, alone.first, error_of(ErrorKind::out_of_memory));
  const Unit safe = plan.take();
  EXPECT_TRUE(safe.charged && safe.kind == ChildKind::native);
}

TEST(DocumentPlan, ChargedPageIsNotJoinedByItsNeighboursInOcr) {
  auto plan = plan_of(settings_of(1));
  ASSERT_TRUE(plan.opened(plan.take(), 24));
  for (std::uint32_t page = 0; page < 24; ++page) plan.needs_ocr(page);
  const Unit first = plan.take();
  ASSERT_GT(first.count, 2U);
  plan.charge(first, first.first + 1, error_of(ErrorKind::crashed));
  const Unit charged = plan.take();
  EXPECT_EQ(pages_of(charged), (std::vector<std::uint32_t>{first.first + 1}));
}

TEST(DocumentPlan, DocumentThatKillsEveryChildBeforeItIsOpenedFails) {
  auto plan = plan_of(settings_of(1));
  for (const int attempt : {1, 2}) {
    const Unit unit = plan.take();
    const auto verdict = plan.charge(unit, unit.first, error_of(ErrorKind::crashed, attempt == 1 ? "first" : "later"));
    EXPECT_FALSE(verdict.document_error) << attempt;
    EXPECT_TRUE(plan.has_work()) << attempt;
  }
  const Unit last = plan.take();
  EXPECT_TRUE(last.charged);
  const auto verdict = plan.charge(last, last.first, error_of(ErrorKind::crashed, "third"));
  ASSERT_TRUE(verdict.document_error);
  EXPECT_EQ(verdict.document_error->message, "first");
}

TEST(DocumentPlan, PageThatIsRetriedAloneStillBringsTheOthersWhenItOpens) {
  auto plan = plan_of(settings_of(1));
  const Unit unit = plan.take();
  plan.charge(unit, 0, error_of(ErrorKind::crashed));
  const Unit alone = plan.take();
  EXPECT_EQ(alone.count, 1U);
  ASSERT_TRUE(plan.opened(alone, 50));
  EXPECT_EQ(plan.next().first, 1U);
  EXPECT_EQ(plan.next().end(), 50U);
}

TEST(DocumentPlan, TooManyBadPagesGiveUpTheRest) {
  auto plan = plan_of({.pages_max = 50'000, .bad_pages_max = 2, .slots = 1});
  Unit unit = plan.take();
  ASSERT_TRUE(plan.opened(unit, 6));
  ASSERT_TRUE(plan.arrived(0));
  DocumentPlan::Verdict verdict;
  for (const std::uint32_t page : {1U, 2U}) {
    verdict = plan.charge(unit, page, error_of(ErrorKind::crashed, "page " + std::to_string(page)));
    for (int attempt = 2; attempt <= 3 && !verdict.rest_lost; ++attempt)
      verdict = plan.charge(plan.take(), page, error_of(ErrorKind::crashed));
    if (page == 1) {
      EXPECT_TRUE(verdict.page_lost && !verdict.rest_lost);
      EXPECT_TRUE(plan.arrived(1));
      unit = plan.take();
    }
  }
  ASSERT_TRUE(verdict.rest_lost);
  EXPECT_EQ(verdict.rest_lost->message, "page 2");
  EXPECT_TRUE(plan.is_complete() && !plan.has_work());
  // Whoever still worked on it brings nothing back.
  plan.give_back(unit, 3);
  plan.needs_ocr(4);
  EXPECT_FALSE(plan.arrived(4));
  EXPECT_FALSE(plan.charge(unit, 5, error_of(ErrorKind::crashed)).page_lost);
  EXPECT_FALSE(plan.give_up(error_of(ErrorKind::document_timeout)).rest_lost) << "the first error stays";
  EXPECT_FALSE(plan.has_work());
}

TEST(DocumentPlan, GivenBackPagesAreTakenAgainAsTheyWere) {
  auto plan = plan_of(settings_of(1));
  const Unit unit = plan.take();
  ASSERT_TRUE(plan.opened(unit, 100));
  plan.give_back(unit, 10);
  EXPECT_EQ(plan.next().first, 10U);
  EXPECT_EQ(plan.next().end(), 100U) << "a unit that reached past the end is cut";
  plan.give_back(plan.take(), 100);
  EXPECT_FALSE(plan.has_work()) << "nothing was left of it";
}

TEST(DocumentPlan, UnopenedDocumentGivenBackIsStillUntouched) {
  auto plan = plan_of(settings_of(1));
  plan.give_back(plan.take(), 0);
  EXPECT_TRUE(plan.is_untouched());
  EXPECT_EQ(plan.take().count, unit_pages_max);
}

TEST(DocumentPlan, GivenBackSafeTryKeepsItsCharge) {
  auto plan = plan_of(settings_of(1));
  const Unit unit = plan.take();
  ASSERT_TRUE(plan.opened(unit, 1));
  plan.charge(unit, 0, error_of(ErrorKind::crashed, "first"));
  plan.charge(plan.take(), 0, error_of(ErrorKind::crashed));
  plan.give_back(plan.take(), 0);
  ASSERT_TRUE(plan.next().charged);
  EXPECT_EQ(plan.next().charged->message, "first");
}

TEST(DocumentPlan, GivingUpAnUnopenedDocumentIsItsError) {
  auto plan = plan_of(settings_of(1));
  const auto verdict = plan.give_up(error_of(ErrorKind::document_timeout));
  ASSERT_TRUE(verdict.document_error);
  EXPECT_EQ(verdict.document_error->kind, ErrorKind::document_timeout);
  EXPECT_FALSE(plan.has_work());
}

TEST(DocumentPlan, PagesThatTheSafeProfileSavesAreBadTheSame) {
  auto plan = plan_of({.pages_max = 50'000, .bad_pages_max = 3, .slots = 1});
  Unit unit = plan.take();
  ASSERT_TRUE(plan.opened(unit, 10));
  for (const std::uint32_t page : {0U, 1U}) {
    plan.charge(unit, page, error_of(ErrorKind::out_of_memory));
    EXPECT_FALSE(plan.charge(plan.take(), page, error_of(ErrorKind::out_of_memory)).rest_lost);
    ASSERT_TRUE(plan.take().charged);
    ASSERT_TRUE(plan.arrived(page));
    unit = plan.take();
  }
  plan.charge(unit, 2, error_of(ErrorKind::out_of_memory));
  EXPECT_TRUE(plan.charge(plan.take(), 2, error_of(ErrorKind::out_of_memory)).rest_lost);
}

TEST(DocumentPlan, PageArrivesOnce) {
  auto plan = plan_of(settings_of(1));
  ASSERT_TRUE(plan.opened(plan.take(), 2));
  EXPECT_TRUE(plan.arrived(1));
  EXPECT_FALSE(plan.arrived(1));
  EXPECT_FALSE(plan.arrived(2));
  EXPECT_FALSE(plan.is_complete());
  EXPECT_TRUE(plan.arrived(0));
  EXPECT_TRUE(plan.is_complete());
}

// Plays children against a plan: each takes a unit and reads some of its pages, then ends, dies or is stopped.
class Model {
 public:
  explicit Model(unsigned seed) : random_(seed) {
    page_count_ = pick(0, 3) == 0 ? pick(1, 3000) : pick(1, 400);
    settings_ = {.pages_max = pick(1, 4000), .bad_pages_max = pick(1, 6), .slots = pick(1, 5)};
    if (pick(0, 3) == 0)
      for (std::uint32_t page = 0; page < page_count_ + 5; page += pick(1, 30)) wanted_.push_back(page);
    for (std::uint32_t i = pick(0, 12); i > 0; --i) deadly_.insert(pick(0, page_count_ - 1));
  }

  void run() {
    DocumentPlan plan(settings_, wanted_);
    std::vector<Unit> out;
    for (int turn = 0; turn < 100'000; ++turn) {
      if (failed_ || (!plan.has_work() && out.empty())) return check(plan);
      if (plan.has_work() && out.size() < settings_.slots && pick(0, 1) == 0)
        out.push_back(plan.take());
      else if (!out.empty())
        end_one(plan, out);
      ASSERT_TRUE(disjoint(out));
    }
    FAIL() << "the document does not end";
  }

 private:
  std::uint32_t pick(std::uint32_t low, std::uint32_t high) {
    return std::uniform_int_distribution<std::uint32_t>(low, high)(random_);
  }

  static bool disjoint(const std::vector<Unit>& units) {
    std::set<std::uint32_t> pages;
    for (const Unit& unit : units)
      for (const std::uint32_t page : pages_of(unit))
        if (!pages.insert(page).second) return false;
    return true;
  }

  void end_one(DocumentPlan& plan, std::vector<Unit>& out) {
    const std::size_t which = pick(0, static_cast<std::uint32_t>(out.size()) - 1);
    Unit unit = out[which];
    out.erase(out.begin() + which);
    if (pick(0, 9) == 0) return plan.give_back(unit, unit.first);  // stopped before it opened
    if (pick(0, 30) == 0) return judge(plan, plan.charge(unit, unit.first, error_of(ErrorKind::crashed)), unit.first);
    ASSERT_TRUE(plan.opened(unit, page_count_));
    for (std::uint32_t page = unit.first; page < std::min(unit.end(), page_count_); ++page) {
      if (pick(0, 100) == 0) return plan.give_back(unit, page);
      if (pick(0, 50) == 0) relieve(plan, unit, page);
      if (deadly_.contains(page) && !(unit.charged && page % 2 == 0))
        return judge(plan, plan.charge(unit, page, error_of(ErrorKind::crashed)), page);
      if (unit.kind == ChildKind::native && !unit.charged && page % 7 == 3)
        plan.needs_ocr(page);
      else
        arrive(plan, page);
    }
  }

  void relieve(DocumentPlan& plan, Unit& unit, std::uint32_t page) {
    const std::uint32_t end = std::min(unit.end(), page_count_);
    const std::uint32_t from = pick(page + 1, end);
    plan.give_back(unit, from);
    unit.count = from - unit.first;
  }

  void arrive(DocumentPlan& plan, std::uint32_t page) {
    if (plan.arrived(page)) ++ends_[page];
  }

  void judge(DocumentPlan& plan, const DocumentPlan::Verdict& verdict, std::uint32_t page) {
    if (verdict.page_lost) arrive(plan, page);
    if (verdict.rest_lost)
      for (const std::uint32_t due : plan.due())
        if (!ends_.contains(due)) ++ends_[due];
    failed_ = verdict.document_error.has_value();
  }

  void check(const DocumentPlan& plan) {
    if (failed_) {
      EXPECT_TRUE(ends_.empty()) << "pages of a document that never opened";
      return;
    }
    EXPECT_TRUE(plan.is_complete());
    std::vector<std::uint32_t> expected;
    for (std::uint32_t page = 0; page < std::min(page_count_, settings_.pages_max); ++page)
      if (wanted_.empty() || holds(wanted_, page)) expected.push_back(page);
    EXPECT_EQ(plan.due(), expected);
    EXPECT_EQ(ends_.size(), expected.size());
    for (const std::uint32_t page : expected) EXPECT_EQ(ends_[page], 1) << "page " << page;
  }

  std::mt19937 random_;
  std::uint32_t page_count_;
  PlanSettings settings_;
  std::vector<std::uint32_t> wanted_;
  std::set<std::uint32_t> deadly_;
  std::map<std::uint32_t, int> ends_;
  bool failed_ = false;
};

TEST(DocumentPlan, EveryDuePageEndsOnceWhateverBefallsTheChildren) {
  for (unsigned seed = 0; seed < 2'000 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Model(seed).run();
  }
}

}  // namespace
}  // namespace docmill
