// A document to process, and what came of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "document/recipe.h"

namespace docmill {

/// A document's bytes as a store names them at one moment.
struct SourceVersion {
  std::string etag;  // changes whenever the bytes do
  std::uint64_t size_bytes = 0;
  WallTime modified_at{};
};

/// The version of a document that an event tells of, perhaps not its last.
struct SourceEvent {
  std::string etag;
  std::string sequencer;  // S3's: of two events of one key the later one has the greater (see is_later_sequencer)

  bool operator==(const SourceEvent&) const = default;
};

/// Whether the event with `a` came after the one with `b`: hexadecimal digits, the shorter one is filled with zeros on
/// the right (Amazon S3 User Guide, "Event message structure").
bool is_later_sequencer(std::string_view a, std::string_view b);

/// One document to process: where it is, and where results go.
struct Job {
  std::string source_key;                    // in the source store
  std::optional<SourceVersion> listed = {};  // what a listing saw; without it the store is asked
  std::string output_name;                   // the relative path that outputs are named after; see output/names.h
  std::optional<std::string> document_id;    // the caller's; else the SHA-256 of the bytes
  bool force = false;                        // process even if the output says done
  bool retry_failed = false;                 // process even if a mark says that it failed for good
  bool retry_is_done = false;                // an output with pages that failed `perhaps` counts as done
  bool safe_profile = false;                 // native text only: whoever processed it before died of it
  std::optional<SourceEvent> event = {};     // that asks for it
};

enum class DocumentStatus : std::uint8_t { ok, partial, failed, skipped };

std::string_view name_of(DocumentStatus status);
std::optional<DocumentStatus> document_status_from(std::string_view name);

/// What the output under a document's name is worth to a reader.
enum class OutputState : std::uint8_t {
  current,  // made from the source as it is now
  stale,    // there, but no current source stands behind it: that is gone, or a newer version of it failed
  none,     // nothing of docmill's is there
};

std::string_view name_of(OutputState state);
std::optional<OutputState> output_state_from(std::string_view name);

/// One row of the run manifest; docs/DATA_CATALOG.md has the columns. The run adds run_id.
struct DocumentRecord {
  std::optional<std::string> document_id;  // null where the bytes were never read whole
  std::string source_uri;
  std::optional<std::string> source_etag;
  std::optional<std::uint64_t> source_size_bytes;
  std::optional<WallTime> source_modified_at;
  DocumentStatus status = DocumentStatus::ok;
  std::optional<ErrorKind> error_kind;
  std::string error_message;
  std::optional<std::uint32_t> page_count;
  std::uint32_t pages_ocr = 0;
  std::uint32_t pages_failed = 0;
  std::optional<std::string> output_uri;
  std::optional<std::string> output_etag;
  std::optional<OutputState> output_state;  // null where the output could not be looked at
  std::string sandbox_tier;
  std::uint64_t duration_ms = 0;
  std::uint32_t attempt = 1;
  std::string recipe_hash;
  WallTime finished_at{};
};

}  // namespace docmill
