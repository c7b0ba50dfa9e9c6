// A document's tables, streams and page tree, followed in its bytes; and what is mended stays as long as it was.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "extract/pdf/page_tree.h"
#include "extract/pdf/raw_objects.h"
#include "extract/pdf/readable.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace docmill::pdf;
  const Readable readable = with_header_first(std::as_bytes(std::span(data, size)));
  const std::span<const std::byte> bytes = readable.bytes();
  auto objects = RawObjects::open({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  auto tree = objects ? PageTree::open(*objects) : std::nullopt;
  if (!tree) return 0;
  static_cast<void>(tree->adds_up_to(1));
  const auto mended = tree->with_pages_to_count(bytes);
  if (mended && mended->bytes().size() != bytes.size()) std::abort();
  return 0;
}
