// Where a setting's value comes from: flags over environment over the env file over the recipe over the configuration
// file.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/config_file.h"
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
  Environment env_file = {};
  std::string env_file_path = {};
  ConfigValues recipe = {};
  std::string recipe_name = {};
  ConfigValues config = {};
  std::string config_path = {};
  std::vector<std::string> unknown_variables = {};  // "DOCMILL_WORKER (environment), the nearest is DOCMILL_WORKERS"
};

/// The value of the highest layer that has one; nothing for the default.
std::optional<FoundValue> find_value(const Layers& layers, const Option& option);
/// A variable of any name, from the environment, else the env file.
std::optional<std::string> find_variable(const Layers& layers, const std::string& name);

/// Read the env file, the configuration file and the recipe, where they are named and the command reads settings.
/// Unknown DOCMILL_* variables are noted: the program's name is also that of a Service in Kubernetes, which puts such
/// into every pod. Known are the variables and keys of `all` commands, for one file may serve several.
///
/// Errors: invalid_input (an unknown key, a file that cannot be read); of a configuration file in a bucket those of
/// read_small_text().
Result<Layers> read_layers(const CommandInfo& command, Arguments arguments, const Surroundings& surroundings,
                           std::span<const CommandInfo> all = commands());

}  // namespace docmill
