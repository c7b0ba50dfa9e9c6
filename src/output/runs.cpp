#include "output/runs.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "output/names.h"

namespace docmill {

Result<void> each_run(ObjectStore& output, const std::function<void(RunFile)>& visit) {
  constexpr std::string_view ending = ".parquet";
  const std::string folder = fmt::format("{}runs/", own_prefix);
  auto listing = output.list({.prefix = folder});
  if (!listing) return std::unexpected(std::move(listing).error());
  for (;;) {
    auto info = (*listing)->next();
    if (!info) return std::unexpected(std::move(info).error());
    if (!*info) return {};
    const std::string_view name = std::string_view((*info)->key).substr(folder.size());
    if (!name.ends_with(ending) || name.contains('/')) continue;  // a journal, a lock
    std::string run_id(name.substr(0, name.size() - ending.size()));
    visit({.run_id = std::move(run_id), .manifest = **std::move(info)});
  }
}

}  // namespace docmill
