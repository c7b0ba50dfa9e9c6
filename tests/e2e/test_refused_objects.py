"""Objects that alone are refused: archived, of a key of their own, denied, of a name that no folder holds. Each is its
document's failure, told with what to do; what is refused for all is nobody's."""

import io
import json

import pyarrow.parquet as parquet
import pytest

import documents
from chaos import outcomes, stop
from fault_proxy import Rule
from harness import PATIENCE_S, wait_until
from queues import SqsQueue

IN, OUT = "raw/", "text/"
DENIED = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
EXPIRED = "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>"
KEY = "arn:aws:kms:us-east-1:999999999999:key/foreign"
FOREIGN_KEY = ("<Error><Code>AccessDenied</Code><Message>User: arn:aws:iam::1:user/u is not authorized to perform: kms:Decrypt "
               f"on resource: {KEY} because no resource-based policy allows the kms:Decrypt action</Message></Error>")


@pytest.fixture(name="sqs")
def _sqs(moto, s3):
    return SqsQueue(moto.url, f"pdfs-{s3.bucket}")


def put(s3, *names, **options):
    for name in names:
        s3.put(IN + name, documents.pdf(name), **options)


def ask_for(s3, sqs, *names):
    for name in names:
        sqs.send({"bucket": s3.bucket, "key": IN + name})


def refuse(s3, name, body=DENIED, **more):
    """For ever."""
    return s3.proxy.add(Rule("status", method="GET", path=f"/{s3.bucket}/{IN}{name}", **{"status": 403, "body": body, **more}))


def sweep(machine, s3, *more):
    return machine.run("sweep", "--in", s3.place(IN), "--out", s3.place(OUT), "--ocr", "never", *more, env=s3.env)


def manifest(s3):
    """{name: (status, error kind, message)} of the one run; nothing where it had nothing to tell."""
    keys = [key for key in s3.keys(OUT + "_docmill/runs/") if key.endswith(".parquet")]
    assert len(keys) <= 1
    return {row["source_uri"].rsplit("/", 1)[-1]: (row["status"], row["error_kind"], row["error_message"])
            for key in keys for row in parquet.read_table(io.BytesIO(s3.get(key))).to_pylist()}


def worker_args(s3, sqs, *more, out=None):
    return ["worker", "--queue", sqs.uri.replace(s3.boto.meta.endpoint_url, s3.proxy.url), "--in", s3.place(IN), "--out",
            out or s3.place(OUT), "--ocr", "never", "--receive-wait", "1s", *more]


def drain(machine, s3, sqs, *more, **options):
    return machine.run(*worker_args(s3, sqs, "--exit-when-empty", *more, **options), env=s3.env)


def reasons(sqs):
    """{name: (error kind, reason)} of the dead letters."""
    return {json.loads(letter["Body"])["key"].removeprefix(IN):
            tuple(letter["MessageAttributes"][f"docmill.{name}"]["StringValue"] for name in ("error_kind", "reason"))
            for letter in sqs.dead_letters()}


def outages(stderr):
    return [line for line in stderr.splitlines() if '"outage_begins"' in line]


