// Reads the text of a scanned or drawn page, whichever way up it is, in one of several languages.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "document/ocr_languages.h"
#include "extract/image/pixel_image.h"
#include "extract/ocr/close_up.h"
#include "extract/ocr/engine.h"
#include "extract/ocr/page.h"
#include "extract/ocr/placement.h"
#include "extract/ocr/script_finder.h"

namespace docmill::ocr {

struct Recognition {
  std::vector<Word> words;              // in reading order, boxes in the image as it was given
  std::int32_t rotation_deg = 0;        // clockwise turn with which the text was read: 0, 90, 180 or 270
  bool is_unread = false;               // letters stand in lines, and no word could be made of them
  std::string_view unread_script = {};  // then, where it is known: the warning of a script that no model reads
};

/// Holds loaded models. One thread at a time. Every call of recognise() starts from the same state (Tesseract adapts
/// to what it has read; that is switched off and cleared), so a page's text does not depend on pages before it.
class Recogniser {
 public:
  /// `languages` as in document/ocr_languages.h: "eng+deu,rus". Of alternatives each page is read with the one that
  /// gives the clearest words on a few lines; all are loaded here. With script_model among them, lines of which nothing
  /// could be made are told by their script.
  ///
  /// Errors: not_found (a language has no .traineddata in `tessdata_dirs`; says which Debian package has it).
  static Result<Recogniser> create(const TessdataDirs& tessdata_dirs, const std::string& languages);

  /// Opens no file. An image of a few pixels or without text is a Recognition without words.
  ///
  /// Errors: limit_pixels (a side is longer than Tesseract's 32,767 pixels), corrupt (Tesseract refuses the image).
  Result<Recognition> recognise(const GrayImage& image);

 private:
  /// How a page is read: turned clockwise, with the engine of one alternative of languages.
  struct Setup {
    std::int32_t turn_deg = 0;
    std::size_t engine = 0;  // index
    bool operator==(const Setup&) const = default;
  };

  /// What was read so.
  struct Reading {
    Setup setup;
    Layout layout = Layout::page;
    std::vector<Word> words;    // boxes in the upright image
    Placement placement;        // of that image
    double clarity = 0;         // mean confidence of characters
    double evidence = 0;        // sum of it, 1 for a character that is certain
    bool is_illegible = false;  // as many characters as letters, and no sense in them whichever way they are looked at
    const Script* unread_script = nullptr;  // that no model reads, where the page is in it
    std::vector<Unit> units = {};           // of a page of single letters, in the upright image
  };

  /// The setup of which a sample was clearest.
  struct Clearest {
    Setup setup;
    double clarity = 0;
  };

  /// Lines that the models made no sense of.
  struct Illegible {
    Part part;
    std::size_t characters = 0;  // that were made of them
  };

  /// What came of a page made ready.
  struct Prepared {
    Recognition recognition;
    std::optional<Illegible> illegible = {};  // where scripts are told
    bool is_hopeless = false;                 // no model reads the script of the page: another pass is in vain
  };

  Recogniser(std::vector<Engine> engines, std::string languages)
      : engines_(std::move(engines)), languages_(std::move(languages)) {}

  Result<Prepared> read_prepared(const Page& page);
  static std::optional<Illegible> illegible_of(const Page& page, const Reading& reading);
  static Part illegible_part_of(const Page& page, const std::optional<Reading>& reading);
  /// A plain reading that says more is taken; what it read most of is not illegible.
  static void take(Recognition plain, const Page& page, Prepared& prepared);
  /// Says of which script the illegible part is, or a page without a word, if no model reads that.
  void name_script(const Page& page, Prepared& prepared);
  /// The script of the part, if no model reads it; else, and where scripts are not told, null.
  const Script* unread_script_of(const Page& page, const Part& part);

  Result<Reading> read_clearly(const Page& page);
  Result<Clearest> clearest_setup(const Page& page, std::int32_t likely_deg);
  /// The image as it is, taken for an upright page: what a recogniser sees that trusts no preparation.
  Result<Recognition> read_plainly(const GrayImage& image);
  Result<Reading> read_once(const Page& page, Setup setup);
  /// Reads the page as lines as well, if its layout may have been misunderstood.
  Result<Reading> completed(const Page& page, Result<Reading> reading);
  static bool lines_are_torn(const Page& page, const Reading& reading);
  static bool says_more(const Reading& one, const Reading& other);
  /// Adds to a reading of the page what it left out, at the scale that it needs.
  void read_the_rest(const Page& page, Reading& reading);
  Result<Reading> read(const Page& page, const Part& part, Setup setup, Layout layout);

  std::vector<Engine> engines_;  // one or more
  std::string languages_;        // of all of them
  std::optional<ScriptFinder> script_finder_;
};

}  // namespace docmill::ocr
