# Libraries: Debian's; Arrow and the AWS Common Runtime where they are installed, else as setup/install.sh has put them
# below .deps; PDFium from there.
set(deps ${CMAKE_SOURCE_DIR}/.deps)
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(pugixml REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(LEPTONICA REQUIRED IMPORTED_TARGET lept)
pkg_check_modules(DECODERS REQUIRED IMPORTED_TARGET libtiff-4)
pkg_check_modules(JPEG_CODEC REQUIRED IMPORTED_TARGET libjpeg)
pkg_check_modules(PNG_CODEC REQUIRED IMPORTED_TARGET libpng)
pkg_check_modules(ZLIB_CODEC REQUIRED zlib)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(ICU REQUIRED IMPORTED_TARGET icu-uc)
pkg_check_modules(ICU_REGEX REQUIRED IMPORTED_TARGET icu-i18n)
add_library(seccomp ALIAS PkgConfig::SECCOMP)
add_library(zstd ALIAS PkgConfig::ZSTD)
add_library(icu ALIAS PkgConfig::ICU)
add_library(icu_regex ALIAS PkgConfig::ICU_REGEX)
add_library(zlib ALIAS ZLIB::ZLIB)
add_library(sqlite3 ALIAS SQLite::SQLite3)
find_library(CLD2_LIBRARY cld2 REQUIRED)
add_library(cld2 INTERFACE)
target_link_libraries(cld2 INTERFACE ${CLD2_LIBRARY})
find_library(MIMALLOC_LIBRARY mimalloc REQUIRED)

# docmill_imported(NAME FILE): a shared library by its path.
function(docmill_imported name file)
  if(NOT EXISTS "${file}")
    message(FATAL_ERROR "${file} is missing: run setup/install.sh (make build does).")
  endif()
  add_library(${name} SHARED IMPORTED GLOBAL)
  get_filename_component(soname "${file}" NAME)
  # A link in the build tree: the programs find it by a path relative to their own.
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
  file(CREATE_LINK "${file}" ${CMAKE_BINARY_DIR}/lib/${soname} SYMBOLIC)
  set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${CMAKE_BINARY_DIR}/lib/${soname} IMPORTED_SONAME ${soname})
endfunction()

find_package(Arrow QUIET)
find_package(Parquet QUIET)
if(Arrow_FOUND AND Parquet_FOUND)
  add_library(arrow ALIAS Arrow::arrow_shared)
  add_library(parquet ALIAS Parquet::parquet_shared)
