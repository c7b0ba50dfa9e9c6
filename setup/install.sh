#!/usr/bin/env bash
# Puts on this machine what docmill builds and runs with: Debian packages (packages.txt), and below .deps/ the libraries
# of two pinned wheels (wheels.txt), of three pinned source distributions (sources.txt, wuffs.txt, zxing.txt) and of
# Debian's sources of Tesseract and qpdf (tesseract.txt, tesseract.patch, qpdf.txt, qpdf.patch). With --tests also what
# the tests need (test-requirements.txt), with --lint what lint and the fuzz targets need, with --bench the programs that
# bench/ocr compares (bench-requirements.txt).
# Safe to repeat; quick when nothing is missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
deps=$here/../.deps
# What all C and C++ that docmill links is compiled with.
hardening="-g1 -fno-omit-frame-pointer -fstack-protector-strong -fstack-clash-protection"
case $(uname -m) in
  x86_64) hardening+=" -fcf-protection=full" ;;
  *) hardening+=" -mbranch-protection=standard" ;;
esac

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

check_machine() {
  [ -r /etc/os-release ] || fail "this is no Debian: /etc/os-release is missing. docmill builds on Debian 12."
  # shellcheck disable=SC1091
  . /etc/os-release
  [ "${ID:-}" = debian ] && [ "${VERSION_ID:-}" = 12 ] ||
    fail "this is ${PRETTY_NAME:-an unknown system}; docmill builds on Debian 12. Use a Debian 12 machine or container."
  case $(uname -m) in
    x86_64 | aarch64) ;;
    *) fail "no pinned libraries for $(uname -m); x86_64 and aarch64 are supported." ;;
  esac
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "these packages are missing and need root to install: run 'su -c \"apt-get install ${missing[*]}\"', or install sudo."
  fi
}

# install_packages OPTION...: the Debian packages that are not there yet, with the sections that the options name.
install_packages() {
  local wanted
  mapfile -t wanted < <(sed 's/#.*//' "$here/packages.txt" |
    awk -v sections=" $* " '/^\[/ { section = substr($1, 2, length($1) - 2); next }
      NF && (section == "" || index(sections, " --" section " ")) { print $1 }')
  mapfile -t missing < <(comm -13 \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null | awk '$1 == "installed" { print $2 }' | sort -u) \
    <(printf '%s\n' "${wanted[@]}" | sort -u))
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update >/dev/null ||
    fail "apt-get update failed: is there a network connection, and does /etc/apt name a reachable mirror?"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get could not install: ${missing[*]}. Its message above says why."
}

# stamped NAME FILE...: true when the step NAME was done with exactly these files and flags, by the calling function as it stands.
stamped() {
  stamp_file=$deps/stamps/$1
  stamp=$({ declare -f "${FUNCNAME[1]}"; echo "$hardening"; cat "${@:2}"; } | sha256sum | cut -d' ' -f1)
  [ "$(cat "$stamp_file" 2>/dev/null)" = "$stamp" ]
}

install_wheels() {
  stamped wheels "$here/wheels.txt" && return 0
  say "fetching Arrow and PDFium (pinned wheels, checked by hash)"
  local work
  work=$(mktemp -d "$deps/wheels.XXXXXX")
  local machine; machine=$(uname -m)
  /usr/bin/python3 -m pip --quiet download --require-hashes --no-deps --only-binary=:all: --python-version 311 \
    --platform "manylinux_2_28_$machine" --platform "manylinux_2_17_$machine" --platform "manylinux2014_$machine" \
    --dest "$work" --requirement "$here/wheels.txt" ||
    fail "pip could not fetch the wheels of setup/wheels.txt: is the package index reachable?"
  rm -rf "$deps/arrow" "$deps/pdfium"
  mkdir -p "$deps/arrow/lib" "$deps/pdfium/lib"
  unzip -q "$work"/pyarrow-*.whl 'pyarrow/include/*' 'pyarrow/libarrow.so.*' 'pyarrow/libparquet.so.*' '*.txt' -d "$work/a"
  unzip -q "$work"/pypdfium2-*.whl -d "$work/p"
  mv "$work/a/pyarrow/include" "$deps/arrow/include"
  mv "$work"/a/pyarrow/lib*.so.* "$deps/arrow/lib/"
  mv "$work/p/pypdfium2_raw/libpdfium.so" "$deps/pdfium/lib/"
  mv "$work/p/pypdfium2_raw/version.json" "$deps/pdfium/"
  mv "$work"/p/pypdfium2-*.dist-info/licenses "$deps/pdfium/licenses"
  mv "$work"/a/pyarrow-*.dist-info "$deps/arrow/licenses"
  rm -rf "$work"
  echo "$stamp" >"$stamp_file"
}

