#include "mill/witnesses.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace docmill {
namespace {

constexpr int witnesses_asked_max = 3;
/// Keys that are kept of a place: some, for the first may be refused as well.
constexpr std::size_t begun_max = 8;
/// Keys of a listing that some are chosen from: what one request of S3 brings.
constexpr std::size_t listed_max = 1'000;
/// Buckets that messages name; beyond, the others are forgotten and learnt anew.
constexpr std::size_t places_max = 1'000;

/// "s3://bucket" of "s3://bucket/a/b.pdf".
std::string_view place_of(std::string_view uri) {
  const std::size_t scheme = uri.find("://");
  return uri.substr(0, scheme == std::string_view::npos ? 0 : uri.find('/', scheme + 3));
}

}  // namespace

bool may_be_one_objects(const Error& error) {
  if (error.scope) return *error.scope == FaultScope::unknown;
  return scope_of(error) == FaultScope::unknown || error.kind == ErrorKind::unavailable ||
         error.kind == ErrorKind::timed_out;
}

void Witnesses::on_begun(std::string_view uri, std::string_view key) {
  const std::string_view name = place_of(uri);
  const std::lock_guard lock(mutex_);
  auto place = places_.find(name);
  if (place == places_.end()) {
    if (places_.size() >= places_max) places_.clear();
    place = places_.emplace(name, Place{}).first;
  }
  auto& begun = place->second.begun;
  if (place->second.read || std::ranges::find(begun, key) != begun.end()) return;
  if (begun.size() >= begun_max) begun.pop_front();
  begun.emplace_back(key);
}

void Witnesses::on_read(std::string_view uri, std::string_view key) {
  const std::lock_guard lock(mutex_);
  if (const auto place = places_.find(place_of(uri)); place != places_.end()) place->second.read = key;
}

FaultScope Witnesses::judge(ObjectStore& source, std::string_view key) {
  const std::string uri = source.uri(key);
  forget(uri, std::string(key));
  bool could_be_read = false;
  auto told = ask_some(source, uri, key, could_be_read);
  if (!told && !could_be_read) {
    look_for_some(source, key);
    told = ask_some(source, uri, key, could_be_read);
  }
  return told.value_or(could_be_read ? FaultScope::place : FaultScope::unknown);
}

/// Nothing where none of them tells. `could_be_read`: set where one could before.
std::optional<FaultScope> Witnesses::ask_some(ObjectStore& source, std::string_view uri, std::string_view key,
                                              bool& could_be_read) {
  for (int asked = 0; asked < witnesses_asked_max; ++asked) {
    const auto witness = next_witness(uri, key);
    if (!witness) break;
    const auto byte = source.read_range(*witness, 0, 1);
    if (byte) {
      on_read(uri, *witness);
      return FaultScope::one_object;
    }
    if (!may_be_one_objects(byte.error()) && scope_of(byte.error()) == FaultScope::place) return FaultScope::place;
    if (forget(uri, *witness) && byte.error().kind != ErrorKind::source_gone) could_be_read = true;
  }
  return std::nullopt;
}

/// Some of a listing: its start, end and middle, for neighbours may share what ails them. Who may not list has none.
void Witnesses::look_for_some(ObjectStore& source, std::string_view key) {
  const auto listing = source.list({});
  std::vector<std::string> keys;
  while (listing && keys.size() < listed_max) {
    auto info = (*listing)->next();
    if (!info || !*info) break;
    if ((*info)->key != key) keys.push_back((*info)->key);
  }
  if (keys.empty()) return;
  for (const std::size_t place : std::set{std::size_t{0}, keys.size() / 2, keys.size() - 1})
    on_begun(source.uri(keys[place]), keys[place]);
}

std::optional<std::string> Witnesses::next_witness(std::string_view uri, std::string_view key) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(place_of(uri));
  if (place == places_.end()) return std::nullopt;
  const auto& [read, begun] = place->second;
  if (read && *read != key) return read;
  const auto other = std::ranges::find_if(begun.rbegin(), begun.rend(), [&](const auto& one) { return one != key; });
  return other == begun.rend() ? std::nullopt : std::optional(*other);
}

/// One that is gone or refused is no witness. Whether it was one that could be read.
bool Witnesses::forget(std::string_view uri, const std::string& witness) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(place_of(uri));
  if (place == places_.end()) return false;
  std::erase(place->second.begun, witness);
  if (place->second.read != witness) return false;
  place->second.read.reset();
  return true;
}

}  // namespace docmill
