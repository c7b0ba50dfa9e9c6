// SHA-256 of what is piped.
#pragma once

#include <qpdf/Pipeline.hh>

#include "extract/sha256.h"

namespace docmill::extract::structure {

class HashPipeline final : public Pipeline {
 public:
  HashPipeline() : Pipeline("sha256", nullptr) {}
  void write(unsigned char const* data, std::size_t size_bytes) override {
    hash_.update(std::as_bytes(std::span(data, size_bytes)));
    size_bytes_ += size_bytes;
  }
  void finish() override {}

  std::uint64_t size_bytes() const { return size_bytes_; }
  /// The last call.
  std::string hex() { return hash_.hex(); }

 private:
  Sha256 hash_;
  std::uint64_t size_bytes_ = 0;
};

}  // namespace docmill::extract::structure
