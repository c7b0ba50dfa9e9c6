"""The worker on S3 and SQS: moto's server behind the fault proxy, boto3 as the client that sends and looks."""

import json
import random

import boto3
import pytest

import documents
from chaos import SEED, kill_until_empty, outcomes, send_some_twice, stop
from fault_proxy import SLOW_DOWN, Rule
from harness import MOCK_MAGIC, PATIENCE_S, wait_until
from queues import SqsQueue
from s3_world import IN, OUT, output_of


@pytest.fixture(autouse=True)
def _promises_are_kept(s3):
    yield
    assert s3.violations() == []


@pytest.fixture
def sqs(moto, s3):
    return SqsQueue(moto.url, f"pdfs-{s3.bucket}")


def mock(*lines):
    return ("\n".join([MOCK_MAGIC, *lines]) + "\n").encode()


def worker_args(s3, sqs, *more):
    return ["worker", "--queue", sqs.uri.replace(s3.boto.meta.endpoint_url, s3.proxy.url), "--in", s3.place(IN), "--out",
            s3.place(OUT), "--ocr", "never", *more]


def drain(machine, s3, sqs, *more):
    return machine.run(*worker_args(s3, sqs, "--exit-when-empty", "--receive-wait", "1s", *more), env=s3.env)


def texts(s3, name):
    return s3.texts(output_of(IN + name))


