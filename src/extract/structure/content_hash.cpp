// A hash of what pages draw. It stays the same where a document is only written anew: other metadata, ids, order and
// numbers of objects, compression, encryption. docs/outputs/structure.md defines it.
#include <fmt/format.h>

#include <map>
#include <utility>

#include "extract/structure/hash_pipeline.h"
#include "extract/structure/parts.h"

namespace docmill::extract::structure {
namespace {

constexpr std::string_view part = "content_hash";
constexpr int form_depth_max = 32;

void add_line(Pipeline& hash, std::string_view line) { hash.writeString(std::string(line) + "\n"); }

class Reader {
 public:
  std::string hash_of(const PageList& list) {
    HashPipeline all;
    for (const PageEntry& page : list.pages) add_line(all, page_hash(page));
    return all.hex();
  }

 private:
  std::string page_hash(const PageEntry& page) {
    HashPipeline hash;
    Object contents = value_at(page.object, "/Contents");
    if (contents.isArray()) {
      for (int i = 0; i < contents.getArrayNItems(); ++i) add_data(contents.getArrayItem(i), hash);
    } else {
      add_data(contents, hash);
    }
    add_drawn(page.resources, hash, 0);
    return hash.hex();
  }

  /// What is damaged, or has a filter that is no general one, as it stands.
  void add_data(Object stream, HashPipeline& hash) {
    take_step();
    if (!stream.isStream()) return;
    HashPipeline decoded;
    Limited limited(left_, decoded);
    if (pipe_data(stream, limited) != Decoding::failed) return add_line(hash, decoded.hex());
    HashPipeline raw;
    Limited limited_raw(left_, raw);
    const bool is_whole = stream.pipeStreamData(&limited_raw, nullptr, 0, qpdf_dl_none, true);
    add_line(hash, fmt::format("{} {}", is_whole ? "damaged" : "unreadable", raw.hex()));
  }

  /// Images and forms of these resources, by their names.
  void add_drawn(Object resources, HashPipeline& hash, int depth) {
    Object drawn = value_at(std::move(resources), "/XObject");
    if (!drawn.isDictionary()) return;
    const bool may_come_again = drawn.isIndirect();
    if (may_come_again)
      if (const auto found = known_.find(drawn.getObjGen()); found != known_.end())
        return add_line(hash, found->second);
    HashPipeline own;
    for (const std::string& name : drawn.getKeys()) {
      take_step();
      add_line(own, name);
      add_line(own, stream_hash(drawn.getKey(name), depth + 1));
    }
    const std::string hex = own.hex();
    if (may_come_again) known_.emplace(drawn.getObjGen(), hex);
    add_line(hash, hex);
  }

  std::string stream_hash(Object stream, int depth) {
    if (!stream.isStream()) return "none";
    if (depth > form_depth_max) throw TooLong{};
    const auto [place, is_new] = known_.emplace(stream.getObjGen(), "cycle");
    if (!is_new) return place->second;
    HashPipeline hash;
    add_data(stream, hash);
    for (const char* mask : {"/SMask", "/Mask"})
      if (Object image = value_at(stream, mask); image.isStream()) add_line(hash, stream_hash(image, depth + 1));
    add_drawn(value_at(stream, "/Resources"), hash, depth);
    return place->second = hash.hex();
  }

  void take_step() {
    if (!steps_.take()) throw TooLong{};
  }

  std::uint64_t left_ = hashed_size_bytes_max;
  Steps steps_;
  std::map<QPDFObjGen, std::string> known_;
};

/// Null where there is too much of it.
Json hash_of_all(const Source& source) {
  if (source.pages.is_cut) return nullptr;
  try {
    return Reader().hash_of(source.pages);
  } catch (const TooLong&) {
    return nullptr;
  }
}

}  // namespace

Json content_hash(const Source& source, Gaps& gaps) {
  Json hash = hash_of_all(source);
  if (hash.is_null()) gaps.add_cut(part);
  return hash;
}

}  // namespace docmill::extract::structure
