"""What the host does to a run: a disk that is full, memory that is granted in part, a writer at the source."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import threading

import pytest

import documents
from harness import MOCK_MAGIC, PATIENCE_S, ROOT, texts, wait_until

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
def control_group(name, controller, limits):
    """A control group with a limit, {file: value} by its names in versions 1 and 2 of which one is there."""
    folder = CGROUP / controller / name if (CGROUP / controller).is_dir() else CGROUP / name
    try:
        folder.mkdir()
        [(file, value)] = [limit for limit in limits.items() if (folder / limit[0]).exists()]
        (folder / file).write_text(str(value))
    except (OSError, ValueError) as error:
        with contextlib.suppress(OSError):
            folder.rmdir()
        pytest.skip(f"skipped: no control group may be made here ({error})")
    try:
        yield ["sh", "-c", f'echo $$ >{folder}/cgroup.procs && exec "$@"', "sh"]
    finally:
        wait_until(lambda: is_removed(folder), f"{folder} to be empty")


def is_removed(folder):
    """A child of a killed zygote ends a moment after it."""
    with contextlib.suppress(OSError):
        folder.rmdir()
    return not folder.exists()


def memory_group(name, limit):
    """What joins it is killed by the kernel beyond so much memory."""
    return control_group(name, "memory", {"memory.limit_in_bytes": limit, "memory.max": limit})


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
        with memory_group("docmill-test-bombs", 1024 * MiB) as into_group:
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
        with memory_group("docmill-test-scan", 512 * MiB) as into_group:
            args = release.sweep_args("--workers", "1", "--child-memory", "512MiB")
            process = release.start(*args, prefix=into_group)
            process.communicate(timeout=PATIENCE_S)
            assert process.returncode == 0
            rows = release.pages("scan_raw_text.parquet")
            assert [row["text_source"] for row in rows] == ["ocr"] * len(pages)
            for number, row in enumerate(rows):
                assert row["text"].startswith(f"Survey of the northern bridge, sheet {number}\n")
                assert row["text"].count("inches below the water") == 30


class TestFewTasks:
    """Few threads, processes or little memory: fewer are used, or the run ends with 3 and a sentence."""

    DOCUMENTS = 30

    @pytest.fixture(name="tried")
    def _tried(self, machine):
        """A function that sweeps with a prefix, and checks what holds whatever is granted."""
        for number in range(self.DOCUMENTS):
            machine.mock(f"{number:02}.mock", f"text {number}", "page", "needs_ocr", "text recognised", "page")
        for folder in (machine.folder, machine.source, machine.temp, machine.folder / "home"):
            folder.chmod(0o777)

        def try_it(prefix=(), env=None):
            shutil.rmtree(machine.out, ignore_errors=True)
            process = machine.start(*machine.sweep_args("--workers", "2"), prefix=prefix, env=env)
            stdout, stderr = process.communicate(timeout=PATIENCE_S)
            assert process.returncode in (0, 3), stderr
            if process.returncode == 3:
                assert "no thread can be had" in stderr + stdout or "no process can be had" in stderr + stdout \
                    or "out of memory" in stderr + stdout or "docmill: " in stderr, stderr
            else:
                assert len(machine.outputs()) == self.DOCUMENTS
            return process.returncode, stderr
        return try_it

    def test_threads_that_cannot_be_had(self, tried):
        codes = {}
        for granted in range(12):
            codes[granted], log = tried(env={"DOCMILL_FAIL": f"thread_start:error:{granted + 1}"})
            if codes[granted] == 0:
                assert log.count('"fewer_threads"') <= 1
        assert codes[0] == 3 and codes[11] == 0
        assert 0 in list(codes.values())[:8], "a few do"

    @pytest.mark.parametrize("turn", [1, 20, 60])
    def test_memory_that_runs_out_in_the_event_loop(self, tried, turn):
        code, log = tried(env={"DOCMILL_FAIL": f"event_loop:error:{turn}"})
        assert code == 3 and "out of memory" in log

    def test_control_group_of_twelve(self, tried):
        with control_group("docmill-test-few", "pids", {"pids.max": 12}) as into_group:
            assert tried(into_group)[0] == 0

    def test_control_group_of_very_few(self, tried):
        for granted in (3, 4, 5, 6, 7, 8, 10):
            with control_group(f"docmill-test-{granted}", "pids", {"pids.max": granted}) as into_group:
                tried(into_group)

    def test_user_who_may_have_few(self, machine, tried):
        if os.geteuid() != 0:
            pytest.skip("only root may become another user")
        for folder in (machine.program.parent, *machine.program.parent.parents, ROOT / ".deps"):
            if not folder.stat().st_mode & 0o001:
                pytest.skip(f"another user cannot enter {folder}")
        # One that nobody else is: all that a user runs counts.
        user = 3_000_000 + os.getpid()
        codes = [tried(["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "bash", "-c",
                        f'ulimit -u {granted} && exec "$@"', "bash"])[0] for granted in (2, 3, 4, 6, 8, 12, 16, 40)]
        assert codes[-1] == codes[-3] == 0, codes

    def test_little_address_space(self, tried):
        codes = [tried(["sh", "-c", f'ulimit -v {granted} && exec "$@"', "sh"])[0]
                 for granted in (150_000, 250_000, 300_000, 350_000, 400_000, 500_000, 1_000_000, 4_000_000)]
        assert codes[-1] == 0, codes

    def test_connection_to_s3(self, machine, s3):
        """The runtime of AWS has threads of its own."""
        for number in range(5):
            s3.put(f"in/{number}.mock", f"{MOCK_MAGIC}\ntext {number}\n".encode())
        codes = {}
        for granted in (2, 4, 6, 8, 10, 14, 24):
            with control_group(f"docmill-test-s3-{granted}", "pids", {"pids.max": granted}) as into_group:
                process = machine.start("sweep", "--force", "--in", s3.place("in/"), "--out", s3.place("out/"),
                                        prefix=into_group, env=s3.env)
                _, stderr = process.communicate(timeout=PATIENCE_S)
                codes[granted] = process.returncode
                assert codes[granted] in (0, 3), stderr
        assert codes[24] == 0 and len([key for key in s3.keys("out/") if key.endswith("raw_text.parquet")]) == 5
