#include "sandbox/document_plan.h"

#include <algorithm>
#include <numeric>

namespace docmill {

DocumentPlan::DocumentPlan(const PlanSettings& settings, std::vector<std::uint32_t> wanted)
    : settings_(settings), wanted_(std::move(wanted)) {
  const std::uint32_t first = wanted_.empty() ? 0 : wanted_.front();
  const std::uint32_t look = settings_.needed ? settings_.first_look_pages : unit_pages_max;
  const std::uint32_t count = wanted_.empty() ? std::min({look, unit_pages(), settings_.pages_max}) : 1;
  add_pending(first, count, ChildKind::native);
}

void DocumentPlan::add_pending(std::uint32_t first, std::uint32_t count, ChildKind kind) {
  if (count > 0 && !given_up_)
    pending_.insert_or_assign(first, Unit{.first = first, .count = count, .kind = kind, .charged = {}});
}

std::uint32_t DocumentPlan::pending_pages() const {
  return std::accumulate(pending_.begin(), pending_.end(), 0U,
                         [](std::uint32_t sum, const auto& item) { return sum + item.second.count; });
}

Unit DocumentPlan::take() {
  if (next().kind == ChildKind::ocr && !next().charged) return take_ocr();
  Unit unit = pending_.extract(pending_.begin()).mapped();
  if (unit.count > unit_pages()) {
    add_pending(unit.first + unit_pages(), unit.count - unit_pages(), unit.kind);
    unit.count = unit_pages();
  }
  unit.without_structure = without_structure_;
  return unit;
}

Unit DocumentPlan::take_ocr() {
  const std::uint32_t share = pending_pages() / (settings_.slots * 2);
  const std::uint32_t size = std::clamp(share, 1U, ocr_unit_pages_max);
  Unit unit = pending_.extract(pending_.begin()).mapped();
  while (unit.count < size && !pending_.empty() && next().kind == ChildKind::ocr && !next().charged &&
         next().first == unit.end() && !failures_.contains(unit.first) && !failures_.contains(next().first))
    unit.count += pending_.extract(pending_.begin()).mapped().count;
  unit.without_structure = without_structure_;
  return unit;
}

bool DocumentPlan::opened(const Unit& unit, std::uint32_t page_count) {
  if (opened_) return *page_count_ == page_count;
  opened_ = true;
  page_count_ = page_count;
  const std::uint32_t readable = std::min(page_count, settings_.pages_max);
  if (wanted_.empty() && settings_.needed) wanted_ = settings_.needed(page_count);
  if (wanted_.empty() && !settings_.needed) {
    due_.resize(readable);
    std::iota(due_.begin(), due_.end(), 0U);
  } else {
    std::ranges::copy_if(wanted_, std::back_inserter(due_), [&](std::uint32_t page) { return page < readable; });
  }
  has_arrived_.resize(due_.size());
  add_due_outside(unit);
  return true;
}

void DocumentPlan::add_due_outside(const Unit& unit) {
  std::optional<Unit> run;
  for (const std::uint32_t page : due_) {
    if (page >= unit.first && page < unit.end()) continue;
    if (run && run->end() == page) {
      ++run->count;
      continue;
    }
    if (run) add_pending(run->first, run->count, ChildKind::native);
    run = Unit{.first = page, .count = 1, .kind = ChildKind::native, .charged = {}};
  }
  if (run) add_pending(run->first, run->count, ChildKind::native);
}

void DocumentPlan::needs_ocr(std::uint32_t page) {
  if (settings_.without_ocr) {
    pending_.insert_or_assign(
        page, Unit{.first = page, .count = 1, .kind = ChildKind::native, .charged = settings_.without_ocr});
    return;
  }
  ++ocr_pages_;
  add_pending(page, 1, ChildKind::ocr);
}

bool DocumentPlan::arrived(std::uint32_t page) {
  const auto place = static_cast<std::size_t>(std::ranges::lower_bound(due_, page) - due_.begin());
  if (given_up_ || place >= due_.size() || due_[place] != page || has_arrived_[place]) return false;
  has_arrived_[place] = true;
  ++arrived_count_;
  return true;
}

void DocumentPlan::give_back(const Unit& unit, std::uint32_t page) {
  Unit rest = unit;
  rest.first = page;
  rest.count = unit.end() - page;
  // A document's last unit may reach past its end.
  if (page_count_) rest.count = page < *page_count_ ? std::min(rest.count, *page_count_ - page) : 0;
  if (rest.count > 0 && !given_up_) pending_.insert_or_assign(rest.first, rest);
}

DocumentPlan::Verdict DocumentPlan::charge(const Unit& unit, std::uint32_t page, const Error& error) {
  if (given_up_) return {};
  // The rest of the unit is nobody's fault. Before the document is opened, opened() adds it.
  if (opened_) give_back(unit, page + 1);
  Failures& failures = failures_[page];
  if (++failures.count == 1) failures.first = error;
  if (failures.count == 1) {
    add_pending(page, 1, unit.kind);
    return {};
  }
  if (failures.count == 2) {
    if (++bad_pages_ >= settings_.bad_pages_max && opened_) return give_up(failures.first);
    pending_.insert_or_assign(page,
                              Unit{.first = page, .count = 1, .kind = ChildKind::native, .charged = failures.first});
    return {};
  }
  if (!opened_) return {.page_lost = {}, .rest_lost = {}, .document_error = failures.first};
  return {.page_lost = failures.first, .rest_lost = {}, .document_error = {}};
}

bool DocumentPlan::charge_structure(const Unit& unit, std::uint32_t page) {
  if (page != 0 || !opened_ || unit.without_structure) return false;
  without_structure_ = true;
  give_back(unit, page);
  return true;
}

DocumentPlan::Verdict DocumentPlan::give_up(const Error& error) {
  if (given_up_) return {};
  pending_.clear();
  given_up_ = true;
  if (!opened_) return {.page_lost = {}, .rest_lost = {}, .document_error = error};
  return {.page_lost = {}, .rest_lost = error, .document_error = {}};
}

}  // namespace docmill
