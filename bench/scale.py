"""Cost grows linearly: sweeps over 1,000, 10,000 and 100,000 documents of one line, in one table.

    make bench-scale
    scale.py COUNT...                  other numbers of documents
"""

import pathlib
import subprocess
import sys
import tempfile
import time

import psutil

import make_documents
from ocr.measure import tree_pss_bytes

ROOT = pathlib.Path(__file__).resolve().parents[1]
COUNTS = (1_000, 10_000, 100_000)
SAMPLE_S = 0.25


def peaks_of(run):
    """The peak memory of this process's descendants, and the most files that `run` had open."""
    me, parent = psutil.Process(), psutil.Process(run.pid)
    peak_bytes = files = 0
    while run.poll() is None:
        try:
            peak_bytes, files = max(peak_bytes, tree_pss_bytes(me)), max(files, parent.num_fds())
        except psutil.Error:
            break
        time.sleep(SAMPLE_S)
    return peak_bytes, files


def sweep(count, scratch):
    source, out = scratch / "in", scratch / "out"
    source.mkdir()
    make_documents.tiny(source, count)
    start = time.perf_counter()
    run = subprocess.Popen([ROOT / "build/docmill", "sweep", "--in", source, "--out", out, "--ocr", "never", "--log-level",
                            "error"], stdout=subprocess.DEVNULL)
    peak_bytes, files = peaks_of(run)
    seconds = time.perf_counter() - start
    if run.returncode != 0:
        sys.exit(f"scale: docmill ended with {run.returncode}")
    return seconds, peak_bytes, files


def main():
    counts = [int(word) for word in sys.argv[1:]] or COUNTS
    print(f"{'documents':>10}{'seconds':>10}{'ms each':>10}{'MiB':>7}{'files open':>12}", flush=True)
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="docmill-scale-") as scratch:
            seconds, peak_bytes, files = sweep(count, pathlib.Path(scratch))
        print(f"{count:10,}{seconds:10.1f}{seconds / count * 1000:10.2f}{peak_bytes / 2**20:7.0f}{files:12}", flush=True)


if __name__ == "__main__":
    main()
