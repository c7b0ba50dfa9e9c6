// Small numbers in few bits: levels, and places in a dictionary.
// https://parquet.apache.org/docs/file-format/data-pages/encodings/#run-length-encoding--bit-packing-hybrid-rle--3
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace docmill::parquet_format {

/// Bits that hold every number up to `number_max`.
unsigned bits_of(std::uint32_t number_max);

/// One repeated run where all numbers are the same, else one bit-packed run. Numbers that repeat here and there would
/// be smaller in runs of their own, by little: a row group has few rows, or its page is compressed.
void append_hybrid(std::string& bytes, std::span<const std::uint32_t> numbers, unsigned bit_width);

}  // namespace docmill::parquet_format
