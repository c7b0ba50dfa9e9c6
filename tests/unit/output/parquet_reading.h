// A Parquet file as Arrow's own reader sees it.
#pragma once

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

namespace docmill {

inline std::string file_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::shared_ptr<parquet::FileMetaData> parquet_metadata(const std::string& bytes) {
  return parquet::ParquetFileReader::Open(std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes)))
      ->metadata();
}

struct ReadParquet {
  std::shared_ptr<arrow::Table> table;
  std::shared_ptr<parquet::FileMetaData> metadata;
};

inline ReadParquet read_parquet(const std::string& bytes) {
  auto input = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes));
  auto reader = parquet::arrow::OpenFile(input, arrow::default_memory_pool()).ValueOrDie();
  ReadParquet read{.table = nullptr, .metadata = reader->parquet_reader()->metadata()};
  auto table = reader->ReadTable();
  read.table = table.ValueOrDie();
  EXPECT_TRUE(read.table->ValidateFull().ok());
  return read;
}

template <typename Array>
const Array& column(const ReadParquet& read, const std::string& name) {
  const auto combined = read.table->CombineChunks().ValueOrDie();
  const auto chunks = combined->GetColumnByName(name);
  // The table of `read` shares the buffers, so the array outlives the combined table only if it is kept.
  static std::vector<std::shared_ptr<arrow::Array>> kept;
  kept.push_back(chunks->chunk(0));
  return dynamic_cast<const Array&>(*kept.back());
}

}  // namespace docmill
