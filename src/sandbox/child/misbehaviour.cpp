#include "sandbox/child/misbehaviour.h"

#ifdef DOCMILL_TESTING
#include <arrow/api.h>
#include <arrow/ipc/api.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "sandbox/wire/frame.h"

namespace docmill::child {
namespace {

std::size_t number(std::string_view text, std::size_t fallback) {
  std::from_chars(text.data(), text.data() + text.size(), fallback);
  return fallback;
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

struct Place {
  std::uint16_t entry;
  std::uint32_t page_index;
};

std::string header(Place place, std::size_t length) {
  const wire::FrameHeader value{.entry = place.entry,
                                .kind = wire::FrameKind::page_rows,
                                .number = place.page_index,
                                .length = static_cast<std::uint32_t>(length)};
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

void lie_about_schema(int fd, Place place) {
  arrow::Int64Builder builder;
  (void)builder.Append(7);
  const auto batch = arrow::RecordBatch::Make(arrow::schema({arrow::field("lie", arrow::int64())}), 1,
                                              {builder.Finish().ValueOrDie()});
  const auto message = arrow::ipc::SerializeRecordBatch(*batch, arrow::ipc::IpcWriteOptions::Defaults()).ValueOrDie();
  write_all(fd, header(place, static_cast<std::size_t>(message->size())) + message->ToString());
}

void flood(int fd, Place place, std::size_t mebibytes) {
  const std::string block(1U << 20U, 'x');
  write_all(fd, header(place, mebibytes << 20U));
  for (std::size_t i = 0; i < mebibytes; ++i) write_all(fd, block);
}

}  // namespace

void misbehave(int fd, std::uint16_t entry, std::uint32_t page_index, std::string_view action,
               std::string_view argument) {
  const Place place{entry, page_index};
  if (action == "raw_output") write_all(fd, std::string(number(argument, 4096), 'g'));
  if (action == "lie_schema") lie_about_schema(fd, place);
  if (action == "flood") flood(fd, place, number(argument, 64));
  if (action == "short") write_all(fd, header(place, 100).substr(0, 8));
  if (action == "short" || action == "exit_early") std::_Exit(0);
}

}  // namespace docmill::child
#endif
