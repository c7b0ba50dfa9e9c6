"""What one sweep of docmill costs, and what a contender that writes files costs beside it."""

import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def parsed_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--program", default=ROOT / "build/docmill")
    return parser.parse_args()


def chosen_files(folder, count, into):
    """Copies spread over the whole folder, whose subfolders hold documents of one kind each."""
    paths = sorted(folder.rglob("*.pdf"))
    chosen = paths[::max(1, len(paths) // count)][:count]
    return [pathlib.Path(shutil.copy(path, f"{into}/{number:04}_{path.name}")) for number, path in enumerate(chosen)]


def sweep(program, folder, out, processes, *flags):
    """Pages of the folder that were read."""
    swept = subprocess.run([program, "sweep", "--in", folder, "--out", out, "--workers", str(processes), "--ocr", "never",
                            "--quiet", "--summary", "json", *flags], capture_output=True, text=True)
    if not swept.stdout:
        raise SystemExit(f"docmill failed with exit code {swept.returncode}:\n{swept.stderr}")
    return json.loads(swept.stdout)["pages"]


def processor_s():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(run):
    """`run` gets a new folder for what it writes and returns the pages that it read."""
    out = tempfile.mkdtemp(prefix="docmill-bench-")
    try:
        cpu_s, wall_s = processor_s(), time.monotonic()
        pages = run(out)
        cpu_s, wall_s = processor_s() - cpu_s, time.monotonic() - wall_s
        size = sum(path.stat().st_size for path in pathlib.Path(out).rglob("*") if path.is_file())
        return {"pages": pages, "cpu_ms": 1000 * cpu_s / pages, "wall_ms": 1000 * wall_s / pages,
                "pages_per_s": pages / wall_s, "kb": size / pages / 1000}
    finally:
        shutil.rmtree(out)


def in_turn(contenders, rounds):
    """Runs by contender: each once a round, in turn."""
    runs = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            runs[name].append(measure(run))
    return runs


def medians(runs):
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}
