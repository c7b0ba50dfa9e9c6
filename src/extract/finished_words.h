// What is done with the words of a page when all are there.
#pragma once

#include "extract/reading.h"

namespace docmill::extract {

/// Cuts boxes to the page, counts lines and blocks, and completes the row's links from the words. Without words where
/// the recipe does not ask for them. Once a page, after its text and links, and before anything is drawn of them.
void finish_words(const Reading& reading, PageRow& row);

}  // namespace docmill::extract
