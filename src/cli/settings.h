// What a command works with, typed: the options' values after flags, environment, configuration file and defaults.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "document/recipe.h"
#include "sandbox/sandbox.h"
#include "store/place.h"
#include "telemetry/log.h"

namespace docmill {

enum class SummaryFormat : std::uint8_t { text, json };
enum class ExtractFormat : std::uint8_t { text, json, ndjson };

/// The defaults here and in Recipe, Limits and SandboxSettings are the options' defaults. Paths are absolute after
/// parse_command_line().
struct Settings {
  // sweep
  Place in;
  Place out;
  std::string out_prefix;  // "results/" where `out` lies below `in`, which is left out there; else empty
  bool skip_if_exists = true;
  bool retry_failed = false;
  std::chrono::milliseconds grace{30'000};
  SummaryFormat summary = SummaryFormat::text;

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
  std::vector<std::string> passwords;  // never logged, never printed

  log::Settings log;
  std::filesystem::path config_file;
};

}  // namespace docmill
