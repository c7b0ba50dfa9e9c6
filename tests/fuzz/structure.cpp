// A document to what its structure says of it: the first byte picks the bound of the JSON, the rest is the document.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <span>

#include "base/utf8.h"
#include "extract/structure/structure.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace docmill;
  constexpr std::size_t size_bytes_max = 1 << 16;
  if (size < 2 || size > size_bytes_max) return 0;
  // From one too small for anything to one that fits all.
  const std::uint64_t json_size_bytes_max = std::uint64_t{1} << (10 + data[0] % 12);
  const auto read =
      extract::structure::read_pdf(std::as_bytes(std::span(data, size).subspan(1)),
                                   {.password = "", .page_count = 1, .size_bytes_max = json_size_bytes_max});
  if (!read) return 0;
  if (read->json.size() > json_size_bytes_max || !is_utf8(read->json)) std::abort();
  const auto parsed = nlohmann::json::parse(read->json, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) std::abort();
  if (read->is_cut != (parsed.contains("cut") && !parsed["cut"].empty())) std::abort();
  return 0;
}