class TestArchived:
    NAMES = [f"{number}.pdf" for number in range(6)]

    @pytest.mark.parametrize("storage", ["GLACIER", "DEEP_ARCHIVE"])
    def test_each_is_a_dead_letter_that_says_what_to_do(self, machine, s3, sqs, storage):
        put(s3, *self.NAMES, StorageClass=storage)
        ask_for(s3, sqs, *self.NAMES)
        finished = drain(machine, s3, sqs)
        assert finished.code == 1, finished.stderr
        assert outcomes(finished) == {"failed": 6} and sqs.count() == 0
        found = reasons(sqs)
        assert sorted(found) == self.NAMES
        for kind, reason in found.values():
            assert kind == "unreadable" and "archived" in reason and "restore the object first" in reason
            assert "s3:GetObject" not in reason
        assert outages(finished.stderr) == []
        assert s3.keys(OUT) == [], "no mark: it may be restored"

    def test_a_sweep_fails_it_alone(self, machine, s3):
        put(s3, "a.pdf", "c.pdf")
        put(s3, "b.pdf", StorageClass="GLACIER")
        finished = sweep(machine, s3)
        assert finished.code == 1, finished.stderr
        rows = manifest(s3)
        assert rows["a.pdf"][0] == rows["c.pdf"][0] == "ok"
        assert rows["b.pdf"][:2] == ("failed", "unreadable") and "restore the object first" in rows["b.pdf"][2]
        assert "allow s3:GetObject" not in finished.stdout + finished.stderr

    def test_its_restore_asks_for_it(self, machine, s3, sqs):
        put(s3, "a.pdf", "b.pdf", StorageClass="GLACIER")
        for name in ("a.pdf", "b.pdf"):
            s3.boto.restore_object(Bucket=s3.bucket, Key=IN + name, RestoreRequest={"Days": 1})
        sqs.send({"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectRestore:Completed",
                               "s3": {"bucket": {"name": s3.bucket}, "object": {"key": IN + "a.pdf"}}}]})
        sqs.send({"source": "aws.s3", "detail-type": "Object Restore Completed",
                  "detail": {"bucket": {"name": s3.bucket}, "object": {"key": IN + "b.pdf"}}})
        finished = drain(machine, s3, sqs)
        assert outcomes(finished) == {"done": 2}, finished.stderr
        assert s3.keys(OUT) == [OUT + "a_raw_text.parquet", OUT + "b_raw_text.parquet"]

    def test_doctor_does_not_ask_for_a_permission(self, machine, s3):
        put(s3, "a.pdf", StorageClass="GLACIER")
        put(s3, "b.pdf")
        finished = machine.run("doctor", "--in", s3.place(IN), "--out", s3.place(OUT), env=s3.env)
        said = finished.stdout + finished.stderr
        assert finished.code == 0 and "archived" in said and "allow s3:GetObject" not in said, said


class TestDenied:
    def test_one_among_readable_ones_is_that_documents(self, machine, s3):
        put(s3, *(f"{number}.pdf" for number in range(12)))
        refuse(s3, "7.pdf")
        finished = sweep(machine, s3)
        assert finished.code == 1, finished.stderr
        rows = manifest(s3)
        assert rows.pop("7.pdf")[:2] == ("failed", "denied")
        assert {row[0] for row in rows.values()} == {"ok"}

    def test_a_new_one_among_done_ones_is_that_documents(self, machine, s3):
        put(s3, *(f"{number}.pdf" for number in range(3)))
        assert sweep(machine, s3).code == 0
        s3.boto.delete_objects(Bucket=s3.bucket, Delete={"Objects": [{"Key": key} for key in s3.keys(OUT + "_docmill/")]})
        put(s3, "new.pdf")
        refuse(s3, "new.pdf")
        finished = sweep(machine, s3)
        assert finished.code == 1, finished.stderr
        assert manifest(s3)["new.pdf"][:2] == ("failed", "denied")

    @pytest.mark.parametrize("status, body", [(403, DENIED), (400, EXPIRED), (403, EXPIRED)])
    @pytest.mark.parametrize("count", [1, 30])
    def test_for_all_is_nobodys(self, machine, s3, status, body, count):
        put(s3, *(f"{number}.pdf" for number in range(count)))
        rule = refuse(s3, "", body, status=status)
        finished = sweep(machine, s3)
        assert finished.code == 3, finished.stdout + finished.stderr
        assert "failed" not in {row[0] for row in manifest(s3).values()}
        rule.times = rule.applied
        assert sweep(machine, s3).code == 0
        assert len([key for key in s3.keys(OUT) if key.endswith("_raw_text.parquet")]) == count

    def test_one_that_a_worker_is_asked_for_is_a_dead_letter(self, machine, s3, sqs):
        put(s3, "a.pdf", "b.pdf")
        ask_for(s3, sqs, "b.pdf")
        refuse(s3, "b.pdf")
        finished = drain(machine, s3, sqs)
        assert finished.code == 1 and outcomes(finished) == {"failed": 1}, finished.stderr
        [(kind, reason)] = reasons(sqs).values()
        assert kind == "denied" and "allow s3:GetObject" in reason


