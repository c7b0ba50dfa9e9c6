#include "sandbox/document_files.h"

#include <string>
#include <utility>

#include "document/limits.h"

namespace docmill {
namespace {

constexpr std::uint64_t page_size_bytes = 4 * KiB;

std::uint64_t up_to_a_page(std::uint64_t size_bytes) {
  return (size_bytes + page_size_bytes - 1) / page_size_bytes * page_size_bytes;
}

/// The small documents' file; `places` says where in it they are.
Result<Blob> gather(std::span<const Blob* const> documents, std::span<const wire::DocumentPlace> places,
                    std::uint64_t size_bytes) {
  auto file = BlobBuilder::in_file();
  if (!file) return std::unexpected(std::move(file).error());
  if (auto resized = file->resize(size_bytes); !resized) return std::unexpected(std::move(resized).error());
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (documents[i]->file()) continue;
    const std::string text = documents[i]->text();
    if (auto written = file->write_at(places[i].offset, std::as_bytes(std::span(text))); !written)
      return std::unexpected(std::move(written).error());
  }
  return std::move(*file).seal();
}

}  // namespace

Result<DocumentFiles> files_of(std::span<const Blob* const> documents) {
  DocumentFiles files;
  std::uint64_t shared_size_bytes = 0;
  for (const Blob* document : documents) {
    const auto own = document->file();
    files.places.push_back({.file = static_cast<std::uint32_t>(files.fds.size()),
                            .offset = own ? 0 : shared_size_bytes,
                            .size_bytes = document->size_bytes()});
    if (own)
      files.fds.push_back(*own);
    else
      shared_size_bytes += up_to_a_page(document->size_bytes());
  }
  if (files.fds.size() == documents.size()) return files;
  auto shared = gather(documents, files.places, shared_size_bytes);
  if (!shared) return std::unexpected(std::move(shared).error());
  for (std::size_t i = 0; i < documents.size(); ++i)
    if (!documents[i]->file()) files.places[i].file = static_cast<std::uint32_t>(files.fds.size());
  files.fds.push_back(*shared->file());
  files.shared = *std::move(shared);
  return files;
}

}  // namespace docmill
