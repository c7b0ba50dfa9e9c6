// The parent's side of the sandbox: zygotes, slots, limits. The way in is Extractor::extract().
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "document/ocr_languages.h"
#include "document/recipe.h"
#include "sandbox/extractor.h"

namespace docmill {

enum class SandboxMode : std::uint8_t { strict, require, off };

struct SandboxSettings {
  SandboxMode mode = SandboxMode::require;
  std::uint32_t slots = 1;  // children at a time
  /// Small documents that share a child, at most wire::work_list_entries_max. A fork, with the pages of memory that it
  /// copies, costs a child as much as six documents of one page; with so many in a list it is a twentieth of their
  /// cost. A hostile document reaches the others of its list, and what it leaks lives as long.
  std::uint32_t documents_per_child_max = 128;
  Limits limits;                      // timeouts and memory; the rest comes with each request's recipe
  std::string ocr_languages = "eng";  // loaded when the first page needs OCR; empty: none ever does
  /// A zygote that has not forked a child for so long, or not told the end of one that was killed, is started anew.
  std::chrono::milliseconds zygote_answer_timeout{60'000};
  std::filesystem::path program;  // docmill-extract; docmill-extract-ocr lies beside it
  std::filesystem::path font_dir;
  TessdataDirs tessdata_dirs;         // language files, as in document/ocr_languages.h
  bool script_model_missing = false;  // `auto` was asked for; told when the first page needs OCR
};

/// What became of processes so far.
struct SandboxCounts {
  std::uint64_t children_started = 0;
  std::uint64_t children_lost = 0;  // died, or were killed for a limit, before their work was done
  std::uint64_t zygotes_lost = 0;
};

/// Owns the zygotes and runs the event loop that watches every child. Create it and call run() on the process's main
/// thread: a zygote dies with the thread that started it.
class Sandbox : public Extractor {
 public:
  /// Starts the first zygote and waits for its word on the tier.
  ///
  /// Errors: unavailable (docmill-extract does not start; the mode asks for a tier that cannot be had, with what each
  /// layer's probe said), not_found (fonts, program or a language's model missing).
  static Result<std::unique_ptr<Sandbox>> create(const SandboxSettings& settings);

  /// The event loop: returns after close(). Main thread only. An exception in it (no memory) ends it earlier: extract()
  /// then answers unavailable.
  virtual void run() noexcept = 0;
  /// Ask run() to return once nothing runs; later extract() calls answer unavailable. Any thread.
  virtual void close() = 0;
  /// Begin no more documents: extract() calls whose document no child has begun answer unavailable, now and later. What
  /// runs goes on. Any thread.
  virtual void drain() = 0;
  /// Kill every child: running extract() calls answer unavailable. Any thread.
  virtual void abort() = 0;
  /// Any thread.
  virtual SandboxCounts counts() const = 0;
};

}  // namespace docmill
