"""Native text to Parquet: docmill beside the engine's limit and its peers.

    make bench                         over ../shared/corpus/digital, its longest document, and generated documents
    make bench BENCH_IN=FOLDER         over any folder of PDFs in place of the corpus

Every contender runs once a round, in turn, with the same number of processes; ratios are taken within a round, for
machines are noisy and absolute times mean nothing. Before each run the contender reads one page that does not count: how
long a disk takes for programs and libraries that other contenders have pushed out of memory is nobody's merit. The limit
is a loop in C around PDFium, with mimalloc, that writes nothing. Busy is the share of all cores' time that was used. docs/performance.md says what the figures mean.
"""

import argparse
import collections
import importlib.metadata
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import pyarrow.parquet

import make_documents
from ocr.measure import Watch

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
LIMIT = "PDFium loop (the limit)"
DURABLE = "PDFium loop, a durable file each"
ALONE, CROWD = "PDFium loop, one process", "PDFium loop, as many over all"
TWO, ONE = "docmill --ocr never", "docmill --ocr never, one worker"
ONE_CORE = "docmill --ocr never, one worker and one core"
PEERS = ("pymupdf", "pypdfium2", "kreuzberg", "liteparse")
CHARACTERS_TOLERANCE = 0.02

Run = collections.namedtuple("Run", "wall_s cpu_s peak_bytes")
Count = collections.namedtuple("Count", "pages characters")


class Loop:
    """Every file of the folder, shared out one by one."""

    def __init__(self, processes):
        self.command = [str(ROOT / "build/bench/pdfium_loop"), str(processes)]

    def words(self, folder, _out):
        return [*self.command, *map(str, sorted(folder.rglob("*.pdf")))]

    def count(self, report, _out):
        return Count(report["pages"], report["characters"])


class CrowdedLoop(Loop):
    """Every process goes over all files: beside one process alone it tells how much the cores slow each other."""

    def __init__(self, processes):
        super().__init__(processes)
        self.processes = processes

    def words(self, folder, _out):
        return [*self.command, *(str(path) for path in sorted(folder.rglob("*.pdf")) for _ in range(self.processes))]

    def count(self, report, _out):
        return Count(report["pages"] // self.processes, report["characters"] // self.processes)


class DurableLoop(Loop):
    """The loop, with a file for each document that a power cut leaves whole: what a disk asks for that."""

    def __init__(self, processes):
        self.command = [str(ROOT / "build/bench/pdfium_loop"), "--durable"]
        self.processes = str(processes)

    def words(self, folder, out):
        return [*self.command, str(out), self.processes, *map(str, sorted(folder.rglob("*.pdf")))]


class Docmill:
    def __init__(self, processes, *options):
        self.command = [str(ROOT / "build/docmill"), "sweep", "--workers", str(processes), "--summary", "json", "--log-level",
                        "error", *options]

    def words(self, folder, out):
        return [*self.command, "--in", str(folder), "--out", str(out)]

    def count(self, report, out):
        outputs = [path for path in out.rglob("*.parquet") if "_docmill" not in path.relative_to(out).parts]
        texts = [text for path in outputs for text in pyarrow.parquet.read_table(path, columns=["text"])["text"].to_pylist()]
        return Count(report["pages"], sum(len("".join(text.split())) for text in texts))


class DocmillOnOneCore(Docmill):
    """Parent and child share a core, so that two workers on two cores have twice as much and not a little less."""

    def __init__(self, *options):
        super().__init__(1, *options)
        self.command = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0))), *self.command]


class Pool:
    def __init__(self, library, processes):
        self.command = [sys.executable, str(HERE / "pool.py"), library, str(processes)]

    def words(self, folder, out):
        return [*self.command, str(folder), str(out)]

    def count(self, report, _out):
        return Count(report["pages"], report["characters"])


