"""docmill under exactly the policies of docs/aws.md, and under each of them less one action, with IAM enforced."""

import collections
import io
import json
import random
import re
import signal

import pyarrow.parquet as parquet
import pytest

import documents
import policies
from chaos import outcomes
from fault_proxy import Rule
from harness import MOCK_MAGIC, PATIENCE_S, Told, wait_until
from iam_server import ACCOUNT, hide_absence
from queues import SqsQueue
from s3_world import S3World

IN, OUT = "raw/", "text/"
# What docmill warns of, once each, where an optional action is missing.
WARNINGS = {
    ("ListDocuments", "s3:ListBucket"): {"outputs_unreadable": 1, "marks_unusable": 1},
    ("ReadDocuments", "s3:GetObject"): {"contents_unreadable": 1},
    ("WriteOutputs", "s3:GetObject"): {"outputs_unreadable": 1, "marks_unusable": 1},
    ("WriteOutputs", "s3:DeleteObject"): {"mark_not_removed": 1},
    # Told without one: nothing is wrong with the run.
    ("SeeUploads", "s3:ListBucketMultipartUploads"): {},
    ("WriteOutputs", "s3:AbortMultipartUpload"): {"upload_not_aborted": 1},
    ("TakeMessages", "sqs:ChangeMessageVisibility"): {"visibility_unchangeable": 1},
    ("TakeMessages", "sqs:GetQueueAttributes"): {"redrive_policy_unreadable": 1, "messages_uncounted": 1},
    # One a message that stays; it is received twice, and gone to the dead letters then.
    ("PutAside", "sqs:SendMessage"): {"dead_letter_refused": 2},
}


