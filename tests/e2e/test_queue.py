"""docmill enqueue and docmill queue, on a queue in an SQLite file; what messages of S3 ask for, by others' encoders."""

import base64
import json
import random
import sqlite3
import time
import unicodedata
import urllib.parse

import pytest

import documents


@pytest.fixture
def uri(machine):
    return f"sqlite://{machine.folder}/queue.db"


def fill(machine, names=("a.pdf", "b/c d+%25 ü.pdf", "scan")):
    for name in names:
        path = machine.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(documents.picture("scanned", "PNG") if name == "scan" else b"%PDF-1.4\n")
    (machine.source / "notes.txt").write_text("no document")


def enqueue(machine, uri, *args, **kwargs):
    return machine.run("enqueue", "--in", machine.source, "--queue", uri, *args, **kwargs)


def queue(machine, action, uri, *args):
    return machine.run("queue", action, "--queue", uri, *args)


def peeked(machine, uri, count=1000):
    finished = queue(machine, "peek", uri, "--json", "--messages-max", count)
    assert finished.code == 0, finished.stderr
    return json.loads(finished.stdout)["messages"]


def insert(machine, bodies, queue_name="messages"):
    """Messages as another sender would have left them."""
    now = time.time_ns() // 1000
    with sqlite3.connect(machine.folder / "queue.db") as connection:
        connection.executemany(
            "INSERT INTO queue_messages (queue, id, body, attributes, sent_at_us, visible_at_us) VALUES (?,?,?,?,?,?)",
            [(queue_name, str(n), body, '{"docmill.reason":"corrupt"}', now, now + n) for n, body in enumerate(bodies)])
    time.sleep(0.01)


def counts(machine, uri):
    return json.loads(queue(machine, "stats", uri, "--json").stdout)


class TestEnqueue:
    def test_sends_a_message_for_every_document(self, machine, uri):
        fill(machine)
        finished = enqueue(machine, uri, "--summary", "json")
        assert finished.code == 0, finished.stderr
        summary = json.loads(finished.stdout)
        assert summary["finished"] and summary["documents_enqueued"] == 3 and summary["files_ignored"] == 1
        requests = [one["requests"] for one in peeked(machine, uri)]
        assert requests == [[{"bucket": "file://", "key": f"{machine.source}/{name}"}]
                            for name in ("a.pdf", "b/c d+%25 ü.pdf", "scan")]

    def test_alias_match_since_and_dry_run(self, machine, uri):
        fill(machine)
        args = ["enqueue", "--in", machine.source, "--queue-url", uri, "--summary", "text"]
        finished = machine.run(*args, "--match", "b/*", "--dry-run")
        assert finished.code == 0
        assert finished.stdout.startswith(f"file://{machine.source}/b/c d+%2525 ü.pdf\n1 document would be enqueued; 3 left")
        assert not (machine.folder / "queue.db").exists()
        tomorrow = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400))
        assert machine.run(*args, "--since", tomorrow).stdout.startswith("0 documents enqueued; 4 left out")
        assert machine.run(*args, "--since", "2001-01-01").stdout.startswith("3 documents enqueued")

    def test_settings_given_as_flags_go_with_the_messages(self, machine, uri):
        fill(machine, ["a.pdf"])
        assert enqueue(machine, uri, "--ocr", "always", "--force", env={"OCR_DPI": "300"}).code == 0
        request = peeked(machine, uri)[0]["requests"][0]
        assert request["recipe"] == {"ocr": "always"} and request["force"] is True

    @pytest.mark.parametrize("args, code, said", [
        (["--queue", "amqp://x"], 2, "expected sqlite:"),
        (["--queue", "sqlite:///no/such/folder/q.db"], 2, "there is no folder"),
        (["--queue", "sqlite:q.db", "--since", "yesterday"], 2, "2026-11-22"),
        ([], 2, "--queue is missing"),
        (["--queue", "sqlite:q.db", "x"], 2, "unexpected argument x"),
    ])
    def test_mistakes_are_told(self, machine, args, code, said):
        finished = machine.run("enqueue", "--in", machine.source, *args)
        assert finished.code == code and said in finished.stderr

    def test_killed_and_run_again_every_document_has_a_message(self, machine, uri):
        fill(machine, [f"{n:03}.pdf" for n in range(40)])
        killed = enqueue(machine, uri, env={"DOCMILL_FAIL": "enqueue_sent:kill:2"})
        assert killed.code == -9
        assert len(peeked(machine, uri)) == 20
        assert enqueue(machine, uri).code == 0
        keys = [one["requests"][0]["key"] for one in peeked(machine, uri)]
        assert len(set(keys)) == 40 and len(keys) == 60

    @pytest.mark.parametrize("step, messages", [("sqlite_before_commit", 0), ("sqlite_committed", 10)])
    def test_killed_around_a_commit_the_file_is_sound(self, machine, uri, step, messages):
        fill(machine, [f"{n:03}.pdf" for n in range(10)])
        # Opening a new file commits twice; the batch is the third.
        assert enqueue(machine, uri, env={"DOCMILL_FAIL": f"{step}:kill:3"}).code == -9
        assert len(peeked(machine, uri)) == messages


