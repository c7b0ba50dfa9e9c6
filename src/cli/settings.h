// What a command works with, typed: the options' values after flags, environment, configuration file and defaults.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/connection.h"
#include "base/clock.h"
#include "document/recipe.h"
#include "mill/selection.h"
#include "mill/worker.h"
#include "sandbox/sandbox.h"
#include "service/listen_address.h"
#include "store/object_place.h"
#include "store/open_store.h"
#include "store/place.h"
#include "telemetry/log.h"

namespace docmill {

/// as_log: what the log has, so that whoever keeps both in one place can read it with one program.
enum class SummaryFormat : std::uint8_t { as_log, text, json };
enum class RunsAction : std::uint8_t { list, show, prune };
enum class QueueAction : std::uint8_t { stats, peek, redrive, purge };
/// Which runs leave a manifest: those in which something happened, or all.
enum class ManifestWhen : std::uint8_t { changed, always };
/// Whether metrics go into the log, and how.
enum class MetricsLog : std::uint8_t { none, emf };
enum class ExtractFormat : std::uint8_t { text, json, ndjson };

/// Of a sweep. Most of their threads wait for a child.
inline constexpr std::uint32_t documents_in_flight_max = 256;

/// The defaults here and in Recipe, Limits and SandboxSettings are the options' defaults. Paths are absolute after
/// parse_command_line().
struct Settings {
  // sweep
  Place in;
  Place out;
  std::string out_prefix;  // "results/" where `out` lies below `in`, which is left out there; else empty
  /// Whether a folder of `in` belongs to `out`, so that nothing in it is a document.
  bool is_output(std::string_view prefix) const { return !out_prefix.empty() && prefix.starts_with(out_prefix); }
  Selection selection;
  /// Folders of `in` in which nothing is looked for.
  bool passes_over(std::string_view prefix) const { return is_output(prefix) || !selection.enters(prefix); }
  // Another spelling of `in` and `out` as places of S3; parse_command_line() makes those of them.
  std::string bucket;
  std::string in_key_prefix;
  std::string out_key_prefix;
  bool skip_if_exists = true;
  bool retry_failed = false;
  std::uint32_t threads_max = documents_in_flight_max;  // documents at a time
  bool fail_if_empty = true;                            // enqueue too
  ManifestWhen manifest = ManifestWhen::changed;
  std::chrono::milliseconds grace{30'000};
  SummaryFormat summary = SummaryFormat::as_log;  // after parse_command_line() one of the others

  // enqueue, queue
  std::string queue;              // its URI
  std::optional<WallTime> since;  // documents changed earlier are left out
  std::string match;              // a glob; documents with other keys are left out
  bool dry_run = false;
  std::string message_recipe;  // the recipe's options that were given as flags, as JSON; see message_recipe.h
  QueueAction queue_action = QueueAction::stats;
  std::uint32_t messages_max = 10;
  bool yes = false;

  // runs
  RunsAction runs_action = RunsAction::list;
  std::string run_id;  // of show; empty for the newest
  std::uint32_t runs_kept = 20;

  // worker
  WorkerSettings worker;
  std::chrono::milliseconds drain_timeout{110'000};
  bool watch = false;
  ListenAddress http;  // empty: nowhere
  MetricsLog metrics = MetricsLog::none;
  ObjectPlace history;  // empty: none
  std::size_t history_documents_max = 20'000;

  // What buckets are reached with.
  aws::ConnectionSettings aws;
  StoreSettings stores;

  // extract, show, version
  std::vector<std::string> files;    // as given: names for people, and paths (or file:// URIs)
  std::vector<std::uint32_t> pages;  // indexes from 0, ascending; empty for all
  ExtractFormat format = ExtractFormat::text;
  std::optional<std::uint32_t> page_number;  // from 1
  bool json = false;

  // What to produce, and how children are kept. `sandbox.limits` and `sandbox.ocr_languages` repeat the recipe's;
  // `sandbox.slots` is --workers.
  Recipe recipe;
  SandboxSettings sandbox;
  std::filesystem::path passwords_file;
  std::string password_variable;  // its name
  bool ask_for_passwords = false;
  std::vector<std::string> passwords;  // from these three; never logged, never printed

  log::Settings log;
  bool quiet = false;
  bool prints_summary() const { return !quiet || summary == SummaryFormat::json; }
  std::filesystem::path config_file;
  std::filesystem::path env_file;
};

}  // namespace docmill
