"""`docmill sweep` on buckets, with boto3 as the client that looks: the same outputs as on folders, and few requests."""

import http.server
import io
import json
import os
import re
import signal
import threading
import urllib.parse

import pyarrow.parquet as parquet
import pytest

import documents
from fault_proxy import SLOW_DOWN, Rule
from harness import MOCK_MAGIC, PATIENCE_S, PeakMemory, SAMPLES, wait_until
from s3_world import IN, OUT, output_of

KEYS = ["a.pdf", "sub/b.PDF", "with space+plus%.pdf", "Größe/日本.pdf", "//double.pdf", "x/../y.pdf", "q?a=b&c#d.pdf"]


@pytest.fixture(name="swept")
def _swept(machine, s3):
    """A function that sweeps the bucket."""
    def sweep(*args, prefix_in=IN, prefix_out=OUT, **options):
        return machine.run("sweep", "--in", s3.place(prefix_in), "--out", s3.place(prefix_out), *args,
                           env={**s3.env, **options.pop("env", {})}, **options)
    return sweep


def rows(s3, key):
    return parquet.read_table(io.BytesIO(s3.get(OUT + key))).to_pylist()


def manifest(s3):
    """The rows of the newest run."""
    runs = [parquet.read_table(io.BytesIO(s3.get(key))).to_pylist() for key in s3.keys(OUT + "_docmill/runs/")]
    return max(runs, key=lambda run: run[0]["finished_at"])


def seen(s3, prefix):
    return sorted(request for request in s3.requests(prefix) if "_docmill/" not in request[1])


class TestOutputs:
    def test_are_those_of_the_same_sweep_on_folders(self, machine, s3, swept):
        for name in ("text.pdf", "pages.tiff", "encrypted.pdf", "notes.txt", "receipts/receipt.png"):
            machine.copy(name)
            s3.put(IN + name, (SAMPLES / name).read_bytes())
        on_folders = machine.sweep("--summary", "json")
        on_bucket = swept("--summary", "json")
        assert on_bucket.code == on_folders.code == 1
        of_folders, of_bucket = json.loads(on_folders.stdout), json.loads(on_bucket.stdout)
        for figure in ("documents", "documents_ok", "documents_partial", "documents_failed", "pages", "pages_ocr",
                       "files_ignored"):
            assert of_bucket[figure] == of_folders[figure], figure
        known = {"source_uri", "source_etag"}
        for path in machine.out.rglob("*_raw_text.parquet"):
            local = parquet.read_table(path).drop_columns(list(known)).to_pylist()
            name = str(path.relative_to(machine.out))
            remote = rows(s3, name)
            assert [{key: row[key] for key in row if key not in known} for row in remote] == local
            source = name.removesuffix("_raw_text.parquet") + ".pdf"
            assert {row["source_uri"] for row in remote} == {s3.place(IN + source)}
            assert {row["source_etag"] for row in remote} == {s3.head(IN + source)["ETag"].strip('"')}

    def test_say_their_origin_as_metadata(self, s3, swept):
        etag = s3.put(IN + "a.pdf", documents.pdf("one"))
        assert swept().code == 0
        head = s3.head(OUT + "a_raw_text.parquet")
        assert head["ContentType"] == "application/vnd.apache.parquet"
        assert head["Metadata"]["docmill.source-etag"] == etag and head["Metadata"]["docmill.status"] == "ok"
        assert set(head["Metadata"]) == {"docmill.version", "docmill.recipe-hash", "docmill.source-etag",
                                         "docmill.source-sha256", "docmill.status"}

    def test_keys_are_opaque(self, s3, swept):
        for key in KEYS:
            s3.put(IN + key, documents.pdf(f"this is {key.isascii()}"))
        s3.put(IN, b"")           # what consoles make for a "folder"
        s3.put(IN + "sub/", b"")
        done = swept("--list-page-size", "2")
        assert done.code == 0, done.stderr
        assert sorted(key for key in s3.keys(OUT) if "_docmill/" not in key) == sorted(output_of(IN + key)
                                                                                       for key in KEYS)
        assert [row["source_uri"].isprintable() for row in manifest(s3)] == [True] * len(KEYS)
        assert all(s3.versions(output_of(IN + key)) == 1 for key in KEYS)

    def test_encryption_is_asked_for(self, s3, swept):
        s3.put(IN + "a.pdf", documents.pdf("one"))
        assert swept("--encryption", "kms", "--kms-key-id", "alias/docs").code == 0
        head = s3.head(OUT + "a_raw_text.parquet")
        assert head["ServerSideEncryption"] == "aws:kms" and head["SSEKMSKeyId"].endswith("alias/docs")

    def test_one_side_may_be_a_folder(self, machine, s3):
        s3.put(IN + "a.pdf", documents.pdf("one"))
        assert machine.run("sweep", "--in", s3.place(IN), "--out", machine.out, env=s3.env).code == 0
        assert (machine.out / "a_raw_text.parquet").exists()
        machine.write("b.pdf", documents.pdf("two"))
        assert machine.run("sweep", "--in", machine.source, "--out", s3.place(OUT), env=s3.env).code == 0
        assert OUT + "b_raw_text.parquet" in s3.keys(OUT)

    def test_nothing_is_left_on_the_machine(self, machine, s3, swept):
        s3.put(IN + "a.pdf", documents.pdf("one"))
        swept()
        assert [path for path in machine.temp.rglob("*") if path.is_file()] == []


