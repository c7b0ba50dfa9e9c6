// What can be produced of a document: tables, and files beside them. Each output is declared once, here.
//
// An output is a table, or files, or both. Tables are Parquet files; all files of a document stand in one list, another
// Parquet file. These are the carriers: what carries a stamp, and is written under a condition.
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

/// In the order in which `docmill.outputs` names them. It also says which output of a set is its primary one,
/// the first: it is written last and vouches for the others.
enum class OutputId : std::uint8_t { text, words, page_images, links, codes, images, crops, structure };
inline constexpr std::array output_ids{OutputId::text,  OutputId::words,  OutputId::page_images, OutputId::links,
                                       OutputId::codes, OutputId::images, OutputId::crops,       OutputId::structure};

/// What carries a stamp, and is written under a condition: the Parquet file of a table, or the list of a document's
/// files, which is one for all outputs that have some.
class Carrier {
 public:
  constexpr Carrier() = default;  // the list of files
  constexpr explicit Carrier(TableId table) : index_(1 + index_of(table)) {}

  constexpr bool is_list_of_files() const { return index_ == 0; }
  /// Its declaration.
  const Table& table() const;
  constexpr std::size_t index() const { return index_; }
  constexpr bool operator==(const Carrier&) const = default;

 private:
  std::size_t index_ = 0;
};

inline constexpr Carrier list_of_files;

/// By index, which is the order in which they are written: files are listed before a table tells of them. The one that
/// vouches for the others comes last of all.
inline constexpr auto carriers = [] {
  std::array<Carrier, 1 + table_ids.size()> all;
  for (const TableId table : table_ids) all[Carrier(table).index()] = Carrier(table);
  return all;
}();

/// Which files an output has.
enum class FilesOf : std::uint8_t {
  none,
  pages,     // any number; the child makes them of pages
  document,  // one; the child makes it of the document, with its first page
  table,     // one: a JSON object with all rows of the table; the parent makes it
};

/// An output has a table, or files, or both.
struct Output {
  OutputId id;
  std::string_view name;              // in recipes, in `--outputs`, in stamps
  std::string_view description;       // for help and docs
  std::optional<TableId> table = {};  // where it has one
  FilesOf files = FilesOf::none;
  std::string_view folder = {};  // of its files, unless a layout names another; ends in '/'

  constexpr bool has_files() const { return files != FilesOf::none; }
  constexpr bool has_files_of_child() const { return files == FilesOf::pages || files == FilesOf::document; }
  /// `<folder><stem>.json`, not a folder of them.
  constexpr bool has_one_file() const { return files == FilesOf::document || files == FilesOf::table; }
  constexpr bool is_carried_by(Carrier carrier) const {
    return carrier.is_list_of_files() ? has_files() : table && Carrier(*table) == carrier;
  }
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
  constexpr void remove(Outputs others) { bits_ &= ~others.bits_; }
  /// Those that are carried by it.
  Outputs on(Carrier carrier) const;
  bool has_carrier(Carrier carrier) const { return !on(carrier).empty(); }
  bool has_files() const { return has_carrier(list_of_files); }
  bool has_table(TableId table) const { return has_carrier(Carrier(table)); }
  /// The one that vouches for the others, and what carries its stamp: its table where it has one. REQUIRES: not
  /// empty().
  OutputId primary() const;
  Carrier primary_carrier() const;
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
