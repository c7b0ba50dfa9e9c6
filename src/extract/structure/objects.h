// Ways through qpdf's objects that end, whatever the document says.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <qpdf/Pipeline.hh>
#include <qpdf/QPDF.hh>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "extract/structure/structure.h"

namespace docmill::extract::structure {

using Json = nlohmann::ordered_json;
using Object = QPDFObjectHandle;

/// Names of parts of the structure that are not whole, each once.
struct Gaps {
  std::vector<std::string> cut, unread;

  void add_cut(std::string_view part) { add(cut, part); }
  void add_unread(std::string_view part) { add(unread, part); }

 private:
  static void add(std::vector<std::string>& parts, std::string_view part);
};

/// Counts the objects that are looked at for a part.
class Steps {
 public:
  /// False when there were too many.
  bool take() {
    if (left_ == 0) return false;
    --left_;
    return true;
  }

 private:
  std::size_t left_ = steps_max;
};

/// Indirect objects that were met before. Direct ones are all new: each stands in one place, and ends.
class Met {
 public:
  bool is_new(Object object) { return !object.isIndirect() || seen_.insert(object.getObjGen()).second; }

 private:
  std::set<QPDFObjGen> seen_;
};

/// A dictionary, that of a stream too; a null where it is neither.
Object dictionary_of(Object object);
/// The value of a key of it; null where there is none.
Object value_at(Object object, const std::string& key);
/// `inherited` becomes that value where there is one.
void override_with(Object& inherited, Object object, const std::string& key);

/// What is not well-formed becomes U+FFFD; cut between two characters.
std::string valid_utf8(std::string_view bytes, std::size_t size_bytes_max);
/// `part` is named in `gaps` where the text is longer than text_size_bytes_max, of which it is cut.
std::string text_of_bytes(std::string_view bytes, std::string_view part, Gaps& gaps);
/// A string as text, a name without its slash, a number as it is written; null for all else.
Json text_of(Object object, std::string_view part, Gaps& gaps);
Json text_at(Object object, const std::string& key, std::string_view part, Gaps& gaps);
/// A date as "2024-05-31T12:00:00+02:00"; null where there is none, or it is none of PDF's.
Json time_at(Object object, const std::string& key);
/// An integer; null where it is none.
Json integer_at(Object object, const std::string& key);
double number_of(Object object, double otherwise);

/// Every entry of a name tree (`leaf` "/Names") or number tree ("/Nums"), in the tree's order. False where there are
/// more than names_max, or too many nodes.
bool visit_tree(Object root, const std::string& leaf, const std::function<void(Object key, Object value)>& visit);

/// The decoded data of a stream did not end before its limit. It is no std::exception, which qpdf would catch.
struct TooLong {};

/// Passes on what does not exceed the limit, which it counts down, and throws TooLong then.
class Limited : public Pipeline {
 public:
  Limited(std::uint64_t& left, Pipeline& to) : Pipeline("limited", &to), left_(left) {}
  void write(unsigned char const* data, std::size_t size_bytes) override;
  void finish() override { getNext()->finish(); }

 private:
  std::uint64_t& left_;
};

enum class Decoding { done, none, failed };  // none: a filter that is no general one, the data is as it stands
/// The data of a stream without its encryption and its filters. May throw TooLong.
Decoding pipe_data(Object stream, Pipeline& to);

}  // namespace docmill::extract::structure
