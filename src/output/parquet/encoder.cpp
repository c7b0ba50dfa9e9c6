#include "output/parquet/encoder.h"

#include "document/version.h"

namespace docmill::parquet_format {

std::string created_by() { return "docmill version " + std::string(version); }

}  // namespace docmill::parquet_format
