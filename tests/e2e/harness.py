"""What the end-to-end tests share: running the programs, writing documents, reading outputs."""

import contextlib
import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

import psutil
import pyarrow.parquet as parquet
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
CORPUS = ROOT.parent / "shared" / "corpus"
# The test build (mock documents, failpoints) and the release build.
TEST_PROGRAM = pathlib.Path(os.environ.get("DOCMILL_TEST_PROGRAM", ROOT / "build/test/docmill"))
RELEASE_PROGRAM = pathlib.Path(os.environ.get("DOCMILL_PROGRAM", ROOT / "build/docmill"))
IMPOSTOR = pathlib.Path(os.environ.get("DOCMILL_IMPOSTOR", TEST_PROGRAM.parent / "tests/impostor"))

MOCK_MAGIC = "application/x-docmill-mock"
# Longer than anything here takes, also where ten others want the same processor: a test that waits this long hangs.
PATIENCE_S = 300
# 150 MiB and twice the output cap of a page (reliability.md, 3.E).
PARENT_MEMORY_KIB_MAX = (150 + 2 * 16) * 1024


@dataclasses.dataclass
class Finished:
    """A program that ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def events(self):
        """The log's events; every line of stderr must be one."""
        return [json.loads(line) for line in self.stderr.splitlines()]


class Told:
    """What a running process has written to stderr; communicate() gives what comes later."""

    def __init__(self, process):
        self.file = process.stderr.fileno()
        os.set_blocking(self.file, False)
        self.bytes = b""

    def lines(self):
        with contextlib.suppress(BlockingIOError):
            while piece := os.read(self.file, 1 << 16):
                self.bytes += piece
        return self.bytes.decode(errors="replace").splitlines()


class Machine:
    """A place of its own for one test: folders, environment, and the program under test."""

    def __init__(self, folder, program=TEST_PROGRAM):
        self.folder = pathlib.Path(folder)
        self.program = pathlib.Path(program)
        self.source = self.folder / "in"
        self.out = self.folder / "out"
        self.temp = self.folder / "tmp"
        self.started = []
        for each in (self.source, self.temp, self.folder / "home"):
            each.mkdir(parents=True)
        # Nothing of the developer's own settings reaches the program.
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.temp),
            "XDG_STATE_HOME": str(self.folder / "home/state"),
            # Many tests look at what a run says of documents that it skips.
            "DOCMILL_MANIFEST": "always",
        }

    def run(self, *args, env=None, cwd=None, timeout=PATIENCE_S):
        """Run docmill to its end."""
        started = self.start(*args, env=env, cwd=cwd)
        try:
            stdout, stderr = started.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            started.kill()
            started.communicate()
            raise
        return Finished(started.returncode, stdout, stderr)

    def start(self, *args, env=None, cwd=None, prefix=()):
        command = [*map(str, prefix), str(self.program), *map(str, args)]
        process = subprocess.Popen(command, env={**self.env, **(env or {})}, cwd=cwd or self.folder, text=True,
                                   encoding="utf-8", errors="surrogateescape", stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.started.append(process)
        return process

    def end(self):
        """Kill what a failed test left running."""
        for process in self.started:
            if process.poll() is None:
                kill_now(process)
        for process in self.extractors():
            process.kill()

    def sweep_args(self, *args, out=None):
        return ["sweep", "--in", str(self.source), "--out", str(out or self.out), *map(str, args)]

    def sweep(self, *args, out=None, env=None):
        """Sweep the source folder; the exit code says whether every document is well."""
        return self.run(*self.sweep_args(*args, out=out), env=env)

    def start_sweep(self, *args, out=None, env=None):
        return self.start(*self.sweep_args(*args, out=out), env=env)

    def write(self, name, content):
        target = self.source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return target

    def mock(self, name, *lines):
        """A mock document: what its lines say happens in the extraction child."""
        return self.write(name, ("\n".join([MOCK_MAGIC, *lines]) + "\n").encode())

    def copy(self, sample, name=None):
        path = pathlib.Path(sample)
        path = path if path.is_absolute() else SAMPLES / path
        return self.write(name or path.name, path.read_bytes())

    def pages(self, name, out=None):
        """The page rows of an output, as pyarrow reads them."""
        return parquet.read_table((out or self.out) / name).to_pylist()

    def manifests(self, out=None):
        """{run_id: rows}, oldest first."""
        runs = sorted(((out or self.out) / "_docmill/runs").glob("*.parquet"), key=lambda run: run.stat().st_mtime_ns)
        return {run.stem: parquet.read_table(run).to_pylist() for run in runs}

    def manifest(self, out=None):
        """Rows of the newest run, by the source's path below --in."""
        rows = list(self.manifests(out).values())[-1]
        return {row["source_uri"].removeprefix(self.source.as_uri() + "/"): row for row in rows}

    def outputs(self, out=None):
        """{relative path: bytes} of every data table."""
        out = out or self.out
        return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*.parquet"))
                if "_docmill" not in path.relative_to(out).parts}

    def extractors(self):
        """Living zygotes and extraction children of the programs that this machine started."""
        marks = {f"--parent-pid={process.pid}" for process in self.started}
        found = []
        for process in psutil.process_iter():
            try:
                if marks & set(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.NoSuchProcess:
                continue
        return found

    def busy_child(self, process):
        """An extraction child of a sweep that has slow documents."""
        # Before the run begins, a child may be one in which the zygote probes what the kernel grants.
        wait_until(lambda: list((self.out / "_docmill/runs").glob("*.journal")), "the run to begin")

        def children():
            return {child for zygote in children_of(process.pid) for child in children_of(zygote)}

        def lasting():
            # A quick document's child may be about to end.
            before = children()
            time.sleep(0.1)
            return sorted(before & children())

        return psutil.Process(wait_until(lasting, "an extraction child")[0])

    def assert_nothing_left(self, out=None):
        """No process, no temporary file, no journal, no unfinished output; of a lock, its empty file."""
        wait_until(lambda: not self.extractors(), "docmill-extract processes to end")
        assert list(self.temp.rglob("*")) == []
        known = re.compile(r"(\.parquet|_docmill/failed/.*\.json|_docmill/runs/lock)$")
        out = out or self.out
        strange = [str(path) for path in out.rglob("*") if path.is_file() and not known.search(str(path))]
        assert strange == []


class PeakMemory(threading.Thread):
    """Samples the high-water mark of a process's resident memory until it ends: the kernel's own figure of an ended process
    begins with the memory of whoever started it."""

    def __init__(self, pid):
        super().__init__()
        self.pid, self.peak_kib = pid, 0
        self.start()

    def run(self):
        while True:
            try:
                with open(f"/proc/{self.pid}/status") as status:
                    found = [line for line in status if line.startswith("VmHWM:")]
                if not found:
                    return
                self.peak_kib = max(self.peak_kib, int(found[0].split()[1]))
            except (FileNotFoundError, ProcessLookupError):
                return
            threading.Event().wait(0.02)


def children_of(pid):
    """Of the main thread, as the kernel lists them."""
    try:
        return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def wait_until(condition, what, patience_s=PATIENCE_S):
    deadline = time.monotonic() + patience_s
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited {patience_s} s for {what}"
        time.sleep(0.02)


def kill_now(process):
    """SIGKILL and reap."""
    process.send_signal(signal.SIGKILL)
    process.communicate()


def error_kinds(rows):
    return [row["error_kind"] for row in rows]


def texts(rows):
    return [row["text"] for row in rows]


def require_corpus(folder):
    if not (CORPUS / folder).is_dir():
        pytest.skip("skipped: no corpus")
    return CORPUS / folder
