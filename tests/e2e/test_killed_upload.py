"""docmill killed while an output of more than 16 MiB is on its way to S3: the next run ends it, once and whole."""

import base64
import random
import signal

import pytest

from harness import MOCK_MAGIC
from queues import SqsQueue
from s3_world import IN, OUT, output_of
from test_crash_recovery import UPLOAD_STEPS

# Text that does not become much shorter by compression: 85 letters of 256.
PAGES = [base64.b85encode(random.Random(number).randbytes(900_000)).decode() for number in range(20)]
DOCUMENT = (MOCK_MAGIC + "\n" + "\npage\n".join(f"text {page}" for page in PAGES)).encode()
KEY = IN + "large.mock"
SINGLE_PUT_SIZE_BYTES_MAX = 16 << 20


@pytest.fixture(name="sweep")
def _sweep(machine, s3):
    def run(env=None):
        return machine.run("sweep", "--in", s3.place(IN), "--out", s3.place(OUT), "--ocr", "never", "--summary", "text",
                           env=s3.env | (env or {}))
    return run


@pytest.fixture(name="worker")
def _worker(machine, s3, moto):
    queue = SqsQueue(moto.url, f"pdfs-{s3.bucket}")
    queue.send({"bucket": s3.bucket, "key": KEY})

    def run(env=None):
        return machine.run("worker", "--queue", queue.uri.replace(moto.url, s3.proxy.url), "--in", s3.place(IN), "--out",
                           s3.place(OUT), "--ocr", "never", "--exit-when-empty", "--receive-wait", "1s",
                           "--visibility-timeout", "3s", "--summary", "text", env=s3.env | (env or {}))
    yield run
    assert queue.count() == 0 and queue.dead_letters() == []


@pytest.mark.parametrize("command", ["sweep", "worker"])
@pytest.mark.parametrize("step", UPLOAD_STEPS)
def test_at_a_step(request, s3, command, step):
    s3.put(KEY, DOCUMENT)
    run = request.getfixturevalue(command)
    killed = run({"DOCMILL_FAIL": f"{step}:kill:1"})
    assert killed.code == -signal.SIGKILL, f"the failpoint {step} was not passed"
    assert s3.keys(OUT) == []
    # Nobody is left to abort what was begun: the next run does.
    left = [upload["UploadId"] for upload in s3.uploads()]
    assert len(left) == (1 if step == "mid_multipart" else 0)
    finished = run()
    assert finished.code == 0, finished.stderr
    assert s3.head(output_of(KEY))["ContentLength"] > SINGLE_PUT_SIZE_BYTES_MAX
    assert s3.texts(output_of(KEY)) == PAGES
    assert s3.versions(output_of(KEY)) == 1
    assert s3.uploads() == []
    assert ("1 unfinished upload" in finished.stdout) == bool(left), finished.stdout
    assert s3.violations(killed_uploads=left) == []


@pytest.mark.parametrize("command", ["sweep", "worker"])
def test_uploads_of_others_stay(request, s3, command):
    """Not those beside --out, nor those in it with names that docmill gives to nothing."""
    s3.put(KEY, DOCUMENT)
    for key in ("elsewhere/large.mock.raw_text.parquet", OUT + "backup.tar"):
        s3.boto.create_multipart_upload(Bucket=s3.bucket, Key=key)
    finished = request.getfixturevalue(command)()
    assert finished.code == 0, finished.stderr
    assert sorted(upload["Key"] for upload in s3.uploads()) == ["elsewhere/large.mock.raw_text.parquet", OUT + "backup.tar"]
