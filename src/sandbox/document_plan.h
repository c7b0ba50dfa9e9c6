// Which pages of one document are still to be done, by whom, and what a death costs: the state machine behind the page
// as the unit of failure. No processes, clocks or threads here.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sandbox/child_kind.h"

namespace docmill {

/// Pages [first, first + count) of a document for one child.
struct Unit {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  ChildKind kind = ChildKind::native;
  std::optional<Error> charged;    // safe profile: native text only, and the row carries this error
  bool without_structure = false;  // reading it has killed a child

  std::uint32_t end() const { return first + count; }
};

struct PlanSettings {
  std::uint32_t pages_max = 0;      // pages of a document that are read
  std::uint32_t bad_pages_max = 0;  // so many that failed again when tried alone, and the rest is given up
  std::uint32_t slots = 1;          // children at a time: how finely pages for OCR are split
  /// Of a document of so many pages, those that somebody needs, ascending, and how many to read before their number is
  /// known; null: all.
  std::function<std::vector<std::uint32_t>(std::uint32_t page_count)> needed = {};
  std::uint32_t first_look_pages = 1;
  /// Safe profile: one page a child, native text only; a page that would be recognised carries this error.
  std::optional<Error> without_ocr = {};
};

/// The largest piece that one child gets: opening the document again is small beside reading it, a child's memory does
/// not grow without end, and children that work on neighbouring pieces fit into the window of pages that wait.
inline constexpr std::uint32_t unit_pages_max = 1024;
/// The least that is worth a child of its own, when one is relieved of a part of its piece.
inline constexpr std::uint32_t unit_pages_min = 8;
inline constexpr std::uint32_t ocr_unit_pages_max = 8;

class DocumentPlan {
 public:
  /// `wanted`: page indexes in ascending order; empty for all that are needed.
  DocumentPlan(const PlanSettings& settings, std::vector<std::uint32_t> wanted);

  bool has_work() const { return !pending_.empty(); }
  /// Whether nothing of the document was tried yet, so that it may share a child with other small documents.
  bool is_untouched() const { return !opened_ && failures_.empty(); }
  const Unit& next() const { return pending_.begin()->second; }
  /// The next piece in page order; it is the taker's until it calls finished(), give_back() or charge().
  Unit take();

  /// A child that works on `unit` opened the document. False when the count contradicts an earlier child's.
  bool opened(const Unit& unit, std::uint32_t page_count);
  std::optional<std::uint32_t> page_count() const { return page_count_; }
  /// The pages that are due, in order, once the document is opened.
  const std::vector<std::uint32_t>& due() const { return due_; }
  std::uint32_t pages_seen_for_ocr() const { return ocr_pages_; }

  void needs_ocr(std::uint32_t page);
  /// False when the page is not due, was there before, or is lost with the rest.
  bool arrived(std::uint32_t page);
  /// The taker was stopped before `page` through no fault of the document, or relieved of what follows: the rest goes
  /// back.
  void give_back(const Unit& unit, std::uint32_t page);

  /// What a death, or the end of the document's time, costs; at most one of them.
  struct Verdict {
    std::optional<Error> page_lost;       // the page is an error row, which then counts with arrived()
    std::optional<Error> rest_lost;       // so is every page that has not arrived: stop whoever still works on one
    std::optional<Error> document_error;  // the document cannot be opened at all
  };
  /// The child died, or was killed, at `page` of `unit`: the page is tried once more alone, then once in the safe
  /// profile, then it is lost with the first error.
  Verdict charge(const Unit& unit, std::uint32_t page, const Error& error);
  /// The same where it died while it read the document's structure, which comes after all else of the page: that costs
  /// the structure alone. False where it was none to be read: then it is the page's death.
  bool charge_structure(const Unit& unit, std::uint32_t page);
  /// No page is tried any more; every page that has not arrived is lost.
  Verdict give_up(const Error& error);

  bool is_complete() const { return opened_ && (given_up_ || arrived_count_ == due_.size()); }

 private:
  struct Failures {
    int count = 0;
    Error first;
  };

  void add_pending(std::uint32_t first, std::uint32_t count, ChildKind kind);
  void add_due_outside(const Unit& unit);
  std::uint32_t pending_pages() const;
  std::uint32_t unit_pages() const { return settings_.without_ocr ? 1 : unit_pages_max; }
  Unit take_ocr();

  PlanSettings settings_;
  std::vector<std::uint32_t> wanted_;
  std::map<std::uint32_t, Unit> pending_;  // by first page; never overlapping
  std::map<std::uint32_t, Failures> failures_;
  std::vector<std::uint32_t> due_;
  std::vector<bool> has_arrived_;  // by place in due_
  std::size_t arrived_count_ = 0;
  std::optional<std::uint32_t> page_count_;
  std::uint32_t ocr_pages_ = 0;
  std::uint32_t bad_pages_ = 0;
  bool opened_ = false;
  bool given_up_ = false;
  bool without_structure_ = false;
};

}  // namespace docmill
