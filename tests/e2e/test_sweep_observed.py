"""What others see of a sweep while it runs: health and metrics over HTTP, metrics in the log."""

import signal
import socket

from harness import MOCK_MAGIC, kill_now, wait_until
from s3_world import IN, OUT
from status import get, port_of, samples


def metrics(port):
    status, text = get(port, "/metrics")
    assert status == 200
    return samples(text)


class TestHttp:
    def test_a_sweep_tells_its_health_and_what_it_did(self, machine):
        machine.mock("good.mock", "text one", "page", "text two")
        machine.mock("partial.mock", "text one", "page", "error corrupt")
        machine.write("broken.pdf", b"%PDF-1.7 nothing else")
        machine.mock("slow.mock", "sleep 600000")
        sweep = machine.start_sweep("--ocr", "never", "--page-timeout", "900s", "--grace", "600s",
                                    "--http", "127.0.0.1:0")
        port = port_of(sweep)
        wait_until(lambda: sum(value for name, value in metrics(port).items()
                               if name.startswith("docmill_documents_total")) == 3, "three documents to end")
        assert get(port, "/healthz") == (200, "ok\n")
        assert get(port, "/readyz") == (200, "ok\n")
        told = metrics(port)
        assert told['docmill_documents_total{status="ok"}'] == 1
        assert told['docmill_documents_total{status="partial"}'] == 1
        assert told['docmill_documents_total{status="failed"}'] == 1
        assert told['docmill_document_errors_total{error_kind="corrupt"}'] == 2
        assert told["docmill_document_duration_seconds_count"] == 3
        assert told['docmill_pages_total{source="native"}'] == 3
        assert told['docmill_page_errors_total{error_kind="corrupt"}'] == 1
        assert told["docmill_children_started_total"] >= 1
        assert told["docmill_bytes_read_total"] >= sum(path.stat().st_size for path in machine.source.iterdir())
        assert told["docmill_bytes_written_total"] > 0
        assert not [name for name in told if "message" in name or "queue" in name], "a sweep has no queue"
        sweep.send_signal(signal.SIGTERM)
        wait_until(lambda: get(port, "/readyz") == (503, "told to stop\n"), "the sweep to be told to stop")
        assert get(port, "/healthz") == (200, "ok\n")
        kill_now(sweep)

    def test_what_was_done_before_is_counted_as_skipped(self, machine):
        machine.mock("good.mock", "text one")
        assert machine.sweep().code == 0
        machine.mock("slow.mock", "sleep 600000")
        sweep = machine.start_sweep("--page-timeout", "900s", "--http", "127.0.0.1:0")
        port = port_of(sweep)
        wait_until(lambda: metrics(port)['docmill_documents_total{status="skipped"}'] == 1, "a document to be skipped")
        assert metrics(port)["docmill_document_duration_seconds_count"] == 0
        kill_now(sweep)

    def test_an_address_that_is_taken_is_told_before_anything_is_done(self, machine):
        machine.mock("good.mock", "text one")
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            finished = machine.sweep("--http", address)
        assert finished.code == 3
        assert address in finished.stderr
        assert not machine.outputs()


class TestMetricsInTheLog:
    def test_are_told_at_the_end_at_the_latest(self, machine):
        machine.mock("good.mock", "text one")
        finished = machine.sweep(env={"METRICS": "emf"})
        assert finished.code == 0
        lines = [event for event in finished.events if "_aws" in event]
        done = [line for line in lines if line.get("status") == "ok"]
        assert sum(line["docmill_documents_total"] for line in done) == 1
        assert done[0]["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["status"]]

    def test_count_every_request_to_aws(self, machine, s3):
        for name in ("a.mock", "b.mock"):
            s3.put(IN + name, f"{MOCK_MAGIC}\ntext one\n".encode())
        finished = machine.run("sweep", "--in", s3.place(IN), "--out", s3.place(OUT),
                               env={**s3.env, "METRICS": "emf"})
        assert finished.code == 0
        counted = {event["operation"]: event["docmill_aws_requests_total"] for event in finished.events
                   if "docmill_aws_requests_total" in event}
        assert counted["PutObject"] >= 2
        assert sum(counted.values()) == len(s3.proxy.history())
