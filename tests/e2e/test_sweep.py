"""`docmill sweep`: what is written where, what is skipped, what is done again."""

import hashlib
import json
import os
import pty
import re
import subprocess
import sys
import uuid

import duckdb
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

import documents
from harness import PATIENCE_S, ROOT, SAMPLES, texts, wait_until

# design.md, section 3.
PAGES_SCHEMA = pa.schema([
    pa.field("document_id", pa.utf8(), nullable=False),
    pa.field("source_uri", pa.utf8(), nullable=False),
    pa.field("source_etag", pa.utf8(), nullable=False),
    pa.field("source_size_bytes", pa.uint64(), nullable=False),
    pa.field("page_number", pa.uint32(), nullable=False),
    pa.field("page_count", pa.uint32(), nullable=False),
    pa.field("text", pa.utf8(), nullable=False),
    pa.field("text_source", pa.utf8(), nullable=False),
    pa.field("text_trust", pa.float64()),
    pa.field("ocr_confidence", pa.float64()),
    pa.field("language", pa.utf8()),
    pa.field("char_count", pa.uint32(), nullable=False),
    pa.field("width_pt", pa.float64()),
    pa.field("height_pt", pa.float64()),
    pa.field("rotation_deg", pa.int32(), nullable=False),
    pa.field("warnings", pa.list_(pa.field("item", pa.utf8(), nullable=False)), nullable=False),
    pa.field("error_kind", pa.utf8()),
    pa.field("error_message", pa.utf8()),
])
TIME = pa.timestamp("us", tz="UTC")
DOCUMENTS_SCHEMA = pa.schema([
    pa.field("document_id", pa.utf8()),
    pa.field("source_uri", pa.utf8(), nullable=False),
    pa.field("source_id", pa.utf8(), nullable=False),
    pa.field("source_etag", pa.utf8()),
    pa.field("source_size_bytes", pa.uint64()),
    pa.field("source_modified_at", TIME),
    pa.field("status", pa.utf8(), nullable=False),
    pa.field("error_kind", pa.utf8()),
    pa.field("error_message", pa.utf8()),
    pa.field("page_count", pa.uint32()),
    pa.field("pages_ocr", pa.uint32(), nullable=False),
    pa.field("pages_failed", pa.uint32(), nullable=False),
    pa.field("output_uri", pa.utf8()),
    pa.field("output_etag", pa.utf8()),
    pa.field("output_state", pa.utf8()),
    pa.field("sandbox_tier", pa.utf8(), nullable=False),
    pa.field("duration_ms", pa.uint64(), nullable=False),
    pa.field("attempt", pa.uint32(), nullable=False),
    pa.field("run_id", pa.utf8(), nullable=False),
    pa.field("docmill_version", pa.utf8(), nullable=False),
    pa.field("recipe_hash", pa.utf8(), nullable=False),
    pa.field("finished_at", TIME, nullable=False),
])


def metadata(path):
    """The docmill.* key-value metadata of a Parquet file."""
    pairs = parquet.read_metadata(path).metadata
    return {key.decode(): value.decode() for key, value in pairs.items() if key.startswith(b"docmill.")}


def version_of(path):
    """Changes whenever the file is written again."""
    status = path.stat()
    return status.st_ino, status.st_mtime_ns


