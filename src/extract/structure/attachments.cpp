// Files that are attached to the document, or to annotations of its pages.
#include <array>
#include <utility>

#include "extract/structure/hash_pipeline.h"
#include "extract/structure/parts.h"

namespace docmill::extract::structure {
namespace {

constexpr std::string_view part = "attachments";

Object embedded_stream(Object file) {
  Object streams = value_at(std::move(file), "/EF");
  for (const char* key : {"/UF", "/F", "/Unix", "/DOS", "/Mac"})
    if (Object stream = value_at(streams, key); stream.isStream()) return stream;
  return Object::newNull();
}

class Reader {
 public:
  Reader(const Source& source, Gaps& gaps) : source_(source), gaps_(gaps) {}

  Json read() {
    const auto add_named = [&](Object key, Object file) {
      if (file.isDictionary()) add(file, text_of(key, part, gaps_), nullptr);
    };
    Object names = value_at(value_at(source_.pdf.getRoot(), "/Names"), "/EmbeddedFiles");
    if (!visit_tree(names, "/Names", add_named)) gaps_.add_cut(part);
    Steps steps;
    std::uint32_t number = 0;
    for (const PageEntry& page : source_.pages.pages) {
      ++number;
      Object annotations = value_at(page.object, "/Annots");
      const int count = annotations.isArray() ? annotations.getArrayNItems() : 0;
      for (int i = 0; i < count; ++i) {
        if (!steps.take()) {
          gaps_.add_cut(part);
          return std::move(files_);
        }
        add_annotation(annotations.getArrayItem(i), number);
      }
    }
    return std::move(files_);
  }

 private:
  void add_annotation(Object annotation, std::uint32_t page_number) {
    Object type = value_at(annotation, "/Subtype");
    if (!type.isName() || type.getName() != "/FileAttachment") return;
    if (Object file = value_at(annotation, "/FS"); file.isDictionary()) add(file, nullptr, page_number);
  }

  void add(Object file, Json key, Json page_number) {
    if (files_.size() == attachments_max) return gaps_.add_cut(part);
    Object stream = embedded_stream(file);
    Object parameters = value_at(stream, "/Params");
    Json name = text_at(file, "/UF", part, gaps_);
    if (name.is_null()) name = text_at(file, "/F", part, gaps_);
    Json json{{"name", std::move(name)},
              {"key", std::move(key)},
              {"page_number", std::move(page_number)},
              {"description", text_at(file, "/Desc", part, gaps_)},
              {"content_type", text_at(stream, "/Subtype", part, gaps_)},
              {"declared_size_bytes", integer_at(parameters, "/Size")},
              {"size_bytes", nullptr},
              {"sha256", nullptr},
              {"created_at", time_at(parameters, "/CreationDate")},
              {"modified_at", time_at(parameters, "/ModDate")}};
    if (stream.isStream()) add_hash(json, std::move(stream));
    files_.push_back(std::move(json));
  }

  void add_hash(Json& json, Object stream) {
    HashPipeline hash;
    Limited limited(left_, hash);
    try {
      if (pipe_data(std::move(stream), limited) != Decoding::done) return gaps_.add_unread(part);
      json["size_bytes"] = hash.size_bytes();
      json["sha256"] = hash.hex();
    } catch (const TooLong&) {
      gaps_.add_cut(part);
    }
  }

  const Source& source_;
  Gaps& gaps_;
  Json files_ = Json::array();
  std::uint64_t left_ = hashed_size_bytes_max;
};

}  // namespace

Json attachments(const Source& source, Gaps& gaps) { return Reader(source, gaps).read(); }

}  // namespace docmill::extract::structure
