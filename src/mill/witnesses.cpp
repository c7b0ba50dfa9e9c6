#include "mill/witnesses.h"

#include <algorithm>
#include <utility>

namespace docmill {
namespace {

constexpr int witnesses_asked_max = 3;
/// Keys that are kept of a place: some, for the first may be refused as well.
constexpr std::size_t begun_max = 8;
/// Buckets that messages name; beyond, the others are forgotten and learnt anew.
constexpr std::size_t places_max = 1'000;

/// "s3://bucket" of "s3://bucket/a/b.pdf".
std::string_view place_of(std::string_view uri) {
  const std::size_t scheme = uri.find("://");
  return uri.substr(0, scheme == std::string_view::npos ? 0 : uri.find('/', scheme + 3));
}

}  // namespace

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
  if (!next_witness(uri, key)) look_for_some(source, key);
  bool could_be_read = false;
  for (int asked = 0; asked < witnesses_asked_max; ++asked) {
    const auto witness = next_witness(uri, key);
    if (!witness) break;
    const auto byte = source.read_range(*witness, 0, 1);
    if (byte) {
      on_read(uri, *witness);
      return FaultScope::one_object;
    }
    if (scope_of(byte.error()) == FaultScope::place) return FaultScope::place;
    const bool was_read = forget(uri, *witness);
    could_be_read = could_be_read || (was_read && byte.error().kind != ErrorKind::source_gone);
  }
  return could_be_read ? FaultScope::place : FaultScope::unknown;
}

/// The first objects of a listing, where nothing else was begun here. Who may not list has none.
void Witnesses::look_for_some(ObjectStore& source, std::string_view key) {
  const auto listing = source.list({});
  for (int found = 0; listing && found < witnesses_asked_max;) {
    const auto info = (*listing)->next();
    if (!info || !*info) return;
    if ((*info)->key == key) continue;
    on_begun(source.uri((*info)->key), (*info)->key);
    ++found;
  }
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