class Series:
    """The rounds of all contenders over one folder."""

    def __init__(self, title, folder, contenders):
        self.title, self.folder, self.contenders = title, folder, contenders
        self.runs = collections.defaultdict(list)
        self.counts = {}
        self.starts = []  # runs over a document of one page

    def play(self, rounds, scratch):
        one_page = scratch / "one-page"
        one_page.mkdir()
        make_documents.one_page(one_page, 1)
        for number in range(rounds):
            for name, contender in self.contenders.items():
                # Kept until the end: file systems are slow to reuse what was just deleted.
                out = scratch / f"{name}.{number}".replace(" ", "_")
                self.run_one_page(contender, one_page, out.with_name(f"{out.name}.warm"))
                if name == TWO:
                    self.starts.append(self.run_one_page(contender, one_page, out.with_name(f"{out.name}.start")))
                out.mkdir()
                self.run(name, contender, out)

    def run_one_page(self, contender, folder, out):
        """The first time it warms the contender up; the second time is what a start takes."""
        out.mkdir()
        with Watch() as watch:
            subprocess.run(contender.words(folder, out), capture_output=True, check=True)
        return Run(watch.wall_s, watch.cpu_s, watch.peak_bytes)

    def run(self, name, contender, out):
        os.sync()  # what others have not flushed would be in the flushes of this one
        with Watch() as watch:
            finished = subprocess.run(contender.words(self.folder, out), capture_output=True, text=True)
        if finished.returncode not in (0, 1) or not finished.stdout:
            sys.exit(f"bench: {name} failed: {finished.stderr[-500:]}")
        report = json.loads(finished.stdout.splitlines()[-1])
        self.runs[name].append(Run(watch.wall_s, watch.cpu_s, watch.peak_bytes))
        if "seconds_warm" in report:
            self.runs[f"{name}, warm"].append(Run(report["seconds_warm"], watch.cpu_s, watch.peak_bytes))
        if name not in self.counts:
            self.counts[name] = self.counts[f"{name}, warm"] = contender.count(report, out)

    def print_table(self):
        limit = self.runs[LIMIT]
        reference = self.counts[LIMIT]
        print(f"\n{self.title}: {len(list(self.folder.rglob('*.pdf')))} documents, {reference.pages} pages, "
              f"{len(limit)} rounds")
        for name, contender in self.contenders.items():
            print(f"  {name}: {' '.join(contender.command).replace(f'{ROOT}/', '')} ...")
        print(f"{'':46}{'pages/s min':>12}{'median':>8}{'max':>8}{'of limit':>10}{'CPU s':>8}{'busy':>6}{'MiB':>6}"
              f"{'characters':>12}")
        for name, runs in sorted(self.runs.items(), key=lambda item: statistics.median(run.wall_s for run in item[1])):
            count = self.counts[name]
            rates = sorted(count.pages / run.wall_s for run in runs)
            ratio = statistics.median(base.wall_s / run.wall_s for base, run in zip(limit, runs))
            cpu_s = statistics.median(run.cpu_s for run in runs)
            busy = statistics.median(run.cpu_s / run.wall_s for run in runs) / os.cpu_count()
            peak_mib = max(run.peak_bytes for run in runs) / 2**20
            print(f"{name:46}{rates[0]:12.0f}{statistics.median(rates):8.0f}{rates[-1]:8.0f}{ratio:10.2f}{cpu_s:8.2f}"
                  f"{busy:6.2f}{peak_mib:6.0f}{count.characters / reference.characters:12.3f}")

        if ONE in self.runs:
            self.print_speedup(self.contenders[CROWD].processes)

    def print_speedup(self, processes):
        """Of all workers over one, with and without what every run takes to begin and to end; and of the machine."""
        start = statistics.median(run.wall_s for run in self.starts)
        print(f"  without the {start:.2f} s of a run over one page in brackets:")
        for what, one_name in (("one", ONE), ("one that has one core", ONE_CORE)):
            pairs = list(zip(self.runs[one_name], self.runs[TWO], self.starts))
            whole = statistics.median(one.wall_s / two.wall_s for one, two, _ in pairs)
            work = statistics.median((one.wall_s - start.wall_s) / (two.wall_s - start.wall_s) for one, two, start in pairs)
            print(f"  all workers over {what}: {whole:.2f} ({work:.2f})")
        loops_alone = self.runs.get(ALONE, self.runs[LIMIT])  # where the limit is one process, it is that
        machine = statistics.median(processes * alone.wall_s / crowd.wall_s
                                    for alone, crowd in zip(loops_alone, self.runs[CROWD]))
        print(f"  {processes} loops side by side over one alone, which is what the machine gives: {machine:.2f}")

    def complaints(self):
        reference = self.counts[LIMIT]
        for name, count in self.counts.items():
            if name not in self.contenders:
                continue
            if count.pages != reference.pages:
                yield f"{self.title}: {name} has {count.pages} pages, not {reference.pages}"
            if abs(count.characters / reference.characters - 1) > CHARACTERS_TOLERANCE:
                yield f"{self.title}: {name} has {count.characters} characters, the engine {reference.characters}"


