"""Native text to Parquet: docmill beside the engine's limit and beside pypdfium2 in a process pool.

    make bench                         over ../shared/corpus/digital
    make bench BENCH_IN=FOLDER         over any folder of PDFs

Every contender runs once a round, in turn, with the same number of processes; ratios are taken within a round, for
machines are noisy and absolute times mean nothing. docs/performance.md says what the figures mean.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent


def children_cpu_s():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def timed(command):
    cpu, start = children_cpu_s(), time.perf_counter()
    run = subprocess.run(command, capture_output=True, text=True)
    wall = time.perf_counter() - start
    if run.returncode not in (0, 1) or not run.stdout:
        sys.exit(f"{command[0]} failed: {run.stderr[-500:]}")
    return wall, children_cpu_s() - cpu, json.loads(run.stdout.splitlines()[-1])


class Docmill:
    def __init__(self, folder, processes, *options):
        self.folder, self.processes, self.options = folder, processes, options

    def run(self, scratch):
        command = [str(ROOT / "build/docmill"), "sweep", "--in", str(self.folder), "--out", scratch, "--workers",
                   str(self.processes), "--summary", "json", "--log-level", "error", *self.options]
        return timed(command)


class Command:
    def __init__(self, *words):
        self.words = [str(word) for word in words]

    def run(self, scratch):
        return timed([*self.words[:-1], scratch] if self.words[-1] == "OUT" else self.words)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--in", dest="folder", default=ROOT.parent / "shared/corpus/digital", type=pathlib.Path)
    parser.add_argument("--rounds", default=5, type=int)
    parser.add_argument("--processes", default=len(os.sched_getaffinity(0)), type=int)
    args = parser.parse_args()
    files = sorted(args.folder.rglob("*.pdf"))
    if not files:
        sys.exit(f"bench: no PDF below {args.folder}")
    contenders = {
        "pdfium loop, mimalloc": Command(ROOT / "build/bench/pdfium_loop", args.processes, *files),
        "docmill --ocr never": Docmill(args.folder, args.processes, "--ocr", "never"),
        "docmill --ocr never --sandbox off": Docmill(args.folder, args.processes, "--ocr", "never", "--sandbox", "off"),
        "pypdfium2 pool": Command(sys.executable, HERE / "pool_pypdfium2.py", args.processes, args.folder, "OUT"),
    }
    pages = {}
    results = {name: [] for name in contenders}
    for _ in range(args.rounds):
        for name, contender in contenders.items():
            with tempfile.TemporaryDirectory() as scratch:
                wall, cpu, report = contender.run(scratch)
            pages[name] = report["pages"]
            results[name].append((wall, cpu))
    limit = [wall for wall, _ in results["pdfium loop, mimalloc"]]
    print(f"{len(files)} files, {args.processes} processes, {args.rounds} rounds")
    print(f"{'':36}{'pages':>7}{'pages/s min':>13}{'median':>9}{'max':>9}{'of the limit':>14}{'CPU s':>8}")
    for name, runs in results.items():
        rates = sorted(pages[name] / wall for wall, _ in runs)
        ratio = statistics.median(base / wall for base, (wall, _) in zip(limit, runs))
        cpu = statistics.median(cpu for _, cpu in runs)
        print(f"{name:36}{pages[name]:7}{rates[0]:13.0f}{statistics.median(rates):9.0f}{rates[-1]:9.0f}{ratio:14.2f}{cpu:8.2f}")


if __name__ == "__main__":
    main()
