// From the layers in which values stand to the groups of a command.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/layers.h"

namespace docmill {

/// An option of the command as it is in force, for `docmill config`.
struct SettingInForce {
  const Option* option;
  std::string value;
  std::string
      origin;  // "flag --ocr-dpi", "environment OCR_DPI", "env file PATH OCR_DPI", "config file PATH", "default"
};

/// Assign what the layers say to `values`, which has the groups of the command with their defaults, and complete the
/// groups. Gives those options that have a variable or a key.
///
/// Errors: invalid_input (a value out of its range).
Result<std::vector<SettingInForce>> assign_all(GroupValues& values, const CommandInfo& command, const Layers& layers,
                                               const Surroundings& surroundings);

}  // namespace docmill