class Scene:
    """A bucket with documents in every state, a queue, and somebody who may do some of what there is to do."""

    def __init__(self, machine, server):
        self.machine, self.server = machine, server
        self.s3 = S3World(server.url, server.admin)
        self.queue = None
        self.texts = {}

    def end(self):
        self.s3.end()

    def make_queue(self, receives_max=10):
        self.queue = SqsQueue(self.server.url, self.s3.bucket, receives_max, self.server.admin)

    def other_bucket(self):
        """For outputs."""
        self.s3.boto.create_bucket(Bucket=f"{self.s3.bucket}-out")
        return f"s3://{self.s3.bucket}-out/{OUT}"

    def as_user(self, statements):
        """From now on docmill's credentials are those of a user with this policy alone."""
        key, secret = self.server.user(statements)
        self.s3.env.update(AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret)
        self.s3.proxy.clear()
        # moto answers 404 to everybody.
        if "'s3:ListBucket'" not in str(statements):
            hide_absence(self.s3.proxy)

    def as_policy(self, name, without=None):
        self.as_user(policies.policy(name, self.places(), without))

    def as_admin(self):
        self.s3.env.update(AWS_ACCESS_KEY_ID=self.server.admin[0], AWS_SECRET_ACCESS_KEY=self.server.admin[1])

    def places(self):
        return {"BUCKET": self.s3.bucket, "REGION": "us-east-1", "ACCOUNT": ACCOUNT, "QUEUE": self.s3.bucket,
                "DEAD_LETTER_QUEUE": f"{self.s3.bucket}-dead"}

    def resource(self, sid):
        """Of a statement, as docmill names it."""
        return {"ListDocuments": self.s3.place(), "SeeUploads": self.s3.place(), "ReadDocuments": self.s3.place(IN), "WriteOutputs": self.s3.place(OUT),
                "TakeMessages": self.queue_url(), "Send": self.queue_url(), "Messages": self.queue_url(),
                "PutAside": f"{self.queue_url()}-dead", "DeadLetters": f"{self.queue_url()}-dead"}[sid]

    def queue_url(self):
        return self.queue.uri.replace(self.server.url, self.s3.proxy.url) if self.queue else ""

    def put(self, name, content, text=None):
        self.s3.put(IN + name, content)
        if text is not None:
            self.texts[name] = text

    def fill(self, out=None):
        """One document is new, one was done in another version, one failed in another version."""
        self.as_admin()
        self.put("changed.pdf", documents.pdf("old"))
        self.put("mended.pdf", b"%PDF-1.7 nothing else")
        assert self.run("sweep", out=out).code == 1
        for name in ("new", "changed", "mended"):
            self.put(f"{name}.pdf", documents.pdf(name), name)

    def run(self, command, *args, out=None):
        return self.machine.run(*self.args(command, *args, out=out), env=self.s3.env)

    def args(self, command, *args, out=None):
        places = ["--in", self.s3.place(IN)]
        if command != "enqueue":
            places += ["--out", out or self.s3.place(OUT)]
        if command != "sweep" and self.queue:
            places += ["--queue", self.queue_url()]
        more = ["--ocr", "never"] if command in ("sweep", "worker") else []
        return [command, *places, *more, *args]

    def drain(self, *args, visibility_timeout="10s", **options):
        return self.run("worker", "--exit-when-empty", "--receive-wait", "1s", "--visibility-timeout", visibility_timeout,
                        *args, **options)

    def send_all(self):
        for name in self.texts:
            self.queue.send({"bucket": self.s3.bucket, "key": IN + name})

    def assert_outputs(self, bucket=None):
        for name, text in self.texts.items():
            key = OUT + name[:-4] + "_raw_text.parquet" if name.endswith(".pdf") else f"{OUT}{name}.raw_text.parquet"
            body = self.s3.boto.get_object(Bucket=bucket or self.s3.bucket, Key=key)["Body"].read()
            read = [row["text"] for row in parquet.read_table(io.BytesIO(body)).to_pylist()]
            assert read == (text if isinstance(text, list) else [text]), name

    def large_document(self):
        """Its output is sent in parts, and refused once: so the upload is aborted, and made again."""
        chance = random.Random(1)
        pages = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/", k=1 << 20))
                 for _ in range(24)]
        lines = [MOCK_MAGIC] + [line for page in pages for line in (f"text {page}", "page")]
        self.put("large.mock", ("\n".join(lines) + "\n").encode(), pages)
        self.s3.proxy.add(Rule("status", method="POST", path="uploadId=", times=1, status=412,
                               body="<Error><Code>PreconditionFailed</Code></Error>"))


@pytest.fixture(name="scene")
def _scene(machine, iam):
    scene = Scene(machine, iam)
    yield scene
    scene.end()


def warnings(finished):
    """{event: how often} of the log's warnings, but for those of documents."""
    lines = [json.loads(line) for line in finished.stderr.splitlines() if line.startswith("{")]
    told = [line["event"] for line in lines if line["level"] == "warning"]
    return dict(collections.Counter(event for event in told if event != "document_with_errors"))


def assert_names(finished, action, resource):
    said = [line for line in (finished.stdout + finished.stderr).splitlines() if f"allow {action} on it" in line]
    assert said and any(resource in line for line in said), finished.stdout + finished.stderr


def every_grant(*names):
    return pytest.mark.parametrize("name, grant", [(name, grant) for name in names for grant in policies.grants(name)],
                                   ids=lambda value: value if isinstance(value, str) else "-".join(value))


class TestDocument:
    @pytest.mark.parametrize("name", ["sweep", "worker", "enqueue", "queue"])
    def test_has_a_row_for_every_action(self, name):
        assert set(policies.grants(name)) == set(policies.rows(name))

    @pytest.mark.parametrize("name", ["sweep", "worker", "enqueue", "queue"])
    def test_grants_nothing_by_wildcard(self, name):
        for statement in policies.policy(name, collections.defaultdict(lambda: "x")):
            assert not any("*" in action for action in statement["Action"])
            assert statement["Resource"].startswith("arn:aws:") and not statement["Resource"].endswith(":*")


