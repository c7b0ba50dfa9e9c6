// Scripts that can be told apart on a page, and which models of Tesseract read them.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace docmill {

struct Script {
  std::string_view name;     // as in the summary
  std::string_view warning;  // its code: letters of it are on the page, and no model that was given reads them
  std::string_view models;   // names of models that read it, separated by blanks; the first is the one to install
};

/// Those that Tesseract's detection of scripts knows. Of Latin the models are those that are of no other script.
inline constexpr auto scripts = std::to_array<Script>({
    {.name = "arabic", .warning = "unread_script_arabic", .models = "ara fas pus snd uig urd"},
    {.name = "bengali", .warning = "unread_script_bengali", .models = "ben asm"},
    {.name = "cyrillic",
     .warning = "unread_script_cyrillic",
     .models = "rus ukr bel bul mkd srp kaz kir mon tat tgk aze_cyrl uzb_cyrl"},
    {.name = "devanagari", .warning = "unread_script_devanagari", .models = "hin mar nep san"},
    {.name = "greek", .warning = "unread_script_greek", .models = "ell grc"},
    {.name = "han", .warning = "unread_script_han", .models = "chi_sim chi_tra chi_sim_vert chi_tra_vert jpn jpn_vert"},
    {.name = "hangul", .warning = "unread_script_hangul", .models = "kor kor_vert"},
    {.name = "hebrew", .warning = "unread_script_hebrew", .models = "heb yid"},
    {.name = "japanese", .warning = "unread_script_japanese", .models = "jpn jpn_vert"},
    {.name = "kannada", .warning = "unread_script_kannada", .models = "kan"},
    {.name = "latin", .warning = "unread_script_latin", .models = "eng"},
    {.name = "malayalam", .warning = "unread_script_malayalam", .models = "mal"},
    {.name = "tamil", .warning = "unread_script_tamil", .models = "tam"},
    {.name = "telugu", .warning = "unread_script_telugu", .models = "tel"},
    {.name = "thai", .warning = "unread_script_thai", .models = "tha"},
});

/// The script that Tesseract's detection calls so ("Cyrillic", "Korean"); null for one that is not listed.
const Script* script_called(std::string_view detected);

/// Null for a code that is not one of them.
const Script* script_of_warning(std::string_view code);

/// Whether a model among `languages` (as in ocr_languages.h) reads the script, or may: nobody knows what is in one that
/// is not Debian's.
bool is_read_by(const Script& script, std::string_view languages);

/// Debian's package of the model to install: "tesseract-ocr-chi-sim".
std::string package_for(const Script& script);

}  // namespace docmill
