// What a listing passes over, and why: nothing that lies in a place vanishes without a count.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace docmill {

enum class LeftOut : std::uint8_t {
  folder,       // of a folder that the caller leaves out: one count for all that lies in it
  link_out,     // a link that leads out of the folder, where such links are not followed
  link_broken,  // a link to nothing, or in a circle
  repeated,     // a link to what is listed under its own name, or a further way to what was listed
  special,      // a device, a pipe, a socket
  temporary,    // a file of docmill's that is being written, or was left by a writer that died
  vanished,     // was there a moment ago
  marker,       // an object that stands for the folder itself
  excluded,     // by a pattern of the caller
};

inline constexpr std::array all_left_out{LeftOut::folder,   LeftOut::link_out, LeftOut::link_broken,
                                         LeftOut::repeated, LeftOut::special,  LeftOut::temporary,
                                         LeftOut::vanished, LeftOut::marker,   LeftOut::excluded};

/// Is told of an entry that is passed over: a key, or a folder ("a/b/").
using OnLeftOut = std::function<void(LeftOut reason, std::string_view entry)>;

/// "link_out": for logs and scripts.
std::string_view name_of(LeftOut reason);

/// How often each came up, and the first entry of each.
class LeftOutCounts {
 public:
  void add(LeftOut reason, std::string_view entry);
  std::uint64_t operator[](LeftOut reason) const { return counts_.at(static_cast<std::size_t>(reason)); }
  const std::string& first(LeftOut reason) const { return first_.at(static_cast<std::size_t>(reason)); }
  bool any() const;

 private:
  std::array<std::uint64_t, all_left_out.size()> counts_{};
  std::array<std::string, all_left_out.size()> first_;
};

}  // namespace docmill