class TestQueue:
    def test_stats_count_messages_and_dead_letters(self, machine, uri):
        fill(machine)
        enqueue(machine, uri)
        insert(machine, ["{}"], "dead-letters")
        stats = counts(machine, uri)
        assert (stats["visible"], stats["in_flight"], stats["delayed"], stats["receives_max"]) == (3, 0, 0, 10)
        assert stats["dead_letters"]["visible"] == 1
        assert stats["dead_letters"]["uri"] == uri + "?queue=dead-letters"
        text = queue(machine, "stats", uri).stdout
        assert "visible    3" in text and "Dead letters, after 10 receives" in text

    def test_peek_says_what_messages_ask_for_and_takes_none(self, machine, uri):
        fill(machine, ["a.pdf"])
        enqueue(machine, uri)
        insert(machine, ['{"Service":"Amazon S3","Event":"s3:TestEvent"}', "not \x1b[31m json"])
        for _ in range(12):  # more often than a message may be received
            text = queue(machine, "peek", uri).stdout
        assert f"file://{machine.source}/a.pdf" in text
        assert "nothing: s3:TestEvent" in text and "poison: expected a JSON object" in text
        assert "\x1b" not in text
        assert counts(machine, uri)["visible"] == 3

    def test_redrive_sends_dead_letters_back(self, machine, uri):
        fill(machine, ["a.pdf"])
        enqueue(machine, uri)
        insert(machine, [json.dumps({"bucket": "b", "key": f"{n}.pdf"}) for n in range(25)], "dead-letters")
        finished = queue(machine, "redrive", uri)
        assert finished.code == 0 and finished.stdout.startswith("25 messages sent back")
        stats = counts(machine, uri)
        assert stats["visible"] == 26 and stats["dead_letters"]["visible"] == 0
        finished = queue(machine, "redrive", uri + "?queue=dead-letters")
        assert finished.code == 2 and "no dead letters" in finished.stderr

    def test_purge_wants_a_yes(self, machine, uri):
        fill(machine)
        enqueue(machine, uri)
        finished = queue(machine, "purge", uri)
        assert finished.code == 2 and "all 3 messages" in finished.stderr and "--yes" in finished.stderr
        assert counts(machine, uri)["visible"] == 3
        assert queue(machine, "purge", uri, "--yes").stdout.startswith("3 messages removed")
        assert counts(machine, uri)["visible"] == 0

    @pytest.mark.parametrize("args, said", [
        (["stats"], "--queue is missing"),
        (["--queue", "sqlite:q.db"], "expected stats, peek, redrive or purge"),
        (["stat", "--queue", "sqlite:q.db"], "not stat"),
        (["stats", "peek", "--queue", "sqlite:q.db"], "not stats peek"),
        (["stats", "--queue", "sqlite:q.db"], "there is no such file"),
    ])
    def test_mistakes_are_told(self, machine, args, said):
        finished = machine.run("queue", *args)
        assert finished.code == 2 and said in finished.stderr
        assert not (machine.folder / "q.db").exists()


