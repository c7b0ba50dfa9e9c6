#include "aws/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/s3_service.h"
#include "aws/sqs_service.h"

namespace docmill::aws {

Operation operation_of(const Service& service, std::string_view name) {
  const auto found = std::ranges::find(service.operations, name, &Operation::name);
  return found == service.operations.end() ? Operation{.name = name} : *found;
}

std::string permission_for(const Service& service, std::string_view operation) {
  constexpr std::string_view batch = "Batch";
  if (operation.ends_with(batch)) operation.remove_suffix(batch.size());
  const auto permission = operation_of(service, operation).permission;
  return fmt::format("{}:{}", service.name(), permission.empty() ? operation : permission);
}

std::span<const Service* const> all_services() {
  static constexpr std::array<const Service*, 2> all{&s3_service, &sqs_service};
  return all;
}

}  // namespace docmill::aws
