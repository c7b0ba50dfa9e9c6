"""The worker on one machine: a folder, and a queue in an SQLite file."""

import json
import os
import pathlib
import random
import shutil
import signal
import struct
import time

import pyarrow.parquet as parquet
import psutil
import pytest

from chaos import SEED, kill_until_empty, outcomes, send_some_twice, stop
from harness import PATIENCE_S, wait_until
from queues import SqliteQueue, request
from test_crash_recovery import WORKER_STEPS


@pytest.fixture
def queue(machine):
    return SqliteQueue(machine.folder / "docmill.db").make(machine)


def worker_args(machine, queue, *more):
    return ["worker", "--queue", queue.uri, "--in", machine.source, "--out", machine.out, "--ocr", "never", *more]


def drain(machine, queue, *more, env=None):
    return machine.run(*worker_args(machine, queue, "--exit-when-empty", "--receive-wait", "1s", *more), env=env)


class TestWorker:
    def test_documents_that_a_queue_names_are_done_and_their_messages_removed(self, machine, queue):
        machine.copy("text.pdf")
        machine.mock("a b+c.mock", "text one")
        queue.send(request(machine, "text.pdf"))
        queue.send(request(machine, "a b+c.mock"))
        finished = drain(machine, queue)
        assert finished.code == 0
        assert outcomes(finished) == {"done": 2}
        assert queue.messages() == []
        assert machine.pages("a b+c.mock.raw_text.parquet")[0]["text"] == "one"
        assert len(machine.pages("text_raw_text.parquet")) > 0
        assert not (machine.out / "_docmill/runs").exists(), "a worker writes no manifest"

    def test_an_output_is_the_one_that_a_sweep_writes(self, machine, queue):
        machine.mock("m.mock", "text one", "page", "text two")
        queue.send(request(machine, "m.mock"))
        assert drain(machine, queue).code == 0
        assert machine.sweep(out=machine.folder / "swept").code == 0
        name = "m.mock.raw_text.parquet"
        assert (machine.out / name).read_bytes() != b""
        assert machine.pages(name) == machine.pages(name, machine.folder / "swept")

    def test_a_document_that_fails_is_a_dead_letter_that_can_be_sent_back(self, machine, queue):
        machine.write("broken.pdf", b"%PDF-1.7 nothing else")
        machine.mock("good.mock", "text good")
        queue.send(request(machine, "broken.pdf", document_id="doc-1"))
        queue.send(request(machine, "good.mock"))
        finished = drain(machine, queue)
        assert finished.code == 1
        broken = f"file://{machine.source}/broken.pdf"
        told = [(event["document"], event["error_kind"]) for event in finished.events
                if event["event"] == "document_with_errors"]
        assert told == [(broken, "corrupt")]
        ends = {tuple(event["documents"]): event["outcome"] for event in finished.events
                if event["event"] == "message_finished"}
        assert ends == {(broken,): "failed", (f"file://{machine.source}/good.mock",): "done"}
        letters = queue.dead_letters()
        assert len(letters) == 1
        body = json.loads(letters[0]["body"])
        assert (body["key"], body["document_id"], body["force"]) == (f"{machine.source}/broken.pdf", "doc-1", True)
        assert json.loads(letters[0]["attributes"])["docmill.error_kind"] == "corrupt"
        machine.copy("text.pdf", "broken.pdf")
        queue.send(letters[0]["body"])
        assert drain(machine, queue).code == 0
        assert len(machine.pages("broken_raw_text.parquet")) > 0

    @pytest.mark.parametrize("body", ["no JSON", "{}", "[]", '{"bucket": "b"}', '{"Records": [{}]}'])
    def test_a_poison_message_is_told_and_put_aside(self, machine, queue, body):
        queue.send(body)
        finished = drain(machine, queue)
        assert finished.code == 1
        assert [letter["body"] for letter in queue.dead_letters()] == [body]
        reason = json.loads(queue.dead_letters()[0]["attributes"])["docmill.reason"]
        assert "expected" in reason

    def test_a_message_has_its_own_settings(self, machine, queue):
        machine.mock("m.mock", "text one", "page", "text two", "page", "text three")
        queue.send(request(machine, "m.mock", recipe={"batch_size": 1}))
        assert drain(machine, queue).code == 0
        assert parquet.ParquetFile(machine.out / "m.mock.raw_text.parquet").num_row_groups == 3
        queue.send(request(machine, "m.mock", recipe={"workers": 1}))
        assert drain(machine, queue).code == 1
        assert "workers" in json.loads(queue.dead_letters()[0]["attributes"])["docmill.reason"]

    def test_what_takes_three_visibility_timeouts_is_processed_once(self, machine, queue):
        machine.mock("slow.mock", "sleep 19000", "text slow")
        queue.send(request(machine, "slow.mock"))
        workers = [machine.start(*worker_args(machine, queue, "--visibility-timeout", "6s", "--receive-wait", "1s"))
                   for _ in range(2)]
        wait_until(lambda: not queue.messages(), "the queue to be empty", PATIENCE_S)
        ends = [stop(worker) for worker in workers]
        finished = [json.loads(line) for _, stderr in ends for line in stderr.splitlines()]
        assert [event["outcome"] for event in finished if event["event"] == "message_finished"] == ["done"]
        assert [code for code, _ in ends] == [0, 0]

    def test_told_to_stop_it_gives_back_at_once_what_it_has_not_begun(self, machine, queue):
        for i in range(6):
            machine.mock(f"{i}.mock", "sleep 2500", f"text {i}")
            queue.send(request(machine, f"{i}.mock"))
        worker = machine.start(*worker_args(machine, queue, "--workers", "1", "--documents-in-flight", "1"))
        wait_until(lambda: sum(row["receive_count"] for row in queue.messages()) == 6, "six receives")
        code, stderr = stop(worker)
        assert code == 0
        now_us = time.time_ns() // 1000
        left = queue.messages()
        assert 3 <= len(left) <= 5
        assert all(row["visible_at_us"] <= now_us for row in left)
        assert all(row["receive_count"] == 0 for row in left), "what was not begun was not received"
        assert drain(machine, queue).code == 0
        assert len(list(machine.out.glob("*.parquet"))) == 6


    def test_three_stops_cost_no_more_than_three_receives(self, machine, queue):
        for i in range(6):
            machine.mock(f"{i}.mock", "sleep 600000")
            queue.send(request(machine, f"{i}.mock"))
        for stops in range(1, 4):
            worker = machine.start(*worker_args(machine, queue, "--drain-timeout", "0s", "--documents-in-flight", "5"))
            wait_until(lambda: all(row["receive_count"] > 0 and row["visible_at_us"] > time.time_ns() // 1000
                                   for row in queue.messages()), "six receives")
            code, stderr = stop(worker)
            assert code == 0, stderr
            events = [json.loads(line)["event"] for line in stderr.splitlines()]
            assert "outage_begins" not in events and "place_error" not in events
            counts = sorted(row["receive_count"] for row in queue.messages())
            assert len(counts) == 6
            assert counts[-1] <= stops
            assert counts[0] == 0, "one has never been begun"

    def test_a_signal_to_the_worker_and_its_group_is_one_order(self, machine, queue):
        machine.mock("a.mock", "sleep 3000", "text done")
        queue.send(request(machine, "a.mock"))
        # GNU timeout passes a signal on to its program, and then to the group of both.
        timeout = machine.start(*worker_args(machine, queue), prefix=["timeout", "--preserve-status", "1000"])
        wait_until(lambda: all(row["receive_count"] == 1 for row in queue.messages()), "the receive")
        wait_until(lambda: len(psutil.Process(timeout.pid).children(recursive=True)) >= 3, "a child beside the zygote")
        code, stderr = stop(timeout)
        assert code == 0, stderr
        assert queue.messages() == [], "what ran is finished"
        assert [json.loads(line)["event"] for line in stderr.splitlines()].count("stopping") == 1