class TestEvents:
    @pytest.mark.parametrize("name", ["a.pdf", "with space+plus%.pdf", "Größe/日本.pdf", "q=a&b;c.pdf"])
    def test_of_a_bucket_lead_to_outputs(self, machine, s3, sqs, name):
        s3.boto.put_bucket_notification_configuration(
            Bucket=s3.bucket, NotificationConfiguration={"QueueConfigurations": [
                {"QueueArn": sqs.arn, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}]})
        s3.put(IN + name, documents.pdf("from an event"))
        finished = drain(machine, s3, sqs)
        assert finished.code == 0, finished.stderr
        assert texts(s3, name) == ["from an event"]
        # The event of the output that the worker wrote itself.
        assert drain(machine, s3, sqs).code == 0
        assert sqs.count() == 0 and sqs.dead_letters() == []
        assert s3.versions(output_of(IN + name)) == 1

    @pytest.mark.parametrize("raw", ["true", "false"])
    def test_come_through_sns(self, machine, s3, sqs, raw):
        sns = boto3.client("sns", endpoint_url=s3.boto.meta.endpoint_url, region_name="us-east-1",
                           aws_access_key_id="test", aws_secret_access_key="test")
        topic = sns.create_topic(Name=f"t-{s3.bucket}")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=sqs.arn, Attributes={"RawMessageDelivery": raw})
        s3.put(IN + "a b.pdf", documents.pdf("through a topic"))
        event = {"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
                              "s3": {"bucket": {"name": s3.bucket},
                                     "object": {"key": "env%3Dprod/zone%3Draw/a+b.pdf", "size": 1}}}]}
        sns.publish(TopicArn=topic, Message=json.dumps(event))
        assert drain(machine, s3, sqs).code == 0
        assert texts(s3, "a b.pdf") == ["through a topic"]

    @pytest.mark.parametrize("name", ["a.pdf", "with space+plus%41.pdf"])
    def test_come_through_event_bridge_with_keys_as_they_are(self, machine, s3, sqs, name):
        events = boto3.client("events", endpoint_url=s3.boto.meta.endpoint_url, region_name="us-east-1",
                              aws_access_key_id="test", aws_secret_access_key="test")
        rule = f"r-{s3.bucket}"
        events.put_rule(Name=rule, EventPattern=json.dumps({"source": ["aws.s3"], "detail-type": ["Object Created"],
                                                            "detail": {"bucket": {"name": [s3.bucket]}}}))
        events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": sqs.arn}])
        s3.boto.put_bucket_notification_configuration(
            Bucket=s3.bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
        s3.put(IN + name, documents.pdf("over a bridge"))
        assert sqs.count() == 1
        assert drain(machine, s3, sqs).code == 0
        assert texts(s3, name) == ["over a bridge"]

    def test_that_ask_for_nothing_are_acknowledged(self, machine, s3, sqs):
        sqs.send({"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2026-01-01T00:00:00Z", "Bucket": s3.bucket,
                  "RequestId": "1", "HostId": "2"})
        sqs.send({"bucket": s3.bucket, "key": OUT + "a_raw_text.parquet"})
        finished = drain(machine, s3, sqs)
        assert (finished.code, outcomes(finished)) == (0, {"ignored": 2})
        assert sqs.count() == 0


class TestOutcomes:
    def test_a_failed_document_is_a_dead_letter_with_its_reason(self, machine, s3, sqs):
        s3.put(IN + "broken.pdf", b"%PDF-1.7 nothing else")
        sqs.send({"bucket": s3.bucket, "key": IN + "broken.pdf"})
        assert drain(machine, s3, sqs).code == 1
        assert sqs.count() == 0
        [letter] = sqs.dead_letters()
        assert json.loads(letter["Body"]) == {"bucket": s3.bucket, "key": IN + "broken.pdf", "force": True}
        assert letter["MessageAttributes"]["docmill.error_kind"]["StringValue"] == "corrupt"
        assert s3.keys(OUT) == [OUT + "_docmill/failed/broken.pdf.json"]

    def test_a_document_that_is_gone_is_acknowledged(self, machine, s3, sqs):
        sqs.send({"bucket": s3.bucket, "key": IN + "gone.pdf"})
        finished = drain(machine, s3, sqs)
        assert (finished.code, outcomes(finished)) == (0, {"source_gone": 1})
        assert sqs.count() == 0

    def test_without_in_the_bucket_is_part_of_the_name(self, machine, s3, sqs):
        s3.put("x/a.pdf", documents.pdf("any"))
        sqs.send({"bucket": s3.bucket, "key": "x/a.pdf"})
        args = [word for word in worker_args(s3, sqs, "--exit-when-empty", "--receive-wait", "0s")]
        del args[args.index("--in"):args.index("--in") + 2]
        assert machine.run(*args, env=s3.env).code == 0
        assert texts(s3, f"{s3.bucket}/x/a.pdf") == ["any"]

    def test_a_duplicate_costs_two_requests_and_no_extraction(self, machine, s3, sqs):
        s3.put(IN + "a.pdf", documents.pdf("once"))
        sqs.send({"bucket": s3.bucket, "key": IN + "a.pdf"})
        assert drain(machine, s3, sqs).code == 0
        s3.proxy.clear()
        sqs.send({"bucket": s3.bucket, "key": IN + "a.pdf"})
        assert drain(machine, s3, sqs).code == 0
        asked = [request for request in s3.requests() if request[1].startswith("env=")]
        assert sorted(asked) == [("HEAD", IN + "a.pdf"), ("HEAD", output_of(IN + "a.pdf"))]
        assert s3.versions(output_of(IN + "a.pdf")) == 1

    def test_a_new_document_costs_four_requests_of_s3(self, machine, s3, sqs):
        s3.put(IN + "a.pdf", documents.pdf("once"))
        sqs.send({"bucket": s3.bucket, "key": IN + "a.pdf"})
        assert drain(machine, s3, sqs).code == 0
        asked = [request for request in s3.requests() if request[1].startswith("env=")]
        assert asked == [("HEAD", output_of(IN + "a.pdf")), ("GET", OUT + "_docmill/failed/a.pdf.json"),
                         ("GET", IN + "a.pdf"), ("PUT", output_of(IN + "a.pdf"))]

    def test_a_version_that_is_put_meanwhile_is_the_one_that_counts(self, machine, s3, sqs):
        s3.put(IN + "a.mock", mock("sleep 6000", "text old"))
        sqs.send({"bucket": s3.bucket, "key": IN + "a.mock"})
        worker = machine.start(*worker_args(s3, sqs, "--exit-when-empty", "--receive-wait", "2s"), env=s3.env)
        wait_until(lambda: ("GET", IN + "a.mock") in s3.requests(), "the document to be read")
        s3.put(IN + "a.mock", mock("text new"))
        sqs.send({"bucket": s3.bucket, "key": IN + "a.mock"})
        worker.communicate(timeout=PATIENCE_S)
        assert texts(s3, "a.mock") == ["new"]
        assert sqs.count() == 0


class TestToldToStop:
    def test_it_finishes_what_runs_and_gives_back_what_waits(self, machine, s3, sqs):
        for i in range(12):
            s3.put(f"{IN}{i}.mock", mock("sleep 3000", f"text {i}"))
            sqs.send({"bucket": s3.bucket, "key": f"{IN}{i}.mock"})
        worker = machine.start(*worker_args(s3, sqs, "--workers", "1", "--documents-in-flight", "2"), env=s3.env)
        wait_until(lambda: ("GET", IN + "0.mock") in s3.requests(), "the first document to be read")
        code, stderr = stop(worker)
        assert code == 0, stderr
        done = [key for key in s3.keys(OUT) if key.endswith(".parquet")]
        assert 1 <= len(done) <= 4, "what ran is finished, and nothing begun"
        assert sqs.count() == 12 - len(done)
        received = sqs.boto.receive_message(QueueUrl=sqs.uri, MaxNumberOfMessages=10).get("Messages", [])
        assert len(received) == min(10, 12 - len(done)), "the others are visible at once"


    def test_before_it_has_begun_it_ends_at_once(self, machine, s3, sqs):
        s3.proxy.add(Rule("black_hole"))
        worker = machine.start(*worker_args(s3, sqs), env=s3.env)
        wait_until(lambda: s3.proxy.count("POST") > 0, "the queue to be asked")
        assert stop(worker)[0] == 0


class TestFaults:
    def test_of_the_place_cost_no_document(self, machine, s3, sqs):
        for i in range(12):
            s3.put(f"{IN}{i}.mock", mock(f"text {i}"))
            sqs.send({"bucket": s3.bucket, "key": f"{IN}{i}.mock"})
        s3.proxy.add(Rule("status", method="GET", probability=0.3, status=503, body=SLOW_DOWN))
        finished = drain(machine, s3, sqs, "--visibility-timeout", "30s")
        assert finished.code == 0, finished.stderr
        assert sqs.count() == 0 and sqs.dead_letters() == []
        assert all(s3.versions(output_of(f"{IN}{i}.mock")) == 1 for i in range(12))


class TestChaos:
    def test_killed_workers_lose_and_double_nothing(self, machine, s3, sqs):
        chance = random.Random(SEED)
        names = [f"{i:03}.mock" for i in range(300)]
        for name in names:
            s3.put(IN + name, mock(f"sleep {chance.choice([0, 0, 0, 20, 400])}", f"text {name}"))
        s3.put(IN + "poisoned.pdf", b"%PDF-1.7 nothing else")
        send_some_twice(chance, lambda name: sqs.send({"bucket": s3.bucket, "key": IN + name}), [*names, "poisoned.pdf"])
        args = worker_args(s3, sqs, "--visibility-timeout", "6s", "--receive-wait", "1s", "--workers", "1", "--log-level",
                           "error")
        kill_until_empty(chance, lambda: machine.start(*args, env=s3.env), sqs.count, 5 * PATIENCE_S)
        assert {json.loads(letter["Body"])["key"] for letter in sqs.dead_letters()} == {IN + "poisoned.pdf"}
        doubled = [name for name in names if s3.versions(output_of(IN + name)) != 1]
        assert doubled == [], "every document has exactly one version of its output"
        assert {output_of(IN + name) for name in names} | {OUT + "_docmill/failed/poisoned.pdf.json"} == set(s3.keys(OUT))
        assert s3.uploads() == []