def hostile_keys():
    """Keys that somebody gets wrong once: see reliability of event notifications in any issue tracker."""
    plain = "a b", "a+b", "a%2Bb", "100%", "%25", "a=b&c?d#e", "'\"<>\\;", "é" + unicodedata.normalize("NFD", "é"), "😀", \
        "line\nbreak\ttab", "/leading", "//", "./x", "../x", "trailing/", "x" * 1024, "ü" * 512, "%", "%%", "%zz", "\x7f", \
        "env=prod/zone=raw/a.pdf", "~!@$^*()_-{}|[]:,."
    keys = [key.encode() for key in plain] + [b"\xff", b"a\xc3(", b"\xed\xa0\x80.pdf"]
    chance = random.Random(20261122)
    keys += [bytes(chance.choice(b" +%=&/ab2B\xc3\xbc\xff\n") for _ in range(chance.randint(1, 40))) for _ in range(300)]
    keys += ["".join(chr(chance.choice([chance.randint(32, 126), chance.randint(160, 0xd7ff), chance.randint(0x10000, 0x10ffff)]))
                     for _ in range(chance.randint(1, 60))).encode() for _ in range(300)]
    return keys


def s3_body(encoded_key):
    return json.dumps({"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
                                    "s3": {"bucket": {"name": "b"}, "object": {"key": encoded_key}}}]})


def key_of(message):
    (request,) = message["requests"]
    return base64.b64decode(request["key_base64"]) if "key_base64" in request else request["key"].encode()


class TestKeysOfEvents:
    def test_form_encoded_keys_come_back_as_they_were(self, machine, uri):
        enqueue(machine, uri)  # makes the file
        keys = hostile_keys()
        insert(machine, [s3_body(urllib.parse.quote_plus(key)) for key in keys])
        assert [key_of(one) for one in peeked(machine, uri)] == keys

    def test_keys_of_event_bridge_come_back_as_they_were(self, machine, uri):
        enqueue(machine, uri)
        keys = [key.decode() for key in hostile_keys() if key.decode(errors="ignore").encode() == key]
        insert(machine, [json.dumps({"detail-type": "Object Created", "source": "aws.s3",
                                     "detail": {"bucket": {"name": "b"}, "object": {"key": key}}}) for key in keys])
        assert [key_of(one).decode() for one in peeked(machine, uri)] == keys

    def test_notifications_of_an_s3_service(self, machine, uri):
        """boto3 puts objects, the service encodes their keys and notifies a queue."""
        boto3 = pytest.importorskip("boto3")
        moto = pytest.importorskip("moto")
        keys = ["a b+c%20d.pdf", "env=prod/zone=raw/ü 😀.pdf", "x//y/", "100%.pdf"]
        with moto.mock_aws():
            credentials = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}
            s3, sqs = boto3.client("s3", **credentials), boto3.client("sqs", **credentials)
            queue_url = sqs.create_queue(QueueName="q")["QueueUrl"]
            arn = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            s3.create_bucket(Bucket="bucket")
            s3.put_bucket_notification_configuration(Bucket="bucket", NotificationConfiguration={
                "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}]})
            for key in keys:
                s3.put_object(Bucket="bucket", Key=key, Body=b"x")
            s3.delete_object(Bucket="bucket", Key=keys[0])
            bodies = []
            while received := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
                bodies += [one["Body"] for one in received]
        enqueue(machine, uri)
        insert(machine, bodies)
        messages = peeked(machine, uri)
        asked = [(request["bucket"], request["key"]) for one in messages for request in one["requests"]]
        assert sorted(asked) == sorted(("bucket", key) for key in keys)
        assert not any("poison" in one for one in messages)
        assert sum(one.get("note", "").startswith("ObjectRemoved:Delete") for one in messages) == 1
