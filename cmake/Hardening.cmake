# Flags of every target: warnings, hardening, reproducibility, sanitizers.
add_library(docmill_options INTERFACE)
target_compile_options(docmill_options INTERFACE -Wall -Wextra -Wshadow $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
  -Wimplicit-fallthrough -ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -fno-omit-frame-pointer)
option(DOCMILL_WERROR "Warnings are errors" OFF)
if(DOCMILL_WERROR)
  target_compile_options(docmill_options INTERFACE -Werror)
endif()
if(DOCMILL_TESTING)
  target_compile_definitions(docmill_options INTERFACE DOCMILL_TESTING)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")

if(DOCMILL_SANITIZE)
  # UBSan's vptr check calls pipe(), which the sandbox's filter answers with death.
  target_compile_options(docmill_options INTERFACE -fsanitize=${DOCMILL_SANITIZE} -fno-sanitize-recover=all
    -fno-sanitize=vptr)
  target_link_options(docmill_options INTERFACE -fsanitize=${DOCMILL_SANITIZE})
  if(DOCMILL_FUZZING)
    target_compile_options(docmill_options INTERFACE -fsanitize=fuzzer-no-link)
  endif()
  target_compile_definitions(docmill_options INTERFACE DOCMILL_SANITIZER)
else()
  target_compile_options(docmill_options INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS
    -fstack-protector-strong -fstack-clash-protection -ftrivial-auto-var-init=zero)
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
    target_compile_options(docmill_options INTERFACE -mbranch-protection=standard)
  else()
    target_compile_options(docmill_options INTERFACE -fcf-protection=full)
  endif()
endif()
# --as-needed: a program lists, loads and pays for only what it calls. --enable-new-dtags: RUNPATH.
target_link_options(docmill_options INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed -Wl,--enable-new-dtags)
