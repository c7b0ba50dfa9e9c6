// What an option is: declared once, and from the declaration come parsing, help, `docmill config`, docs/cli.md and the
// suggestions for mistyped names.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/group_values.h"
#include "cli/surroundings.h"

namespace docmill {

/// Under which heading help shows an option; headings stand in this order.
enum class Heading : std::uint8_t {
  places,
  buckets,
  queue,
  observation,
  chosen,
  repeated,
  text,
  result,
  limits,
  sandbox,
  messages
};

std::string_view name_of(Heading heading);

/// How an option's text becomes part of its group, and back; see bindings.h. The values hold the group.
struct Binding {
  std::string accepted;  // what a value may be, for people: "50 to 600"; empty where the value's name says it
  std::string initial;   // of a group as it is made; empty where there is none
  std::string schema = R"({"type": "string"})";  // what it is in JSON, as JSON Schema says it
  /// What was expected, when `text` is no such value; nothing when it was assigned. Of a value with parts it may begin
  /// with the place of one, as complaint_about() reads it: `[0].x1: expected a number ...`.
  std::function<std::optional<std::string>(GroupValues&, std::string_view text)> assign;
  std::function<std::string(const GroupValues&)> show;
  /// Of numbers: whether the value in `values` is above that in `cap`.
  std::function<bool(const GroupValues& values, const GroupValues& cap)> exceeds = {};
};

/// A sentence about a value that stands at `path`, from what Binding::assign answered.
std::string complaint_about(std::string_view path, std::string_view expected, std::string_view found);

struct Option {
  std::string_view flag;              // without dashes: "ocr-dpi"
  std::string_view value_name = {};   // "DPI"; empty for a switch, which is on or off
  std::string_view environment = {};  // an issue's name; empty for DOCMILL_<FLAG>
  std::string_view inverse = {};      // a flag without value that sets a switch to false
  std::string_view alias = {};        // another spelling of the flag, with a variable and a key of its own
  std::string_view letter = {};       // "i" for -i
  std::string_view object = {};       // of a recipe that holds it: "page_images" of page-images-dpi; empty for none
  Heading heading;
  std::string_view after = {};  // the flag that it stands behind under its heading, where another group has that
  std::string_view help;
  std::string_view default_text = {};  // where the default depends on the machine
  bool repeatable = false;             // its values are a list joined by commas; of several flags all count
  bool flag_only = false;              // has neither variable nor key
  bool hidden = false;                 // for developers: not in help or manual
  bool in_recipe = false;              // one of the recipe, as those in messages are
  bool in_message = false;             // one of the recipe that a message may carry: see message_recipe.h
  bool is_limit = false;               // a message may ask for less than the worker's own, and not for more
  Binding binding;

  bool is_switch() const { return value_name.empty(); }
  std::string environment_name() const;  // "OCR_DPI", "DOCMILL_WORKERS"
  std::string config_key() const;        // "ocr_dpi"
  bool is_of_recipe() const { return in_recipe || in_message; }
  /// Where it stands in a recipe: "ocr_dpi", "page_images.dpi".
  std::string path() const;
  /// Those two first, then the alias's: where several are set, the first counts.
  std::vector<std::string> environment_names() const;
  std::vector<std::string> config_keys() const;
  /// As shown to people: `default_text`, or what a new group has; empty where there is none.
  std::string default_shown() const;
};

/// "DOCMILL_" and the flag in capitals, with underscores.
std::string default_environment_name(std::string_view flag);

/// Options that belong together, without the type of the struct that holds their values. Each is declared in a file of
/// src/cli/options/, which says what such a struct has:
///
///   static std::vector<Option> options();   its declarations
///   void set_defaults(const Surroundings&)  where a default depends on the machine
///   void complete(const Surroundings&)      what is to be done when all values are assigned: paths become absolute
struct OptionGroup {
  std::vector<Option> options;
  /// Add the group with its defaults.
  void (*add)(GroupValues&, const Surroundings&);
  void (*complete)(GroupValues&, const Surroundings&);
};

/// Made once, so that its options keep their addresses.
template <typename Group>
const OptionGroup& group_of() {
  static const OptionGroup group{.options = Group::options(),
                                 .add =
                                     [](GroupValues& values, [[maybe_unused]] const Surroundings& surroundings) {
                                       Group& added = values.add<Group>();
                                       if constexpr (requires { added.set_defaults(surroundings); })
                                         added.set_defaults(surroundings);
                                     },
                                 .complete =
                                     [](GroupValues& values, [[maybe_unused]] const Surroundings& surroundings) {
                                       if constexpr (requires(Group& completed) { completed.complete(surroundings); })
                                         values.get<Group>().complete(surroundings);
                                     }};
  return group;
}

}  // namespace docmill