class TestPagesTable:
    def test_native_text_arrives_in_both_independent_readers(self, release):
        release.copy("text.pdf")
        assert release.sweep().code == 0
        output = release.out / "text_raw_text.parquet"
        rows = release.pages("text_raw_text.parquet")
        assert [row["page_number"] for row in rows] == [1, 2, 3]
        assert "Total due: 2,362.80" in rows[0]["text"].split("\n")
        assert rows[1]["text"].startswith("Terms of delivery\n")
        found = duckdb.execute("SELECT page_number, text, text_source FROM read_parquet(?)", [str(output)]).fetchall()
        assert found == [(row["page_number"], row["text"], "native") for row in rows]

    def test_schema_is_the_documented_one(self, release):
        release.copy("text.pdf")
        release.sweep()
        assert parquet.read_schema(release.out / "text_raw_text.parquet").remove_metadata() == PAGES_SCHEMA

    def test_rows_tell_their_document(self, release):
        source = release.copy("text.pdf")
        release.sweep()
        for row in release.pages("text_raw_text.parquet"):
            assert row["source_uri"] == source.as_uri()
            assert row["source_etag"] == f"{source.stat().st_size}-{source.stat().st_mtime_ns}"
            assert row["source_size_bytes"] == source.stat().st_size
            assert row["page_count"] == 3
            assert row["char_count"] == len(row["text"])
            assert (round(row["width_pt"]), round(row["height_pt"])) == (595, 842)
            assert row["text_trust"] == 1 and row["language"] == "en" and row["ocr_confidence"] is None
            assert row["rotation_deg"] == 0 and row["warnings"] == []

    def test_document_id_is_the_sha256_of_the_bytes(self, release):
        source = release.copy("text.pdf")
        release.sweep()
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        assert {row["document_id"] for row in release.pages("text_raw_text.parquet")} == {digest}
        assert metadata(release.out / "text_raw_text.parquet")["docmill.source_sha256"] == digest

    def test_metadata_names_source_recipe_and_version(self, release):
        source = release.copy("text.pdf")
        release.sweep()
        found = metadata(release.out / "text_raw_text.parquet")
        assert set(found) == {"docmill.version", "docmill.recipe_hash", "docmill.source_etag", "docmill.source_sha256",
                              "docmill.status"}
        assert found["docmill.status"] == "ok"
        assert found["docmill.source_etag"] == f"{source.stat().st_size}-{source.stat().st_mtime_ns}"
        assert found["docmill.version"] == json.loads(release.run("version", "--json").stdout)["docmill"]

    def test_row_groups_hold_batch_size_pages_with_text_in_zstd(self, release):
        release.copy("text.pdf")
        release.sweep(env={"BATCH_SIZE": "2"})
        found = parquet.read_metadata(release.out / "text_raw_text.parquet")
        assert [found.row_group(i).num_rows for i in range(found.num_row_groups)] == [2, 1]
        columns = [found.row_group(0).column(i) for i in range(found.num_columns)]
        assert {column.path_in_schema for column in columns if column.compression == "ZSTD"} == {"text"}

    def test_file_permissions_follow_the_umask(self, release):
        release.copy("text.pdf")
        release.sweep()
        umask = os.umask(0o022)
        os.umask(umask)
        assert (release.out / "text_raw_text.parquet").stat().st_mode & 0o777 == 0o666 & ~umask


class TestNames:
    @pytest.mark.parametrize("source, output", [
        ("a.pdf", "a_raw_text.parquet"),
        ("b.PDF", "b.PDF.raw_text.parquet"),
        ("sub/deeper/c.pdf", "sub/deeper/c_raw_text.parquet"),
        ("with space.pdf", "with space_raw_text.parquet"),
        ("Größe/naïve 日本.pdf", "Größe/naïve 日本_raw_text.parquet"),
        ("100%.pdf", "100%_raw_text.parquet"),
        ("a+b=c&d.pdf", "a+b=c&d_raw_text.parquet"),
        ("no-ending", "no-ending.raw_text.parquet"),
        ("trap.pdf.pdf", "trap.pdf_raw_text.parquet"),
        ("'quoted\"\nname'.pdf", "'quoted\"\nname'_raw_text.parquet"),
        ("-dash.pdf", "-dash_raw_text.parquet"),
    ])
    def test_output_name(self, release, source, output):
        release.write(source, documents.pdf("a page with some text on it"))
        assert release.sweep("--ocr", "never").code == 0
        assert list(release.outputs()) == [output]

    def test_image_keeps_its_whole_name(self, release):
        release.write("scan.png", documents.picture("x", "PNG"))
        release.sweep("--ocr", "never")
        assert list(release.outputs()) == ["scan.png.raw_text.parquet"]

    def test_name_that_is_no_utf8_is_a_document_too(self, release):
        raw = os.fsencode(release.source) + b"/caf\xe9.pdf"
        with open(raw, "wb") as file:
            file.write(documents.pdf("a page with some text on it"))
        assert release.sweep().code == 0
        assert os.path.exists(os.fsencode(release.out) + b"/caf\xe9_raw_text.parquet")
        (row,) = list(release.manifests().values())[0]
        assert row["source_uri"].endswith("/caf%E9.pdf")

    def test_name_too_long_for_its_suffix_is_cut_with_a_digest(self, release):
        long_name = "n" * 250 + ".pdf"
        release.write(long_name, documents.pdf("a page with some text on it"))
        release.write("n" * 249 + "m.pdf", documents.pdf("another page with text on it"))
        assert release.sweep().code == 0
        names = list(release.outputs())
        assert len(names) == 2 and all(len(name) <= 255 for name in names)
        digest = hashlib.sha256(long_name.encode()).hexdigest()[:16]
        assert sum(f"~{digest}" in name for name in names) == 1

    def test_documents_that_differ_in_case_or_ending_have_outputs_of_their_own(self, release):
        for name in ("a.pdf", "a.PDF", "a", "a.Pdf"):
            release.write(name, documents.pdf(f"the text of the document {name}"))
        assert release.sweep().code == 0
        assert len(release.outputs()) == 4


