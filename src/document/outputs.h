// What can be produced of a document: tables, and files beside them. Each output is declared once, here.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "document/tables.h"

namespace docmill {

/// In the order in which `docmill.outputs` names them. The order also says which output of a set is its primary one,
/// the first: it is written last and vouches for the others.
enum class OutputId : std::uint8_t { text, words, page_images };
inline constexpr std::array output_ids{OutputId::text, OutputId::words, OutputId::page_images};

struct Output {
  OutputId id;
  std::string_view name;              // in recipes, in `--outputs`, in stamps
  std::string_view description;       // for help and docs
  std::optional<TableId> table = {};  // the table that it is, else it is files
  std::string_view folder = {};       // of its files, below the place of outputs, with a '/' at its end
};

const Output& output_of(OutputId id);
std::optional<OutputId> output_from(std::string_view name);

/// A set of outputs.
class Outputs {
 public:
  constexpr Outputs() = default;
  constexpr Outputs(std::initializer_list<OutputId> ids) {
    for (const OutputId id : ids) add(id);
  }

  constexpr bool has(OutputId id) const { return (bits_ & bit(id)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr void add(OutputId id) { bits_ |= bit(id); }
  constexpr void remove(OutputId id) { bits_ &= ~bit(id); }
  bool has_files() const;
  bool has_table(TableId table) const;
  /// The one that vouches for the others. REQUIRES: not empty().
  OutputId primary() const;
  std::uint32_t bits() const { return bits_; }
  bool operator==(const Outputs&) const = default;

 private:
  static constexpr std::uint32_t bit(OutputId id) { return 1U << static_cast<unsigned>(id); }
  std::uint32_t bits_ = 0;
};

/// "text,words"
std::string names_of(Outputs outputs);
/// Errors: invalid_input (an unknown name, or none; the message lists those that there are).
Result<Outputs> outputs_from(std::string_view names);

}  // namespace docmill
