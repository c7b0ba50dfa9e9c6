// The closing words of a sweep.
#pragma once

#include <chrono>
#include <string>

#include "mill/sweep.h"

namespace docmill {

/// 0 every document is ok, or skipped as done and ok; 1 some failed or are partial, now or known from before, or there
/// is none where that is a failure; 3 the run could not finish, was told to stop, or its manifest could not be written.
int exit_code_of(const SweepSummary& summary);

/// For a person: what came of the documents, the first failed and partial ones with their reasons, where the manifest
/// is, and what to do next.
std::string summary_text(const SweepSummary& summary, std::chrono::milliseconds elapsed);

/// For scripts: one JSON object with the same facts, every document of `attention` and the exit code.
std::string summary_json(const SweepSummary& summary, std::chrono::milliseconds elapsed);

}  // namespace docmill
