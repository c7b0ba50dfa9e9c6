"""The history checker: a history that keeps every promise passes, and each one that breaks a promise is told."""

import json

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest

from history import World, Written, key_of, operation_of, violations

SECRET = "secret"
HOST = "127.0.0.1:5000"


def signature_headers(method, target, headers, body, service, secret=SECRET):
    """As botocore signs."""
    request = botocore.awsrequest.AWSRequest(method, f"http://{HOST}{target}", headers=dict(headers), data=body)
    signer = botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth
    signer(botocore.credentials.Credentials("key", secret), service, "us-east-1").add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()} | {"host": HOST}


class Tale:
    """A history that is told entry by entry, a second apart; each is answered after half of one."""

    def __init__(self):
        self.now = 0
        self.entries = []
        self.outputs = [Written("out/a b.parquet", "v1", "r", "ok")]
        self.sources = {"out/a b.parquet": ["v1"]}
        self.uploads, self.killed_uploads = (), ()

    def add(self, method, target, status=200, headers=(), said="", answered="", service="s3", secret=SECRET):
        self.now += 1
        entry = {"method": method, "target": target, "status": status, "forwarded": True, "said": said,
                 "answered": answered, "began": self.now, "ended": self.now + 0.5,
                 "headers": signature_headers(method, target, headers, said, service, secret)}
        self.entries.append(entry)
        return self

    def but(self, **changes):
        """Of the last entry; `headers` are changed one by one."""
        self.entries[-1]["headers"] |= changes.pop("headers", {})
        self.entries[-1] |= changes
        return self

    def call(self, operation, said, answered):
        return self.add("POST", "/123/q", headers={"X-Amz-Target": f"AmazonSQS.{operation}"}, said=json.dumps(said),
                        answered=json.dumps(answered), service="sqs")

    def receive(self, receipt="r1", body='{"bucket": "b", "key": "in/a b"}'):
        return self.call("ReceiveMessage", {}, {"Messages": [{"MessageId": "m", "ReceiptHandle": receipt, "Body": body}]})

    def remove(self, receipt="r1"):
        return self.call("DeleteMessageBatch", {"Entries": [{"Id": "0", "ReceiptHandle": receipt}]},
                         {"Successful": [{"Id": "0"}]})

    def get(self, status=200):
        return self.add("GET", "/b/in/a%20b?versionId=1", status)

    def put(self, status=200, headers=(("If-None-Match", "*"),), target="/b/out/a%20b.parquet", **options):
        return self.add("PUT", target, status, headers, **options)

    def begin_upload(self):
        return self.add("POST", "/b/out/a%20b.parquet?uploads", answered="<UploadId>u1</UploadId>")

    def violations(self):
        return violations(World(self.entries, "out/", {"in/a b": "out/a b.parquet"}.get, self.outputs, self.sources,
                                SECRET, self.uploads, self.killed_uploads))


@pytest.fixture(name="tale")
def _tale():
    return Tale()


def test_operations_and_keys_are_named_as_aws_names_them(tale):
    tale.receive()
    tale.get()
    tale.begin_upload()
    tale.put(target="/b/out/a?partNumber=1&uploadId=u1")
    tale.add("POST", "/b/out/a?uploadId=u1")
    tale.add("DELETE", "/b/out/a?uploadId=u1")
    tale.add("GET", "/b?list-type=2&prefix=in%2F")
    tale.add("HEAD", "/b//double%2F%2B")
    assert [operation_of(entry) for entry in tale.entries] == [
        "ReceiveMessage", "GetObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload",
        "AbortMultipartUpload", "ListObjectsV2", "HeadObject"]
    assert [key_of(entry) for entry in tale.entries[-2:]] == ["", "/double/+"]


class TestKept:
    """Histories that a worker may have."""

    def test_a_document_done(self, tale):
        tale.receive().get().put().remove()
        assert tale.violations() == []

    @pytest.mark.parametrize("last", ["done before", "gone", "dead letter", "upload"])
    def test_a_document_that_comes_to_another_end(self, tale, last):
        tale.receive()
        if last == "done before":
            tale.add("HEAD", "/b/out/a%20b.parquet")
        elif last == "gone":
            tale.get(404)
        elif last == "dead letter":
            tale.call("SendMessageBatch", {"Entries": [{"Id": "0", "MessageBody": '{"key": "in/a b"}'}]}, {})
        else:
            tale.begin_upload().put(target="/b/out/a%20b.parquet?partNumber=1&uploadId=u1", headers=())
            tale.add("POST", "/b/out/a%20b.parquet?uploadId=u1", headers={"If-None-Match": "*"})
        tale.remove()
        assert tale.violations() == []

    def test_an_answer_that_was_lost_counts_for_what_was_done(self, tale):
        tale.receive().put().but(fault="drop_reply_after_forward").put(412).remove()
        assert tale.violations() == []

    def test_a_message_that_comes_again_is_read_again(self, tale):
        tale.receive("r1").receive("r2").put().remove("r1")
        tale.get().add("HEAD", "/b/out/a%20b.parquet").remove("r2")
        assert tale.violations() == []

    def test_an_event_names_its_key_encoded(self, tale):
        record = {"eventName": "ObjectCreated:Put", "s3": {"object": {"key": "in/a+b"}}}
        tale.receive(body=json.dumps({"Records": [record]})).remove()
        assert tale.violations() == ["message m was acknowledged before anything of in/a b was durable"]

    def test_pages_that_failed_perhaps_are_tried_again(self, tale):
        tale.outputs = [Written("out/a b.parquet", "v1", "r", status) for status in ("retry", "retry", "ok")]
        assert tale.violations() == []

    def test_a_killed_process_leaves_its_upload(self, tale):
        tale.begin_upload()
        tale.uploads = tale.killed_uploads = ("u1",)
        assert tale.violations() == []