class TestWhichFiles:
    def test_content_decides_not_the_name(self, release):
        release.copy("text.pdf", "report.bin")
        release.write("table.pdf.txt", b"just text")
        finished = release.sweep("--summary", "json")
        assert finished.code == 0
        assert list(release.outputs()) == ["report.bin.raw_text.parquet"]
        assert json.loads(finished.stdout)["files_ignored"] == 1

    def test_pdf_by_name_only_is_a_failed_document(self, release):
        release.write("page.pdf", b"<!doctype html><p>not found")
        assert release.sweep().code == 1
        row = release.manifest()["page.pdf"]
        assert (row["status"], row["error_kind"]) == ("failed", "unsupported")
        assert row["output_uri"] is None and release.outputs() == {}

    def test_empty_pdf_is_a_failed_document(self, release):
        release.write("nothing.pdf", b"")
        assert release.sweep().code == 1
        assert release.manifest()["nothing.pdf"]["error_kind"] == "empty"

    def test_pdf_header_behind_junk_is_found(self, release):
        release.write("junk.pdf", b"\n" * 900 + documents.pdf("found behind the junk bytes"))
        assert release.sweep().code == 0
        assert texts(release.pages("junk_raw_text.parquet")) == ["found behind the junk bytes"]

    def test_links_are_counted_and_not_followed(self, release):
        release.copy("text.pdf", "real/text.pdf")
        outside = release.folder / "outside.pdf"
        outside.write_bytes(documents.pdf("must not be read"))
        (release.source / "link.pdf").symlink_to("real/text.pdf")
        (release.source / "escape.pdf").symlink_to(outside)
        (release.source / "escape-dir").symlink_to("/etc")
        (release.source / "circle").symlink_to(".")
        (release.source / "dangling.pdf").symlink_to("nowhere.pdf")
        os.mkfifo(release.source / "pipe.pdf")
        finished = release.sweep("--summary", "json")
        assert finished.code == 0
        assert sorted(release.outputs()) == ["real/text_raw_text.parquet"]
        counts = {"link_out": 2, "link_broken": 1, "repeated": 2, "special": 1}
        told = json.loads(finished.stdout)["left_out"]
        assert {reason: count for reason, count in told.items() if count} == counts
        logged = {event["reason"]: event["entries"] for event in finished.events if event["event"] == "left_out"}
        assert logged == counts
        text = release.sweep("--summary", "text").stdout
        assert "Left out: 2 links that lead out of --in (--follow-links follows them), 1 link to nothing, " in text

    def test_links_that_lead_out_are_followed_on_request_once_each(self, release):
        store = release.folder / "store"
        (store / "below").mkdir(parents=True)
        (store / "a.pdf").write_bytes(documents.pdf("from the store"))
        (store / "below/b.pdf").write_bytes(documents.pdf("from below the store"))
        (store / "circle").symlink_to(store)
        (release.source / "1.pdf").symlink_to("../store/a.pdf")
        (release.source / "2.pdf").symlink_to(store / "a.pdf")
        (release.source / "all").symlink_to(store)
        assert release.sweep("--follow-links").code == 0
        assert sorted(release.outputs()) == ["1_raw_text.parquet", "all/below/b_raw_text.parquet"]
        assert texts(release.pages("1_raw_text.parquet")) == ["from the store"]

    def test_a_place_without_a_document_is_a_failure_unless_told_otherwise(self, release):
        outside = release.folder / "outside.pdf"
        outside.write_bytes(documents.pdf("must not be read"))
        (release.source / "escape.pdf").symlink_to(outside)
        finished = release.sweep("--summary", "text")
        assert finished.code == 1
        assert "No PDF and no image lies below --in\nLeft out: 1 link that leads out of --in" in finished.stdout
        assert "nothing_found" in {event["event"] for event in finished.events}
        assert release.sweep("--no-fail-if-empty").code == 0

    def test_globs_choose_documents(self, release):
        for name in ("a.pdf", "b.tif.pdf", "drafts/a.pdf", "x/drafts/b.pdf", "x/y/c.pdf"):
            release.write(name, documents.pdf(f"the text of {name}"))
        finished = release.sweep("--include", "*.pdf", "--exclude", "drafts/", "--exclude", "b.*", "--summary", "json")
        assert finished.code == 0
        assert sorted(release.outputs()) == ["a_raw_text.parquet", "x/y/c_raw_text.parquet"]
        told = json.loads(finished.stdout)["left_out"]
        assert (told["excluded"], told["folder"]) == (1, 2)

    def test_output_folder_inside_the_source_is_left_out(self, release):
        release.copy("text.pdf", "results.pdf")
        out = release.source / "results"
        for _ in range(2):
            assert release.sweep(out=out).code == 0
        assert list(release.outputs(out)) == ["results_raw_text.parquet"]
        (rows,) = {len(rows) for rows in release.manifests(out).values()}
        assert rows == 1

    def test_production_program_knows_no_mock_documents(self, release):
        release.mock("trick.pdf", "text hello", "page")
        release.sweep()
        assert release.manifest()["trick.pdf"]["error_kind"] == "unsupported"