class TestSweep:
    def test_with_its_policy(self, scene):
        scene.fill()
        scene.as_policy("sweep")
        scene.large_document()
        finished = scene.run("sweep")
        assert (finished.code, warnings(finished)) == (0, {}), finished.stderr
        scene.assert_outputs()
        assert scene.s3.uploads() == []
        assert scene.s3.keys(OUT + "_docmill/failed/") == []

    @pytest.mark.parametrize("grant", policies.grants("sweep"), ids="-".join)
    def test_without_one_action(self, scene, grant):
        scene.fill()
        scene.as_policy("sweep", without=grant)
        if "Multipart" in grant[1]:
            scene.large_document()
        finished = scene.run("sweep")
        assert_names(finished, grant[1], scene.resource(grant[0]))
        if policies.is_optional("sweep", grant):
            assert (finished.code, warnings(finished)) == (0, WARNINGS[grant]), finished.stderr
            scene.assert_outputs()
        else:
            assert finished.code == 3
            scene.as_admin()
            assert scene.run("sweep").code == 0, "nothing that was denied is held against a document"
            scene.assert_outputs()


class TestWorker:
    @staticmethod
    def prepare(scene, without=None):
        scene.make_queue(receives_max=2 if without and without[0] == "PutAside" else 10)
        scene.fill()
        scene.as_policy("worker", without)
        scene.send_all()
        scene.put("broken.pdf", b"%PDF-1.7 nothing else")
        scene.queue.send({"bucket": scene.s3.bucket, "key": IN + "broken.pdf"})

    def test_with_its_policy(self, scene):
        self.prepare(scene)
        finished = scene.drain()
        assert (finished.code, warnings(finished)) == (1, {}), finished.stderr
        assert outcomes(finished) == {"done": 3, "failed": 1}
        scene.assert_outputs()
        assert scene.queue.count() == 0 and len(scene.queue.dead_letters()) == 1
        assert scene.s3.keys(OUT + "_docmill/failed/") == [OUT + "_docmill/failed/broken.pdf.json"]

    @pytest.mark.parametrize("grant", [grant for grant in policies.grants("worker")
                                       if policies.is_optional("worker", grant)], ids="-".join)
    def test_without_an_optional_action(self, scene, grant):
        self.prepare(scene, without=grant)
        if "Multipart" in grant[1]:
            scene.large_document()
            scene.queue.send({"bucket": scene.s3.bucket, "key": IN + "large.mock"})
        if "Visibility" in grant[1]:
            scene.put("slow.mock", f"{MOCK_MAGIC}\nsleep 1500\ntext slow\n".encode(), "slow")
            scene.queue.send({"bucket": scene.s3.bucket, "key": IN + "slow.mock"})
        # Heartbeats come every second then, and what stays comes back soon.
        comes_back = grant[0] == "PutAside" or "Visibility" in grant[1]
        finished = scene.drain(visibility_timeout="3s" if comes_back else "10s")
        assert (finished.code, warnings(finished)) == (1, WARNINGS[grant]), finished.stderr
        # Of a 403 of what may not be there nobody can tell which of the two permissions is missing.
        if grant[1] == "s3:ListBucket":
            assert "without s3:ListBucket on the bucket" in finished.stderr
        else:
            assert_names(finished, grant[1], scene.resource(grant[0]))
        scene.assert_outputs()
        assert scene.queue.count() == 0
        letters = [json.loads(letter["Body"]) for letter in scene.queue.dead_letters()]
        original = {"bucket": scene.s3.bucket, "key": IN + "broken.pdf"}
        # The queue's own redrive puts the original aside, docmill what tries again.
        expected = {"sqs:SendMessage": [original], "sqs:GetQueueAttributes": []}
        assert letters == expected.get(grant[1], [{**original, "force": True}])

    @pytest.mark.parametrize("grant", [("TakeMessages", "sqs:ReceiveMessage"), ("TakeMessages", "sqs:DeleteMessage")],
                             ids="-".join)
    def test_without_messages_it_ends(self, scene, grant):
        assert not policies.is_optional("worker", grant)
        self.prepare(scene, without=grant)
        finished = scene.drain()
        assert finished.code == 3
        assert_names(finished, grant[1], scene.resource(grant[0]))
        assert scene.queue.count() == 4, "no message is lost"

    @pytest.mark.parametrize("grant", [("ReadDocuments", "s3:GetObject"), ("WriteOutputs", "s3:PutObject")], ids="-".join)
    def test_without_a_place_it_waits(self, scene, grant):
        assert not policies.is_optional("worker", grant)
        self.prepare(scene, without=grant)
        worker = scene.machine.start(*scene.args("worker", "--receive-wait", "1s"), env=scene.s3.env)
        told = Told(worker)
        wait_until(lambda: any("allow " + grant[1] in line and "place_error" in line for line in told.lines()),
                   "the permission to be named", PATIENCE_S)
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=PATIENCE_S)
        assert worker.returncode == 0, told.lines()
        assert scene.queue.count() == 4 and scene.queue.dead_letters() == []


