"""docmill killed or told to stop at any time: what was begun is whole or absent, and the next run ends it."""

import json
import random
import re
import signal
import time

import pytest

from conftest import own_folder
from harness import PATIENCE_S, ROOT, Machine, kill_now, wait_until

DOCUMENTS = 8


# Steps that a sweep of a folder does not pass. Those of a worker and of commands are killed in test_worker.py, uploads
# to S3 of more than 16 MiB in test_killed_upload.py; flushes, that are shared by chance, meet a power cut in
# test_power_cut.py.
WORKER_STEPS = ["received", "heartbeat", "dead_letter_sent", "before_delete", "deleted", "history_put",
                "history_part_put", "sqlite_before_commit", "sqlite_committed"]
COMMAND_STEPS = ["enqueue_sent", "redrive_sent", "collect_before_manifest", "collect_file_put", "collect_manifest_put",
                 "collect_removed"]
UPLOAD_STEPS = ["spool_write", "mid_multipart"]
FLUSH_STEPS = ["syncfs"]
# Nothing is durable before or after it; the simulator makes it fail.
SIMULATED_STEPS = ["breaker_closes"]


def steps():
    """Every other failpoint of the parent, from the code, so that none is forgotten."""
    found = set()
    for path in (ROOT / "src").rglob("*.cpp"):
        if "extract" not in path.parts and "child" not in path.parts:
            found.update(re.findall(r'DOCMILL_FAILPOINT\("(\w+)"\)', path.read_text()))
    elsewhere = {*WORKER_STEPS, *COMMAND_STEPS, *UPLOAD_STEPS, *FLUSH_STEPS, *SIMULATED_STEPS}
    assert found.issuperset(elsewhere)
    return sorted(found - elsewhere)


@pytest.fixture(scope="module")
def mill():
    """A source folder of mock documents, and what an undisturbed run makes of it."""
    import shutil
    machine = Machine(own_folder())
    for number in range(DOCUMENTS):
        machine.mock(f"sub/{number}.mock", "sleep 20", f"text of document {number}", "page", "pages 3 more pages")
    machine.write("bad.pdf", b"no document")
    assert machine.sweep(out=machine.folder / "undisturbed").code == 1
    machine.expected = machine.outputs(machine.folder / "undisturbed")
    assert len(machine.expected) == DOCUMENTS
    yield machine
    machine.end()
    shutil.rmtree(machine.folder, ignore_errors=True)


@pytest.fixture
def out(mill, request):
    return mill.folder / re.sub(r"\W", "-", request.node.name)


def assert_recovers(mill, out):
    """The next run leaves the outputs of an undisturbed one, and a manifest for every run."""
    before = {path: path.read_bytes() for path in out.rglob("*.parquet")}
    for path, content in before.items():
        name = str(path.relative_to(out))
        assert name.startswith("_docmill/") or content == mill.expected[name]  # whole, although the writer was killed
    finished = mill.sweep(out=out)
    assert finished.code == 1, finished.stderr
    assert mill.outputs(out) == mill.expected
    assert len(list(mill.manifests(out).values())[-1]) == DOCUMENTS + 1
    mill.assert_nothing_left(out)


@pytest.mark.parametrize("step", steps())
@pytest.mark.parametrize("nth", [1, 4])
def test_killed_at_a_step(mill, out, step, nth):
    killed = mill.sweep("--workers", "2", out=out, env={"DOCMILL_FAIL": f"{step}:kill:{nth}"})
    assert killed.code == -signal.SIGKILL, f"the failpoint {step} was not passed {nth} times"
    assert_recovers(mill, out)


def test_killed_run_gets_its_manifest_from_the_next(mill, out):
    killed = mill.sweep("--workers", "1", out=out, env={"DOCMILL_FAIL": "record_done:kill:4"})
    assert killed.code == -signal.SIGKILL
    assert mill.manifests(out) == {}
    assert_recovers(mill, out)
    dead, alive = sorted(mill.manifests(out).items(), key=lambda run: len(run[1]))
    assert len(dead[1]) == 4 and {row["run_id"] for row in dead[1]} == {dead[0]}
    assert len(alive[1]) == DOCUMENTS + 1
    # An output is there before its row: of documents that ended at that moment, some may have no row yet.
    assert {row["source_uri"] for row in dead[1] if row["status"] == "ok"} <= {
        row["source_uri"] for row in alive[1] if row["status"] == "skipped" and row["output_uri"]}


@pytest.mark.parametrize("seed", range(8))
def test_killed_at_a_random_time(mill, out, seed):
    process = mill.start_sweep("--workers", "2", out=out)
    time.sleep(random.Random(seed).uniform(0.02, 0.6))
    kill_now(process)
    assert_recovers(mill, out)


def test_killed_again_and_again(mill, out):
    for nth in range(1, 7):
        mill.sweep(out=out, env={"DOCMILL_FAIL": f"put_renamed:kill:{1 + nth % 2}"})
    assert_recovers(mill, out)


def slow_folder(machine, documents=30, sleep_ms=300):
    for number in range(documents):
        machine.mock(f"{number:02}.mock", f"sleep {sleep_ms}", "text enough words for a page", "page")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_stop_signal_lets_running_documents_finish(machine, stop):
    slow_folder(machine)
    process = machine.start_sweep("--workers", "2")
    wait_until(lambda: len(machine.outputs()) >= 2, "two documents to be done")
    process.send_signal(stop)
    process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 3
    done = machine.outputs()
    assert 2 <= len(done) < 30  # and not all that stood in a child's list
    rows = machine.manifest()
    assert {name for name, row in rows.items() if row["status"] == "ok"} == {
        name.removesuffix(".raw_text.parquet") for name in done}
    assert machine.sweep("--workers", "2").code == 0
    assert len(machine.outputs()) == 30
    machine.assert_nothing_left()


def test_grace_period_ends_a_run_whose_documents_do_not(machine):
    machine.mock("a.mock", "sleep 600000", "page")
    process = machine.start_sweep("--grace", "500ms", "--page-timeout", "20m")
    wait_until(machine.extractors, "the sweep to work")
    process.terminate()
    process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 3
    assert machine.outputs() == {} and len(machine.manifests()) == 1
    machine.assert_nothing_left()


def test_second_signal_ends_at_once_and_both_are_told_in_words(machine):
    machine.mock("a.mock", "sleep 600000", "page")
    process = machine.start_sweep("--page-timeout", "20m")
    machine.busy_child(process)

    def event(name):
        return next(found for found in map(json.loads, process.stderr) if found["event"] == name)

    process.terminate()
    assert "nothing new is begun, and what runs has 30 s" in event("stopping")["message"]
    assert process.poll() is None  # it waits for the running document
    process.send_signal(signal.SIGINT)
    (journal,) = (machine.out / "_docmill/runs").glob("*.journal")
    assert str(journal) in event("ended_at_once")["message"]
    process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 3
    wait_until(lambda: not machine.extractors(), "children to end")
    machine.mock("a.mock", "text quick now, and long enough", "page")
    assert machine.sweep().code == 0
    machine.assert_nothing_left()


@pytest.mark.parametrize("seed", range(6))
def test_stopped_at_a_random_time(mill, out, seed):
    process = mill.start_sweep("--workers", "2", out=out)
    time.sleep(random.Random(seed).uniform(0.0, 0.5))
    process.terminate()
    process.communicate(timeout=PATIENCE_S)
    # 1: it was done before the signal came; -SIGTERM: it was not yet listening.
    assert process.returncode in (3, 1, -signal.SIGTERM)
    assert_recovers(mill, out)
