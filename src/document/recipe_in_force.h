// A recipe that documents are processed by, and the hashes that come of it.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "document/recipe.h"

namespace docmill {

/// Immutable; any thread.
struct RecipeInForce {
  Recipe recipe;
  std::string hash;                                          // hash_of(recipe)
  std::array<std::string, output_ids.size()> output_hashes;  // of the outputs that it has

  const std::string& hash_of_output(OutputId output) const { return output_hashes[static_cast<std::size_t>(output)]; }
};

using SharedRecipe = std::shared_ptr<const RecipeInForce>;

/// Equal recipes are one object as long as somebody holds it: documents that may share a child are told by its address,
/// whatever message or command they came with. Any thread.
SharedRecipe in_force(const Recipe& recipe);

/// The same, for some of its outputs.
SharedRecipe with_outputs(const SharedRecipe& recipe, Outputs outputs);

}  // namespace docmill
