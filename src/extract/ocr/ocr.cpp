#include "extract/ocr/ocr.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "document/ocr_languages.h"
#include "extract/ink.h"
#include "extract/ocr/believable.h"
#include "extract/ocr/columns.h"
#include "extract/ocr/components.h"
#include "extract/ocr/leaders.h"
#include "extract/ocr/reading_order.h"
#include "extract/ocr/reduce.h"
#include "extract/ocr/rules.h"
#include "extract/ocr/unread.h"
#include "extract/ocr/words.h"
#include "extract/spaced.h"

namespace docmill::ocr {
namespace {

constexpr std::uint32_t side_px_max = 32'767;  // Tesseract keeps coordinates in 16 bits
constexpr std::uint32_t plain_side_px_max = 6'000;
constexpr std::size_t letters_few = 8;  // curves and dirt have as many that stand in a row

/// The quarter turn that puts letters on their feet if they stand as Latin ones do.
std::int32_t likely_turn_deg(const TextLines& lines) {
  constexpr double clearly = 0.9;  // a few letters are no evidence against a page's being upright
  if (lines.vertical) return lines.standing >= 1 ? 90 : 270;
  return lines.standing >= clearly ? 0 : 180;
}

/// A label: little enough to be read twice, and too little for a page's layout to be found in.
bool is_short(const Page& page) {
  constexpr std::size_t letters_max = 40;
  return page.lines.letters.size() < letters_max;
}

/// A receipt or another narrow list: Tesseract's layout takes its amounts for a column, and loses digits of it.
bool is_list(const Page& page, std::int32_t turn_deg) {
  constexpr double width_max = 48;  // in heights of a letter
  const Box& text = page.text.box;
  const double width = turn_deg % 180 == 0 ? text.right - text.left : text.bottom - text.top;
  return width <= width_max * page.lines.height_px && !has_columns_of_prose(page.lines);
}

/// Of a page that can be read the mean confidence of characters is above 85, of one upside down about 30. A few words
/// upside down may come near 80.
double clarity_min(const Page& page) { return is_short(page) ? 90 : 75; }

/// Tesseract takes sparse tables and blurred text for pictures now and then. Letters that touch count as one, so that
/// a page has at least as many characters as it has letters by their boxes.
bool is_too_little(const Page& page, double characters) {
  constexpr double share_min = 0.6;
  return characters < share_min * static_cast<double>(page.lines.letters.size());
}

void put_at(Word& word, const Box& box) {
  word.left_px = static_cast<std::int32_t>(std::floor(box.left));
  word.top_px = static_cast<std::int32_t>(std::floor(box.top));
  word.right_px = static_cast<std::int32_t>(std::ceil(box.right));
  word.bottom_px = static_cast<std::int32_t>(std::ceil(box.bottom));
}

/// Of an image whose letters are Engine::letter_px high: rules, boxes and leaders are painted white. In a page's layout
/// Tesseract finds its way by rules that run in one direction.
GrayImage with_writing_only(GrayImage image, Which rules, bool has_grain) {
  if (image.pixels.empty()) return image;
  constexpr std::uint8_t lightest = 190;  // of a rule: thin ones are gray where they were scaled
  const std::uint8_t own = find_threshold(image), threshold = has_grain ? own : std::max(own, lightest);
  const Parted parted = part_rules(find_ink(image, threshold), Engine::letter_px, rules);
  erase(image, parted.rules, threshold);
  erase(image, parted.writing,
        find_leaders(parted.writing.components, Engine::letter_px, static_cast<std::int32_t>(image.width_px)), 1);
  return image;
}

void tell(const Script& unread, Recognition& recognition) {
  recognition.is_unread = true;
  recognition.unread_script = unread.warning;
}

/// Letters much smaller than those at which the models read best come out garbled: whole lines of them, for a word such
/// as "on" is low by itself. So do some that are several times as large.
std::vector<bool> find_read_well(const std::vector<Word>& words) {
  constexpr double height_min = 0.8 * Engine::letter_px, height_max = 4 * Engine::letter_px;
  std::vector<bool> read_well(words.size());
  for (std::size_t begin = 0; begin < words.size();) {
    std::size_t end = begin;
    std::vector<std::int32_t> heights;
    for (; end < words.size() && words[end].line_index == words[begin].line_index; ++end)
      heights.push_back(words[end].bottom_px - words[end].top_px);
    std::ranges::sort(heights);
    // A line of one dash or of a few dots is as low as it is.
    const std::int32_t median = heights[heights.size() / 2];
    const bool is_small = median < height_min && heights.back() >= height_min / 3;
    for (std::size_t i = begin; i < end; ++i) read_well[i] = !is_small && median <= height_max;
    begin = end;
  }
  return read_well;
}

bool are_of_one_size(const Part& a, const Part& b) {
  constexpr double alike_max = 1.25;
  const auto [low, high] = std::minmax(a.height_px, b.height_px);
  return high <= alike_max * low;
}

/// Whether marks stand in rows, as those of a page do whose lines were not found.
bool has_rows(const Page& page) {
  std::vector<ink::Box> across, down;
  for (const Component& c : page.marks) {
    across.push_back(mark_of(c));
    down.push_back(mark_of(turned_over(c)));
  }
  for (const std::vector<ink::Box>& marks : {across, down})
    if (ink::find_rows(marks).longest >= ink::line_marks_min || ink::are_spaced_text(marks)) return true;
  return false;
}

}  // namespace

Result<Recogniser> Recogniser::create(const TessdataDirs& tessdata_dirs, const std::string& languages) {
  if (const Result<void> found = check_ocr_languages(tessdata_dirs, languages); !found)
    return std::unexpected(found.error());
  std::vector<Engine> engines;
  for (const std::string& alternative : ocr_alternatives(languages)) {
    if (alternative == script_model) continue;
    Result<Engine> engine = Engine::load(tessdata_dirs, alternative);
    if (!engine) return std::unexpected(std::move(engine).error());
    engines.push_back(*std::move(engine));
  }
  Recogniser recogniser(std::move(engines), languages);
  if (tells_scripts(languages)) {
    Result<ScriptFinder> finder = ScriptFinder::load(tessdata_dirs);
    if (!finder) return std::unexpected(std::move(finder).error());
    recogniser.script_finder_ = *std::move(finder);
  }
  return recogniser;
}

Result<Recognition> Recogniser::recognise(const GrayImage& image) {
  if (std::max(image.width_px, image.height_px) > side_px_max)
    return fail(
        ErrorKind::limit_pixels, "",
        fmt::format("{} x {} pixels; OCR takes at most {} a side", image.width_px, image.height_px, side_px_max));
  if (image.pixels.empty()) return Recognition{};
  const Page page = prepare(image);
  const bool has_lines = page.lines.letters.size() >= letters_few || has_rows(page);
  if (page.lines.letters.empty() && !has_lines) return Recognition{};
  Result<Prepared> prepared = page.lines.letters.empty() ? Prepared{} : read_prepared(page);
  if (!has_lines && prepared) return std::move(prepared->recognition);
  if (!has_lines) return std::unexpected(std::move(prepared).error());
  const double evidence = prepared ? evidence_of(prepared->recognition.words) : 0;
  const bool is_hopeless = prepared && prepared->is_hopeless;
  if (!is_hopeless && (evidence == 0 || is_too_little(page, evidence))) {
    Result<Recognition> plain = read_plainly(image);
    const bool says_more = plain && evidence_of(plain->words) > evidence;
    if (!prepared) return says_more ? std::move(plain) : std::unexpected(std::move(prepared).error());
    if (says_more) take(*std::move(plain), page, *prepared);
    prepared->recognition.is_unread = prepared->recognition.words.empty() || page.lines.are_single;
  }
  name_script(page, *prepared);
  return std::move(prepared->recognition);
}

void Recogniser::take(Recognition plain, const Page& page, Prepared& prepared) {
  prepared.recognition = std::move(plain);
  if (!prepared.illegible) return;
  std::size_t read = 0;
  for (const Word& word : prepared.recognition.words)
    if (holds_middle(prepared.illegible->part.box, turned(box_of(word), page.lines.skew_deg)))
      read += characters_in(word);
  if (2 * read >= prepared.illegible->characters) prepared.illegible.reset();
}

void Recogniser::name_script(const Page& page, Prepared& prepared) {
  Recognition& recognition = prepared.recognition;
  if (prepared.is_hopeless || (!prepared.illegible && !recognition.is_unread)) return;
  const Script* script = unread_script_of(page, prepared.illegible ? prepared.illegible->part : sample_of(page));
  if (script != nullptr) tell(*script, recognition);
}

const Script* Recogniser::unread_script_of(const Page& page, const Part& part) {
  if (!script_finder_ || page.lines.letters.empty()) return nullptr;
  const Placement place = upright(page, part, likely_turn_deg(page.lines), ScriptFinder::letter_px);
  const Script* script = script_finder_->script_of(resample(page.image, place));
  return script == nullptr || is_read_by(*script, languages_) ? nullptr : script;
}

Result<Recogniser::Prepared> Recogniser::read_prepared(const Page& page) {
  Result<Reading> reading = read_clearly(page);
  if (!reading) return std::unexpected(std::move(reading).error());
  Prepared prepared;
  prepared.is_hopeless = reading->unread_script != nullptr;
  if (script_finder_ && !prepared.is_hopeless) prepared.illegible = illegible_of(page, *reading);
  reading->words = believable(std::move(reading->words));
  if (!prepared.is_hopeless) read_the_rest(page, *reading);
  Recognition& recognition = prepared.recognition;
  recognition.words = taken_apart(in_reading_order(std::move(reading->words)), reading->units);
  if (!recognition.words.empty()) recognition.rotation_deg = reading->setup.turn_deg;
  for (Word& word : recognition.words) put_at(word, reading->placement.on_page(box_of(word)));
  if (prepared.is_hopeless) tell(*reading->unread_script, recognition);
  return prepared;
}

std::optional<Recogniser::Illegible> Recogniser::illegible_of(const Page& page, const Reading& reading) {
  if (const auto lines = find_illegible(reading.words))
    return Illegible{.part = {.box = turned(reading.placement.on_page(lines->box), page.lines.skew_deg),
                              .height_px = page.lines.height_px},
                     .characters = lines->characters};
  const std::size_t characters = characters_in(reading.words);
  if (reading.clarity >= legible_clarity_min || characters < illegible_characters_min) return std::nullopt;
  return Illegible{.part = sample_of(page), .characters = characters};
}

Result<Recognition> Recogniser::read_plainly(const GrayImage& image) {
  const std::uint32_t longer = std::max(image.width_px, image.height_px);
  const std::uint32_t factor = (longer + plain_side_px_max - 1) / plain_side_px_max;
  Recognition most;
  for (Engine& engine : engines_) {
    Result<std::vector<Word>> words = engine.read(reduced(image, factor), Layout::page);
    if (!words) return std::unexpected(std::move(words).error());
    Recognition recognition{.words = in_convincing_lines(*std::move(words))};
    for (Word& word : recognition.words) {
      const auto scale = static_cast<std::int32_t>(factor);
      for (std::int32_t* edge : {&word.left_px, &word.top_px, &word.right_px, &word.bottom_px}) *edge *= scale;
    }
    if (evidence_of(recognition.words) > evidence_of(most.words)) most = std::move(recognition);
  }
  return most;
}

Part Recogniser::illegible_part_of(const Page& page, const std::optional<Reading>& reading) {
  const std::optional<Illegible> illegible = reading ? illegible_of(page, *reading) : std::nullopt;
  return illegible ? illegible->part : sample_of(page);
}

/// With one language most pages are read once, as they seem to stand.
Result<Recogniser::Reading> Recogniser::read_clearly(const Page& page) {
  const Setup likely{.turn_deg = likely_turn_deg(page.lines), .engine = 0};
  std::optional<Reading> first;
  constexpr std::size_t many = 5'000;  // letters: to look at a sample first costs little of the page's time
  const bool is_doubtful = engines_.size() > 1 || (likely.turn_deg != 0 && page.lines.letters.size() >= many);
  if (!is_doubtful) {
    Result<Reading> reading = read_once(page, likely);
    if (!reading || reading->clarity >= clarity_min(page)) return completed(page, std::move(reading));
    first = *std::move(reading);
  }
  const Result<Clearest> clearest = clearest_setup(page, likely.turn_deg);
  if (!clearest) return std::unexpected(clearest.error());
  // Where no model makes sense of a sample whichever way it stands, and its script says why, one reading is enough.
  const bool is_illegible = clearest->clarity < legible_clarity_min && (!first || first->clarity < legible_clarity_min);
  const Script* script = is_illegible ? unread_script_of(page, illegible_part_of(page, first)) : nullptr;
  const bool is_read = first && (script != nullptr || clearest->setup == likely);
  Result<Reading> reading = is_read ? *std::move(first) : read_once(page, clearest->setup);
  if (!reading) return reading;
  reading->is_illegible = is_illegible && reading->clarity < legible_clarity_min &&
                          !is_too_little(page, static_cast<double>(characters_in(reading->words)));
  if (reading->clarity < legible_clarity_min) reading->unread_script = script;
  return reading->unread_script != nullptr || reading->is_illegible ? reading : completed(page, std::move(reading));
}

/// By a few lines, turned as they seem to stand, and in other ways only where no language makes sense of them so.
Result<Recogniser::Clearest> Recogniser::clearest_setup(const Page& page, std::int32_t likely_deg) {
  const Part sample = sample_of(page);
  Clearest clearest{.setup = {.turn_deg = likely_deg, .engine = 0}};
  for (const std::int32_t more_deg : {0, 180, 90, 270}) {
    for (std::size_t engine = 0; engine < engines_.size(); ++engine) {
      const Setup setup{.turn_deg = (likely_deg + more_deg) % 360, .engine = engine};
      const Result<Reading> reading = read(page, sample, setup, Layout::lines);
      if (!reading) return std::unexpected(reading.error());
      if (reading->clarity > clearest.clarity) clearest = {.setup = setup, .clarity = reading->clarity};
    }
    if (clearest.clarity >= clarity_min(page)) break;
  }
  return clearest;
}

Result<Recogniser::Reading> Recogniser::read_once(const Page& page, Setup setup) {
  const bool is_in_lines = page.lines.are_single || is_short(page) || is_list(page, setup.turn_deg);
  return read(page, page.text, setup, is_in_lines ? Layout::lines : Layout::page);
}

Result<Recogniser::Reading> Recogniser::completed(const Page& page, Result<Reading> reading) {
  if (!reading || reading->layout == Layout::lines) return reading;
  if (!is_too_little(page, reading->evidence) && !lines_are_torn(page, *reading)) return reading;
  Result<Reading> all_lines = read(page, page.text, reading->setup, Layout::lines);
  return !all_lines || says_more(*all_lines, *reading) ? all_lines : reading;
}

/// Of a page whose lines run from edge to edge.
bool Recogniser::lines_are_torn(const Page& page, const Reading& reading) {
  constexpr std::size_t letters_min = 2;
  if (has_columns_of_prose(page.lines)) return false;
  std::vector<Box> read;
  for (const Word& word : reading.words) read.push_back(reading.placement.on_page(box_of(word)));
  return letters_left_out(page, read, reading.setup.turn_deg) >= letters_min;
}

/// Dirt that is read as letters is not more: what is believed counts.
bool Recogniser::says_more(const Reading& one, const Reading& other) {
  return evidence_of(believable(one.words)) > evidence_of(believable(other.words));
}

void Recogniser::read_the_rest(const Page& page, Reading& reading) {
  constexpr double pixels_most = 2e7;  // of all parts together: ten dense pages
  constexpr double clarity_least = 80, clarity_of_many_least = 65, letters_share_min = 0.5;
  constexpr std::size_t many = 12;  // letters, which dirt does not make in a row
  std::vector<bool> read_well = find_read_well(reading.words);
  std::vector<Box> read_boxes;
  for (std::size_t i = 0; i < reading.words.size(); ++i)
    if (read_well[i]) read_boxes.push_back(reading.placement.on_page(box_of(reading.words[i])));
  std::vector<Word> added;
  double pixels = 0;
  for (const Unread& rest : find_unread(page, read_boxes, reading.setup.turn_deg)) {
    if (reading.is_illegible && are_of_one_size(rest.part, page.text)) continue;
    const Placement place = upright(page, rest.part, reading.setup.turn_deg, Engine::letter_px);
    pixels += static_cast<double>(place.width_px) * place.height_px;
    if (pixels > pixels_most) break;
    Result<Reading> more = read(page, rest.part, reading.setup, Layout::lines);
    if (!more) continue;  // what was read before is no worse for it
    const double least = letters_share_min * static_cast<double>(rest.letters);
    if (more->clarity < (rest.letters >= many ? clarity_of_many_least : clarity_least) || more->evidence < least)
      continue;
    more->words = believable(std::move(more->words));
    // What stands around the part was in the image, too.
    std::erase_if(more->words, [&](const Word& word) {
      const Box box = more->placement.on_page(box_of(word));
      return std::ranges::any_of(read_boxes, [&](const Box& known) { return holds_middle(known, box); });
    });
    Box box = nowhere;
    for (Word& word : more->words) {
      read_boxes.push_back(more->placement.on_page(box_of(word)));
      put_at(word, reading.placement.upright(read_boxes.back()));
      box = around(box, box_of(word));
    }
    for (std::size_t i = reading.words.size(); i-- > 0;) {
      if (read_well[i] || !holds_middle(box, box_of(reading.words[i]))) continue;
      reading.words.erase(reading.words.begin() + static_cast<std::ptrdiff_t>(i));
      read_well.erase(read_well.begin() + static_cast<std::ptrdiff_t>(i));
    }
    add_blocks(added, std::move(more->words));
  }
  add_blocks(reading.words, std::move(added));
}

Result<Recogniser::Reading> Recogniser::read(const Page& page, const Part& part, Setup setup, Layout layout) {
  Reading reading{.setup = setup,
                  .layout = layout,
                  .words = {},
                  .placement = upright(page, part, setup.turn_deg, Engine::letter_px)};
  const Which rules = page.lines.are_single    ? Which::larger_than_letters
                      : layout == Layout::page ? Which::crossing
                                               : Which::all;
  GrayImage image = with_writing_only(resample(page.image, reading.placement), rules, page.has_grain);
  if (page.lines.are_single) {
    ClosedUp closed = close_up(image);
    image = std::move(closed.image);
    reading.units = std::move(closed.units);
  }
  Result<std::vector<Word>> words = engines_[setup.engine].read(image, layout);
  if (!words) return std::unexpected(std::move(words).error());
  reading.words = page.lines.are_single ? put_back(*std::move(words), reading.units) : *std::move(words);
  const auto characters = static_cast<double>(characters_in(reading.words));
  reading.evidence = evidence_of(reading.words);
  if (characters > 0) reading.clarity = 100 * reading.evidence / characters;
  return reading;
}

}  // namespace docmill::ocr
