// A child's bytes as the parent reads them: frames, and the rows, decisions and errors in them.
#include <cstddef>
#include <cstdint>
#include <span>

#include "sandbox/wire/frame.h"
#include "sandbox/wire/rows.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  docmill::wire::FrameReader reader(64 * 1024);
  reader.append(std::as_bytes(std::span(data, size)));
  for (;;) {
    const auto frame = reader.next();
    if (!frame || !*frame) return 0;
    for (const docmill::TableId table : docmill::table_ids) {
      const auto rows = docmill::wire::decode_rows((*frame)->payload, table, (*frame)->header.number);
      if (rows && table == docmill::TableId::pages) (void)docmill::wire::summary_of(**rows);
    }
    (void)docmill::wire::decode_file_end(docmill::OutputId::crops, (*frame)->payload);
    (void)docmill::wire::decode_ocr_reason((*frame)->payload);
    (void)docmill::wire::decode_error((*frame)->payload);
  }
}
