# generated/cli/build_versions.h, for `docmill version`. Include after cmake/Dependencies.cmake.
function(docmill_read_version variable file pattern)
  set(found "")
  if(file AND EXISTS "${file}")
    file(STRINGS "${file}" line REGEX "${pattern}" LIMIT_COUNT 1)
    string(REGEX MATCH "[0-9][0-9.]*" found "${line}")
  endif()
  set(${variable} "${found}" PARENT_SCOPE)
endfunction()

get_target_property(arrow_real arrow ALIASED_TARGET)
if(NOT arrow_real)
  set(arrow_real arrow)
endif()
get_target_property(arrow_include ${arrow_real} INTERFACE_INCLUDE_DIRECTORIES)
docmill_read_version(DOCMILL_ARROW_VERSION "${arrow_include}/arrow/util/config.h" "define ARROW_VERSION_STRING ")

docmill_read_version(DOCMILL_TESSERACT_VERSION "${CMAKE_SOURCE_DIR}/.deps/tesseract/include/tesseract/version.h"
  "define TESSERACT_VERSION_STR ")

# MI_MALLOC_VERSION is 209 for 2.0.9.
find_file(MIMALLOC_HEADER mimalloc.h)
docmill_read_version(mimalloc_number "${MIMALLOC_HEADER}" "define MI_MALLOC_VERSION ")
string(REGEX REPLACE "^([0-9])([0-9])([0-9])$" "\\1.\\2.\\3" DOCMILL_MIMALLOC_VERSION "${mimalloc_number}")

file(READ "${CMAKE_SOURCE_DIR}/.deps/pdfium/version.json" pdfium_json)
foreach(part major minor build patch)
  string(JSON pdfium_${part} GET "${pdfium_json}" ${part})
endforeach()
set(DOCMILL_PDFIUM_VERSION "${pdfium_major}.${pdfium_minor}.${pdfium_build}.${pdfium_patch}")

# Wuffs is known by the distribution that carries it.
docmill_read_version(DOCMILL_PYWUFFS_VERSION "${CMAKE_SOURCE_DIR}/setup/wuffs.txt" "^pywuffs==")

configure_file(${CMAKE_CURRENT_LIST_DIR}/build_versions.h.in ${CMAKE_BINARY_DIR}/generated/cli/build_versions.h @ONLY)
