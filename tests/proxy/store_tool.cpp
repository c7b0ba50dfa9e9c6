// One call of a store from the command line, so that end-to-end tests can put the fault proxy in its way.
//
//   store_tool PLACE get KEY FILE [SIZE_MAX]          the object's bytes into FILE; prints its etag
//   store_tool PLACE put KEY FILE [absent|etag=ETAG]  prints the new etag, or "refused"
//   store_tool PLACE list [LEFT_OUT_FOLDER]           a key a line
//   store_tool PLACE count                            how many keys, and the largest resident size in KiB
//
// The exit code is 0, or 1 with the error's kind and text on stderr.
#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "store/open_store.h"

namespace docmill {
namespace {

int failed(const Error& error) {
  fmt::print(stderr, "{}: {}\n", name_of(error.kind), error.text());
  return 1;
}

int get(ObjectStore& store, const std::vector<std::string>& words) {
  const std::uint64_t size_bytes_max = words.size() > 4 ? std::stoull(words[4]) : std::uint64_t{1} << 40U;
  const auto object = store.get(words[2], size_bytes_max);
  if (!object) return failed(object.error());
  std::ofstream(words[3], std::ios::binary) << object->blob.text();
  fmt::print("{}\n", object->info.etag);
  return 0;
}

int put_file(ObjectStore& store, const std::vector<std::string>& words) {
  std::ifstream file(words[3], std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  WriteCondition condition = WriteCondition::always();
  if (words.size() > 4 && words[4] == "absent") condition = WriteCondition::if_absent();
  if (words.size() > 4 && words[4].starts_with("etag=")) condition = WriteCondition::if_etag(words[4].substr(5));
  const auto etag = put(store, words[2], std::as_bytes(std::span(bytes)), condition,
                        {.content_type = "application/octet-stream", .metadata = {{"made-by", "store_tool"}}});
  if (!etag) return failed(etag.error());
  fmt::print("{}\n", etag->value_or("refused"));
  return 0;
}

int list(ObjectStore& store, const std::vector<std::string>& words, bool names) {
  ListOptions options;
  if (words.size() > 2) options.leave_out = [&](std::string_view folder) { return folder == words[2]; };
  auto listing = store.list(options);
  if (!listing) return failed(listing.error());
  std::uint64_t count = 0;
  for (;; ++count) {
    const auto info = (*listing)->next();
    if (!info) return failed(info.error());
    if (!*info) break;
    if (names) fmt::print("{}\n", (*info)->key);
  }
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  if (!names) fmt::print("{} {}\n", count, usage.ru_maxrss);
  return 0;
}

int run(const std::vector<std::string>& words) {
  const auto clock = make_system_clock();
  const auto random = make_system_random();
  aws::Connection connection({}, *clock, *random);
  Stores stores(connection, {}, *clock, *random);
  const auto place = words.size() > 1 ? parse_place(words[0]) : std::unexpected(std::string("a place and a call"));
  if (!place) return failed({ErrorKind::invalid_input, "store_tool", place.error()});
  const auto store = stores.open(*place, true);
  if (!store) return failed(store.error());
  if (words[1] == "get" && words.size() > 3) return get(**store, words);
  if (words[1] == "put" && words.size() > 3) return put_file(**store, words);
  if (words[1] == "list" || words[1] == "count") return list(**store, words, words[1] == "list");
  return failed({ErrorKind::invalid_input, words[1], "get, put, list or count"});
}

}  // namespace
}  // namespace docmill

int main(int argc, char** argv) { return docmill::run({argv + 1, argv + argc}); }
