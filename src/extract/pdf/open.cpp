#include "extract/pdf/open.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/pdf/page_tree.h"
#include "extract/pdf/raw_objects.h"

namespace docmill::pdf {
namespace {

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// What PDFium writes, up to the limit.
struct Written : FPDF_FILEWRITE {
  std::vector<std::byte> bytes;
};

int write_block(FPDF_FILEWRITE* self, const void* data, unsigned long size_bytes) {
  std::vector<std::byte>& bytes = static_cast<Written*>(self)->bytes;
  if (bytes.size() + size_bytes > rewritten_size_bytes_max) return 0;
  const auto* first = static_cast<const std::byte*>(data);
  bytes.insert(bytes.end(), first, first + size_bytes);
  return 1;
}

/// The document with every object in plain sight: outside of object streams, not encrypted, in one table.
std::optional<Readable> rewritten(FPDF_DOCUMENT document) {
  Written written;
  written.version = 1;
  written.WriteBlock = write_block;
  if (FPDF_SaveAsCopy(document, &written, FPDF_REMOVE_SECURITY) == 0) return std::nullopt;
  return Readable(std::move(written.bytes));
}

struct Look {
  std::optional<bool> adds_up;  // nothing where the page tree cannot be read
  bool has_layers = true;
  std::optional<Readable> mended;
  bool lacks_pages = false;
};

Look look_at(std::span<const std::byte> bytes, FPDF_DOCUMENT document) {
  auto objects = RawObjects::open(text_of(bytes));
  auto tree = objects ? PageTree::open(*objects) : std::nullopt;
  if (!tree) return {};
  Look look;
  look.adds_up = tree->adds_up_to(static_cast<std::uint32_t>(FPDF_GetPageCount(document)));
  look.has_layers = tree->has_layers();
  if (look.adds_up == false) look.mended = tree->with_pages_to_count(bytes);
  look.lacks_pages = tree->lacks_pages();
  return look;
}

/// What was opened, from the mended bytes where those open too.
Opened reopened(Opened opened, Readable mended) {
  OwnedDocument document = load_document(mended.bytes(), opened.password);
  if (!document) return opened;
  opened.document = std::move(document);
  opened.bytes = std::move(mended);
  return opened;
}

}  // namespace

OwnedDocument load_document(std::span<const std::byte> bytes, const std::string& password) {
  return OwnedDocument(
      FPDF_LoadMemDocument64(bytes.data(), bytes.size(), password.empty() ? nullptr : password.c_str()));
}

Opened load_with(Readable bytes, std::span<const std::string> passwords) {
  Opened opened{.bytes = std::move(bytes), .password = {}, .document = {}};
  opened.document = load_document(opened.bytes.bytes(), opened.password);
  for (auto next = passwords.begin();
       !opened.document && FPDF_GetLastError() == FPDF_ERR_PASSWORD && next != passwords.end(); ++next) {
    opened.password = *next;
    opened.document = load_document(opened.bytes.bytes(), opened.password);
  }
  return opened;
}

Opened with_all_pages(Opened opened) {
  Look look = look_at(opened.bytes.bytes(), opened.document.get());
  opened.has_layers = look.has_layers;
  opened.lacks_pages = look.lacks_pages;
  if (look.adds_up == true) return opened;
  if (look.mended) return reopened(std::move(opened), *std::move(look.mended));
  const auto plain = rewritten(opened.document.get());
  if (!plain) return opened;
  look = look_at(plain->bytes(), opened.document.get());
  opened.has_layers = look.has_layers;
  opened.lacks_pages = opened.lacks_pages || look.lacks_pages;
  return look.mended ? reopened(std::move(opened), *std::move(look.mended)) : std::move(opened);
}

}  // namespace docmill::pdf
