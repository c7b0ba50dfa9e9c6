// One extraction child as the parent sees it: its descriptors, its clock, and how far it is.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/blob.h"
#include "document/limits.h"
#include "sandbox/document_plan.h"
#include "sandbox/extractor.h"
#include "sandbox/wire/frame.h"
#include "sandbox/wire/work_list.h"
#include "sandbox/wire/zygote_protocol.h"

namespace docmill {

struct Task;

/// An entry of a child's work list, and how far it is.
struct Assignment {
  Task* task = nullptr;  // null when the entry is finished
  Unit unit;
  std::uint32_t next_page = 0;
  bool opened = false;
  // Of the page that is due: what has arrived of it. Its end-of-page frame has not.
  std::optional<ExtractedPage> page = {};
  std::vector<PageFile> files = {};
  std::optional<BlobBuilder> file = {};                             // that has not ended
  std::size_t page_size_bytes = 0;                                  // of its rows
  std::array<std::size_t, output_ids.size()> file_size_bytes = {};  // of its files, by output
  bool ocr_decided = false;

  bool has_begun_page() const { return page || file || !files.empty(); }
  /// One past the last page that this child gives of the document.
  std::uint32_t end_page() const;
};

/// Why the parent killed a child.
struct Killing {
  bool charged = false;  // against the document that it was working on
  Error error;
};

/// The page of memory that is shared with a child; see wire::Progress.
class ProgressPage {
 public:
  static Result<ProgressPage> create();
  ProgressPage(ProgressPage&& other) noexcept;
  ProgressPage& operator=(ProgressPage&&) = delete;
  ~ProgressPage();
  int fd() const { return fd_.get(); }
  /// The stage that the child is in, made of printable characters; "" before the first.
  std::string stage() const;
  wire::Claims& claims() const { return progress_->claims; }

 private:
  ProgressPage() = default;
  FileDescriptor fd_;
  wire::Progress* progress_ = nullptr;  // in shared memory
};

struct Child {
  std::uint32_t list_id = 0;
  ChildKind kind = ChildKind::native;
  pid_t pid = -1;
  FileDescriptor pidfd;
  FileDescriptor frames, errors;
  wire::FrameReader reader;
  ProgressPage progress;
  std::vector<Assignment> entries;
  std::size_t current = 0;  // index of the entry it works on
  std::chrono::steady_clock::time_point page_started;
  bool paused = false;      // its frames are not read, for their document's window is full
  std::string stderr_text;  // at most stderr_size_bytes_max
  /// Since when an answer of the zygote is due: that it has forked the child, or how the killed child ended.
  std::optional<std::chrono::steady_clock::time_point> zygote_asked;
  std::optional<Killing> killing;
  std::optional<wire::Reply> exited;

  Assignment* assignment() { return current < entries.size() ? &entries[current] : nullptr; }
  void kill() const;
  /// Resident memory that is its own: without mapped documents and libraries.
  std::uint64_t resident_bytes() const;
};

inline constexpr std::size_t stderr_size_bytes_max = 64 * KiB;

struct ChildPipes {
  FileDescriptor frames_read, frames_write, errors_read, errors_write;
  static Result<ChildPipes> create();
};

/// What a child's end says when the parent did not kill it. `stage` goes into the message.
Error describe_death(const wire::Reply& exited, std::uint64_t memory_bytes_max, std::string_view stage);

/// " (stage render)"; "" where the stage is not known.
std::string stage_suffix(std::string_view stage);

}  // namespace docmill
