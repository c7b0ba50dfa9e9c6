#include "document/job.h"

namespace docmill {

std::string_view name_of(DocumentStatus status) {
  switch (status) {
    case DocumentStatus::ok:
      return "ok";
    case DocumentStatus::partial:
      return "partial";
    case DocumentStatus::failed:
      return "failed";
    case DocumentStatus::skipped:
      return "skipped";
  }
  return "";
}

std::optional<DocumentStatus> document_status_from(std::string_view name) {
  for (const auto status :
       {DocumentStatus::ok, DocumentStatus::partial, DocumentStatus::failed, DocumentStatus::skipped})
    if (name_of(status) == name) return status;
  return std::nullopt;
}

}  // namespace docmill
