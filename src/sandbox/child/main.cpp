// docmill-extract: the zygote for text.
#include "sandbox/child/zygote.h"

int main(int argc, char** argv) { return docmill::child::run_zygote(argc, argv, docmill::extract::warm_up); }