class TestWhatIsDone:
    def test_second_run_skips(self, release):
        release.copy("text.pdf")
        release.sweep()
        output = release.out / "text_raw_text.parquet"
        before = version_of(output)
        assert release.sweep().code == 0
        row = release.manifest()["text.pdf"]
        assert row["status"] == "skipped" and row["error_kind"] is None
        assert row["output_uri"] == output.as_uri()
        assert row["source_size_bytes"] == (release.source / "text.pdf").stat().st_size
        assert row["source_modified_at"].timestamp() == pytest.approx((release.source / "text.pdf").stat().st_mtime)
        assert version_of(output) == before

    @pytest.mark.parametrize("args, env", [(["--force"], {}), ([], {"SKIP_IF_EXISTS": "false"})])
    def test_force_does_everything_again(self, release, args, env):
        release.copy("text.pdf")
        release.sweep()
        before = version_of(release.out / "text_raw_text.parquet")
        release.sweep(*args, env=env)
        assert release.manifest()["text.pdf"]["status"] == "ok"
        assert version_of(release.out / "text_raw_text.parquet") != before

    def test_changed_source_is_done_again(self, release):
        release.write("a.pdf", documents.pdf("the first version of the text"))
        release.sweep()
        release.write("a.pdf", documents.pdf("the second version of this text"))
        release.sweep()
        assert texts(release.pages("a_raw_text.parquet")) == ["the second version of this text"]

    def test_source_that_changes_while_it_is_processed_is_done_again(self, machine):
        machine.mock("a.mock", "text of the quick document", "page")
        machine.mock("b.mock", "sleep 5000", "text of the first version", "page")
        process = machine.start_sweep("--workers", "1")
        machine.busy_child(process)
        machine.mock("b.mock", "text of the second version", "page")
        process.communicate(timeout=PATIENCE_S)
        assert machine.sweep().code == 0
        assert machine.manifest()["a.mock"]["status"] == "skipped"
        assert texts(machine.pages("b.mock.raw_text.parquet")) == ["of the second version"]

    def test_changed_recipe_is_done_again_and_changed_workers_is_not(self, release):
        release.copy("text.pdf")
        release.sweep("--workers", "1")
        release.sweep("--workers", "2", "--page-timeout", "50s", "--child-memory", "900MiB")
        assert release.manifest()["text.pdf"]["status"] == "skipped"
        release.sweep(env={"MIN_TEXT_LEN": "21"})
        assert release.manifest()["text.pdf"]["status"] == "ok"

    def test_damaged_output_is_done_again(self, release):
        release.copy("text.pdf")
        release.sweep()
        whole = release.outputs()
        output = release.out / "text_raw_text.parquet"
        output.write_bytes(whole["text_raw_text.parquet"][:-100])
        assert release.sweep().code == 0
        assert release.outputs() == whole

    def test_failure_for_good_is_remembered_and_keeps_exit_code_1(self, release):
        release.write("page.pdf", b"no document at all")
        release.sweep()
        mark = json.loads((release.out / "_docmill/failed/page.pdf.json").read_text())
        assert mark["status"] == "failed" and mark["error_kind"] == "unsupported"
        assert release.sweep().code == 1
        row = release.manifest()["page.pdf"]
        assert (row["status"], row["error_kind"]) == ("skipped", "unsupported")

    def test_retry_failed_tries_again(self, release):
        release.write("page.pdf", b"no document at all")
        release.sweep()
        release.sweep("--retry-failed")
        assert release.manifest()["page.pdf"]["status"] == "failed"

    def test_mark_goes_when_the_document_succeeds(self, release):
        release.write("page.pdf", b"no document at all")
        release.sweep()
        release.copy("text.pdf", "page.pdf")
        assert release.sweep().code == 0
        assert not (release.out / "_docmill/failed/page.pdf.json").exists()

    def test_known_partial_document_keeps_exit_code_1(self, release):
        release.copy("text.pdf")
        for status in ("partial", "skipped"):
            assert release.sweep("--pages-max", "2").code == 1
            row = release.manifest()["text.pdf"]
            assert (row["status"], row["error_kind"]) == (status, "limit_pages") and row["error_message"]
        assert len(release.pages("text_raw_text.parquet")) == 2

    def test_perhaps_failure_is_tried_again_on_the_next_run(self, machine):
        machine.mock("a.mock", "segv", "page")
        for _ in range(2):
            assert machine.sweep().code == 1
            assert machine.manifest()["a.mock"]["status"] == "failed"
        assert not list((machine.out / "_docmill").rglob("a.mock.json"))

    def test_partly_crashed_document_is_tried_again_on_the_next_run(self, machine):
        machine.mock("a.mock", "text fine", "page", "segv", "page")
        for _ in range(2):
            machine.sweep()
            assert machine.manifest()["a.mock"]["status"] == "partial"
        assert metadata(machine.out / "a.mock.raw_text.parquet")["docmill.status"] == "retry"

    def test_earlier_output_stays_when_a_new_version_fails(self, release):
        release.write("a.pdf", documents.pdf("the version that could be read"))
        release.sweep()
        before = release.outputs()
        release.write("a.pdf", b"%PDF-1.4 and then nothing")
        assert release.sweep().code == 1
        assert release.manifest()["a.pdf"]["error_kind"] == "corrupt"
        assert release.outputs() == before


