#include "cli/left_out_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace docmill {
namespace {

struct Words {
  std::string_view one, many;
};

Words words_of(LeftOut reason) {
  switch (reason) {
    case LeftOut::folder:
      return {"folder of outputs or excluded", "folders of outputs or excluded"};
    case LeftOut::link_out:
      return {"link that leads out of --in (--follow-links follows it)",
              "links that lead out of --in (--follow-links follows them)"};
    case LeftOut::link_broken:
      return {"link to nothing", "links to nothing"};
    case LeftOut::repeated:
      return {"link to what is listed anyway", "links to what is listed anyway"};
    case LeftOut::special:
      return {"device, pipe or socket", "devices, pipes or sockets"};
    case LeftOut::temporary:
      return {"file of docmill's that is being written", "files of docmill's that are being written"};
    case LeftOut::vanished:
      return {"entry that vanished meanwhile", "entries that vanished meanwhile"};
    case LeftOut::marker:
      return {"object that stands for the folder", "objects that stand for the folder"};
    case LeftOut::excluded:
      return {"file excluded by --include or --exclude", "files excluded by --include or --exclude"};
  }
  return {"entry", "entries"};
}

}  // namespace

std::string left_out_text(const LeftOutCounts& counts) {
  std::vector<std::string> parts;
  for (const LeftOut reason : all_left_out)
    if (const auto count = counts[reason]; count > 0)
      parts.push_back(fmt::format("{} {}", count, count == 1 ? words_of(reason).one : words_of(reason).many));
  return parts.empty() ? "" : fmt::format("Left out: {}\n", fmt::join(parts, ", "));
}

nlohmann::ordered_json left_out_json(const LeftOutCounts& counts) {
  nlohmann::ordered_json object;
  for (const LeftOut reason : all_left_out) object[std::string(name_of(reason))] = counts[reason];
  return object;
}

}  // namespace docmill
