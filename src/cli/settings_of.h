// A command's own settings, typed by the list of its groups.
#pragma once

#include <concepts>
#include <utility>
#include <vector>

#include "cli/group_values.h"
#include "cli/option.h"

namespace docmill {

/// The settings of a command: these groups and no other. Asking for one that the command does not list does not
/// compile.
template <typename... Groups>
class SettingsOf {
 public:
  /// REQUIRES: `values` has these groups.
  explicit SettingsOf(GroupValues values) : values_(std::move(values)) {}

  template <typename Group>
    requires(std::same_as<Group, Groups> || ...)
  const Group& get() const {
    return values_.get<Group>();
  }

  /// In the order of the list.
  static std::vector<const OptionGroup*> groups() { return {&group_of<Groups>()...}; }

  /// For what works with the groups that it finds.
  const GroupValues& values() const { return values_; }

 private:
  GroupValues values_;
};

}  // namespace docmill
