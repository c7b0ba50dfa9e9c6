#include "base/strict_json.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

namespace docmill {
namespace {

/// Looks through a text event by event and keeps no value, so that what breaks a limit costs next to nothing.
class Checker final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Checker(std::size_t depth_max) : depth_max_(depth_max) {}
  std::string complaint;

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*elements*/) override { return enter(); }
  bool start_array(std::size_t /*elements*/) override { return enter(); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool key(string_t& name) override {
    if (keys_.back().insert(name).second) return true;
    complaint = fmt::format("JSON in which the key \"{}\" stands twice in one object", name);
    return false;
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::json::exception& /*error*/) override {
    complaint = fmt::format("no JSON from byte {} on", position);
    return false;
  }

 private:
  bool enter() {
    keys_.emplace_back();
    if (keys_.size() <= depth_max_) return true;
    complaint = fmt::format("JSON nested deeper than {}", depth_max_);
    return false;
  }
  bool leave() {
    keys_.pop_back();
    return true;
  }

  std::size_t depth_max_;
  std::vector<std::set<std::string>> keys_;  // of the objects around the current place; arrays have none
};

}  // namespace

Result<nlohmann::json> parse_strict_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.size_bytes_max)
    return fail(ErrorKind::invalid_input, "",
                fmt::format("{} bytes; {} are allowed", text.size(), limits.size_bytes_max));
  Checker checker(limits.depth_max);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &checker))
    return fail(ErrorKind::invalid_input, "", checker.complaint);
  return nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
}

}  // namespace docmill
