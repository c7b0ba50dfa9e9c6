#include "extract/image/row_reducer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace docmill::image {
namespace {

constexpr std::uint8_t white = 255;

bool within(std::uint32_t from, std::uint32_t to) { return to >= 1 && from >= to && from <= source_side_px_max; }

}  // namespace

bool RowReducer::begin(PixelSize from) {
  if (!within(from.width, to_.width) || !within(from.height, to_.height)) return false;
  from_ = from;
  pixels_.reserve(to_.pixels() * samples_);
  if (from_ == to_) return true;
  sums_.assign(std::size_t{to_.width} * samples_, 0);
  lines_.assign(std::size_t{to_.width} * samples_, 0);
  return true;
}

void RowReducer::add(std::span<const std::uint8_t> row) {
  if (rows_ >= from_.height) return;
  if (from_ == to_) {
    pixels_.insert(pixels_.end(), row.begin(),
                   row.begin() + static_cast<std::ptrdiff_t>(std::size_t{to_.width} * samples_));
    ++rows_;
    return;
  }
  samples_ == 1 ? add_up<1>(row) : add_up<3>(row);
  share_out(std::uint64_t{rows_} * to_.height);
  ++rows_;
}

// A pixel that comes in is to_.width units wide, one that goes out from_.width: whole numbers.
template <std::uint32_t samples>
void RowReducer::add_up(std::span<const std::uint8_t> row) {
  std::size_t in = 0;
  std::uint32_t left_of_in = to_.width;
  for (std::size_t out = 0; out < sums_.size(); out += samples) {
    std::uint32_t left_of_out = from_.width;
    std::array<std::uint32_t, samples> sum{};
    const auto take = [&](std::uint32_t width) {
      for (std::uint32_t s = 0; s < samples; ++s) sum[s] += row[in + s] * width;
    };
    while (left_of_out >= left_of_in) {
      take(left_of_in);
      left_of_out -= left_of_in;
      left_of_in = to_.width;
      in += samples;
      if (left_of_out == 0) break;
    }
    if (left_of_out > 0) {
      take(left_of_out);
      left_of_in -= left_of_out;
    }
    std::ranges::copy(sum, sums_.begin() + static_cast<std::ptrdiff_t>(out));
  }
}

// The same downward: the row is to_.height units high and may reach into the next line.
void RowReducer::share_out(std::uint64_t row_top) {
  const std::uint64_t line_bottom = ((row_top / from_.height) + 1) * from_.height;
  const std::uint64_t row_bottom = row_top + to_.height;
  const std::uint64_t above = std::min(row_bottom, line_bottom) - row_top;
  for (std::size_t x = 0; x < sums_.size(); ++x) lines_[x] += sums_[x] * above;
  if (row_bottom < line_bottom) return;
  put_line();
  for (std::size_t x = 0; x < sums_.size(); ++x) lines_[x] = sums_[x] * (row_bottom - line_bottom);
}

void RowReducer::put_line() {
  const std::uint64_t area = from_.pixels();
  for (const std::uint64_t sum : lines_) pixels_.push_back(static_cast<std::uint8_t>((sum + (area / 2)) / area));
}

std::vector<std::uint8_t> RowReducer::finished_pixels() {
  if (from_ != to_ && rows_ > 0) {
    // The line that has begun; nothing has where it ended with the last row.
    const std::vector<std::uint8_t> blank(std::size_t{from_.width} * samples_, white);
    for (const std::size_t begun = pixels_.size(); rows_ < from_.height && pixels_.size() == begun;) add(blank);
  }
  pixels_.resize(to_.pixels() * samples_, white);
  return std::move(pixels_);
}

}  // namespace docmill::image