class TestBroken:
    """One promise broken each."""

    def test_two_outputs_for_a_version(self, tale):
        tale.outputs *= 2
        assert tale.violations() == ["out/a b.parquet was written twice for version v1"]

    def test_an_older_version_over_a_newer(self, tale):
        tale.sources["out/a b.parquet"] = ["v1", "v2"]
        tale.outputs = [Written("out/a b.parquet", etag, "r", "ok") for etag in ("v2", "v1")]
        assert tale.violations() == ["out/a b.parquet went back to version v1"]

    def test_a_version_that_never_was(self, tale):
        tale.sources["out/a b.parquet"] = ["v2"]
        assert tale.violations() == ["out/a b.parquet is of version v1, which its document never had"]

    @pytest.mark.parametrize("put", ["never", "failed", "not forwarded", "before the receive", "after", "at the same time"])
    def test_an_acknowledgement_before_the_output(self, tale, put):
        if put == "before the receive":
            tale.put()
        tale.receive().get()
        if put == "failed":
            tale.put(503)
        if put == "not forwarded":
            tale.put().but(forwarded=False)
        if put == "at the same time":
            tale.put().but(ended=tale.now + 1.1)
        tale.remove()
        if put == "after":
            tale.put()
        assert tale.violations() == ["message m was acknowledged before anything of in/a b was durable"]

    def test_a_read_after_the_acknowledgement(self, tale):
        tale.receive().put().remove().get()
        assert tale.violations() == ["in/a b was read although nobody held a message that names it"]

    def test_an_upload_that_nobody_ended(self, tale):
        tale.begin_upload().add("DELETE", "/b/out/a%20b.parquet?uploadId=u1", 503)
        assert tale.violations() == ["the upload u1 of out/a b.parquet was neither completed nor aborted"]

    def test_an_upload_that_was_completed_in_name_only(self, tale):
        tale.begin_upload().add("POST", "/b/out/a%20b.parquet?uploadId=u1", headers={"If-None-Match": "*"},
                                answered="<Error></Error>")
        assert tale.violations() == ["the upload u1 of out/a b.parquet was neither completed nor aborted"]

    def test_an_upload_in_the_bucket(self, tale):
        tale.uploads = ("u2",)
        assert tale.violations() == ["the bucket holds the upload u2"]

    @pytest.mark.parametrize("method, target", [("PUT", "/b/out/a%20b.parquet"), ("POST", "/b/out/a%20b.parquet?uploadId=u")])
    def test_an_output_without_a_condition(self, tale, method, target):
        tale.add(method, target)
        assert tale.violations() == ["out/a b.parquet was written without a condition"]

    @pytest.mark.parametrize("method", ["PUT", "DELETE"])
    def test_a_write_elsewhere(self, tale, method):
        tale.add(method, "/b/in/a%20b", headers={"If-None-Match": "*"})
        assert tale.violations() == [f"{method.capitalize()}Object of in/a b, which is not below out/"]

    def test_a_request_for_another_host(self, tale):
        tale.get().but(headers={"host": "s3.amazonaws.com"})
        assert tale.violations() == ["GetObject of /b/in/a%20b?versionId=1 has a signature of something else"]

    @pytest.mark.parametrize("change", [{"target": "/b/in/a%20c"}, {"method": "HEAD"}])
    def test_a_request_that_is_not_the_one_that_was_signed(self, tale, change):
        tale.get().but(**change)
        assert "has a signature of something else" in tale.violations()[0]

    def test_another_secret(self, tale):
        tale.add("GET", "/b/in/c", secret="another")
        assert tale.violations() == ["GetObject of /b/in/c has a signature of something else"]

    def test_no_signature(self, tale):
        tale.get().but(headers={"authorization": ""})
        assert tale.violations() == ["GetObject of /b/in/a%20b?versionId=1 is not signed"]

    def test_a_body_that_was_not_signed(self, tale):
        tale.receive().but(said='{"MaxNumberOfMessages": 1}')
        assert tale.violations() == ["ReceiveMessage of /123/q has a signature of something else"]