def docmills(processes):
    return {TWO: Docmill(processes, "--ocr", "never"),
            "docmill --ocr never --sandbox off": Docmill(processes, "--ocr", "never", "--sandbox", "off")}


def beside_one(processes):
    return {ONE: Docmill(1, "--ocr", "never"), ONE_CORE: DocmillOnOneCore("--ocr", "never"),
            CROWD: CrowdedLoop(processes)}


def series_of_folder(folder, processes):
    contenders = {LIMIT: Loop(processes), **docmills(processes), "docmill --ocr auto": Docmill(processes, "--ocr", "auto")}
    contenders |= {f"{library} pool": Pool(library, processes) for library in PEERS}
    return Series(str(folder), folder, contenders)


def series_of_longest(folder, processes, scratch):
    own = scratch / "longest"
    own.mkdir()
    longest = max(folder.rglob("*.pdf"), key=lambda path: path.stat().st_size)
    shutil.copy(longest, own)
    contenders = {LIMIT: Loop(1), **docmills(processes), **beside_one(processes)}
    return Series(f"{longest.name} alone (the loop has one process)", own, contenders)


def series_of_generated(kind, processes, scratch):
    own = scratch / f"documents-{kind}"
    own.mkdir()
    make_documents.KINDS[kind](own)
    contenders = {LIMIT: Loop(1 if kind == "large" else processes), **docmills(processes)}
    if kind == "one-page":
        contenders[DURABLE] = DurableLoop(processes)
    if kind == "skewed":
        contenders[ALONE] = Loop(1)
    if kind in ("large", "skewed"):
        contenders |= beside_one(processes)
    contenders |= {f"{library} pool": Pool(library, processes) for library in ("pymupdf", "pypdfium2")}
    return Series(f"generated: {kind}", own, contenders)


def print_machine(processes, libraries=PEERS):
    with open("/proc/cpuinfo") as cpuinfo:
        model = next((line.split(":")[1].strip() for line in cpuinfo if line.startswith("model name")), "unknown processor")
    version = subprocess.run([ROOT / "build/docmill", "version"], capture_output=True, text=True, check=True).stdout
    print(f"{model}, {os.cpu_count()} cores; {processes} processes each; load {os.getloadavg()[0]:.1f}")
    print("; ".join(" ".join(line.split()) for line in version.splitlines()))
    print("; ".join(f"{library} {importlib.metadata.version(library)}" for library in libraries))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--in", dest="folder", default=ROOT.parent / "shared/corpus/digital", type=pathlib.Path)
    parser.add_argument("--rounds", default=5, type=int)
    parser.add_argument("--processes", default=len(os.sched_getaffinity(0)), type=int)
    parser.add_argument("--only", nargs="+", default=["folder", "longest", *make_documents.KINDS],
                        choices=["folder", "longest", *make_documents.KINDS])
    args = parser.parse_args()
    if not any(args.folder.rglob("*.pdf")):
        sys.exit(f"bench: no PDF below {args.folder}")
    print_machine(args.processes)
    complaints = []
    for kind in args.only:
        with tempfile.TemporaryDirectory(prefix="docmill-bench-") as name:
            scratch = pathlib.Path(name)
            if kind == "folder":
                series = series_of_folder(args.folder, args.processes)
            elif kind == "longest":
                series = series_of_longest(args.folder, args.processes, scratch)
            else:
                series = series_of_generated(kind, args.processes, scratch)
            series.play(args.rounds, scratch)
            series.print_table()
            complaints += series.complaints()
    if complaints:
        print("\nNot the same pages, or characters (white space aside) more than 2 % apart:", *complaints, sep="\n  ")


if __name__ == "__main__":
    main()
