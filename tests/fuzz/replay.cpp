// Runs a fuzz target without libFuzzer, in the normal suite: over every seed and old find, and over mutants of each
// from a fixed random seed, so that a failure comes again.
//   replay_TARGET FOLDER...
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

#ifndef MUTANTS_PER_SEED
#define MUTANTS_PER_SEED 2000
#endif
constexpr int mutants_per_seed = MUTANTS_PER_SEED;
constexpr std::size_t size_bytes_max = 1U << 20U;

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

/// Flip bytes, cut, or repeat a piece.
std::string mutate(std::string bytes, std::mt19937& random) {
  const auto place = [&] { return bytes.empty() ? 0 : random() % bytes.size(); };
  switch (random() % 4) {
    case 0:
      bytes.resize(place());
      break;
    case 1:
      bytes.insert(place(), bytes.substr(place(), random() % 64));
      break;
    default:
      for (unsigned i = 0; i <= random() % 8 && !bytes.empty(); ++i) bytes[place()] = static_cast<char>(random());
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  int seeds = 0;
  std::mt19937 random(20261122);  // NOLINT: the same mutants each time
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
      if (!entry.is_regular_file() || entry.file_size() > size_bytes_max) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      run(bytes);
      for (int mutant = 0; mutant < mutants_per_seed; ++mutant) run(mutate(bytes, random));
      ++seeds;
    }
  }
  std::printf("%d seeds, %d mutants each\n", seeds, mutants_per_seed);
  return seeds > 0 ? 0 : 1;
}
