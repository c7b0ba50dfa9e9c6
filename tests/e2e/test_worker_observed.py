"""What others see of a worker: health and metrics over HTTP, metrics in the log, the history."""

import json
import signal

import pyarrow.parquet as parquet
import pytest

from harness import PATIENCE_S, kill_now, wait_until
from status import get, port_of, samples
from queues import SqliteQueue, request


@pytest.fixture
def queue(machine):
    return SqliteQueue(machine.folder / "docmill.db").make(machine)


def worker_args(machine, queue, *more):
    return ["worker", "--queue", queue.uri, "--in", machine.source, "--out", machine.out, "--ocr", "never",
            "--receive-wait", "1s", *more]


def drain(machine, queue, *more, env=None):
    return machine.run(*worker_args(machine, queue, "--exit-when-empty", *more), env=env)


def history_of(machine):
    return json.loads((machine.folder / "processing/history.json").read_text())["documents"]


class TestHttp:
    def test_a_worker_tells_its_health_and_what_it_did(self, machine, queue):
        machine.mock("good.mock", "text one", "page", "text two")
        machine.write("broken.pdf", b"%PDF-1.7 nothing else")
        queue.send(request(machine, "good.mock"))
        queue.send(request(machine, "broken.pdf"))
        queue.send("no JSON")
        worker = machine.start(*worker_args(machine, queue, "--http", "127.0.0.1:0"))
        port = port_of(worker)
        wait_until(lambda: not queue.messages(), "the queue to be empty")
        assert get(port, "/healthz") == (200, "ok\n")
        assert get(port, "/readyz") == (200, "ok\n")
        assert get(port, "/metrics", "HEAD")[0] == 200
        assert get(port, "/", "POST")[0] == 404
        wait_until(lambda: samples(get(port, "/metrics")[1])["docmill_messages_in_hand"] == 0, "all to end")
        told = samples(get(port, "/metrics")[1])
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=PATIENCE_S)
        assert worker.returncode == 0
        assert told['docmill_messages_total{outcome="done"}'] == 1
        assert told['docmill_messages_total{outcome="failed"}'] == 1
        assert told['docmill_messages_total{outcome="poison"}'] == 1
        assert told['docmill_documents_total{status="ok"}'] == 1
        assert told['docmill_document_errors_total{error_kind="corrupt"}'] == 1
        assert told['docmill_pages_total{source="native"}'] == 2
        assert told["docmill_message_age_seconds_count"] == 3
        assert told["docmill_children_started_total"] >= 1
        assert told["docmill_bytes_written_total"] > 0

    def test_an_address_that_is_taken_is_told_at_the_start(self, machine, queue):
        import socket

        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            finished = drain(machine, queue, "--http", address)
        assert finished.code == 3
        assert address in finished.stderr


class TestMetricsInTheLog:
    def test_are_told_at_the_end_at_the_latest(self, machine, queue):
        machine.mock("good.mock", "text one")
        queue.send(request(machine, "good.mock"))
        finished = drain(machine, queue, env={"METRICS": "emf"})
        assert finished.code == 0
        lines = [event for event in finished.events if "_aws" in event]
        done = [line for line in lines if line.get("outcome") == "done"]
        assert sum(line["docmill_messages_total"] for line in done) == 1
        directive = done[0]["_aws"]["CloudWatchMetrics"][0]
        assert directive["Namespace"] == "docmill"
        assert directive["Dimensions"] == [["outcome"]]


class TestHistory:
    def test_has_the_last_outcome_of_each_document(self, machine, queue):
        history = machine.folder / "processing/history.json"
        machine.mock("good.mock", "text one")
        machine.write("broken.pdf", b"%PDF-1.7 nothing else")
        queue.send(request(machine, "good.mock"))
        queue.send(request(machine, "broken.pdf"))
        assert drain(machine, queue, "--history", history).code == 1
        found = {row["source_uri"].rsplit("/", 1)[1]: row for row in history_of(machine)}
        assert (found["good.mock"]["status"], found["good.mock"]["page_count"]) == ("ok", 1)
        assert (found["broken.pdf"]["status"], found["broken.pdf"]["error_kind"]) == ("failed", "corrupt")

    def test_of_killed_workers_misses_nothing_that_was_acknowledged(self, machine, queue):
        history = machine.folder / "processing/history.json"
        names = [f"{i}.mock" for i in range(60)]
        for name in names:
            machine.mock(name, "sleep 50", f"text {name}")
            queue.send(request(machine, name))
        args = worker_args(machine, queue, "--history", history, "--history-documents", "20",
                           "--visibility-timeout", "3s", "--exit-when-empty")
        for _ in range(4):
            worker = machine.start(*args)
            before = len(queue.messages())
            wait_until(lambda: len(queue.messages()) < before or not queue.messages(), "some progress")
            kill_now(worker)
        wait_until(lambda: drain(machine, queue, "--history", history, "--history-documents", "20").code == 0
                   and not queue.messages(), "the queue to be empty")
        parts = [parquet.read_table(part) for part in (machine.folder / "processing/history").glob("part-*.parquet")]
        known = {row["source_uri"] for row in history_of(machine)}
        known |= {uri for part in parts for uri in part["source_uri"].to_pylist()}
        assert {uri.rsplit("/", 1)[1] for uri in known} == set(names)
        assert len(history_of(machine)) <= 22
        assert parts

    def test_what_is_no_history_stops_the_worker_and_stays(self, machine, queue):
        history = machine.folder / "processing/history.json"
        history.parent.mkdir()
        history.write_text('{"processed": []}')
        finished = drain(machine, queue, "--history", history)
        assert finished.code == 2
        assert str(history) in finished.stderr and "--history another name" in finished.stderr
        assert history.read_text() == '{"processed": []}'
