"""Places that deny everything for some seconds, or the credentials once: nothing is lost, and no document blamed."""

import json
import threading
import time

import pytest
from moto.sqs.models import sqs_backends

import documents
from chaos import outcomes, stop
from fault_proxy import Rule
from harness import MOCK_MAGIC, PATIENCE_S, wait_until
from queues import SqsQueue

IN, OUT = "raw/", "text/"
S3_DENIES = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>injected</RequestId></Error>"
SQS_DENIES = json.dumps({"__type": "com.amazonaws.sqs#AccessDeniedException", "message": "Access to the resource is denied."})
S3_EXPIRED = "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>"
SQS_EXPIRED = json.dumps({"__type": "com.amazon.coral.service#ExpiredTokenException", "message": "The token has expired"})
VISIBILITY_TIMEOUT_S = 5
NAMES = [f"{number:02}.mock" for number in range(40)]


@pytest.fixture(name="sqs")
def _sqs(moto, s3):
    return SqsQueue(moto.url, f"pdfs-{s3.bucket}")


def fill(s3, sqs=None):
    for name in NAMES:
        s3.put(IN + name, f"{MOCK_MAGIC}\nsleep 100\ntext {name}\n".encode())
        if sqs:
            sqs.send({"bucket": s3.bucket, "key": IN + name})


def worker_args(s3, sqs, *more):
    return ["worker", "--queue", sqs.uri.replace(s3.boto.meta.endpoint_url, s3.proxy.url), "--in", s3.place(IN), "--out",
            s3.place(OUT), "--ocr", "never", "--workers", "1", "--documents-in-flight", "8", "--receive-wait", "1s",
            "--visibility-timeout", f"{VISIBILITY_TIMEOUT_S}s", *more]


def outputs(s3):
    return [key for key in s3.keys(OUT) if key.endswith("_raw_text.parquet") or key.endswith(".raw_text.parquet")]


def bring_back(sqs):
    """Messages that went back for two minutes are there at once; what is in hand is hidden for less."""
    queue = sqs_backends["123456789012"]["us-east-1"].get_queue(sqs.uri.split("/")[-1])
    for message in list(queue._messages):  # pylint: disable=protected-access  (others are the visible ones alone)
        if message.visible_at > 1000 * (time.time() + 2 * VISIBILITY_TIMEOUT_S):
            message.visible_at = 0


def deny(s3, path, body, refusals):
    """Everything on this path, until so many requests were refused."""
    rule = s3.proxy.add(Rule("status", path=path, status=403, body=body))
    wait_until(lambda: rule.applied >= refusals, "refusals", PATIENCE_S)
    rule.times = rule.applied


class TestWorker:
    @pytest.mark.parametrize("place", ["s3", "sqs", "both"])
    def test_waits_until_it_may_again(self, machine, s3, sqs, place):
        fill(s3, sqs)
        worker = machine.start(*worker_args(s3, sqs), env=s3.env)
        # It has done something, so nothing is denied from the start.
        wait_until(lambda: len(outputs(s3)) >= 3 and sqs.count() <= len(NAMES) - 3, "first documents", PATIENCE_S)
        if place == "s3":
            deny(s3, f"^/{s3.bucket}", S3_DENIES, 20)
        elif place == "sqs":
            deny(s3, "^/$", SQS_DENIES, 6)
        else:
            rule = s3.proxy.add(Rule("status", path=f"^/{s3.bucket}", status=403, body=S3_DENIES))
            deny(s3, "^/$", SQS_DENIES, 6)
            rule.times = rule.applied
        wait_until(lambda: bring_back(sqs) or sqs.count() == 0, "the queue to be empty", PATIENCE_S)
        code, stderr = stop(worker)
        assert code == 0, stderr
        assert sqs.dead_letters() == []
        assert outputs(s3) == [f"{OUT}{name}.raw_text.parquet" for name in NAMES]
        assert s3.keys(OUT + "_docmill/") == [], "no mark"
        assert all(s3.versions(key) == 1 for key in outputs(s3))
        ended = [json.loads(line) for line in stderr.splitlines() if '"message_finished"' in line]
        assert {event["outcome"] for event in ended} <= {"done", "given_back", "lost"}


class TestSweep:
    def test_holds_nothing_against_documents(self, machine, s3):
        fill(s3)
        args = ["sweep", "--in", s3.place(IN), "--out", s3.place(OUT), "--ocr", "never", "--workers", "1"]
        started = machine.start(*args, env=s3.env)
        wait_until(lambda: len(outputs(s3)) >= 3, "first documents", PATIENCE_S)
        denying = threading.Thread(target=deny, args=(s3, f"^/{s3.bucket}", S3_DENIES, 1))
        denying.start()
        stdout, stderr = started.communicate(timeout=PATIENCE_S)
        denying.join()
        assert started.returncode in (1, 3), stdout + stderr
        assert s3.keys(OUT + "_docmill/failed/") == []
        finished = machine.run(*args, env=s3.env)
        assert finished.code == 0, finished.stderr
        assert outputs(s3) == [f"{OUT}{name}.raw_text.parquet" for name in NAMES]


class TestExpiredToken:
    @pytest.mark.parametrize("answer", [{"status": 400, "body": S3_EXPIRED}, {"status": 403, "body": S3_EXPIRED}])
    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
    def test_of_s3_is_mended_by_one_repetition(self, machine, s3, method, answer):
        s3.put(IN + "a.pdf", documents.pdf("any"))
        if method == "HEAD":
            answer = {**answer, "status": 400, "body": ""}
        rule = s3.proxy.add(Rule("status", method=method, path=f"/{s3.bucket}/", times=1, **answer))
        finished = machine.run("sweep", "--in", s3.place(IN), "--out", s3.place(OUT), env=s3.env)
        assert (finished.code, rule.applied) == (0, 1), finished.stderr
        assert outputs(s3) == [OUT + "a_raw_text.parquet"]

    @pytest.mark.parametrize("operation", range(1, 5))
    def test_of_sqs_is_mended_by_one_repetition(self, machine, s3, sqs, operation):
        s3.put(IN + "a.pdf", documents.pdf("any"))
        sqs.send({"bucket": s3.bucket, "key": IN + "a.pdf"})
        rule = s3.proxy.add(Rule("status", method="POST", path="^/$", nth=(operation,), status=403, body=SQS_EXPIRED))
        finished = machine.run(*worker_args(s3, sqs, "--exit-when-empty"), env=s3.env)
        assert (finished.code, rule.applied) == (0, 1), finished.stderr
        assert outcomes(finished) == {"done": 1} and sqs.count() == 0
