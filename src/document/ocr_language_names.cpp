#include "document/ocr_language_names.h"

#include <algorithm>
#include <array>
#include <ranges>

#include "base/ascii.h"

namespace docmill {
namespace {

struct Language {
  std::string_view name;
  std::string_view others;  // ISO 639-1 and 639-2/B where it differs, then English; separated by blanks
};

// The packages tesseract-ocr-* of Debian 12, which follow Tesseract's own list.
constexpr auto languages = std::to_array<Language>({
    {"afr", "af Afrikaans"},
    {"amh", "am Amharic"},
    {"ara", "ar Arabic"},
    {"asm", "as Assamese"},
    {"aze", "az Azerbaijani"},
    {"aze_cyrl", ""},
    {"bel", "be Belarusian"},
    {"ben", "bn Bengali"},
    {"bod", "bo tib Tibetan"},
    {"bos", "bs Bosnian"},
    {"bre", "br Breton"},
    {"bul", "bg Bulgarian"},
    {"cat", "ca Catalan"},
    {"ceb", "Cebuano"},
    {"ces", "cs cze Czech"},
    {"chi_sim", "zh chi Chinese"},
    {"chi_sim_vert", ""},
    {"chi_tra", "zh chi Chinese"},
    {"chi_tra_vert", ""},
    {"chr", "Cherokee"},
    {"cos", "co Corsican"},
    {"cym", "cy wel Welsh"},
    {"dan", "da Danish"},
    {"deu", "de ger German"},
    {"div", "dv Divehi"},
    {"dzo", "dz Dzongkha"},
    {"ell", "el gre Greek"},
    {"eng", "en English"},
    {"enm", ""},
    {"epo", "eo Esperanto"},
    {"est", "et Estonian"},
    {"eus", "eu baq Basque"},
    {"fao", "fo Faroese"},
    {"fas", "fa per Persian"},
    {"fil", "tl Filipino"},
    {"fin", "fi Finnish"},
    {"fra", "fr fre French"},
    {"frk", ""},
    {"frm", ""},
    {"fry", "fy Frisian"},
    {"gla", "gd Gaelic"},
    {"gle", "ga Irish"},
    {"glg", "gl Galician"},
    {"grc", ""},
    {"guj", "gu Gujarati"},
    {"hat", "ht Haitian"},
    {"heb", "he Hebrew"},
    {"hin", "hi Hindi"},
    {"hrv", "hr Croatian"},
    {"hun", "hu Hungarian"},
    {"hye", "hy arm Armenian"},
    {"iku", "iu Inuktitut"},
    {"ind", "id Indonesian"},
    {"isl", "is ice Icelandic"},
    {"ita", "it Italian"},
    {"ita_old", ""},
    {"jav", "jv Javanese"},
    {"jpn", "ja Japanese"},
    {"jpn_vert", ""},
    {"kan", "kn Kannada"},
    {"kat", "ka geo Georgian"},
    {"kat_old", ""},
    {"kaz", "kk Kazakh"},
    {"khm", "km Khmer"},
    {"kir", "ky Kyrgyz"},
    {"kmr", "ku Kurdish"},
    {"kor", "ko Korean"},
    {"kor_vert", ""},
    {"lao", "lo Lao"},
    {"lat", "la Latin"},
    {"lav", "lv Latvian"},
    {"lit", "lt Lithuanian"},
    {"ltz", "lb Luxembourgish"},
    {"mal", "ml Malayalam"},
    {"mar", "mr Marathi"},
    {"mkd", "mk mac Macedonian"},
    {"mlt", "mt Maltese"},
    {"mon", "mn Mongolian"},
    {"mri", "mi mao Maori"},
    {"msa", "ms may Malay"},
    {"mya", "my bur Burmese"},
    {"nep", "ne Nepali"},
    {"nld", "nl dut Dutch"},
    {"nor", "no nb nn Norwegian"},
    {"oci", "oc Occitan"},
    {"ori", "or Oriya"},
    {"pan", "pa Punjabi"},
    {"pol", "pl Polish"},
    {"por", "pt Portuguese"},
    {"pus", "ps Pashto"},
    {"que", "qu Quechua"},
    {"ron", "ro rum Romanian"},
    {"rus", "ru Russian"},
    {"san", "sa Sanskrit"},
    {"sin", "si Sinhala"},
    {"slk", "sk slo Slovak"},
    {"slv", "sl Slovenian"},
    {"snd", "sd Sindhi"},
    {"spa", "es Spanish"},
    {"spa_old", ""},
    {"sqi", "sq alb Albanian"},
    {"srp", "sr Serbian"},
    {"srp_latn", ""},
    {"sun", "su Sundanese"},
    {"swa", "sw Swahili"},
    {"swe", "sv Swedish"},
    {"syr", "Syriac"},
    {"tam", "ta Tamil"},
    {"tat", "tt Tatar"},
    {"tel", "te Telugu"},
    {"tgk", "tg Tajik"},
    {"tha", "th Thai"},
    {"tir", "ti Tigrinya"},
    {"ton", "to Tonga"},
    {"tur", "tr Turkish"},
    {"uig", "ug Uyghur"},
    {"ukr", "uk Ukrainian"},
    {"urd", "ur Urdu"},
    {"uzb", "uz Uzbek"},
    {"uzb_cyrl", ""},
    {"vie", "vi Vietnamese"},
    {"yid", "yi Yiddish"},
    {"yor", "yo Yoruba"},
});

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, ascii_lower, ascii_lower);
}

bool has_other_name(const Language& language, std::string_view word) {
  return std::ranges::any_of(std::views::split(language.others, ' '), [&](const auto& other) {
    return equal_ignoring_case(std::string_view(other.begin(), other.end()), word);
  });
}

}  // namespace

bool is_ocr_language_of_debian(std::string_view name) {
  return std::ranges::find(languages, name, &Language::name) != languages.end();
}

std::vector<std::string> ocr_languages_called(std::string_view word) {
  const std::string_view language_alone = word.substr(0, word.find_first_of("-_"));  // "de-DE" is German of Germany
  std::vector<std::string> names;
  for (const Language& language : languages)
    if (equal_ignoring_case(language.name, word) || has_other_name(language, language_alone))
      names.emplace_back(language.name);
  return names;
}

}  // namespace docmill
