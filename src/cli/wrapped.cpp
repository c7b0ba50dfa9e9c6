#include "cli/wrapped.h"

#include <algorithm>

namespace docmill {
namespace {

constexpr std::size_t columns = 100;

}  // namespace

void append_wrapped(std::string& out, std::string_view text, std::size_t used, std::size_t indent) {
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (used > indent && used + 1 + word.size() > columns) {
      out += '\n';
      out.append(indent, ' ');
      used = indent;
    } else if (used > indent) {
      out += ' ';
      ++used;
    }
    out += word;
    used += word.size();
  }
  out += '\n';
}

}  // namespace docmill