# fetch_source FOLDER NAME REQUIREMENTS: the source distribution NAME. To look into one, pip would fetch the newest build
# tools; it gets those of the file, which have a hash: all others that it names.
fetch_source() {
  awk -v own="$2==" '/^[^ ]/ { is_own = index($0, own) == 1 } !is_own' "$3" >"$1/tools.txt"
  /usr/bin/python3 -m pip --quiet install --root-user-action=ignore --require-hashes --only-binary=:all: \
    --target "$1/python" --requirement "$1/tools.txt" &&
    PYTHONPATH=$1/python /usr/bin/python3 -m pip --quiet download --require-hashes --no-deps --no-build-isolation \
      --no-binary="$2" --dest "$1" --requirement "$3" ||
    fail "pip could not fetch the source of ${3##*/}: is the package index reachable?"
}

# fetch_debian_source FOLDER NAME: Debian's own source of NAME, by the hash in NAME.txt, with NAME.patch applied, in
# FOLDER/source.
fetch_debian_source() {
  local file hash mirror
  file=$(sed -n "s/^\(${2}_[^ ]*\).*/\1/p" "$here/$2.txt")
  hash=$(sed -n 's/.*--hash=sha256://p' "$here/$2.txt")
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' 'Component: main' | sed -n 1p)
  /usr/lib/apt/apt-helper download-file "${mirror:-http://deb.debian.org/debian/}pool/main/${2:0:1}/$2/$file" \
    "$1/$file" "SHA256:$hash" >/dev/null 2>&1 || fail "apt could not fetch $file: does /etc/apt name a reachable mirror?"
  mkdir "$1/source"
  tar -xf "$1/$file" -C "$1/source" --strip-components=1
  patch --quiet -p1 -d "$1/source" <"$here/$2.patch"
}

# Wuffs is one file of C, which docmill's own build compiles; the distribution is that of its Python bindings.
install_wuffs() {
  stamped wuffs "$here/wuffs.txt" && return 0
  say "fetching Wuffs (pinned source, checked by hash)"
  local work
  work=$(mktemp -d "$deps/wuffs.XXXXXX")
  fetch_source "$work" pywuffs "$here/wuffs.txt"
  tar -xf "$work"/pywuffs-*.tar.gz -C "$work" --strip-components=1
  rm -rf "$deps/wuffs"
  install -D -m 644 "$work/libs/wuffs/release/c/wuffs-unsupported-snapshot.c" "$deps/wuffs/wuffs.c"
  # Apache 2.0 or MIT, as the file says of itself.
  mkdir "$deps/wuffs/licenses"
  sed -n '/^\/\/ Copyright/,/^\/\/ SPDX/p' "$deps/wuffs/wuffs.c" | sed '/SPDX/q' >"$deps/wuffs/licenses/LICENSE.wuffs"
  install -m 644 "$work/LICENSE" "$deps/wuffs/licenses/LICENSE.pywuffs"
  rm -rf "$work"
  echo "$stamp" >"$stamp_file"
}

# The AWS Common Runtime as static libraries, against Debian's OpenSSL; without the parts that docmill does not use.
install_crt() {
  stamped crt "$here/sources.txt" && return 0
  say "building the AWS Common Runtime (pinned source, checked by hash; one minute)"
  local work
  work=$(mktemp -d "$deps/crt.XXXXXX")
  fetch_source "$work" awscrt "$here/sources.txt"
  tar -xf "$work"/awscrt-*.tar.gz -C "$work" --strip-components=1 --exclude='*/crt/aws-lc'
  sed -i -E '/^add_subdirectory\(aws-c-(event-stream|mqtt|s3)\)/d' "$work/crt/CMakeLists.txt"
  local flags="-O2 $hardening"
  if ! {
    CCACHE_BASEDIR=$work cmake -G Ninja -S "$work/crt" -B "$work/build" -Wno-dev -DUSE_OPENSSL=ON -DBUILD_TESTING=OFF \
      -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE="$flags -DNDEBUG -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3" \
      -DCMAKE_C_FLAGS="-ffile-prefix-map=$work=." -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_INSTALL_PREFIX="$work/crt-installed" &&
      CCACHE_BASEDIR=$work cmake --build "$work/build" --target install
  } >"$deps/crt.log" 2>&1; then
    fail "the AWS Common Runtime did not build; $deps/crt.log says why."
  fi
  rm -rf "$deps/crt" "$deps/crt.log"
  install -D -m 644 -t "$work/crt-installed/licenses" "$work/LICENSE" "$work/NOTICE"
  install -m 644 "$work/crt/s2n/LICENSE" "$work/crt-installed/licenses/LICENSE.s2n-tls"
  mv "$work/crt-installed" "$deps/crt"
  rm -rf "$work"
  echo "$stamp" >"$stamp_file"
}

