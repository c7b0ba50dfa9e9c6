// Where a setting's value comes from: flags over environment over `.env` over the configuration file.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "cli/arguments.h"
#include "cli/options.h"
#include "cli/surroundings.h"

namespace docmill {

struct FoundValue {
  std::string text;
  std::string origin;   // for `docmill config`: "environment OCR_DPI"
  std::string subject;  // for a complaint: "OCR_DPI=9 (environment)"
};

struct Layers {
  Arguments arguments;
  Environment environment = {};
  Environment dotenv = {};
  std::map<std::string, std::string, std::less<>> config = {};
  std::string config_path = {};
};

/// The value of the highest layer that has one; nothing for the default.
std::optional<FoundValue> find_value(const Layers& layers, const Option& option);

/// Read `.env` and the configuration file, where the command reads settings, and refuse unknown DOCMILL_* variables and
/// unknown keys.
///
/// Errors: invalid_input.
Result<Layers> read_layers(Command command, Arguments arguments, const Surroundings& surroundings);

}  // namespace docmill
