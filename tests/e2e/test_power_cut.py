"""The machine loses power: what docmill had called done is on the disk, and no name stands there for half a file.

The output is on a file system in a file. What a disk would hold after a cut is what that file holds while docmill is
stopped, without what the kernel has not written yet.
"""

import contextlib
import json
import pathlib
import signal
import subprocess
import time

import pyarrow.parquet as parquet
import pytest

from harness import wait_until

DOCUMENTS = 600
CUTS = 3

# Those that are flushed whole for many files at a time.
DISKS = {
    "ext4": ["mkfs.ext4", "-q", "-F"],
    "ext4 without a journal": ["mkfs.ext4", "-q", "-F", "-O", "^has_journal"],
    "xfs": ["mkfs.xfs", "-q", "-f"],
    "btrfs": ["mkfs.btrfs", "-q", "-f"],
}
SIZE_BYTES = 320 << 20  # XFS wants 300 MiB


def run(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True)


def make_disk(image, command):
    with open(image, "wb") as file:
        file.truncate(SIZE_BYTES)
    made = run(*command, image)
    assert made.returncode == 0, made.stderr


@contextlib.contextmanager
def mounted(image, folder):
    folder.mkdir(exist_ok=True)
    done = run("mount", "-o", "loop", image, folder)
    if done.returncode != 0:
        pytest.skip(f"skipped: no file system may be mounted here ({done.stderr.strip()})")
    try:
        yield folder
    finally:
        assert run("umount", folder).returncode == 0


def records(out):
    """The documents that the journal calls written, by the name of their output."""
    [journal] = (out / "_docmill/runs").glob("*.journal")
    whole = [line for line in journal.read_text().splitlines(keepends=True)[1:] if line.endswith("\n")]
    rows = map(json.loads, whole)
    return {pathlib.PurePath(row["output_uri"]).name for row in rows if row["status"] == "ok"}


def cut_power(process, image, out, copy):
    """What was done at that moment, and in `copy` what the disk held then."""
    process.send_signal(signal.SIGSTOP)
    time.sleep(0.1)  # calls that are under way come to their end
    done = records(out)
    assert run("cp", "--sparse=always", image, copy).returncode == 0
    process.send_signal(signal.SIGCONT)
    return done


def assert_survived(disk, copy, folder, done):
    if disk.startswith("ext4"):
        run("e2fsck", "-f", "-y", copy)  # as the machine does when it starts
    with mounted(copy, folder) as out:
        there = {path.name: path for path in out.glob("*.parquet")}
        assert done <= set(there)
        for name, path in there.items():
            assert parquet.read_table(path)["text"].to_pylist() == [f"document {name[:3]}"]


# Every file is flushed by itself where a flush of all has failed once.
@pytest.mark.parametrize("disk, flush", [*((disk, "together") for disk in DISKS), ("ext4", "apart")])
def test_what_is_done_outlives_a_power_cut(machine, disk, flush):
    image = machine.folder / "disk"
    make_disk(image, DISKS[disk])
    for number in range(DOCUMENTS):
        machine.mock(f"{number:03}.mock", "sleep 10", f"text document {number:03}", "page")
    with mounted(image, machine.out):
        process = machine.start_sweep("--workers", "2", env={"DOCMILL_FAIL": "syncfs:error"} if flush == "apart" else {})
        cuts = []
        for number in range(CUTS):
            wait_until(lambda: len(list(machine.out.glob("*.parquet"))) > (number + 1) * DOCUMENTS // (CUTS + 2),
                       "documents to be done")
            copy = machine.folder / f"disk.{number}"
            cuts.append((copy, cut_power(process, image, machine.out, copy)))
        process.kill()
        told = process.communicate()[1].count("file_system_flush_failed")
    assert told == (1 if flush == "apart" else 0)
    assert all(done for _, done in cuts)
    for copy, done in cuts:
        assert_survived(disk, copy, machine.folder / "after", done)
