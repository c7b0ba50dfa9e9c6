// Which outcomes of documents a person should hear of.
#pragma once

#include "document/job.h"

namespace docmill {

/// Skipped, for its output is done, with pages that failed for good.
bool is_known_partial(const DocumentRecord& record);
/// Failed or partial, now or known from before. One that went away, or that somebody else did, needs nobody.
bool needs_attention(const DocumentRecord& record);
/// The document, how it ended, and why.
void log_attention(const DocumentRecord& record);

}  // namespace docmill
