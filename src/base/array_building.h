// Building Arrow's arrays. That fails only when memory runs out, which the caller cannot mend.
#pragma once

#include <arrow/array.h>
#include <arrow/array/builder_base.h>
#include <arrow/status.h>

#include <memory>
#include <new>

namespace docmill {

inline void check_built(const arrow::Status& status) {
  if (!status.ok()) throw std::bad_alloc();
}

inline std::shared_ptr<arrow::Array> finished(arrow::ArrayBuilder& builder) {
  std::shared_ptr<arrow::Array> array;
  check_built(builder.Finish(&array));
  return array;
}

}  // namespace docmill