class TestSpellings:
    def test_settings_may_lie_in_the_bucket(self, machine, s3, swept):
        s3.put(IN + "encrypted.pdf", (SAMPLES / "encrypted.pdf").read_bytes())
        s3.put("settings/docmill.json", json.dumps({"ocr": "never", "passwords_file": s3.place("settings/p w.txt")}).encode())
        s3.put("settings/p w.txt", b"\xef\xbb\xbfwrong\r\ndocmill\r\n")
        finished = swept("--config", s3.place("settings/docmill.json"), "--summary", "json")
        assert finished.code == 0, finished.stderr
        assert json.loads(finished.stdout)["documents_ok"] == 1

    @pytest.mark.parametrize("flag", ["--config", "--passwords-file"])
    def test_settings_that_cannot_be_read_are_named(self, s3, swept, flag):
        s3.put("settings/large", b"x" * (1024 * 1024 + 1))
        for key, why in (("settings/none", "no such object"), ("settings/large", "expected at most 1048576 bytes")):
            finished = swept(flag, s3.place(key))
            assert finished.code == 2 and f"{s3.place(key)}: {why}" in finished.stderr
        finished = swept(flag, s3.place("settings/"))
        assert finished.code == 2 and "s3://BUCKET/KEY" in finished.stderr

    def test_a_configuration_is_shown_with_its_place(self, machine, s3):
        s3.put("c.json", b'{"ocr_dpi": 123}')
        finished = machine.run("config", "--config", s3.place("c.json"), env=s3.env)
        assert finished.code == 0 and f"config file {s3.place('c.json')}" in finished.stdout and "123" in finished.stdout

    def test_a_recipe_may_lie_in_the_bucket_and_outputs_around_the_documents(self, machine, s3):
        s3.put("source-pdfs/x/a.pdf", documents.pdf("one"))
        s3.put("config/recipe.json", json.dumps({"outputs": ["text", "page_images", "links"],
                                                 "tables": {"prefix": "page_text/"}}).encode())
        args = ["sweep", "--in", s3.place("source-pdfs/"), "--out", s3.place(""), "--recipe",
                s3.place("config/recipe.json")]
        done = machine.run(*args, env=s3.env)
        assert done.code == 0, done.stderr
        assert [key for key in s3.keys("") if not key.startswith("_docmill/")] == [
            "config/recipe.json", "extracted_links/x/a.json", "page_text/x/a_files.parquet",
            "page_text/x/a_links.parquet", "page_text/x/a_raw_text.parquet", "pdf_page_images/x/a/page_0001.webp",
            "source-pdfs/x/a.pdf"]
        assert s3.head("extracted_links/x/a.json")["ContentType"] == "application/json"
        again = machine.run(*args, "--summary", "json", env=s3.env)
        assert json.loads(again.stdout)["documents_skipped"] == 1
        checked = machine.run("recipe", "check", s3.place("config/recipe.json"), env=s3.env)
        assert checked.code == 0 and "text,page_images,links" in checked.stdout, checked.stderr

    def test_bucket_and_prefixes_are_places(self, machine, s3):
        s3.put(IN + "a.pdf", documents.pdf("one"))
        done = machine.run("--mode", "sweep", "--bucket", s3.bucket, "--in-prefix", IN, "--out-prefix", OUT.rstrip("/"),
                           "--region", "us-east-1", env={key: value for key, value in s3.env.items() if key != "AWS_REGION"})
        assert done.code == 0, done.stderr
        assert OUT + "a_raw_text.parquet" in s3.keys(OUT)


