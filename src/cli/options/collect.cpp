#include "cli/options/collect.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/absolute.h"
#include "cli/bindings.h"

namespace docmill {
namespace {

std::string all_names() { return names_of({carriers.begin(), carriers.end()}); }

Parsed<std::vector<Carrier>> parse_tables(std::string_view text) {
  std::vector<Carrier> tables;
  for (;;) {
    const std::string_view name = text.substr(0, text.find(','));
    const auto found = std::ranges::find(carriers, name, [](Carrier carrier) { return carrier.table().name; });
    if (found == carriers.end()) return std::unexpected("some of " + all_names());
    if (std::ranges::find(tables, *found) == tables.end()) tables.push_back(*found);
    if (name.size() == text.size()) return tables;
    text.remove_prefix(name.size() + 1);
  }
}

constexpr std::int64_t file_size_bytes_least = 64LL << 10U, file_size_bytes_most = 4LL << 30U;

}  // namespace

std::string names_of(const std::vector<Carrier>& tables) {
  std::vector<std::string_view> names;
  for (const Carrier carrier : tables) names.push_back(carrier.table().name);
  return fmt::format("{}", fmt::join(names, ","));
}

std::vector<Option> CollectOptions::options() {
  return {
      {.flag = "in",
       .value_name = "PLACE",
       .letter = "i",
       .heading = Heading::places,
       .help = "Folder or s3://BUCKET/PREFIX of outputs: what was --out of a sweep or a worker. Required.",
       .flag_only = true,
       .binding = bound::place<CollectOptions>([](auto& collect) -> auto& { return collect.outputs; })},
      {.flag = "out",
       .value_name = "PLACE",
       .letter = "o",
       .heading = Heading::places,
       .help =
           "Folder or s3://BUCKET/PREFIX of the dataset, which lies beside the outputs, not among them; a folder is "
           "made if need be. Required.",
       .flag_only = true,
       .binding = bound::place<CollectOptions>([](auto& collect) -> auto& { return collect.dataset; })},
      {.flag = "tables",
       .value_name = "TABLES",
       .heading = Heading::chosen,
       .help = "Tables to join, each in a folder of its own. What the dataset has of others stays as it is.",
       .default_text = "all",
       .repeatable = true,
       .binding = bound::to<CollectOptions>(
           "some of " + all_names(), [](auto& collect) -> auto& { return collect.tables; }, parse_tables,
           [](const std::vector<Carrier>& tables) { return names_of(tables); })},
      {.flag = "partition",
       .value_name = "REGEX",
       .heading = Heading::result,
       .help =
           "Regular expression that is looked for in the address of each document (`source_uri`); its named groups, "
           "(?<year>[0-9]{4}), become Hive partitions, year=2026/. Addresses that do not match lie in "
           "__HIVE_DEFAULT_PARTITION__. A dataset has one rule for good.",
       .default_text = "none",
       .binding = bound::text<CollectOptions>([](auto& collect) -> auto& { return collect.partition; })},
      {.flag = "file-size",
       .value_name = "SIZE",
       .heading = Heading::result,
       .help = "About how large files become. They are smaller where there are no more rows, and larger where one "
               "document has more.",
       .binding = bound::size<CollectOptions>({file_size_bytes_least, file_size_bytes_most},
                                              [](auto& collect) -> auto& { return collect.file_size_bytes; })},
  };
}

void CollectOptions::complete(const Surroundings& surroundings) {
  make_absolute(outputs, surroundings.working_dir);
  make_absolute(dataset, surroundings.working_dir);
}

}  // namespace docmill
