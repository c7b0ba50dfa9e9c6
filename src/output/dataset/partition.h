// Hive partitions: in which folder of a dataset the rows of a document lie, by its address.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace docmill {

/// What stands for a value that there is not, as Hive, Spark, Athena and DuckDB know it.
inline constexpr std::string_view hive_default_partition = "__HIVE_DEFAULT_PARTITION__";

/// As Hive writes values into names of folders: control characters and those that mean something in a path or a pattern
/// are percent-encoded.
std::string hive_encoded(std::string_view value);

struct Partition {
  std::string folders;  // "year=2026/zone=a/"; empty without a rule
  bool matched = true;  // false: the default partition, because the address does not match
};

/// A regular expression with named groups, each of which is a column of partitions. It is looked for anywhere in the
/// address. The syntax is ICU's, in which a group is `(?<year>...)`; `(?P<year>...)` is taken for the same. One thread.
class PartitionRule {
 public:
  /// Without one all rows lie in one folder.
  PartitionRule();
  /// Errors: invalid_input (no regular expression, no named group, one name twice, a name that no column can have).
  static Result<PartitionRule> create(std::string_view expression);
  PartitionRule(PartitionRule&&) noexcept;
  PartitionRule& operator=(PartitionRule&&) noexcept;
  ~PartitionRule();

  const std::vector<std::string>& columns() const;
  /// An address that does not match has the default partition in each column, as has one that takes more than
  /// `match_steps_max` or whose folder would be no name of a file. A group that took part with nothing has it in its
  /// own.
  Partition of(std::string_view uri) const;

  /// Of work, in ICU's measure, which is about a millisecond each: an address is of strangers.
  static constexpr std::int32_t match_steps_max = 100;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace docmill
