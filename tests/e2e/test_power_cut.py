"""The machine loses power: what docmill had called done is on the disk, and no name stands there for half a file.

The output is on a file system in a file. What a disk would hold after a cut is what that file holds while docmill is
stopped, without what the kernel has not written yet.
"""

import contextlib
import json
import pathlib
import signal
import subprocess

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
        # Whatever still looks into it (children of a killed process, others of the machine) comes to its end.
        wait_until(lambda: run("umount", folder).returncode == 0, "the file system to be let go")


def records(out):
    """The documents that the journal calls written, by the name of their output; the manifest, where the run has ended."""
    runs = out / "_docmill/runs"
    journals, manifests = list(runs.glob("*.journal")), list(runs.glob("*.parquet"))
    if journals:
        whole = [line for line in journals[0].read_text().splitlines(keepends=True)[1:] if line.endswith("\n")]
        rows = list(map(json.loads, whole))
    else:
        rows = parquet.read_table(manifests[0]).to_pylist()
    return {pathlib.PurePath(row["output_uri"]).name for row in rows if row["status"] == "ok"}


def stands_still(process):
    """Calls that were under way have come to their end."""
    threads = pathlib.Path(f"/proc/{process.pid}/task").glob("*/stat")
    return all(stat.read_text().rpartition(") ")[2][0] in "TZ" for stat in threads)


def cut_power(process, image, out, copy):
    """What was done at that moment, and in `copy` what the disk held then."""
    process.send_signal(signal.SIGSTOP)
    wait_until(lambda: stands_still(process), "docmill to stand still")
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


# Every file is flushed by itself where a flush of all has failed once. Files gather for one while each takes its time.
APART = {"DOCMILL_FAIL": "syncfs:error,put_fsynced:delay=10"}


@pytest.mark.parametrize("disk, flush", [*((disk, "together") for disk in DISKS), ("ext4", "apart")])
def test_what_is_done_outlives_a_power_cut(machine, disk, flush):
    image = machine.folder / "disk"
    make_disk(image, DISKS[disk])
    for number in range(DOCUMENTS):
        machine.mock(f"{number:03}.mock", "sleep 10", f"text document {number:03}", "page")
    with mounted(image, machine.out):
        process = machine.start_sweep("--workers", "2", env=APART if flush == "apart" else {})
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
