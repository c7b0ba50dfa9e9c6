#!/usr/bin/env python3
"""Processor time of docmill's OCR and of Tesseract's own program on dense pages, in turn, page by page.

    .deps/bench-venv/bin/python bench/ocr/bench_speed.py [--rounds 5] [--docmill PROGRAM]...

Both get the same gray pixels (dense.py), the same models, and one thread. docmill is the whole program with its sandbox,
a run for each page, so that both start and load their model each time. User and system time, so that other work on the
machine counts little; the median of the rounds is shown. RECALL is the share of a printed page's words that were read.
Several programs of docmill can be named, to compare an older one.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile

import pyarrow.parquet

import contenders
import dense
import measure
import score

ROOT = contenders.ROOT
CORPUS = ROOT.parent / "shared/corpus"


def timed(command):
    """stdout, and the processor seconds of the command with all its children."""
    before = measure.children_cpu_s()
    run = subprocess.run(command, capture_output=True, text=True, env=measure.one_thread_env(), check=True)
    return run.stdout, measure.children_cpu_s() - before


def by_tesseract(page):
    return timed(["tesseract", page.path, "stdout"])


def by_docmill(program):
    def read(page):
        with tempfile.TemporaryDirectory() as scratch:
            source, target = pathlib.Path(scratch, "in"), pathlib.Path(scratch, "out")
            source.mkdir()
            os.link(page.path, source / page.path.name)
            command = [program, "sweep", "--in", source, "--out", target, "--workers", "1", *contenders.Docmill.options]
            _, seconds = timed(command)
            rows = [row for file in target.rglob("*.raw_text.parquet") for row in pyarrow.parquet.read_table(file, columns=["text"]).to_pylist()]
            return "\n".join(row["text"] for row in rows), seconds

    return read


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--docmill", action="append", default=[], type=pathlib.Path)
    parser.add_argument("--pages", type=pathlib.Path, default=ROOT / "build/bench/dense-pages", help="where pages are drawn")
    return parser.parse_args()


def main():
    args = arguments()
    pages = dense.make(CORPUS, args.pages)
    readers = {"tesseract": by_tesseract} | {str(program): by_docmill(program) for program in args.docmill or [contenders.Docmill.program]}
    totals = dict.fromkeys(readers, 0.0)
    recalls = {name: [] for name in readers}
    print(f"{'seconds, recall':24}" + "".join(f"{name[-24:]:>26}" for name in readers))
    for page in pages:
        seconds = {name: [] for name in readers}
        texts = {}
        for _ in range(args.rounds):
            for name, read in readers.items():
                texts[name], spent = read(page)
                seconds[name].append(spent)
        cells = []
        for name in readers:
            median = statistics.median(seconds[name])
            totals[name] += median
            rate = None if page.truth is None else score.score(page.truth, texts[name]).recall
            recalls[name] += [] if rate is None else [rate]
            cells.append(f"{median:.2f}" + ("" if rate is None else f"  {rate:.3f}"))
        print(f"{page.name:24}" + "".join(f"{cell:>26}" for cell in cells), flush=True)
    print(f"{'all ' + str(len(pages)):24}" + "".join(f"{f'{totals[name]:.2f}  {statistics.mean(recalls[name]):.3f}':>26}" for name in readers))
    print(f"{'times as fast':24}" + "".join(f"{totals['tesseract'] / totals[name]:>26.2f}" for name in readers))


if __name__ == "__main__":
    main()
