// The values of a command's options, one struct a group.
#pragma once

#include <any>
#include <map>
#include <typeindex>

namespace docmill {

/// Holds at most one struct of each type. A copy is a copy of all.
class GroupValues {
 public:
  /// REQUIRES: it has none of this type yet.
  template <typename Group>
  Group& add() {
    return std::any_cast<Group&>(values_[typeid(Group)] = Group{});
  }

  /// REQUIRES: it has one of this type.
  template <typename Group>
  Group& get() {
    return std::any_cast<Group&>(values_.at(typeid(Group)));
  }
  template <typename Group>
  const Group& get() const {
    return std::any_cast<const Group&>(values_.at(typeid(Group)));
  }

  /// Null where it has none.
  template <typename Group>
  Group* find() {
    const auto found = values_.find(typeid(Group));
    return found == values_.end() ? nullptr : &std::any_cast<Group&>(found->second);
  }
  template <typename Group>
  const Group* find() const {
    const auto found = values_.find(typeid(Group));
    return found == values_.end() ? nullptr : &std::any_cast<const Group&>(found->second);
  }

  /// What a new group has, where it has none.
  template <typename Group>
  Group get_or_default() const {
    const Group* const found = find<Group>();
    return found == nullptr ? Group{} : *found;
  }

 private:
  std::map<std::type_index, std::any> values_;
};

}  // namespace docmill
