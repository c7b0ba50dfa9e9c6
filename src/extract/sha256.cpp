#include "extract/sha256.h"

#include <qpdf/QPDFCryptoProvider.hh>
#include <qpdf/QUtil.hh>

namespace docmill::extract {
namespace {

constexpr int bits = 256;

}  // namespace

Sha256::Sha256() : state_(QPDFCryptoProvider::getImpl()) { state_->SHA2_init(bits); }

void Sha256::update(std::span<const std::byte> bytes) {
  state_->SHA2_update(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::string Sha256::hex() {
  state_->SHA2_finalize();
  return QUtil::hex_encode(state_->SHA2_digest());
}

std::string sha256_hex_of(std::span<const std::byte> bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.hex();
}

}  // namespace docmill::extract
