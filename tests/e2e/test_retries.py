"""Whoever makes a call repeats it, and nobody above: a write that fails is a write that is repeated, and no document is
read again for it."""

import pytest

import documents
from fault_proxy import Rule
from queues import SqsQueue

IN, OUT = "raw/", "text/"
TRIES = 8  # of one call, src/net/retry.h
FAULT = "<Error><Code>InternalError</Code><Message>We encountered an internal error. Please try again.</Message></Error>"


@pytest.fixture(name="places")
def _places(s3):
    s3.put(IN + "a.pdf", documents.pdf("a"))
    return ["--in", s3.place(IN), "--out", s3.place(OUT), "--ocr", "never"]


def fail_writes(s3, **more):
    return s3.proxy.add(Rule("status", method="PUT", path=f"/{s3.bucket}/{OUT}a_raw_text.parquet", status=500, body=FAULT, **more))


def calls(s3):
    """(reads of the document, writes of its output)"""
    return (s3.proxy.count("GET", f"/{s3.bucket}/{IN}a.pdf"), s3.proxy.count("PUT", f"/{s3.bucket}/{OUT}a_raw_text.parquet"))


def test_a_write_that_fails_for_ever_costs_a_sweep_the_tries_of_one_call(machine, s3, places):
    fail_writes(s3)
    run = machine.run("sweep", *places, env=s3.env)
    assert run.code == 3, run.stderr
    assert calls(s3) == (1, TRIES)


def test_a_worker_repeats_the_write_alone(machine, s3, places):
    sqs = SqsQueue(s3.boto.meta.endpoint_url, f"pdfs-{s3.bucket}")
    sqs.send({"bucket": s3.bucket, "key": IN + "a.pdf"})
    fail_writes(s3, times=TRIES + 3)
    run = machine.run("worker", "--queue", sqs.uri, *places, "--receive-wait", "1s", "--exit-when-empty", env=s3.env)
    assert run.code == 0, run.stderr
    assert calls(s3) == (1, TRIES + 4)
    assert sqs.count() == 0
