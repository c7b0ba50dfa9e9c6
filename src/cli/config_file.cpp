#include "cli/config_file.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace docmill {
namespace {

// Fills a flat object event by event: nothing is nested, so no depth of foreign brackets costs stack or memory.
class FlatObject final : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::map<std::string, std::string, std::less<>> values;
  std::string complaint;

  bool null() override { return refuse("null"); }
  bool boolean(bool value) override { return add(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return add(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return add(std::to_string(value)); }
  bool number_float(number_float_t /*value*/, const string_t& text) override { return add(text); }
  bool string(string_t& value) override { return add(value); }
  bool binary(binary_t& /*value*/) override { return refuse("bytes"); }
  bool start_object(std::size_t /*elements*/) override {
    return std::exchange(open_, true) ? refuse("an object") : true;
  }
  bool start_array(std::size_t /*elements*/) override { return refuse("an array"); }
  bool end_array() override { return true; }
  bool end_object() override { return true; }

  bool key(string_t& name) override {
    key_ = name;
    if (!values.contains(name)) return true;
    complaint = fmt::format("the key \"{}\" stands there twice", name);
    return false;
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::json::exception& /*error*/) override {
    complaint = fmt::format("no JSON from byte {} on", position);
    return false;
  }

 private:
  bool add(std::string text) {
    if (!open_) return refuse("a single value");
    values.emplace(key_, std::move(text));
    return true;
  }
  bool refuse(std::string_view found) {
    complaint = open_ ? fmt::format("\"{}\": expected a string, a number or a boolean, found {}", key_, found)
                      : fmt::format("expected an object such as {{\"ocr_dpi\": 300}}, found {}", found);
    return false;
  }

  bool open_ = false;
  std::string key_;
};

}  // namespace

Result<std::map<std::string, std::string, std::less<>>> parse_config(std::string_view json) {
  FlatObject object;
  if (!nlohmann::json::sax_parse(json.begin(), json.end(), &object))
    return fail(ErrorKind::invalid_input, "", object.complaint);
  return std::move(object.values);
}

}  // namespace docmill
