// The engine's limit: PDFium's text of every page of the given files, and nothing else. N processes share the files.
//   pdfium_loop PROCESSES FILE...
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "extract/pdf/pdfium_api.h"

namespace {

struct Count {
  long pages = 0, characters = 0;
};

bool is_white(unsigned short c) {
  return c <= 0x20 || c == 0x85 || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x3000;
}

Count read_file(const char* path) {
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
    ++count.pages;
    FPDFText_ClosePage(text_page);
    FPDF_ClosePage(page);
  }
  FPDF_CloseDocument(document);
  return count;
}

}  // namespace

int main(int argc, char** argv) {
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
      const Count count = read_file(argv[i]);
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