else()
  file(GLOB arrow_file "${deps}/arrow/lib/libarrow.so.*")
  file(GLOB parquet_file "${deps}/arrow/lib/libparquet.so.*")
  docmill_imported(arrow "${arrow_file}")
  docmill_imported(parquet "${parquet_file}")
  set_target_properties(arrow PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${deps}/arrow/include")
  target_link_libraries(parquet INTERFACE arrow)
  # This library brings an OpenSSL of its own and shows all of its names. The system's must be found before it: or its
  # calls of itself end in the other one, and the program with them.
  target_link_options(parquet INTERFACE LINKER:--push-state,--no-as-needed ${OPENSSL_CRYPTO_LIBRARY} LINKER:--pop-state)
endif()
docmill_imported(pdfium "${deps}/pdfium/lib/libpdfium.so")

# Wuffs is one file, source and header in one, of which two decoders are used.
if(NOT EXISTS "${deps}/wuffs/wuffs.c")
  message(FATAL_ERROR "${deps}/wuffs/wuffs.c is missing: run setup/install.sh (make build does).")
endif()
add_library(wuffs STATIC "${deps}/wuffs/wuffs.c")
target_include_directories(wuffs SYSTEM INTERFACE "${deps}/wuffs")
target_compile_definitions(wuffs PRIVATE WUFFS_IMPLEMENTATION WUFFS_CONFIG__MODULES WUFFS_CONFIG__MODULE__BASE
  WUFFS_CONFIG__MODULE__BMP WUFFS_CONFIG__MODULE__GIF)
target_link_libraries(wuffs PRIVATE docmill_options)
if(DOCMILL_SANITIZE)
  # It adds 0 to null and copies nothing from there, which C forbids and no compiler minds.
  set_source_files_properties("${deps}/wuffs/wuffs.c" PROPERTIES COMPILE_OPTIONS
    -fno-sanitize=pointer-overflow,nonnull-attribute)
endif()

# libwebp, which also encodes page images, is linked statically where the system has the archives: what it writes is
# output, and the same on all machines then. libsharpyuv is a part of it from 1.3 on.
find_library(WEBP_ARCHIVE libwebp.a)
find_library(WEBP_DEMUX_ARCHIVE libwebpdemux.a)
find_library(SHARPYUV_ARCHIVE libsharpyuv.a)
pkg_check_modules(WEBP REQUIRED IMPORTED_TARGET libwebp libwebpdemux)
add_library(webp INTERFACE)
if(WEBP_ARCHIVE AND WEBP_DEMUX_ARCHIVE)
  target_link_libraries(webp INTERFACE ${WEBP_DEMUX_ARCHIVE} ${WEBP_ARCHIVE} $<$<BOOL:${SHARPYUV_ARCHIVE}>:${SHARPYUV_ARCHIVE}> Threads::Threads)
else()
  target_link_libraries(webp INTERFACE PkgConfig::WEBP)
endif()

# So are libjpeg-turbo, and libpng with its zlib. What is loaded beside them, libtiff and Leptonica, goes on with its own.
find_library(JPEG_ARCHIVE libjpeg.a)
find_library(PNG_ARCHIVE libpng16.a)
find_library(Z_ARCHIVE libz.a)
add_library(codecs INTERFACE)
if(JPEG_ARCHIVE AND PNG_ARCHIVE AND Z_ARCHIVE)
  target_link_libraries(codecs INTERFACE ${JPEG_ARCHIVE} ${PNG_ARCHIVE} ${Z_ARCHIVE} m)
  target_link_options(codecs INTERFACE -Wl,--exclude-libs,libjpeg.a:libpng16.a:libz.a)
else()
  target_link_libraries(codecs INTERFACE PkgConfig::JPEG_CODEC PkgConfig::PNG_CODEC)
endif()

# Decoders of images. Whoever links them names them before Leptonica, so that its own copies of them, should it have any,
# are not the ones that decode.
add_library(decoders INTERFACE)
target_link_libraries(decoders INTERFACE codecs PkgConfig::DECODERS webp wuffs)

# Tesseract is linked statically, and calls Leptonica.
if(NOT EXISTS "${deps}/tesseract/lib/libtesseract.a")
  message(FATAL_ERROR "${deps}/tesseract/lib/libtesseract.a is missing: run setup/install.sh (make build does).")
endif()
add_library(tesseract STATIC IMPORTED GLOBAL)
set_target_properties(tesseract PROPERTIES IMPORTED_LOCATION "${deps}/tesseract/lib/libtesseract.a"
  INTERFACE_INCLUDE_DIRECTORIES "${deps}/tesseract/include")
target_link_libraries(tesseract INTERFACE PkgConfig::LEPTONICA)

# zxing-cpp, a static library of readers of barcodes. What it reads is output, so its version is in the hash of `codes`.
if(NOT EXISTS "${deps}/zxing/lib/libZXing.a")
  message(FATAL_ERROR "${deps}/zxing/lib/libZXing.a is missing: run setup/install.sh (make build does).")
endif()
add_library(zxing STATIC IMPORTED GLOBAL)
set_target_properties(zxing PROPERTIES IMPORTED_LOCATION "${deps}/zxing/lib/libZXing.a"
  INTERFACE_INCLUDE_DIRECTORIES "${deps}/zxing/include")
foreach(part MAJOR MINOR PATCH)
  file(STRINGS "${deps}/zxing/include/ZXing/Version.h" line REGEX "define ZXING_VERSION_${part} " LIMIT_COUNT 1)
  string(REGEX MATCH "[0-9]+$" zxing_${part} "${line}")
endforeach()
set(DOCMILL_ZXING_VERSION "${zxing_MAJOR}.${zxing_MINOR}.${zxing_PATCH}")

# qpdf, a static library, reads what a document says of itself. That is output, so its version is in the hash of
# `structure`.
if(NOT EXISTS "${deps}/qpdf/lib/libqpdf.a")
  message(FATAL_ERROR "${deps}/qpdf/lib/libqpdf.a is missing: run setup/install.sh (make build does).")
endif()
add_library(qpdf STATIC IMPORTED GLOBAL)
set_target_properties(qpdf PROPERTIES IMPORTED_LOCATION "${deps}/qpdf/lib/libqpdf.a"
  INTERFACE_INCLUDE_DIRECTORIES "${deps}/qpdf/include")
target_link_libraries(qpdf INTERFACE ZLIB::ZLIB)
file(STRINGS "${deps}/qpdf/include/qpdf/DLL.h" line REGEX "define QPDF_VERSION " LIMIT_COUNT 1)
string(REGEX MATCH "[0-9][0-9.]*" DOCMILL_QPDF_VERSION "${line}")

# The AWS Common Runtime is linked statically. Its TLS library looks for a static libcrypto of its own; it gets the one
# that the rest of the program loads.
add_library(AWS::crypto ALIAS OpenSSL::Crypto)
list(APPEND CMAKE_PREFIX_PATH "${deps}/crt")
find_package(aws-c-auth QUIET)
find_package(aws-checksums QUIET)
if(NOT aws-c-auth_FOUND OR NOT aws-checksums_FOUND)
  message(FATAL_ERROR "The AWS Common Runtime is missing: run setup/install.sh (make build does).")
endif()

if(DOCMILL_TESTING)
  find_package(GTest REQUIRED)
endif()
