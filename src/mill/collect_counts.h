// What the summary of a collect counts.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "mill/collect.h"
#include "output/dataset/dataset_manifest.h"

namespace docmill {

/// An output as the next manifest has it.
void count(const DatasetRow& row, CollectSummary& summary);
/// The files of the dataset.
void count(const std::vector<DatasetFile>& files, CollectSummary& summary);
/// An output that is left out, which the log tells too.
void count_unreadable(const std::string& uri, const std::string& reason, CollectSummary& summary);

/// Outputs that are left out and named; the log names all.
inline constexpr std::size_t unreadable_named_max = 20;

}  // namespace docmill
