"""What the host does to a run: a disk that is full, memory that is granted in part, a writer at the source."""

import contextlib
import os
import pathlib
import subprocess
import threading

import pytest

import documents
from harness import MOCK_MAGIC, PATIENCE_S, texts

CGROUP = pathlib.Path("/sys/fs/cgroup")
MiB = 1 << 20


@contextlib.contextmanager
def small_disk(folder, size):
    """A file system of its own below `folder`."""
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=777", "none", folder],
                             capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"skipped: no file system may be mounted here ({mounted.stderr.strip()})")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextlib.contextmanager
def memory_group(name, limit):
    """A control group with so much memory; what joins it is killed by the kernel beyond that."""
    folder, file = (CGROUP / "memory" / name, "memory.limit_in_bytes")
    if not (CGROUP / "memory").is_dir():
        folder, file = (CGROUP / name, "memory.max")
    try:
        folder.mkdir()
        (folder / file).write_text(str(limit))
    except OSError as error:
        with contextlib.suppress(OSError):
            folder.rmdir()
        pytest.skip(f"skipped: no control group may be made here ({error})")
    try:
        yield folder
    finally:
        folder.rmdir()


class TestFullDisk:
    def test_run_ends_with_3_and_every_output_is_whole(self, machine):
        rng = os.urandom(96 * 1024).hex()  # does not compress below half
        for number in range(40):
            machine.mock(f"{number:02}.mock", f"text {number} {rng}", "page")
        with small_disk(machine.out, "2m"):
            finished = machine.sweep("--workers", "2")
            assert finished.code == 3
            assert "No space left on device" in finished.stderr + finished.stdout
            done = machine.outputs()
            assert 0 < len(done) < 40
            for name in done:
                [text] = texts(machine.pages(name))
                assert text == f"{int(name[:2])} {rng}"
            assert not list(machine.out.rglob(".docmill-*.tmp"))
            # With room again, the next run does the rest and no document twice.
            subprocess.run(["mount", "-o", "remount,size=64m", machine.out], check=True)
            assert machine.sweep("--workers", "2").code == 0
            assert len(machine.outputs()) == 40
            again = machine.outputs()
            assert {name: again[name] for name in done} == done
            machine.assert_nothing_left()


class TestWriterAtTheSource:
    def test_document_that_never_keeps_still_is_source_changed(self, machine):
        path = machine.write("moving.mock", MOCK_MAGIC.encode() + b"\n" * (64 * MiB))
        machine.mock("still.mock", "text of its neighbour", "page")
        done = threading.Event()

        def write():
            with open(path, "r+b") as file:
                while not done.is_set():
                    file.seek(60 * MiB)
                    file.write(b" ")
                    file.flush()

        writer = threading.Thread(target=write)
        writer.start()
        try:
            finished = machine.sweep()
        finally:
            done.set()
            writer.join()
        assert finished.code == 1, finished.stderr
        rows = machine.manifest()
        assert (rows["moving.mock"]["status"], rows["moving.mock"]["error_kind"]) == ("failed", "source_changed")
        assert rows["moving.mock"]["document_id"] is None
        assert rows["still.mock"]["status"] == "ok"
        assert not list((machine.out / "_docmill").rglob("*.json")), "it has no mark: the next run tries again"
        machine.mock("moving.mock", "text when it is written", "page")
        assert machine.sweep().code == 0
        assert texts(machine.pages("moving.mock.raw_text.parquet")) == ["when it is written"]


class TestGrantedMemory:
    def test_bombs_in_a_gigabyte_cost_themselves_alone(self, machine):
        for number in range(4):
            machine.mock(f"bomb{number}.mock", "text before the bomb", "page", "alloc 4000", "page", "text after it",
                         "page")
        for number in range(8):
            machine.mock(f"fine{number}.mock", "text of a document that is fine", "page")
        with memory_group("docmill-test-bombs", 1024 * MiB) as group:
            into_group = ["sh", "-c", f'echo $$ >{group}/cgroup.procs && exec "$@"', "sh"]
            process = machine.start(*machine.sweep_args("--workers", "4"), prefix=into_group)
            process.communicate(timeout=PATIENCE_S)
            assert process.returncode == 1
            rows = machine.manifest()
            for number in range(4):
                row = rows[f"bomb{number}.mock"]
                assert (row["status"], row["error_kind"], row["pages_failed"]) == ("partial", "out_of_memory", 1)
                assert texts(machine.pages(f"bomb{number}.mock.raw_text.parquet")) == [
                    "before the bomb", "", "after it"]
            assert {rows[f"fine{number}.mock"]["status"] for number in range(8)} == {"ok"}
            machine.assert_nothing_left()

    def test_a_long_scan_in_half_a_gigabyte_is_recognised_whole(self, release):
        pages = [f"Survey of the northern bridge, sheet {number}\n" + "\n".join(
            f"Stone {row} of the pier lies {row + number} inches below the water" for row in range(30))
            for number in range(12)]
        release.write("scan.pdf", documents.scanned_pdf(*pages))
        with memory_group("docmill-test-scan", 512 * MiB) as group:
            into_group = ["sh", "-c", f'echo $$ >{group}/cgroup.procs && exec "$@"', "sh"]
            args = release.sweep_args("--workers", "1", "--child-memory", "512MiB")
            process = release.start(*args, prefix=into_group)
            process.communicate(timeout=PATIENCE_S)
            assert process.returncode == 0
            rows = release.pages("scan_raw_text.parquet")
            assert [row["text_source"] for row in rows] == ["ocr"] * len(pages)
            for number, row in enumerate(rows):
                assert row["text"].startswith(f"Survey of the northern bridge, sheet {number}\n")
                assert row["text"].count("inches below the water") == 30
