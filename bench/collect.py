"""Many tiny outputs joined: docmill collect beside pyarrow.dataset, and DuckDB on both.

    make bench-collect                 100,000 outputs of one page, made by a sweep
    collect.py COUNT [--out FOLDER]    another number; or outputs that are there
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import make_documents

ROOT = pathlib.Path(__file__).resolve().parents[1]
PYARROW = """
import sys, pathlib, pyarrow.dataset as ds
out, target = map(pathlib.Path, sys.argv[1:])
files = sorted(str(path) for path in out.rglob("*_raw_text.parquet") if "_docmill" not in path.parts)
options = ds.ParquetFileFormat().make_write_options(compression="zstd")
ds.write_dataset(ds.dataset(files, format="parquet"), target, format="parquet", file_options=options)
"""
# A table in memory, sorted as docmill's is: what a person would write next.
PYARROW_SORTED = """
import sys, pathlib, pyarrow.dataset as ds, pyarrow.parquet as pq
out, target = map(pathlib.Path, sys.argv[1:])
files = sorted(str(path) for path in out.rglob("*_raw_text.parquet") if "_docmill" not in path.parts)
target.mkdir()
pq.write_table(ds.dataset(files, format="parquet").to_table().sort_by("source_uri"), target / "a.parquet", compression="zstd")
"""


def timed(words):
    """Seconds, and the peak of memory in MiB."""
    start = time.perf_counter()
    process = subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"collect: {words[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return seconds, used.ru_maxrss / 1024


def queried(folder):
    words = [sys.executable, "-c", "import sys, duckdb; print(duckdb.sql(sys.argv[1]).fetchall())",
             f"SELECT count(*), sum(char_count) FROM '{folder}/**/*.parquet'"]
    start = time.perf_counter()
    answer = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    return answer, time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int, nargs="?", default=100_000)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/docmill")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="docmill-collect-") as scratch:
        scratch = pathlib.Path(scratch)
        out = arguments.out
        if out is None:
            out = scratch / "out"
            (scratch / "in").mkdir()
            make_documents.tiny(scratch / "in", arguments.count)
            subprocess.run([arguments.program, "sweep", "--in", scratch / "in", "--out", out, "--ocr", "never",
                            "--log-level", "error"], stdout=subprocess.DEVNULL, check=True)
        collect = [arguments.program, "collect", "--in", out, "--out", scratch / "dataset", "--log-level", "error"]
        print(f"{'':28}{'seconds':>9}{'MiB':>7}", flush=True)
        for name, words in (("docmill collect", collect), ("again, nothing changed", collect),
                            ("pyarrow, table in memory", [sys.executable, "-c", PYARROW_SORTED, out, scratch / "sorted"]),
                            ("pyarrow.dataset", [sys.executable, "-c", PYARROW, out, scratch / "pyarrow"])):
            seconds, peak = timed(words)
            print(f"{name:28}{seconds:9.1f}{peak:7.0f}", flush=True)
        for name in ("dataset/pages", "sorted", "pyarrow"):
            answer, seconds = queried(scratch / name)
            size = sum(path.stat().st_size for path in (scratch / name).rglob("*.parquet")) / 1e6
            print(f"DuckDB on {name:18}{seconds:9.1f}        {size:.1f} MB  {answer}", flush=True)


if __name__ == "__main__":
    main()
