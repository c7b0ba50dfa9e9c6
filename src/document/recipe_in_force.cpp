#include "document/recipe_in_force.h"

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <utility>

namespace docmill {
namespace {

/// All settings: also those that no hash covers, for they decide whether a page is read.
std::string identity_of(const RecipeInForce& recipe) {
  const Limits& limits = recipe.recipe.limits;
  return fmt::format("{} {} {} {} {} {} {}", recipe.hash, limits.page_timeout.count(),
                     limits.document_timeout_base.count(), limits.document_timeout_per_page.count(),
                     limits.document_timeout_per_ocr_page.count(), limits.document_timeout_max.count(),
                     limits.child_memory_bytes_max);
}

/// The recipes that somebody holds. As many as messages in hand name different ones.
class Interned {
 public:
  SharedRecipe intern(RecipeInForce recipe) {
    const std::lock_guard lock(mutex_);
    std::erase_if(recipes_, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<const RecipeInForce>& place = recipes_[identity_of(recipe)];
    if (auto held = place.lock()) return held;
    auto made = std::make_shared<const RecipeInForce>(std::move(recipe));
    place = made;
    return made;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<const RecipeInForce>> recipes_;
};

}  // namespace

SharedRecipe in_force(const Recipe& recipe) {
  static Interned interned;
  RecipeInForce made{.recipe = recipe, .hash = hash_of(recipe), .output_hashes = {}};
  for (const OutputId id : output_ids)
    if (recipe.outputs.has(id)) made.output_hashes[static_cast<std::size_t>(id)] = hash_of(recipe, id);
  return interned.intern(std::move(made));
}

SharedRecipe with_outputs(const SharedRecipe& recipe, Outputs outputs) {
  if (recipe->recipe.outputs == outputs) return recipe;
  Recipe other = recipe->recipe;
  other.outputs = outputs;
  return in_force(other);
}

}  // namespace docmill