class TestKilled:
    """At every step of a worker's, once: whoever comes next ends what was begun, and the outputs are those of a sweep."""

    @staticmethod
    def fill(machine):
        names = [f"{i}.mock" for i in range(4)]
        for i, name in enumerate(names):
            machine.mock(name, f"sleep {1500 if i == 0 else 10}", f"text {i}", "page", f"text more of {i}")
        machine.write("broken.pdf", b"%PDF-1.7 nothing else")
        return [*names, "broken.pdf"]

    @staticmethod
    def assert_all_done(machine, queue):
        assert queue.messages() == []
        assert {json.loads(letter["body"])["key"] for letter in queue.dead_letters()} == {f"{machine.source}/broken.pdf"}
        undisturbed = machine.folder / "undisturbed"
        machine.sweep("--ocr", "never", out=undisturbed)
        assert machine.outputs() == machine.outputs(undisturbed)
        assert not [path for path in machine.out.rglob("*") if ".docmill-" in path.name]

    @pytest.mark.parametrize("step", ["put_done", "record_done", *WORKER_STEPS])
    def test_at_a_step(self, machine, queue, step):
        for name in self.fill(machine):
            queue.send(request(machine, name))
        args = ["--history", machine.folder / "history.json", "--history-documents", "2", "--visibility-timeout", "3s"]
        killed = drain(machine, queue, *args, env={"DOCMILL_FAIL": f"{step}:kill:1"})
        assert killed.code == -signal.SIGKILL, f"the failpoint {step} was not passed"
        assert drain(machine, queue, *args).code in (0, 1)
        self.assert_all_done(machine, queue)

    def test_while_documents_are_enqueued(self, machine, queue):
        self.fill(machine)
        enqueue = ["enqueue", "--in", machine.source, "--queue", queue.uri]
        assert machine.run(*enqueue, env={"DOCMILL_FAIL": "enqueue_sent:kill:1"}).code == -signal.SIGKILL
        assert machine.run(*enqueue).code == 0
        assert drain(machine, queue).code == 1
        self.assert_all_done(machine, queue)

    def test_while_dead_letters_are_sent_back(self, machine, queue):
        self.fill(machine)
        assert machine.run("enqueue", "--in", machine.source, "--queue", queue.uri).code == 0
        assert drain(machine, queue).code == 1
        redrive = ["queue", "redrive", "--queue", queue.uri]
        assert machine.run(*redrive, env={"DOCMILL_FAIL": "redrive_sent:kill:1"}).code == -signal.SIGKILL
        wait_until(lambda: machine.run(*redrive).code == 0, "the redrive")
        assert drain(machine, queue).code == 1
        self.assert_all_done(machine, queue)