class TestPasswords:
    def passwords(self, machine, *lines):
        file = machine.folder / "passwords"
        file.write_text("".join(f"{line}\n" for line in lines))
        return ["--passwords-file", file]

    def test_encrypted_document_fails_until_a_password_fits(self, release):
        release.copy("encrypted.pdf")
        assert release.sweep().code == 1
        assert release.manifest()["encrypted.pdf"]["error_kind"] == "encrypted"
        assert release.sweep(*self.passwords(release, "wrong")).code == 1
        assert release.manifest()["encrypted.pdf"]["status"] == "failed"  # tried again: passwords were given
        assert release.sweep(*self.passwords(release, "wrong", "docmill", "other")).code == 0
        assert "Invoice 2024-0117" in release.pages("encrypted_raw_text.parquet")[0]["text"]

    @pytest.mark.parametrize("revision", [2, 3, 4, 6])
    def test_every_encryption_is_opened(self, release, revision):
        plain = documents.pdf("what stands behind the password")
        release.write("a.pdf", documents.encrypted(plain, "sesame", revision))
        assert release.sweep(*self.passwords(release, "sesame")).code == 0
        assert texts(release.pages("a_raw_text.parquet")) == ["what stands behind the password"]

    def test_passwords_appear_in_no_message_and_no_output(self, release):
        release.copy("encrypted.pdf")
        secret = "correct horse battery"
        finished = release.sweep(*self.passwords(release, secret), env={"LOG_LEVEL": "debug"})
        assert secret not in finished.stdout + finished.stderr
        for path in release.out.rglob("*"):
            assert not path.is_file() or secret.encode() not in path.read_bytes()

    def test_owner_password_is_no_obstacle_but_a_warning(self, release):
        release.copy("owner-protected.pdf")
        assert release.sweep().code == 0
        (row,) = release.pages("owner-protected_raw_text.parquet")
        assert row["warnings"] == ["copy_restricted"] and row["text"].startswith("Care of ash furniture")


