// What stands in the catalog, in the trailer and in the encryption dictionary.
#include <algorithm>
#include <array>
#include <qpdf/Pl_String.hh>
#include <qpdf/QUtil.hh>
#include <utility>

#include "extract/structure/parts.h"

namespace docmill::extract::structure {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> known_entries{
    {{"/Title", "title"},
     {"/Author", "author"},
     {"/Subject", "subject"},
     {"/Keywords", "keywords"},
     {"/Creator", "creator"},
     {"/Producer", "producer"},
     {"/CreationDate", "creation_date"},
     {"/ModDate", "modification_date"},
     {"/Trapped", "trapped"}}};

bool is_known(const std::string& key) {
  return std::ranges::any_of(known_entries, [&](const auto& entry) { return entry.first == key; });
}

/// Those that are in no known place: an object of what the document names them.
Json custom_entries(Object dictionary, Gaps& gaps) {
  Json custom = Json::object();
  for (const std::string& key : dictionary.getKeys()) {
    if (is_known(key)) continue;
    if (custom.size() == information_entries_max) {
      gaps.add_cut("information");
      break;
    }
    Json value = text_at(dictionary, key, "information", gaps);
    if (!value.is_null())
      custom[text_of_bytes(std::string_view(key).substr(1), "information", gaps)] = std::move(value);
  }
  return custom;
}

Json method_json(QPDF::encryption_method_e method) {
  switch (method) {
    case QPDF::e_none:
      return "none";
    case QPDF::e_rc4:
      return "rc4";
    case QPDF::e_aes:
      return "aes";
    case QPDF::e_aesv3:
      return "aesv3";
    case QPDF::e_unknown:
      break;
  }
  return nullptr;
}

Json permissions_json(QPDF& pdf) {
  return {{"accessibility", pdf.allowAccessibility()},        {"extract", pdf.allowExtractAll()},
          {"print_low_resolution", pdf.allowPrintLowRes()},   {"print_high_resolution", pdf.allowPrintHighRes()},
          {"modify_assembly", pdf.allowModifyAssembly()},     {"modify_form", pdf.allowModifyForm()},
          {"modify_annotation", pdf.allowModifyAnnotation()}, {"modify_other", pdf.allowModifyOther()}};
}

/// The first languages in the order of the structure tree, with the document's own before them.
class Languages {
 public:
  explicit Languages(Gaps& gaps) : gaps_(gaps) {}

  void add(Object object) {
    const Json language = text_at(std::move(object), "/Lang", part, gaps_);
    if (!language.is_string() || language.get_ref<const std::string&>().empty()) return;
    if (std::ranges::find(found_, language) != found_.end()) return;
    if (found_.size() == languages_max)
      gaps_.add_cut(part);
    else
      found_.push_back(language);
  }

  void add_elements(Object tree) {
    Steps steps;
    Met met;
    std::vector<Object> nodes{std::move(tree)};
    while (!nodes.empty()) {
      Object node = std::move(nodes.back());
      nodes.pop_back();
      if (!steps.take()) return gaps_.add_cut(part);
      if (node.isArray()) {
        for (int i = node.getArrayNItems() - 1; i >= 0; --i) {
          if (!steps.take()) return gaps_.add_cut(part);
          nodes.push_back(node.getArrayItem(i));
        }
      } else if (node.isDictionary() && met.is_new(node)) {
        add(node);
        if (Object kids = node.getKey("/K"); !kids.isNull()) nodes.push_back(std::move(kids));
      }
    }
  }

  Json take() { return std::move(found_); }

 private:
  static constexpr std::string_view part = "languages";
  Gaps& gaps_;
  Json found_ = Json::array();
};

}  // namespace

Json pdf_version(QPDF& pdf) {
  const std::string of_header = pdf.getPDFVersion();
  Object of_catalog = value_at(pdf.getRoot(), "/Version");
  const std::string newer = of_catalog.isName() ? of_catalog.getName().substr(1) : "";
  constexpr std::size_t length = 3;  // "1.7"
  return newer.size() == length && newer > of_header ? newer : of_header;
}

bool is_tagged(QPDF& pdf) {
  Object marked = value_at(value_at(pdf.getRoot(), "/MarkInfo"), "/Marked");
  return marked.isBool() && marked.getBoolValue();
}

Json languages(QPDF& pdf, Gaps& gaps) {
  Languages languages(gaps);
  languages.add(pdf.getRoot());
  languages.add_elements(value_at(pdf.getRoot(), "/StructTreeRoot"));
  return languages.take();
}

Json encryption(QPDF& pdf) {
  int revision = 0, permissions = 0, version = 0;
  QPDF::encryption_method_e streams = QPDF::e_none, strings = QPDF::e_none, files = QPDF::e_none;
  if (!pdf.isEncrypted(revision, permissions, version, streams, strings, files)) return nullptr;
  constexpr int first_version_with_filters = 4;
  if (version < first_version_with_filters) streams = strings = files = QPDF::e_rc4;
  constexpr std::size_t bits_of_byte = 8;
  const Object metadata = value_at(value_at(pdf.getTrailer(), "/Encrypt"), "/EncryptMetadata");
  Json json{{"v", version}, {"r", revision}, {"key_bits", pdf.getEncryptionKey().size() * bits_of_byte}};
  json["streams"] = method_json(streams);
  json["strings"] = method_json(strings);
  json["attachments"] = method_json(files);
  json["encrypts_metadata"] = !Object(metadata).isBool() || Object(metadata).getBoolValue();
  json["is_user_password"] = pdf.userPasswordMatched();
  json["is_owner_password"] = pdf.ownerPasswordMatched();
  json["p"] = permissions;
  json["permissions"] = permissions_json(pdf);
  return json;
}

Json information(QPDF& pdf, Gaps& gaps) {
  Object dictionary = value_at(pdf.getTrailer(), "/Info");
  Json json = Json::object();
  for (const auto& [key, name] : known_entries)
    json[std::string(name)] = text_at(dictionary, std::string(key), "information", gaps);
  json["created_at"] = time_at(dictionary, "/CreationDate");
  json["modified_at"] = time_at(dictionary, "/ModDate");
  json["custom"] = dictionary.isDictionary() ? custom_entries(dictionary, gaps) : Json::object();
  return json;
}

Json xmp(QPDF& pdf, Gaps& gaps) {
  Object metadata = value_at(pdf.getRoot(), "/Metadata");
  if (!metadata.isStream()) return nullptr;
  std::string text;
  Pl_String data("xmp", nullptr, text);
  std::uint64_t left = xmp_size_bytes_max;
  Limited limited(left, data);
  try {
    if (pipe_data(metadata, limited) != Decoding::done) {
      gaps.add_unread("xmp");
      return nullptr;
    }
  } catch (const TooLong&) {
    gaps.add_cut("xmp");
    return nullptr;
  }
  if (QUtil::is_utf16(text)) text = QUtil::utf16_to_utf8(text);
  return valid_utf8(text, 3 * xmp_size_bytes_max);
}

}  // namespace docmill::extract::structure