class TestRequests:
    def test_a_new_document_costs_one_head_one_get_one_put(self, s3, swept):
        for name in ("a.pdf", "b.png"):
            s3.put(IN + name, documents.pdf("one") if name == "a.pdf" else documents.picture("Hello", "PNG"))
        assert swept().code == 0
        assert seen(s3, IN) == [("GET", IN + "a.pdf"), ("GET", IN + "b.png"), ("LIST", IN)]
        outputs = [OUT + "a_raw_text.parquet", OUT + "b.png.raw_text.parquet"]
        assert seen(s3, OUT) == [("HEAD", key) for key in outputs] + [("PUT", key) for key in outputs]

    def test_an_unchanged_document_costs_one_head(self, s3, swept):
        s3.put(IN + "a.pdf", documents.pdf("one"))
        swept()
        s3.proxy.clear()
        done = swept("--summary", "json")
        assert json.loads(done.stdout)["documents_skipped"] == 1
        assert seen(s3, IN) == [("LIST", IN)]
        assert seen(s3, OUT) == [("HEAD", OUT + "a_raw_text.parquet")]
        assert s3.versions(OUT + "a_raw_text.parquet") == 1

    def test_files_cost_one_listing_and_a_put_each_unless_they_are_there(self, s3, swept):
        s3.put(IN + "a.pdf", documents.pdf("one", "two", "three"))
        outputs = ("--outputs", "text,page_images")
        assert swept(*outputs).code == 0
        images = [f"{OUT}pdf_page_images/a/page_000{number}.webp" for number in (1, 2, 3)]
        tables = [OUT + "a_files.parquet", OUT + "a_raw_text.parquet"]
        assert seen(s3, OUT) == sorted([("LIST", OUT + "pdf_page_images/a/")] + [("HEAD", key) for key in tables] +
                                       [("PUT", key) for key in images + tables])
        s3.proxy.clear()
        assert swept(*outputs, "--force").code == 0
        of_images = [request for request in seen(s3, OUT) if "page_images" in request[1]]
        assert of_images == [("LIST", OUT + "pdf_page_images/a/")]
        assert {s3.versions(key) for key in images} == {1}

    def test_many_unchanged_documents_cost_a_listing(self, s3, swept):
        names = [f"sub/a+ü {number:02}.pdf" if number % 2 else f"{number:02}.pdf" for number in range(30)]
        for name in names:
            s3.put(IN + name, documents.pdf(name))
        assert swept("--outputs", "text,words").code == 0
        etags = {key: s3.head(key)["ETag"] for key in s3.keys(OUT)}
        for _ in range(2):
            s3.proxy.clear()
            done = swept("--outputs", "text,words", "--summary", "json")
            assert json.loads(done.stdout)["documents_skipped"] == 30
            assert seen(s3, IN) == [("LIST", IN)]
            assert seen(s3, OUT) == [("LIST", OUT)]
        # Removed, replaced, changed: those are done again, and nothing else is looked at.
        s3.boto.delete_object(Bucket=s3.bucket, Key=OUT + "04_raw_text.parquet")
        s3.boto.delete_object(Bucket=s3.bucket, Key=OUT + "06_words.parquet")
        s3.put(OUT + "08_raw_text.parquet", b"somebody's")
        s3.put(IN + "10.pdf", documents.pdf("another"))
        s3.proxy.clear()
        assert json.loads(swept("--outputs", "text,words", "--summary", "json").stdout)["documents_ok"] == 3
        looked_at = {key[len(OUT):].split("_")[0] for method, key in seen(s3, OUT) if method != "LIST"}
        assert looked_at == {"04", "06", "08", "10"}
        assert rows(s3, "10_raw_text.parquet")[0]["text"] == "another"
        kept = [key for key in etags if not key[len(OUT):].startswith(("04", "06", "08", "10", "_"))]
        assert {key: s3.head(key)["ETag"] for key in kept} == {key: etags[key] for key in kept}

    def test_a_changed_document_is_done_again(self, s3, swept):
        s3.put(IN + "a.pdf", documents.pdf("one"))
        swept()
        etag = s3.put(IN + "a.pdf", documents.pdf("two"))
        assert swept().code == 0
        assert [row["text"] for row in rows(s3, "a_raw_text.parquet")] == ["two"]
        assert manifest(s3)[0]["source_etag"] == etag and manifest(s3)[0]["status"] == "ok"
        assert s3.versions(OUT + "a_raw_text.parquet") == 2

    def test_a_document_that_is_known_to_fail_is_not_fetched(self, s3, swept):
        s3.put(IN + "bad.pdf", b"%PDF-1.7 nothing of the kind")
        assert swept().code == 1
        s3.proxy.clear()
        assert swept().code == 1
        assert seen(s3, IN) == [("LIST", IN)]
        assert seen(s3, OUT) == [("HEAD", OUT + "bad_raw_text.parquet")]
        assert manifest(s3)[0]["status"] == "skipped" and manifest(s3)[0]["error_kind"] == "corrupt"

    def test_names_decide_what_is_fetched(self, s3, swept):
        s3.put(IN + "table.csv", b"a,b")
        s3.put(IN + "data.parquet", b"PAR1")
        s3.put(IN + "unknown", b"plain text")
        s3.put(IN + "scan", documents.pdf("no ending"))
        s3.put(IN + "empty", b"")
        done = swept("--summary", "json")
        assert json.loads(done.stdout)["files_ignored"] == 4 and done.code == 0
        assert seen(s3, IN) == [("GET", IN + "scan"), ("GET", IN + "scan"), ("GET", IN + "unknown"), ("LIST", IN)]
        ranges = {entry["headers"].get("range") for entry in s3.proxy.history("GET", "/unknown$")}
        assert ranges == {"bytes=0-4095"}

    def test_outputs_below_the_source_are_left_out_and_jumped_over(self, s3, swept):
        s3.put(IN + "a.pdf", documents.pdf("one"))
        s3.put(IN + "z.pdf", documents.pdf("two"))
        for number in range(40):
            s3.put(IN + f"text/old/{number}.pdf", b"")
        done = swept("--list-page-size", "5", "--summary", "json", prefix_out=IN + "text/")
        assert json.loads(done.stdout)["documents"] == 2, done.stdout
        listings = [entry for entry in s3.proxy.history() if "list-type=2" in entry["target"]
                    and f"prefix={urllib.parse.quote(IN, safe='')}&" in entry["target"] + "&"]
        assert len(listings) == 2


