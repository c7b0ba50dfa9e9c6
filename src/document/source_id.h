// The name of a source that holds for all its versions.
#pragma once

#include <string>
#include <string_view>

namespace docmill {

/// The UUID of version 5 (RFC 9562, 5.5) of a source URI as the tables have it, in the namespace of URLs,
/// such as "6e429bee-ae2e-58d5-98ec-74404e424438". What is kept of a source without a caller's id goes by it.
std::string source_id_of(std::string_view source_uri);

}  // namespace docmill
