// A child's bytes as the parent reads them: frames, and the page rows, decisions and errors in them.
#include <cstddef>
#include <cstdint>
#include <span>

#include "sandbox/wire/frame.h"
#include "sandbox/wire/page_row.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  docmill::wire::FrameReader reader(64 * 1024);
  reader.append(std::as_bytes(std::span(data, size)));
  for (;;) {
    const auto frame = reader.next();
    if (!frame || !*frame) return 0;
    (void)docmill::wire::decode_page_row((*frame)->payload, (*frame)->header.number);
    (void)docmill::wire::decode_ocr_reason((*frame)->payload);
    (void)docmill::wire::decode_error((*frame)->payload);
  }
}