class TestToldToStop:
    def test_it_writes_its_manifest(self, machine, s3):
        for number in range(20):
            s3.put(f"{IN}{number:02}.mock", f"{MOCK_MAGIC}\nsleep 500\ntext any\n".encode())
        started = machine.start("sweep", "--in", s3.place(IN), "--out", s3.place(OUT), "--workers", "1", "--grace",
                                "1s", env=s3.env)
        wait_until(lambda: s3.keys(OUT), "the first output")
        started.send_signal(signal.SIGTERM)
        stdout, stderr = started.communicate(timeout=PATIENCE_S)
        assert started.returncode == 3, stdout + stderr
        outputs = [key for key in s3.keys(OUT) if "_docmill/" not in key]
        assert 0 < len(outputs) < 20
        assert [row["output_uri"] for row in manifest(s3)] == [s3.place(key) for key in outputs]


class TestFaults:
    @pytest.fixture(autouse=True)
    def _promises_are_kept(self, s3):
        yield
        assert s3.violations() == []

    def test_a_service_that_says_slow_down(self, s3, swept):
        for number in range(20):
            s3.put(IN + f"{number}.pdf", documents.pdf(f"document {number}"))
        s3.proxy.add(Rule("status", probability=0.3, body=SLOW_DOWN))
        assert swept().code == 0
        assert {s3.versions(OUT + f"{number}_raw_text.parquet") for number in range(20)} == {1}

    def test_lost_replies_and_broken_connections(self, s3, swept):
        for number in range(20):
            s3.put(IN + f"{number}.pdf", documents.pdf(f"document {number}"))
        for fault in ("drop_reply_after_forward", "rst_before", "truncate", "flip"):
            s3.proxy.add(Rule(fault, probability=0.05, fraction=0.5))
        assert swept().code == 0
        for number in range(20):
            assert [row["text"] for row in rows(s3, f"{number}_raw_text.parquet")] == [f"document {number}"]
            assert s3.versions(OUT + f"{number}_raw_text.parquet") == 1

    def test_a_source_that_changes_at_every_step_ends_as_it_is_last(self, s3, swept):
        s3.put(IN + "a.pdf", documents.pdf("first"))
        steps = []

        def change(request):
            # Not boto's calls: they do not come by here.
            if request.method in ("HEAD", "GET", "PUT") and "a" in request.target and len(steps) < 3:
                if request.method in ("PUT", "GET") and "_raw_text" not in request.target and "a.pdf" in request.target:
                    steps.append(request.method)
                    s3.put(IN + "a.pdf", documents.pdf(f"change {len(steps)}"))

        s3.proxy.before = change
        swept()
        s3.proxy.before = lambda request: None
        assert swept().code == 0
        assert [row["text"] for row in rows(s3, "a_raw_text.parquet")] == [f"change {len(steps)}"] and steps

    def test_a_broken_manifest_put_leaves_the_journal_and_the_next_run_publishes_it(self, machine, s3, swept):
        s3.put(IN + "a.pdf", documents.pdf("one"))
        rule = s3.proxy.add(Rule("status", method="PUT", path="_docmill/runs", status=403,
                                 body="<Error><Code>AccessDenied</Code></Error>"))
        done = swept("--summary", "text")
        assert done.code == 3
        journal = re.search(r"its rows are in (\S+)", done.stdout).group(1)
        assert os.path.exists(journal)
        rule.times = rule.applied
        assert swept().code == 0
        assert not os.path.exists(journal)
        assert len(s3.keys(OUT + "_docmill/runs/")) == 2

    def test_a_bucket_that_is_not_there_ends_the_run(self, machine, s3):
        done = machine.run("sweep", "--in", "s3://nobody-has-this/", "--out", machine.out, env=s3.env)
        assert done.code == 3 and "NoSuchBucket" in done.stderr

    def test_no_credentials_are_told(self, machine, s3):
        env = {key: value for key, value in s3.env.items() if "KEY" not in key}
        done = machine.run("sweep", "--in", s3.place(IN), "--out", machine.out, env=env)
        assert done.code == 3 and "credentials" in done.stderr

    def test_no_secret_is_shown(self, s3, swept):
        s3.put(IN + "a.pdf", documents.pdf("one"))
        s3.proxy.add(Rule("status", method="PUT", status=403, body="<Error><Code>SignatureDoesNotMatch</Code>"
                          "<StringToSign>test-secret-that-no-log-may-show</StringToSign></Error>"))
        done = swept("--log-level", "debug")
        assert "test-secret" not in done.stdout + done.stderr


