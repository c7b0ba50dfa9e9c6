"""Standard streams that are closed at the start: as with /dev/null in their place."""

import itertools
import os
import pathlib
import subprocess

import psutil
import pytest

from conftest import machine_of
from harness import PATIENCE_S, TEST_PROGRAM, wait_until

SOME_CLOSED = [closed for count in (1, 2, 3) for closed in itertools.combinations(range(3), count)]
RUN_PARTS = ("_docmill/runs",)


def start(machine, args, closed, env=None):
    """Other streams are /dev/null, so that each run may be compared with one that has them all."""
    def close():
        for fd in closed:
            os.close(fd)
    process = subprocess.Popen([machine.program, *map(str, args)], env={**machine.env, **(env or {})},
                               cwd=machine.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, preexec_fn=close)
    machine.started.append(process)
    return process


def run(machine, args, closed):
    return start(machine, args, closed).wait(timeout=PATIENCE_S)


def commands(machine):
    queue = f"sqlite://{machine.folder}/queue.db"
    document = machine.source / "text.pdf"
    places = ["--in", machine.source, "--out", machine.out]
    return {
        "sweep": ["sweep", *places, "--force"],
        "extract": ["extract", document],
        "show": ["show", machine.out / "text_raw_text.parquet"],
        "config": ["config"],
        "version": ["version"],
        "help": ["help"],
        "doctor": ["doctor", *places],
        "enqueue": ["enqueue", "--in", machine.source, "--queue", queue],
        "queue": ["queue", "stats", "--queue", queue],
        "worker": ["worker", *places, "--queue", queue, "--exit-when-empty", "--force"],
        "unknown": ["swep"],
    }


def outputs(machine):
    return {path: path.read_bytes() for path in machine.out.rglob("*") if path.is_file()
            and not any(part in str(path) for part in RUN_PARTS)}


@pytest.fixture(scope="module")
def usual():
    """A machine, each command's exit code where no stream is closed, and the files that they leave."""
    for machine in machine_of(TEST_PROGRAM):
        machine.copy("text.pdf")
        codes = {name: run(machine, args, ()) for name, args in commands(machine).items()}
        assert codes["sweep"] == codes["extract"] == codes["worker"] == 0 and codes["unknown"] == 2
        yield machine, codes, outputs(machine)


@pytest.mark.parametrize("closed", SOME_CLOSED, ids=lambda closed: "-".join(map(str, closed)))
def test_every_command_does_what_it_does_with_dev_null(usual, closed):
    machine, codes, expected = usual
    for name, args in commands(machine).items():
        assert run(machine, args, closed) == codes[name], name
    # Nothing that is meant for a stream went into a file.
    assert outputs(machine) == expected
    assert {row["status"] for rows in machine.manifests().values() for row in rows} == {"ok"}


def test_closed_streams_are_dev_null_for_all_processes(machine, s3):
    s3.put("in/a.mock", b"application/x-docmill-mock\nsleep 3000\ntext a\n")
    process = start(machine, ["sweep", "--in", s3.place("in/"), "--out", s3.place("out/")], (0, 1, 2), env=s3.env)
    zygote = wait_until(lambda: psutil.Process(process.pid).children(), "the zygote")[0]
    child = wait_until(lambda: [each for each in zygote.children() if each.cmdline()], "an extraction child")[0]
    try:
        for pid in (process.pid, zygote.pid):
            streams = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in range(3)]
            assert streams == ["/dev/null"] * 3
    except PermissionError:
        pytest.skip("only root may look into a process that is not dumpable")
    assert child.is_running()
    assert process.wait(timeout=PATIENCE_S) == 0
    assert s3.keys("out/a")
