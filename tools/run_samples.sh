#!/usr/bin/env bash
# tools/run_samples.sh PROGRAM: sweeps samples/ into out/, shows what came out and how to look at it. Safe to repeat:
# the second run skips what is done.
set -euo pipefail
program=$(realpath "${1:?usage: tools/run_samples.sh PROGRAM}")
cd "$(dirname "$0")/.."

printf '$ %s sweep --in samples --out out\n' "${1}"
code=0
"$program" sweep --in samples --out out --summary text || code=$?
case $code in
  0) ;;
  1) printf '\nExit code 1 is expected here: samples/encrypted.pdf wants a password, and none was given. Its row in the\n'
     printf 'manifest says so. With a file that holds the line "docmill" behind --passwords-file it is read.\n' ;;
  *) printf '\nThe sweep ended with exit code %s; its messages above say why.\n' "$code" >&2; exit "$code" ;;
esac

printf '\nOutputs, one table of pages for each document, and the manifest of each run:\n'
find out -name '*.parquet' | LC_ALL=C sort | sed 's/^/  /'

printf '\n$ %s show out/scan_raw_text.parquet --page 1\n' "${1}"
"$program" show out/scan_raw_text.parquet --page 1

cat <<END

Look at more:
  ${1} show out/text_raw_text.parquet
  ${1} extract samples/form.pdf
  duckdb -c "SELECT source_uri, page_number, text_source, char_count FROM 'out/**/*raw_text.parquet'"
  duckdb -c "SELECT source_uri, status, error_kind FROM 'out/_docmill/runs/*.parquet'"
Without the duckdb program: make setup-tests, then
  .deps/venv/bin/python -c "import duckdb; print(duckdb.sql(\"SELECT * FROM 'out/**/*raw_text.parquet'\"))"
END