# Tesseract as a static library of Debian's own source, to which tesseract.patch is applied. Compiled with -O3, without
# symbols that another library could replace, and without OpenMP, whose runtime has nothing to hand out in a child with one
# thread, it reads the same text, to the bit, in three quarters of the time of Debian's package. Lines of text stay in
# memory as pixels, not packed as PNG. The engine before LSTM is there, for the detection of scripts is part of it; archives
# and downloads are left out: docmill does not use them. Its assertions stay.
install_tesseract() {
  stamped tesseract "$here/tesseract.txt" "$here/tesseract.patch" && return 0
  say "building Tesseract (Debian's source, checked by hash; one to three minutes)"
  local work
  work=$(mktemp -d "$deps/tesseract.XXXXXX")
  fetch_debian_source "$work" tesseract
  local flags="-DTESSERACT_IMAGEDATA_AS_PIX -O3 $hardening"
  if ! {
    CCACHE_BASEDIR=$work cmake -G Ninja -S "$work/source" -B "$work/build" -Wno-dev -DCMAKE_BUILD_TYPE=Release \
      -DCMAKE_CXX_FLAGS_RELEASE="$flags -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3" -DCMAKE_CXX_FLAGS="-ffile-prefix-map=$work=." \
      -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DBUILD_SHARED_LIBS=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
      -DCMAKE_CXX_VISIBILITY_PRESET=hidden \
      -DOPENMP_BUILD=OFF -DGRAPHICS_DISABLED=ON -DBUILD_TRAINING_TOOLS=OFF -DDISABLE_CURL=ON \
      -DDISABLE_ARCHIVE=ON -DINSTALL_CONFIGS=OFF -DCOMPILER_SUPPORTS_MARCH_NATIVE=OFF &&
      CCACHE_BASEDIR=$work cmake --build "$work/build" --target libtesseract
  } >"$deps/tesseract.log" 2>&1; then
    fail "Tesseract did not build; $deps/tesseract.log says why."
  fi
  rm -rf "$deps/tesseract" "$deps/tesseract.log"
  install -D -m 644 "$work/build/libtesseract.a" "$deps/tesseract/lib/libtesseract.a"
  install -D -m 644 -t "$deps/tesseract/include/tesseract" "$work"/source/include/tesseract/*.h "$work"/build/include/tesseract/*.h
  install -D -m 644 -t "$deps/tesseract/licenses" "$work/source/LICENSE" "$work/source/AUTHORS"
  rm -rf "$work"
  echo "$stamp" >"$stamp_file"
}

# zxing-cpp as a static library of readers, without the writers and their Zint. Its own build prefers size to speed where
# that costs nothing, so the level of optimisation is left to it.
install_zxing() {
  stamped zxing "$here/zxing.txt" && return 0
  say "building zxing-cpp (pinned source, checked by hash; one to three minutes)"
  local work
  work=$(mktemp -d "$deps/zxing.XXXXXX")
  fetch_source "$work" zxing-cpp "$here/zxing.txt"
  tar -xf "$work"/zxing_cpp-*.tar.gz -C "$work" --strip-components=1
  local flags="-O3 $hardening"
  flags+=" -ftrivial-auto-var-init=zero -D_GLIBCXX_ASSERTIONS -DNDEBUG -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3"
  if ! {
    CCACHE_BASEDIR=$work cmake -G Ninja -S "$work/core" -B "$work/build" -Wno-dev -DCMAKE_BUILD_TYPE=Release \
      -DCMAKE_CXX_FLAGS_RELEASE="$flags" -DCMAKE_C_FLAGS_RELEASE="$flags" -DCMAKE_CXX_FLAGS="-ffile-prefix-map=$work=." \
      -DCMAKE_C_FLAGS="-ffile-prefix-map=$work=." -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache \
      -DCMAKE_CXX_VISIBILITY_PRESET=hidden -DCMAKE_C_VISIBILITY_PRESET=hidden -DCMAKE_VISIBILITY_INLINES_HIDDEN=ON \
      -DBUILD_SHARED_LIBS=OFF -DZXING_READERS=ON -DZXING_WRITERS=OFF -DZXING_C_API=OFF -DZXING_DISABLE_PCH=ON \
      -DCMAKE_INSTALL_PREFIX="$work/installed" -DCMAKE_INSTALL_LIBDIR=lib &&
      CCACHE_BASEDIR=$work cmake --build "$work/build" --target install
  } >"$deps/zxing.log" 2>&1; then
    fail "zxing-cpp did not build; $deps/zxing.log says why."
  fi
  rm -rf "$deps/zxing" "$deps/zxing.log"
  install -D -m 644 -t "$work/installed/licenses" "$work/LICENSE"
  # BSD with three clauses, as that of Zint's back end, which it comes from, and MIT of one function.
  { sed '/SPDX/q' "$work/core/src/libzueci/zueci.c"; sed '/SPDX/q' "$work/zint/backend/eci.h"
    sed -n '/Copyright (c) 2008/,/\*\//p' "$work/core/src/libzueci/zueci.c"; } >"$work/installed/licenses/LICENSE.libzueci"
  mv "$work/installed" "$deps/zxing"
  rm -rf "$work"
  echo "$stamp" >"$stamp_file"
}

# qpdf as a static library of Debian's own source, to which qpdf.patch is applied: Debian's package takes its cryptography
# from GnuTLS and decodes JPEG; this one has its own, and does not.
install_qpdf() {
  stamped qpdf "$here/qpdf.txt" "$here/qpdf.patch" && return 0
  say "building qpdf (Debian's source, checked by hash; one minute)"
  local work
  work=$(mktemp -d "$deps/qpdf.XXXXXX")
  fetch_debian_source "$work" qpdf
  local flags="-O2 $hardening"
  flags+=" -ftrivial-auto-var-init=zero -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3"
  if ! {
    CCACHE_BASEDIR=$work cmake -G Ninja -S "$work/source" -B "$work/build" -Wno-dev -DCMAKE_BUILD_TYPE=Release \
      -DCMAKE_CXX_FLAGS_RELEASE="$flags -D_GLIBCXX_ASSERTIONS" -DCMAKE_C_FLAGS_RELEASE="$flags" \
      -DCMAKE_CXX_FLAGS="-ffile-prefix-map=$work=." -DCMAKE_C_FLAGS="-ffile-prefix-map=$work=." \
      -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
      -DCMAKE_CXX_VISIBILITY_PRESET=hidden -DCMAKE_C_VISIBILITY_PRESET=hidden -DBUILD_SHARED_LIBS=OFF \
      -DUSE_IMPLICIT_CRYPTO=OFF -DREQUIRE_CRYPTO_NATIVE=ON &&
      CCACHE_BASEDIR=$work cmake --build "$work/build" --target libqpdf
  } >"$deps/qpdf.log" 2>&1; then
    fail "qpdf did not build; $deps/qpdf.log says why."
  fi
  rm -rf "$deps/qpdf" "$deps/qpdf.log"
  install -D -m 644 "$work/build/libqpdf/libqpdf.a" "$deps/qpdf/lib/libqpdf.a"
  install -D -m 644 -t "$deps/qpdf/include/qpdf" "$work"/source/include/qpdf/*.h "$work"/source/include/qpdf/*.hh
  # qpdf is C++17; where its users are C++20, clang wants all of an enclosing class for a destructor that is defaulted.
  sed -i 's/virtual ~JSON_array() = default;/virtual ~JSON_array() {}/' "$deps/qpdf/include/qpdf/JSON.hh"
  install -D -m 644 -t "$deps/qpdf/licenses" "$work/source/LICENSE.txt" "$work/source/NOTICE.md"
  rm -rf "$work"
  echo "$stamp" >"$stamp_file"
}

# install_python NAME VENV REQUIREMENTS: the Python packages of a file, in a virtual environment of their own. The file
# names all of them, so pip looks for no others (with hashes it refuses "pikepdf[pdfa]", though pikepdf is pinned); that
# none is missing is checked afterwards.
install_python() {
  stamped "$1" "$3" && return 0
  say "installing the Python packages of ${3##*/}"
  rm -rf "${deps:?}/$2"
  /usr/bin/python3 -m venv "$deps/$2"
  "$deps/$2/bin/pip" --quiet install --require-hashes --no-deps --only-binary=:all: --requirement "$3" ||
    fail "pip could not install $3: is the package index reachable?"
  "$deps/$2/bin/pip" --quiet check || fail "$3 lacks packages that others need; setup/${3##*/} says how to renew it."
  echo "$stamp" >"$stamp_file"
}

check_machine
mkdir -p "$deps/stamps"
install_packages "$@"
install_wheels
install_wuffs
install_crt
install_tesseract
install_zxing
install_qpdf
[[ " $* " != *" --tests "* ]] || install_python tests venv "$here/test-requirements.txt"
[[ " $* " != *" --bench "* ]] || install_python bench bench-venv "$here/bench-requirements.txt"