class TestManifest:
    def test_schema_is_the_documented_one(self, release):
        release.copy("text.pdf")
        release.sweep()
        (run,) = (release.out / "_docmill/runs").glob("*.parquet")
        assert parquet.read_schema(run).remove_metadata() == DOCUMENTS_SCHEMA
        assert duckdb.execute("SELECT status FROM read_parquet(?)", [str(run)]).fetchall() == [("ok",)]

    def test_rows_stand_in_bytewise_order_of_keys_whatever_the_workers(self, machine):
        names = ["b/z.mock", "b.mock", "B.mock", "a-.mock", "a/1.mock", "a.mock", "é.mock", "b/10.mock", "b/9.mock"]
        for name in names:
            machine.mock(name, f"sleep {len(name) * 20 % 70}", "text a few words of text here", "page")
        machine.sweep("--workers", "4")
        assert list(machine.manifest()) == sorted(names, key=os.fsencode)

    def test_every_column_of_a_done_document_is_filled(self, release):
        source = release.copy("text.pdf")
        release.sweep()
        ((run_id, (row,)),) = release.manifests().items()
        output = release.out / "text_raw_text.parquet"
        assert row["run_id"] == run_id
        assert row["source_id"] == str(uuid.uuid5(uuid.NAMESPACE_URL, row["source_uri"]))
        assert row["status"] == "ok" and row["error_kind"] is None
        assert row["page_count"] == 3 and row["pages_ocr"] == 0 and row["pages_failed"] == 0
        assert row["output_uri"] == output.as_uri()
        assert row["output_etag"] == f"{output.stat().st_size}-{output.stat().st_mtime_ns}"
        assert row["sandbox_tier"] == "A" and row["attempt"] == 1
        assert row["source_size_bytes"] == source.stat().st_size
        assert abs(row["source_modified_at"].timestamp() - source.stat().st_mtime) < 0.001
        assert row["finished_at"].timestamp() >= row["source_modified_at"].timestamp()
        assert row["recipe_hash"] == metadata(output)["docmill.recipe_hash"]

    def test_every_run_has_a_manifest_of_its_own(self, release):
        release.copy("text.pdf")
        for _ in range(3):
            release.sweep()
        assert [rows[0]["status"] for rows in release.manifests().values()] == ["ok", "skipped", "skipped"]

    def test_empty_folder_is_done_at_once(self, release):
        assert release.sweep("--no-fail-if-empty").code == 0
        assert list(release.manifests().values()) == [[]]