class MillionKeys(http.server.BaseHTTPRequestHandler):
    """A listing of so many keys, a thousand a page; whatever is written is taken."""

    protocol_version = "HTTP/1.1"
    count = 1_000_000

    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        start = int(query.get("continuation-token", ["0"])[0])
        end = min(start + 1000, self.count)
        prefix = query.get("prefix", [""])[0]
        contents = "".join(
            f"<Contents><Key>{prefix}folder-{number // 1000:04}/a-name-of-some-length-{number:07}.csv</Key>"
            "<LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;"
            "</ETag><Size>1000</Size><StorageClass>STANDARD</StorageClass></Contents>" for number in range(start, end))
        if "_docmill" in prefix:
            contents, end = "", self.count
        more = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{end}</NextContinuationToken>"
        self.answer(f"<ListBucketResult>{more if end < self.count else ''}{contents}</ListBucketResult>".encode())

    def do_PUT(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(b"")

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"e"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_a_listing_of_a_million_keys_stays_below_150_mb(machine):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), MillionKeys)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    env = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}", "AWS_ACCESS_KEY_ID": "test",
           "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
    process = machine.start("sweep", "--in", "s3://bucket/in/", "--out", "s3://bucket/out/", "--summary", "json",
                            "--no-fail-if-empty", env=env)
    memory = PeakMemory(process.pid)
    stdout, stderr = process.communicate()
    memory.join()
    server.shutdown()
    assert process.returncode == 0, stderr
    assert json.loads(stdout)["files_ignored"] == 1_000_000
    assert 0 < memory.peak_kib * 1024 < 150_000_000