class TestEnqueue:
    @staticmethod
    def prepare(scene):
        scene.make_queue()
        for name, content in (("a.pdf", documents.pdf("a")), ("scan", documents.pdf("no ending")), ("notes", b"plain text")):
            scene.put(name, content)

    def test_with_its_policy(self, scene):
        self.prepare(scene)
        scene.as_policy("enqueue")
        finished = scene.run("enqueue")
        assert (finished.code, warnings(finished), scene.queue.count()) == (0, {}, 2), finished.stderr

    @pytest.mark.parametrize("grant", policies.grants("enqueue"), ids="-".join)
    def test_without_one_action(self, scene, grant):
        self.prepare(scene)
        scene.as_policy("enqueue", without=grant)
        finished = scene.run("enqueue")
        assert_names(finished, grant[1], scene.resource(grant[0]))
        if policies.is_optional("enqueue", grant):
            assert (finished.code, warnings(finished), scene.queue.count()) == (0, WARNINGS[grant], 3), finished.stderr
        else:
            assert (finished.code, scene.queue.count()) == (3, 0)


class TestQueue:
    ACTIONS = ("stats", "peek", "redrive", "purge")

    @staticmethod
    def prepare(scene, without=None):
        scene.make_queue()
        scene.queue.send({"bucket": scene.s3.bucket, "key": "any.pdf"})
        scene.queue.boto.send_message(QueueUrl=scene.queue.dead_url, MessageBody="{}")
        scene.as_policy("queue", without)

    @staticmethod
    def run(scene, action):
        return scene.machine.run("queue", action, "--queue", scene.queue_url(), *(["--yes"] if action == "purge" else []),
                                 env=scene.s3.env)

    def test_with_its_policy(self, scene):
        self.prepare(scene)
        for action in self.ACTIONS:
            finished = self.run(scene, action)
            assert finished.code == 0, finished.stderr
        assert scene.queue.count() == 0 and scene.queue.dead_letters() == []

    @pytest.mark.parametrize("grant", policies.grants("queue"), ids="-".join)
    def test_without_one_action(self, scene, grant):
        self.prepare(scene, without=grant)
        needing = []
        for action in self.ACTIONS:
            finished = self.run(scene, action)
            if finished.code == 0:
                continue
            needing.append(action)
            assert finished.code == 3
            assert_names(finished, grant[1], scene.resource(grant[0]))
        assert needing == re.findall(r"`(\w+)`", policies.rows("queue")[grant])


