// The zygote: loads everything that extraction needs, proves the sandbox, then forks a locked-down child for each work
// list that the parent sends. It never reads a document itself, and never holds a secret.
#pragma once

#include "extract/extract.h"

namespace docmill::child {

/// What a program loads before its first child.
using Preparation = Result<void> (*)(const extract::WarmUp&);

/// The whole of a zygote program, from its command line to its exit code. `prepare` decides what is linked into it.
int run_zygote(int argc, char** argv, Preparation prepare);

}  // namespace docmill::child