def bytes_of_sources(process):
    """What the documents take that the process has in memory."""
    size = 0
    for descriptor in pathlib.Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            if os.readlink(descriptor).startswith("/memfd:"):
                size += os.stat(descriptor).st_size
        except OSError:
            continue  # closed meanwhile
    return size


class TestMemory:
    def test_sources_in_memory_have_a_limit(self, machine, queue):
        machine.mock("0.mock", "sleep 12000")  # the one slot is taken, so what is read waits in memory
        queue.send(request(machine, "0.mock"))
        side_px = 3600
        header = struct.pack("<2sIHHIIiiHHIIiiII", b"BM", 54 + 3 * side_px**2, 0, 0, 54, 40, side_px, side_px, 1, 24, 0,
                             3 * side_px**2, 2835, 2835, 0, 0)
        for n in range(1, 11):
            picture = machine.write(f"{n}.bmp", header)
            os.truncate(picture, 54 + 3 * side_px**2)
            queue.send(request(machine, picture.name))
        worker = machine.start(*worker_args(machine, queue, "--workers", "1", "--exit-when-empty", "--receive-wait", "1s"))
        largest = 0
        while worker.poll() is None:
            largest = max(largest, bytes_of_sources(worker))
            time.sleep(0.02)
        assert worker.returncode == 0, worker.stderr.read()
        assert len(list(machine.out.rglob("*.parquet"))) == 11
        assert 100 << 20 < largest < 132 << 20


class TestWatch:
    def start(self, machine, queue):
        return machine.start(*worker_args(machine, queue, "--watch", "--receive-wait", "1s"))

    def test_documents_are_done_as_they_come(self, machine, queue):
        machine.mock("before.mock", "text there")
        worker = self.start(machine, queue)
        wait_until((machine.out / "before.mock.raw_text.parquet").exists, "the document that was there")
        machine.mock("deep/er/after.mock", "text new")
        wait_until((machine.out / "deep/er/after.mock.raw_text.parquet").exists, "the document that came")
        wait_until(lambda: queue.messages() == [], "the last acknowledgement")
        assert stop(worker)[0] == 0

    def test_a_folder_that_is_gone_ends_the_worker(self, machine, queue):
        machine.mock("a.mock", "text there")
        worker = self.start(machine, queue)
        wait_until((machine.out / "a.mock.raw_text.parquet").exists, "the document that was there")
        shutil.rmtree(machine.source)
        _, stderr = worker.communicate(timeout=PATIENCE_S)
        assert worker.returncode == 3
        assert f"{machine.source}: there is no such folder" in stderr

    def test_it_does_not_go_with_an_end(self, machine, queue):
        refused = machine.run(*worker_args(machine, queue, "--watch", "--exit-when-empty"))
        assert refused.code == 2
        assert "--exit-when-empty" in refused.stderr


class TestChaos:
    def test_killed_workers_lose_and_double_nothing(self, machine, queue):
        chance = random.Random(SEED)
        names = [f"{i:03}.mock" for i in range(300)]
        for name in names:
            pages = [line for n in range(chance.randint(1, 4)) for line in (f"text {name} {n}", "page")]
            machine.mock(name, f"sleep {chance.choice([0, 0, 0, 20, 400])}", *pages[:-1])
        machine.write("poisoned.pdf", b"%PDF-1.7 nothing else")
        send_some_twice(chance, lambda name: queue.send(request(machine, name)), [*names, "poisoned.pdf"])
        args = worker_args(machine, queue, "--visibility-timeout", "5s", "--receive-wait", "1s", "--workers", "1",
                           "--log-level", "error")
        kill_until_empty(chance, lambda: machine.start(*args), lambda: len(queue.messages()), 4 * PATIENCE_S)
        letters = {json.loads(letter["body"])["key"] for letter in queue.dead_letters()}
        assert letters == {f"{machine.source}/poisoned.pdf"}
        undisturbed = machine.folder / "undisturbed"
        machine.sweep("--ocr", "never", out=undisturbed)
        for name in names:
            output = f"{name}.raw_text.parquet"
            assert (machine.out / output).read_bytes() == (undisturbed / output).read_bytes(), name
        left = {path.relative_to(machine.out).as_posix() for path in machine.out.rglob("*") if path.is_file()}
        assert left == {f"{name}.raw_text.parquet" for name in names} | {"_docmill/failed/poisoned.pdf.json"}