class TestDoctor:
    @staticmethod
    def examine(scene, name, without=None):
        """Its exit code, {missing action: [verdict]}, and all it found."""
        scene.as_policy(name, without)
        places = [arg for arg in scene.args(name)[1:] if arg not in ("--ocr", "never")]
        found = scene.machine.run("doctor", *places, "--json", env=scene.s3.env)
        findings = json.loads(found.stdout)
        missing = collections.defaultdict(list)
        for finding in findings:
            for action in re.findall(r"allow (\S+) on it", finding["message"]):
                missing[action].append(finding["verdict"])
        return found.code, missing, findings

    @pytest.mark.parametrize("name", ["sweep", "worker", "enqueue"])
    def test_misses_nothing_of_a_whole_policy(self, scene, name):
        scene.put("a.pdf", documents.pdf("a"))
        if name != "sweep":
            scene.make_queue()
        code, missing, findings = self.examine(scene, name)
        assert (code, missing) == (0, {}), findings
        assert scene.s3.keys(OUT) == [], "it leaves nothing behind"
        if name != "sweep":
            assert scene.queue.dead_letters() == []

    @every_grant("sweep", "worker", "enqueue")
    def test_names_the_one_that_is_missing(self, scene, name, grant):
        scene.put("a.pdf", documents.pdf("a"))
        if name != "sweep":
            scene.make_queue()
        code, missing, findings = self.examine(scene, name, without=grant)
        assert list(missing) == [grant[1]], findings
        optional = policies.is_optional(name, grant)
        assert (code, "FAIL" in missing[grant[1]]) == ((0, False) if optional else (1, True)), findings
        assert any(scene.resource(grant[0]) in finding["subject"] + finding["message"] for finding in findings
                   if f"allow {grant[1]}" in finding["message"]), findings


