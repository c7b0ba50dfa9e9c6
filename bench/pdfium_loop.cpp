// The engine's limit: PDFium's text of every page of the given files, and nothing else. N processes share the files.
//   pdfium_loop PROCESSES FILE...
//   pdfium_loop --durable FOLDER PROCESSES FILE...   and each file's text in a file of its own, as safe as docmill's:
//                                                    written, flushed, renamed, the folder flushed
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "extract/pdf/pdfium_api.h"

namespace {

struct Count {
  long pages = 0, characters = 0;
};

bool is_white(unsigned short c) {
  return c <= 0x20 || c == 0x85 || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x3000;
}

bool write_durably(int folder, const std::string& name, std::string_view bytes) {
  const std::string temporary = "." + name;
  const int file = ::openat(folder, temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0644);
  const bool done = file >= 0 && ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
                    ::fsync(file) == 0 && ::renameat(folder, temporary.c_str(), folder, name.c_str()) == 0 &&
                    ::fsync(folder) == 0;
  ::close(file);
  return done;
}

/// The pages' text as PDFium gives it goes into `all_text`, where there is one.
Count read_file(const char* path, std::string* all_text) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  Count count;
  FPDF_DOCUMENT document = FPDF_LoadMemDocument64(bytes.data(), bytes.size(), nullptr);
  if (document == nullptr) return count;
  std::vector<unsigned short> text;
  for (int i = 0; i < FPDF_GetPageCount(document); ++i) {
    FPDF_PAGE page = FPDF_LoadPage(document, i);
    if (page == nullptr) continue;
    FPDF_TEXTPAGE text_page = FPDFText_LoadPage(page);
    const int length = FPDFText_CountChars(text_page);
    text.resize(static_cast<std::size_t>(length) + 1);
    const int written = FPDFText_GetText(text_page, 0, length, text.data());
    // White space apart, on which libraries differ; the last one is a NUL.
    for (int at = 0; at + 1 < written; ++at) count.characters += is_white(text[static_cast<std::size_t>(at)]) ? 0 : 1;
    if (all_text != nullptr) all_text->append(reinterpret_cast<const char*>(text.data()), text.size() * sizeof text[0]);
    ++count.pages;
    FPDFText_ClosePage(text_page);
    FPDF_ClosePage(page);
  }
  FPDF_CloseDocument(document);
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  int folder = -1;
  if (argc > 3 && std::strcmp(argv[1], "--durable") == 0) {
    folder = ::open(argv[2], O_RDONLY | O_DIRECTORY);
    if (folder < 0) return 1;
    argc -= 2;
    argv += 2;
  }
  if (argc < 3) return 2;
  const int processes = std::atoi(argv[1]);
  int ends[2];
  if (::pipe(ends) != 0) return 1;
  for (int process = 0; process < processes; ++process) {
    if (::fork() != 0) continue;
    FPDF_LIBRARY_CONFIG config{};
    config.version = 2;
    FPDF_InitLibraryWithConfig(&config);
    Count sum;
    for (int i = 2 + process; i < argc; i += processes) {
      std::string text;
      const Count count = read_file(argv[i], folder < 0 ? nullptr : &text);
      if (folder >= 0 && !write_durably(folder, std::to_string(i), text)) return 1;
      sum.pages += count.pages;
      sum.characters += count.characters;
    }
    return ::write(ends[1], &sum, sizeof sum) == sizeof sum ? 0 : 1;
  }
  ::close(ends[1]);
  Count sum;
  for (Count part; ::read(ends[0], &part, sizeof part) == sizeof part;) {
    sum.pages += part.pages;
    sum.characters += part.characters;
  }
  while (::wait(nullptr) > 0) {
  }
  std::printf("{\"pages\": %ld, \"characters\": %ld}\n", sum.pages, sum.characters);
}
