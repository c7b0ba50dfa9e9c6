#include "output/dataset/partition.h"

#include <fmt/format.h>
#include <unicode/uregex.h>
#include <unicode/utext.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace docmill {
namespace {

constexpr std::size_t folder_name_size_bytes_max = 255;  // NAME_MAX of Linux
/// Of ICU's stack of places to go back to, which is no stack of the thread.
constexpr std::int32_t match_stack_size_bytes_max = 8'000'000;

std::unexpected<Error> complain(std::string message) {
  return fail(ErrorKind::invalid_input, "--partition", std::move(message));
}

bool is_column_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_rest = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= 64 && is_letter(name.front()) && std::ranges::all_of(name, is_rest);
}

/// The expression with groups named "g0", "g1": ICU's names have no underscores, and it does not list them.
struct Renamed {
  std::string expression;
  std::vector<std::string> names;
};

class Renaming {
 public:
  explicit Renaming(std::string_view given) : rest_(given) {}

  Result<Renamed> go() {
    while (!rest_.empty()) {
      if (rest_.starts_with("\\Q")) {
        copy(std::min(rest_.find("\\E"), rest_.size()));
      } else if (rest_.front() == '\\') {
        copy(2);
      } else if (const auto opening = opening_of_group(); opening && !is_in_set()) {
        if (auto renamed = rename(*opening); !renamed) return std::unexpected(std::move(renamed).error());
      } else {
        sets_ += rest_.front() == '[' ? 1 : rest_.front() == ']' && is_in_set() ? -1 : 0;
        copy(1);
      }
    }
    return std::move(result_);
  }

 private:
  bool is_in_set() const { return sets_ > 0; }

  void copy(std::size_t count) {
    result_.expression += rest_.substr(0, count);
    rest_.remove_prefix(std::min(count, rest_.size()));
  }

  /// "(?<" that is no look-behind, and "(?P<".
  std::optional<std::size_t> opening_of_group() const {
    if (rest_.starts_with("(?P<")) return 4;
    if (!rest_.starts_with("(?<") || rest_.starts_with("(?<=") || rest_.starts_with("(?<!")) return std::nullopt;
    return 3;
  }

  Result<void> rename(std::size_t opening) {
    const std::size_t end = rest_.find('>');
    const std::string name(rest_.substr(opening, end == std::string_view::npos ? end : end - opening));
    if (end == std::string_view::npos || !is_column_name(name))
      return complain(fmt::format("`{}` is no name of a column: letters, digits and underscores", name));
    if (std::ranges::find(result_.names, name) != result_.names.end())
      return complain(fmt::format("two groups are named `{}`", name));
    result_.expression += fmt::format("(?<g{}>", result_.names.size());
    result_.names.push_back(name);
    rest_.remove_prefix(end + 1);
    return {};
  }

  std::string_view rest_;
  Renamed result_;
  int sets_ = 0;
};

struct CloseText {
  void operator()(UText* text) const { utext_close(text); }
};
using Text = std::unique_ptr<UText, CloseText>;

Text text_of(std::string_view utf8) {
  UErrorCode error = U_ZERO_ERROR;
  return Text(utext_openUTF8(nullptr, utf8.data(), static_cast<std::int64_t>(utf8.size()), &error));
}

struct CloseExpression {
  void operator()(URegularExpression* expression) const { uregex_close(expression); }
};

}  // namespace

struct PartitionRule::State {
  std::unique_ptr<URegularExpression, CloseExpression> expression;
  std::vector<std::string> columns;
  std::vector<std::int32_t> groups;  // by column
  std::string default_folders;

  std::optional<std::string> folders_of(std::string_view uri) const {
    const Text text = text_of(uri);
    UErrorCode error = U_ZERO_ERROR;
    uregex_setUText(expression.get(), text.get(), &error);
    if (uregex_find64(expression.get(), 0, &error) == 0 || U_FAILURE(error) != 0) return std::nullopt;
    std::string folders;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      // Of text in UTF-8 places are counted in bytes.
      const std::int64_t start = uregex_start64(expression.get(), groups[i], &error);
      const std::int64_t end = uregex_end64(expression.get(), groups[i], &error);
      if (U_FAILURE(error) != 0) return std::nullopt;
      const bool is_empty = start < 0 || end <= start;
      const std::string value =
          is_empty ? std::string(hive_default_partition)
                   : hive_encoded(uri.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start)));
      const std::string folder = fmt::format("{}={}", columns[i], value);
      if (folder.size() > folder_name_size_bytes_max) return std::nullopt;
      folders += folder + "/";
    }
    return folders;
  }
};

PartitionRule::PartitionRule() : state_(std::make_unique<State>()) {}
PartitionRule::PartitionRule(PartitionRule&&) noexcept = default;
PartitionRule& PartitionRule::operator=(PartitionRule&&) noexcept = default;
PartitionRule::~PartitionRule() = default;

const std::vector<std::string>& PartitionRule::columns() const { return state_->columns; }

Result<PartitionRule> PartitionRule::create(std::string_view expression) {
  auto renamed = Renaming(expression).go();
  if (!renamed) return std::unexpected(std::move(renamed).error());
  const Text pattern = text_of(renamed->expression);
  UParseError where{};
  UErrorCode error = U_ZERO_ERROR;
  PartitionRule rule;
  rule.state_->expression.reset(uregex_openUText(pattern.get(), 0, &where, &error));
  if (U_FAILURE(error) != 0) return complain(fmt::format("this is no regular expression: {}", u_errorName(error)));
  if (renamed->names.empty())
    return complain("no named group, such as (?<year>[0-9]{4}): each is a column of the partitions");
  uregex_setTimeLimit(rule.state_->expression.get(), match_steps_max, &error);
  uregex_setStackLimit(rule.state_->expression.get(), match_stack_size_bytes_max, &error);
  for (std::size_t i = 0; i < renamed->names.size(); ++i) {
    const std::string name = fmt::format("g{}", i);
    rule.state_->groups.push_back(uregex_groupNumberFromCName(rule.state_->expression.get(), name.c_str(), -1, &error));
    rule.state_->default_folders += fmt::format("{}={}/", renamed->names[i], hive_default_partition);
  }
  if (U_FAILURE(error) != 0) return complain(fmt::format("its groups are not understood: {}", u_errorName(error)));
  rule.state_->columns = std::move(renamed->names);
  return rule;
}

Partition PartitionRule::of(std::string_view uri) const {
  if (!state_->expression) return {};
  auto folders = state_->folders_of(uri);
  if (folders) return {.folders = *std::move(folders)};
  return {.folders = state_->default_folders, .matched = false};
}

std::string hive_encoded(std::string_view value) {
  static constexpr std::string_view special = "\"#%'*/:=?\\{}[]^\x7f";
  std::string encoded;
  for (const char c : value) {
    if (static_cast<unsigned char>(c) < 0x20 || special.contains(c))
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else
      encoded += c;
  }
  return encoded;
}

}  // namespace docmill