class TestDoctorOfOutputs:
    """What a policy grants below a folder of outputs is tried there."""

    FOLDERS = ["page_text/", "pdf_page_images/", "extracted_links/"]

    @staticmethod
    def examine(scene, *denied):
        allowed = ["s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
        bucket = f"arn:aws:s3:::{scene.s3.bucket}"
        statements = [{"Effect": "Allow", "Action": ["s3:ListBucket", "s3:ListBucketMultipartUploads"],
                       "Resource": bucket}, {"Effect": "Allow", "Action": allowed, "Resource": f"{bucket}/*"}]
        statements += [{"Effect": "Deny", "Action": [action], "Resource": f"{bucket}/{OUT}{folder}*"}
                       for action, folder in denied]
        scene.as_user(statements)
        found = scene.machine.run("doctor", "--out", scene.s3.place(OUT), "--recipe", "app", "--json", env=scene.s3.env)
        return found.code, json.loads(found.stdout)

    def test_each_folder_is_tried(self, scene):
        code, findings = self.examine(scene)
        assert code == 0
        for folder in self.FOLDERS:
            tried = [finding["subject"].rsplit(": ", 1)[1] for finding in findings
                     if f": {folder} (" in finding["subject"]]
            assert tried == ["list", "write", "look at an output", "replace under a condition", "remove"], findings
        assert scene.s3.keys(OUT) == [], "it leaves nothing behind"

    @pytest.mark.parametrize("action, code", [("s3:PutObject", 1), ("s3:GetObject", 0), ("s3:DeleteObject", 0)])
    def test_what_one_folder_lacks_is_named(self, scene, action, code):
        found, findings = self.examine(scene, (action, "pdf_page_images/"))
        assert found == code
        lacking = [finding for finding in findings if f"allow {action} on it" in finding["message"]]
        assert lacking and all("pdf_page_images/ (page_images)" in finding["subject"] for finding in lacking), findings


class TestPoorestUser:
    """List and get on the source, put on the destination, receive and delete on the queue."""

    @staticmethod
    def prepare(scene):
        scene.make_queue()
        out = scene.other_bucket()
        scene.fill(out)
        bucket = f"arn:aws:s3:::{scene.s3.bucket}"
        scene.as_user([{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": bucket},
                       {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{bucket}/{IN}*"},
                       {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"{bucket}-out/{OUT}*"},
                       {"Effect": "Allow", "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
                        "Resource": scene.queue.arn}])
        hide_absence(scene.s3.proxy, path=f"^/{scene.s3.bucket}-out/")
        return out

    @staticmethod
    def assert_replaced_after_a_look(scene):
        """The last HEAD of the source comes before the put, which has no condition."""
        entries = [entry for entry in scene.s3.proxy.history() if "changed" in entry["target"]]
        puts = [entry for entry in entries if entry["method"] == "PUT"]
        assert [entry["headers"].get("if-none-match") for entry in puts] == ["*", None]
        assert all("if-match" not in entry["headers"] for entry in puts)
        before = entries[entries.index(puts[-1]) - 1]
        assert before["method"] == "HEAD" and before["target"].endswith(f"/{IN}changed.pdf")

    def test_sweeps(self, scene):
        out = self.prepare(scene)
        finished = scene.run("sweep", out=out)
        assert (finished.code, warnings(finished)) == (0, {"outputs_unreadable": 1, "marks_unusable": 1}), finished.stderr
        scene.assert_outputs(f"{scene.s3.bucket}-out")
        self.assert_replaced_after_a_look(scene)

    def test_works(self, scene):
        out = self.prepare(scene)
        scene.send_all()
        finished = scene.drain(out=out)
        expected = {"outputs_unreadable": 1, "marks_unusable": 1, "redrive_policy_unreadable": 1, "messages_uncounted": 1}
        seen = warnings(finished)
        # Of heartbeats, which come only where documents take seconds.
        assert seen.pop("visibility_unchangeable", 1) == 1
        assert (finished.code, seen) == (0, expected), finished.stderr
        scene.assert_outputs(f"{scene.s3.bucket}-out")
        assert scene.queue.count() == 0
        self.assert_replaced_after_a_look(scene)

    def test_loses_nothing_when_a_reply_is_lost(self, scene):
        """Whether the object that is there is its own it cannot see, and takes it for another's."""
        out = self.prepare(scene)
        scene.s3.proxy.add(Rule("drop_reply_after_forward", method="PUT", path="new_raw_text", times=1))
        finished = scene.run("sweep", out=out)
        assert finished.code == 0, finished.stdout + finished.stderr
        scene.assert_outputs(f"{scene.s3.bucket}-out")


class TestOtherBucket:
    def test_of_outputs_need_not_be_listed(self, scene):
        out = scene.other_bucket()
        scene.fill(out)
        statements = policies.policy("sweep", scene.places())
        statements[-1]["Resource"] = f"arn:aws:s3:::{scene.s3.bucket}-out/{OUT}*"
        scene.as_user(statements)
        hide_absence(scene.s3.proxy, path=f"^/{scene.s3.bucket}-out/")
        finished = scene.run("sweep", out=out)
        assert (finished.code, warnings(finished)) == (0, {"outputs_unreadable": 1, "marks_unusable": 1}), finished.stderr
        assert_names(finished, "s3:ListBucket", f"s3://{scene.s3.bucket}-out/")
        scene.assert_outputs(f"{scene.s3.bucket}-out")


class TestOwner:
    def test_of_buckets_is_asked_for_in_every_request(self, scene):
        scene.fill()
        scene.as_policy("sweep")
        seen = []
        scene.s3.proxy.before = lambda request: seen.append(request.headers.get("x-amz-expected-bucket-owner"))
        finished = scene.run("sweep", "--expected-bucket-owner", ACCOUNT)
        assert finished.code == 0, finished.stderr
        assert len(seen) > 10 and set(seen) == {ACCOUNT}

    @pytest.mark.parametrize("given", ["12345", "1234567890123", "12345678901a", "arn:aws:iam::123456789012:root"])
    def test_is_an_account_id(self, machine, given):
        finished = machine.sweep("--expected-bucket-owner", given)
        assert finished.code == 2 and "12 digits" in finished.stderr