class TestUsage:
    def refused(self, finished, *said):
        assert finished.code == 2
        for word in said:
            assert word in finished.stderr
        assert finished.stdout == ""

    def test_output_that_equals_or_contains_the_source(self, release):
        self.refused(release.sweep(out=release.source), "--out")
        self.refused(release.sweep(out=release.source.parent), "--out")
        link = release.folder / "elsewhere"
        link.symlink_to(release.source)
        self.refused(release.sweep(out=link), "--out")

    def test_missing_places(self, release):
        self.refused(release.run("sweep", "--out", release.out), "--in")
        self.refused(release.run("sweep", "--in", release.source), "--out")
        self.refused(release.run("sweep", "--in", release.folder / "nowhere", "--out", release.out), "nowhere")
        assert not release.out.exists()

    @pytest.mark.parametrize("args, said", [
        (["--wokers", "2"], "--workers"),
        (["--ocr", "maybe"], "auto"),
        (["--ocr-dpi", "9"], "50 to 600"),
        (["--workers", "0"], "1 to 256"),
        (["--page-timeout", "soon"], "--page-timeout"),
        (["--child-memory", "1KiB"], "64MiB"),
        (["stray"], "stray"),
    ])
    def test_bad_flags_are_answered_with_what_is_right(self, release, args, said):
        self.refused(release.sweep(*args), said)

    @pytest.mark.parametrize("name, value, said", [
        ("OCR_DPI", "9000", "50 to 600"),
        ("BATCH_SIZE", "none", "BATCH_SIZE"),
        ("SKIP_IF_EXISTS", "perhaps", "true or false"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL"),
        ("DOCMILL_WORKERS", "tcp://10.0.0.1:80", "enableServiceLinks"),
    ])
    def test_bad_variables_are_answered_with_what_is_right(self, release, name, value, said):
        self.refused(release.sweep(env={name: value}), said)

    def test_language_without_data_names_the_package(self, release):
        release.copy("scan.pdf")
        finished = release.sweep("--ocr-languages", "eng+xho")
        assert finished.code in (2, 3) and "xho" in finished.stderr


class TestMessages:
    def test_log_lines_are_json_with_timestamp_level_and_event(self, machine):
        machine.mock("good.mock", "text enough words for a page", "page")
        machine.mock("bad.mock", "segv", "page")
        finished = machine.sweep(env={"LOG_LEVEL": "Debug"})
        assert finished.events
        for event in finished.events:
            assert event["timestamp"].endswith("Z") and event["level"] in ("debug", "info", "warning", "error")
            assert event["event"]
        assert any("bad.mock" in str(event.get("document")) for event in finished.events)

    def test_log_level_counts_in_any_case(self, release):
        release.copy("encrypted.pdf")
        lines = {level: len(release.sweep("--force", env={"LOG_LEVEL": level}).events)
                 for level in ("DEBUG", "info", "ERROR")}
        assert lines["DEBUG"] > lines["info"] > lines["ERROR"] == 0

    def test_name_cannot_forge_a_log_line(self, machine):
        machine.mock('x\n{"level":"error","event":"forged"}\x1b[2J.mock', "segv", "page")
        finished = machine.sweep(env={"LOG_LEVEL": "debug"})
        assert all(event["event"] != "forged" for event in finished.events)
        assert "\x1b" not in finished.stderr + finished.stdout

    def test_json_summary_is_the_only_thing_on_stdout(self, machine):
        machine.mock("good.mock", "text enough words for a page", "page", "text and again some words here", "page")
        machine.mock("half.mock", "text enough words for a page", "page", "segv", "page")
        machine.write("bad.pdf", b"no document")
        machine.write("notes.txt", b"no document either")
        finished = machine.sweep("--summary", "json")
        summary = json.loads(finished.stdout)
        counts = {key: summary[key] for key in (
            "documents_ok", "documents_partial", "documents_failed", "documents_skipped", "files_ignored", "pages",
            "pages_failed")}
        assert counts == {"documents_ok": 1, "documents_partial": 1, "documents_failed": 1, "documents_skipped": 0,
                          "files_ignored": 1, "pages": 4, "pages_failed": 1}
        assert summary["manifest_uri"].startswith((machine.out / "_docmill/runs").as_uri())

    def test_summary_is_in_the_form_of_the_log_unless_stdout_is_a_terminal(self, release):
        release.copy("text.pdf")
        assert json.loads(release.sweep().stdout)["documents_ok"] == 1
        assert release.sweep("--log-format", "text").stdout.startswith("1 document: 0 ok")

    def test_text_summary_names_failed_documents_with_their_reasons(self, release):
        release.copy("text.pdf")
        release.copy("encrypted.pdf")
        finished = release.sweep("--summary", "text")
        (line,) = [line for line in finished.stdout.splitlines() if "encrypted.pdf" in line]
        assert "password" in line
        assert "text.pdf" not in finished.stdout

    def test_document_text_is_never_logged(self, release):
        release.copy("text.pdf")
        finished = release.sweep(env={"LOG_LEVEL": "debug"})
        assert "Joinery" not in finished.stderr


class TestTerminal:
    def test_live_line_tells_how_far_it_is_and_goes_away(self, machine):
        """A terminal gets a line for people that is drawn again and again, not JSON."""
        for number in range(6):
            machine.mock(f"{number}.mock", "sleep 800", "text enough words for a page", "page")
        reader, writer = pty.openpty()
        process = subprocess.Popen([machine.program, *machine.sweep_args("--workers", "1")], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=writer, env={**machine.env, "TERM": "xterm"})
        os.close(writer)
        shown = b""
        while True:
            try:
                piece = os.read(reader, 4096)
            except OSError:  # EIO: the last writer closed the terminal
                break
            shown += piece
        os.close(reader)
        process.communicate()
        assert process.returncode == 0
        line = shown.decode()
        assert "pages/s" in line and "\r" in line and '{"' not in line
        assert re.search(r"[1-5]\D+6", line)  # documents done of all


class TestTwoAtOnce:
    def test_second_sweep_on_one_output_stops_with_exit_code_3(self, machine):
        for number in range(4):
            machine.mock(f"{number}.mock", "sleep 2000", "text enough words for a page", "page")
        first = machine.start_sweep("--workers", "1")
        wait_until(machine.extractors, "the first sweep to work")
        second = machine.sweep()
        assert second.code == 3
        assert "another" in second.stderr.lower()
        first.communicate(timeout=PATIENCE_S)
        assert first.returncode == 0
        assert len(machine.outputs()) == 4
        machine.assert_nothing_left()


class TestPlaces:
    @pytest.mark.parametrize("write", [1, 2, 3])
    def test_full_disk_is_exit_code_3_and_leaves_no_half_output(self, machine, write):
        for number in range(3):
            machine.mock(f"{number}.mock", "text enough words for a page", "page")
        finished = machine.sweep(env={"DOCMILL_FAIL": f"store_write:error:{write}"})
        assert finished.code == 3
        assert len(machine.outputs()) == write - 1
        for name in machine.outputs():
            assert texts(machine.pages(name)) == ["enough words for a page"]
        assert machine.sweep().code == 0
        assert len(machine.outputs()) == 3
        machine.assert_nothing_left()

    def test_large_document_is_refused_by_its_size(self, release):
        release.copy("text.pdf")
        assert release.sweep("--document-size-max", "10KiB").code == 1
        assert release.manifest()["text.pdf"]["error_kind"] == "limit_bytes"


def test_samples_are_what_their_program_makes(tmp_path):
    subprocess.run([sys.executable, ROOT / "tools/make_samples.py", tmp_path], check=True, stdout=subprocess.DEVNULL)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = {path.relative_to(SAMPLES): path.read_bytes()
            for path in SAMPLES.rglob("*") if path.is_file() and path.name != "README.md"}
    assert made == kept
    assert sum(map(len, kept.values())) < 1_500_000