class TestKeys:
    @pytest.mark.parametrize("status, body, advice", [
        (403, FOREIGN_KEY, f"allow kms:Decrypt on key {KEY}"),
        (400, "<Error><Code>KMS.DisabledException</Code><Message>is disabled.</Message></Error>", "its KMS key is disabled"),
        (400, "<Error><Code>KMS.NotFoundException</Code><Message>m</Message></Error>", "its KMS key does not exist"),
        (400, "<Error><Code>KMS.KMSInvalidStateException</Code><Message>m</Message></Error>", "its KMS key cannot be used")])
    def test_of_one_object_is_that_documents(self, machine, s3, sqs, status, body, advice):
        put(s3, "a.pdf", "b.pdf")
        ask_for(s3, sqs, "a.pdf", "b.pdf")
        refuse(s3, "b.pdf", body, status=status)
        finished = drain(machine, s3, sqs)
        assert outcomes(finished) == {"done": 1, "failed": 1}, finished.stderr
        [(kind, reason)] = reasons(sqs).values()
        assert kind == "unreadable" and advice in reason

    def test_of_all_is_nobodys(self, machine, s3):
        put(s3, *(f"{number}.pdf" for number in range(12)))
        refuse(s3, "", FOREIGN_KEY)
        finished = sweep(machine, s3)
        assert finished.code == 3 and KEY in finished.stdout + finished.stderr
        assert "failed" not in {row[0] for row in manifest(s3).values()}

    def test_of_a_queue_that_is_throttled_ends_no_worker(self, machine, s3, sqs):
        put(s3, "a.pdf")
        ask_for(s3, sqs, "a.pdf")
        for body in ({"__type": "com.amazonaws.sqs#KmsThrottled", "message": "Rate exceeded"},
                     {"__type": "com.amazonaws.sqs#OverLimit", "message": "too many"}):
            s3.proxy.add(Rule("status", method="POST", path="^/$", times=2, status=400, body=json.dumps(body)))
        finished = drain(machine, s3, sqs)
        assert finished.code == 0 and outcomes(finished) == {"done": 1}, finished.stderr


class TestForEver:
    """Documents that can never succeed. Of a place that is at fault for ever the simulator tells, in virtual time."""

    BAD = [f"bad{number}.pdf" for number in range(6)]
    GOOD = [f"good{number}.pdf" for number in range(4)]

    def fail_the_bad(self, s3, status):
        put(s3, *self.BAD, *self.GOOD)
        refuse(s3, "bad", "<Error><Code>InternalError</Code></Error>", status=status)

    @pytest.mark.parametrize("status", [500, 502])
    def test_objects_that_only_bring_errors_hold_nobody_up(self, machine, s3, sqs, status):
        self.fail_the_bad(s3, status)
        ask_for(s3, sqs, *self.BAD)
        worker = machine.start(*worker_args(s3, sqs, "--documents-in-flight", "2"), env=s3.env)
        wait_until(lambda: s3.proxy.count("GET", f"/{s3.bucket}/{IN}bad") > 20, "many faults", PATIENCE_S)
        ask_for(s3, sqs, *self.GOOD)
        outputs = lambda: [key for key in s3.keys(OUT) if key.endswith("_raw_text.parquet")]
        wait_until(lambda: len(outputs()) == len(self.GOOD), "the good ones", PATIENCE_S)
        code, stderr = stop(worker)
        assert code == 0, stderr
        assert outages(stderr) == []
        assert sqs.count() == len(self.BAD) and sqs.dead_letters() == [], "they go back, and come again later"

    def test_a_sweep_names_them_and_does_the_others(self, machine, s3):
        self.fail_the_bad(s3, 500)
        run = sweep(machine, s3)
        assert run.code == 1, run.stderr
        rows = manifest(s3)
        assert {name: rows[name][:2] for name in self.BAD} == {name: ("failed", "unavailable") for name in self.BAD}
        assert {rows[name][0] for name in self.GOOD} == {"ok"}

    def test_names_that_a_folder_cannot_hold_hold_nobody_up(self, machine, s3, sqs):
        bad = ["a//1.pdf", "b//2.pdf", "x/../3.pdf", "d/./4.pdf", "e//5.pdf", f"{'n' * 300}.pdf", "f//7.pdf"]
        put(s3, *bad, "good.pdf")
        ask_for(s3, sqs, *bad, "good.pdf")
        finished = drain(machine, s3, sqs, out=machine.out)
        assert outcomes(finished)["done"] >= 1 and outages(finished.stderr) == [], finished.stderr
        found = reasons(sqs)
        assert set(bad) - set(found) <= {f"{'n' * 300}.pdf"}, "a long name is cut"
        assert all(kind == "invalid_input" and reason for kind, reason in found.values())
        assert (machine.out / "good_raw_text.parquet").exists()
