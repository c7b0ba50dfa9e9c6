// Whether what a child says of the files of a page is what the recipe asks for. The parent names the files: a child
// says which of them one is.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/error.h"
#include "document/page.h"
#include "document/recipe.h"

namespace docmill {

/// A page of a document, and what is made of it.
struct PageOfRecipe {
  const Recipe& recipe;
  std::uint32_t page_index = 0;
  std::uint32_t page_count = 0;
};

/// The name of a file without its ending, for PageFile::name.
///
/// Errors: bad_child_output (a file that the recipe does not have of that page, or of another kind).
Result<std::string> name_of_file(const PageOfRecipe& page, const FileLabel& label);

/// Errors: bad_child_output (a region of another page, or one twice; a row with a file that did not come, or without
/// one that came).
Result<void> check_crops(const PageOfRecipe& page, const ExtractedPage& rows, std::span<const PageFile> files);

}  // namespace docmill
