// The part of the OpenMP runtime that Tesseract was compiled against, for a process with one thread.
//
// Tesseract asks for threads at every step of its network, thousands of times a line. libgomp has nothing to hand out
// here (docmill-extract asserts that it has one thread), but locks and counts each time: 4 % of a page. The program's
// own definitions are found before the library's. Signatures are those of GCC's libgomp, libgomp_g.h.
namespace {

/// Of the parallel sections that are being run: the next one, from 1, and how many there are.
struct Sections {
  unsigned next = 1, count = 0;
};
Sections current;

}  // namespace

extern "C" {

void GOMP_parallel(void (*body)(void*), void* data, unsigned /*threads*/, unsigned /*flags*/) { body(data); }

void GOMP_parallel_sections(void (*body)(void*), void* data, unsigned /*threads*/, unsigned count, unsigned /*flags*/) {
  const Sections outer = current;
  current = {.next = 1, .count = count};
  body(data);
  current = outer;
}

unsigned GOMP_sections_next() { return current.next <= current.count ? current.next++ : 0; }

void GOMP_sections_end_nowait() {}

int omp_get_num_threads() { return 1; }

int omp_get_thread_num() { return 0; }

}  // extern "C"
