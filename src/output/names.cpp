#include "output/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/digest.h"

namespace docmill {
namespace {

constexpr std::size_t file_name_size_bytes_max = 255;  // NAME_MAX of Linux
constexpr std::size_t hash_digits = 16;
constexpr std::size_t message_hash_digits = 32;
constexpr std::size_t mark_size_bytes = 1 + hash_digits;  // '~' and the digits
constexpr std::size_t utf8_continuation_bytes_max = 3;

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// The start of `name`, at most `size_bytes_max` long, that ends between two UTF-8 characters where it can: S3 takes
// valid UTF-8 only.
std::string_view cut_to(std::string_view name, std::size_t size_bytes_max) {
  if (name.size() <= size_bytes_max) return name;
  std::size_t end = size_bytes_max;
  while (end > 0 && size_bytes_max - end < utf8_continuation_bytes_max && is_continuation(name[end])) --end;
  return name.substr(0, end);
}

bool ends_like_a_cut_name(std::string_view stem) {
  if (stem.size() < mark_size_bytes || stem[stem.size() - mark_size_bytes] != '~') return false;
  return stem.substr(stem.size() - hash_digits).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// A short name keeps its bytes. One that looks as if it had been cut is cut as well: else whoever names a document
// "<start>~<hash>.pdf" would share the output of another.
bool is_cut(std::string_view stem, std::size_t whole_size_bytes) {
  if (whole_size_bytes > file_name_size_bytes_max) return true;
  return whole_size_bytes + utf8_continuation_bytes_max >= file_name_size_bytes_max && ends_like_a_cut_name(stem);
}

/// Names that keep their ending in the names of folders: of images, and of PDFs in other letters than ".pdf".
bool ends_like_whole_name(std::string_view name) {
  static constexpr std::array endings{".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp",
                                      ".gif", ".jp2", ".jpf",  ".j2k", ".jpx",  ".j2c",  ".pdf"};
  std::string lower(name.substr(name.size() - std::min<std::size_t>(name.size(), 5)));
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::any_of(endings, [&](std::string_view ending) { return lower.ends_with(ending); });
}

std::string file_name(std::string_view stem, std::string_view suffix, std::string_view path) {
  if (!is_cut(stem, stem.size() + suffix.size())) return fmt::format("{}{}", stem, suffix);
  const std::string_view start = cut_to(stem, file_name_size_bytes_max - suffix.size() - mark_size_bytes);
  return fmt::format("{}~{}{}", start, sha256_hex(path).substr(0, hash_digits), suffix);
}

// "a/b/c.pdf" is "c.pdf" in "a/b/".
std::pair<std::string_view, std::string_view> split(std::string_view path) {
  const std::size_t name_start = path.rfind('/') + 1;  // npos + 1 is 0
  return {path.substr(0, name_start), path.substr(name_start)};
}

/// `path` is a guess; where it does not have the key, the key was cut or is none of ours.
std::optional<DocumentName> checked(std::string path, std::string_view key, const std::string& key_of_path,
                                    std::string_view stem) {
  if (key_of_path == key) return DocumentName{.path = std::move(path)};
  if (ends_like_a_cut_name(stem)) return DocumentName{.path = {}, .is_cut = true};
  return std::nullopt;
}

}  // namespace

std::string table_name(std::string_view path, std::string_view table) {
  constexpr std::string_view pdf = ".pdf";
  const auto [folder, name] = split(path);
  const bool is_pdf = name.ends_with(pdf);
  const std::string_view stem = is_pdf ? name.substr(0, name.size() - pdf.size()) : name;
  const std::string suffix = fmt::format("{}{}.parquet", is_pdf ? '_' : '.', table);
  return fmt::format("{}{}", folder, file_name(stem, suffix, path));
}

std::string output_key(const Layout& layout, std::string_view path, Carrier carrier) {
  return layout.tables + table_name(path, carrier.table().suffix);
}

std::string files_folder(const Layout& layout, std::string_view path, OutputId output) {
  constexpr std::string_view pdf = ".pdf";
  const auto [folder, name] = split(path);
  const bool is_pdf = name.ends_with(pdf);
  const std::string_view stem = is_pdf ? name.substr(0, name.size() - pdf.size()) : name;
  // A PDF's stem that looks like the whole name of an image is not it, and the other way round.
  const bool names_a_folder = !stem.empty() && stem != "." && stem != "..";
  const bool is_plain = names_a_folder && is_pdf != ends_like_whole_name(stem) && !ends_like_a_cut_name(stem) &&
                        stem.size() <= file_name_size_bytes_max;
  if (is_plain) return fmt::format("{}{}{}/", layout.files_of(output), folder, stem);
  const std::string_view start = cut_to(stem, file_name_size_bytes_max - mark_size_bytes);
  return fmt::format("{}{}{}~{}/", layout.files_of(output), folder, start, sha256_hex(path).substr(0, hash_digits));
}

std::string file_key(const Layout& layout, std::string_view path, const PageFile& file) {
  std::string folder = files_folder(layout, path, file.output);
  if (!file.page_index) {
    folder.back() = '.';
    return folder.append(extension_of(file.kind));
  }
  if (!file.name.empty()) return fmt::format("{}{}.{}", folder, file.name, extension_of(file.kind));
  return fmt::format("{}page_{:04}.{}", folder, *file.page_index + 1, extension_of(file.kind));
}

bool is_output_key(const Layout& layout, std::string_view key) {
  if (key.starts_with(own_prefix) || layout.has_among_files(key)) return true;
  if (!key.starts_with(layout.tables)) return false;
  const auto carries = [&](Carrier carrier) {
    return key.ends_with(fmt::format("_{}.parquet", carrier.table().suffix)) ||
           key.ends_with(fmt::format(".{}.parquet", carrier.table().suffix));
  };
  return std::ranges::any_of(carriers, carries);
}

std::optional<DocumentName> document_of_output(const Layout& layout, std::string_view key) {
  if (!key.starts_with(layout.tables)) return std::nullopt;
  key.remove_prefix(layout.tables.size());
  for (const Carrier carrier : carriers)
    for (const bool is_pdf : {true, false}) {
      const std::string suffix = fmt::format("{}{}.parquet", is_pdf ? '_' : '.', carrier.table().suffix);
      if (!key.ends_with(suffix)) continue;
      const std::string_view stem = key.substr(0, key.size() - suffix.size());
      std::string path = fmt::format("{}{}", stem, is_pdf ? ".pdf" : "");
      if (split(path).second.empty()) return std::nullopt;
      std::string again = table_name(path, carrier.table().suffix);
      auto name = checked(std::move(path), key, again, stem);
      if (name) name->carrier = carrier;
      return name;
    }
  return std::nullopt;
}

std::optional<DocumentName> document_of_mark(std::string_view key) {
  constexpr std::string_view suffix = ".json";
  if (!key.starts_with(failed_prefix) || !key.ends_with(suffix)) return std::nullopt;
  const std::string_view stem = key.substr(failed_prefix.size(), key.size() - failed_prefix.size() - suffix.size());
  if (split(stem).second.empty()) return std::nullopt;
  return checked(std::string(stem), key, failed_mark_key(stem), stem);
}

std::string failed_mark_key(std::string_view path) {
  const auto [folder, name] = split(path);
  return fmt::format("{}{}{}", failed_prefix, folder, file_name(name, ".json", path));
}

std::string begun_note_key(std::string_view message_id) {
  return fmt::format("{}begun/{}.json", own_prefix, sha256_hex(message_id).substr(0, message_hash_digits));
}

}  // namespace docmill
