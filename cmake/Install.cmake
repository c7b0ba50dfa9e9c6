# `make install`: a relocatable tree that carries its libraries, fonts and language models. Only glibc's own are left out:
# they belong to the kernel interface and the dynamic loader of the machine.
#   bin/docmill, bin/docmill-extract, bin/docmill-extract-ocr      lib/docmill/*.so      share/docmill/{fonts,tessdata,licenses}
install(TARGETS docmill docmill-extract docmill-extract-ocr RUNTIME DESTINATION bin)
install(DIRECTORY ${CMAKE_BINARY_DIR}/fonts DESTINATION share/docmill)
install(FILES LICENSE DESTINATION share/docmill/licenses)
install(DIRECTORY .deps/pdfium/licenses/ DESTINATION share/docmill/licenses/pdfium)
install(DIRECTORY .deps/arrow/licenses/ DESTINATION share/docmill/licenses/arrow FILES_MATCHING PATTERN "*.txt")
install(DIRECTORY .deps/tesseract/licenses/ DESTINATION share/docmill/licenses/tesseract)
install(DIRECTORY .deps/wuffs/licenses/ DESTINATION share/docmill/licenses/wuffs)
install(DIRECTORY .deps/qpdf/licenses/ DESTINATION share/docmill/licenses/qpdf)
install(DIRECTORY .deps/zxing/licenses/ DESTINATION share/docmill/licenses/zxing-cpp)
if(EXISTS ${CMAKE_SOURCE_DIR}/.deps/crt/licenses)
  install(DIRECTORY .deps/crt/licenses/ DESTINATION share/docmill/licenses/aws-crt)
endif()
file(GLOB tessdata /usr/share/tesseract-ocr/*/tessdata/*.traineddata)
install(FILES ${tessdata} DESTINATION share/docmill/tessdata)

install(CODE "set(docmill_library_dirs ${CMAKE_SOURCE_DIR}/.deps/arrow/lib ${CMAKE_SOURCE_DIR}/.deps/pdfium/lib)")
install(CODE [[
  file(MAKE_DIRECTORY "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/lib/docmill")
  set(prefix "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}")
  file(GET_RUNTIME_DEPENDENCIES
    EXECUTABLES "${prefix}/bin/docmill" "${prefix}/bin/docmill-extract" "${prefix}/bin/docmill-extract-ocr"
    DIRECTORIES ${docmill_library_dirs}
    RESOLVED_DEPENDENCIES_VAR libraries
    UNRESOLVED_DEPENDENCIES_VAR missing
    POST_EXCLUDE_REGEXES "/(ld-linux.*|lib(c|m|dl|rt|pthread|resolv|mvec))\\.so\\.")
  if(missing)
    message(FATAL_ERROR "libraries that were not found: ${missing}")
  endif()
  foreach(program docmill docmill-extract docmill-extract-ocr)
    execute_process(COMMAND patchelf --set-rpath "$ORIGIN/../lib/docmill" "${prefix}/bin/${program}"
      COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  foreach(library IN LISTS libraries)
    get_filename_component(real "${library}" REALPATH)
    get_filename_component(name "${library}" NAME)
    file(COPY_FILE "${real}" "${prefix}/lib/docmill/${name}" ONLY_IF_DIFFERENT)
    # A library of Debian's looks for its own beside it, not in the system.
    execute_process(COMMAND patchelf --set-rpath "$ORIGIN" "${prefix}/lib/docmill/${name}" COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
]])
