"""Results on standard output: what is lost there is told, and a reader who has had enough is no error."""

import re
import subprocess

import pytest

from harness import PATIENCE_S

QUEUE = "sqlite://{folder}/queue.db"
# Every command that docmill declares, so that a new one is tried as well.
ARGUMENTS = {
    "sweep": ["--in", "{source}", "--out", "{folder}/again"],
    "worker": ["--queue", QUEUE, "--in", "{source}", "--out", "{folder}/again", "--exit-when-empty"],
    "enqueue": ["--in", "{source}", "--queue", QUEUE],
    "queue": ["stats", "--queue", QUEUE],
    "prune": ["--in", "{source}", "--out", "{out}"],
    "collect": ["--in", "{out}", "--out", "{out}-dataset"],
    "runs": ["list", "--out", "{out}"],
    "recipe": ["list"],
    "doctor": [],
    "extract": ["{source}/a.mock"],
    "show": ["{out}/a.mock.raw_text.parquet"],
    "config": [],
    "version": [],
    "help": ["sweep"],
}


def declared(machine):
    return re.findall(r"^  ([a-z]+) ", machine.run("help").stdout.partition("\nCommands\n")[2].partition("\n\n")[0], re.M)


def command(machine, name):
    places = {"source": machine.source, "out": machine.out, "folder": machine.folder}
    return [str(machine.program), name, *(word.format(**places) for word in ARGUMENTS[name])]


def run_into(machine, stdout, words):
    return subprocess.run(words, env=machine.env, cwd=machine.folder, stdin=subprocess.DEVNULL, stdout=stdout,
                          stderr=subprocess.PIPE, text=True, timeout=PATIENCE_S, check=False)


def said(finished):
    """What is for people, beside the log."""
    return [line for line in finished.stderr.splitlines() if not line.startswith("{")]


@pytest.fixture
def scene(machine):
    machine.mock("a.mock", "pages 300 " + "word " * 100)
    assert machine.sweep().code == 0
    assert machine.run(*command(machine, "enqueue")[1:]).code == 0
    return machine


class TestFullDisk:
    def test_is_told_by_every_command(self, scene):
        assert declared(scene) == list(ARGUMENTS)
        for name in ARGUMENTS:
            with open("/dev/full", "wb") as full:
                finished = run_into(scene, full, command(scene, name))
            assert (name, finished.returncode) == (name, 3)
            (sentence,) = said(finished)
            assert "stdout: what was printed is not complete: No space left on device" in sentence

    @pytest.mark.parametrize("flag", ["--help", "--version"])
    def test_is_told_by_flags_that_are_commands(self, scene, flag):
        with open("/dev/full", "wb") as full:
            assert run_into(scene, full, [str(scene.program), flag]).returncode == 3


class TestClosedPipe:
    def test_ends_every_command_quietly(self, scene):
        for name in ARGUMENTS:
            # The first read end is gone before anything is written.
            with subprocess.Popen(["true"], stdin=subprocess.PIPE) as reader:
                reader.wait()
                finished = run_into(scene, reader.stdin, command(scene, name))
            assert (name, finished.returncode, said(finished)) == (name, 0, [])

    @pytest.mark.parametrize("name", ["extract", "show"])
    def test_after_the_first_lines_is_quiet_too(self, scene, name):
        with subprocess.Popen(command(scene, name), env=scene.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout.readline()
            process.stdout.close()
            stderr = process.stderr.read()
        assert process.returncode == 0
        assert [line for line in stderr.splitlines() if not line.startswith("{")] == []
