"""`docmill collect`: many small outputs joined into one dataset, read by pyarrow and DuckDB."""

import json
import pathlib
import random
import shutil
import signal
import time

import duckdb
import pyarrow
import pyarrow.parquet as parquet
import pytest

import documents
from harness import wait_until
from s3_world import IN, OUT

STEPS = ("collect_file_put", "collect_before_manifest", "collect_manifest_put", "collect_removed")
MANIFEST = "_docmill/collect.parquet"


def dataset_of(machine):
    return machine.folder / "dataset"


def collect(machine, *args, code=0, env=None, out=None):
    finished = machine.run("collect", "--in", machine.out, "--out", out or dataset_of(machine), "--summary", "json", *args,
                           env=env)
    assert finished.code == code, finished.stderr
    return json.loads(finished.stdout) if finished.stdout else None


def union(out, suffix):
    """The rows of all outputs of a table, as pyarrow reads them, in the order of documents."""
    found = [path for path in out.rglob(f"*[._]{suffix}.parquet") if "_docmill" not in path.parts]
    rows = [row for path in found for row in parquet.read_table(path, partitioning=None).to_pylist()]
    return sorted(rows, key=lambda row: row["source_uri"].encode())


def files_of(dataset):
    return {str(path.relative_to(dataset)): path.read_bytes() for path in sorted(dataset.rglob("*.parquet"))
            if "_docmill" not in path.relative_to(dataset).parts}


def rows_of(dataset, table, exclude=""):
    """The rows of a table of the dataset by a glob, as DuckDB reads them, in the order of documents."""
    names = duckdb.sql(f"SELECT * {exclude} FROM read_parquet('{dataset}/{table}/**/*.parquet', hive_partitioning = true)")
    rows = [dict(zip(names.columns, row, strict=True)) for row in names.fetchall()]
    return sorted(rows, key=lambda row: row["source_uri"].encode())


def manifest_of(dataset):
    return {row["key"].decode(): row for row in parquet.read_table(dataset / MANIFEST).to_pylist()}


def assert_is_union(machine, table="pages", suffix="raw_text", without=()):
    """The dataset has the rows of the outputs, each once, sorted in each file, in files that its manifest names."""
    dataset = dataset_of(machine)
    expected = [row for row in union(machine.out, suffix) if not row["source_uri"].endswith(tuple(without) or "\0")]
    assert rows_of(dataset, table) == expected
    named = {row["file"] for row in manifest_of(dataset).values() if row["table"] == table and row["file"]}
    assert named == {name for name in files_of(dataset) if name.startswith(table + "/")}
    for name in named:
        uris = [uri.encode() for uri in parquet.read_table(dataset / name, partitioning=None)["source_uri"].to_pylist()]
        assert uris == sorted(uris)
        held = {row["source_uri"] for row in manifest_of(dataset).values() if row["file"] == name}
        assert held == {uri.decode() for uri in uris}


@pytest.fixture(name="swept")
def _swept(machine):
    """Documents whose outputs are not in the order of their addresses: `a1.mock` comes before `a` among keys."""
    for name in ("a.pdf", "a1.pdf", "a/x.pdf", "b%.mock", "z/ä.mock", "z/long.mock"):
        if name.endswith(".pdf"):
            machine.write(name, documents.pdf(f"the words of {name}"))
        else:
            machine.mock(name, *[line for page in range(3) for line in (f"text page {page} of {name}", "page")])
    assert machine.sweep("--ocr", "never").code == 0
    return machine


class TestADataset:
    def test_holds_the_rows_of_all_outputs_sorted(self, swept):
        summary = collect(swept)
        assert_is_union(swept)
        assert (summary["outputs_read"], summary["outputs_joined"], summary["files"]) == (6, 6, 1)
        assert summary["rows"] == len(union(swept.out, "raw_text")) == 12
        assert list(swept.temp.rglob("*")) == []

    def test_has_a_folder_for_each_table(self, release):
        for sample in ("text.pdf", "two-columns.pdf", "form.pdf", "empty-page.pdf"):
            release.copy(sample)
        assert release.sweep("--ocr", "never", "--outputs", "text,words,links,codes,page_images").code == 0
        summary = collect(release)
        for table, suffix in (("pages", "raw_text"), ("words", "words"), ("links", "links"), ("files", "files")):
            expected = union(release.out, suffix)
            if expected:
                assert rows_of(dataset_of(release), table) == expected
        assert summary["outputs_joined"] == 5 * 4 and summary["outputs_empty"] > 0
        assert collect(release)["outputs_read"] == 0, "those without rows, too"
        only = collect(release, "--tables", "words", out=release.folder / "only")
        assert only["outputs_listed"] == 4 and only["of_other_tables"] == 16
        assert {name.split("/")[0] for name in files_of(release.folder / "only")} == {"words"}
        # Others join it later, and what is there stays.
        collect(release, "--tables", "pages", out=release.folder / "only")
        assert {name.split("/")[0] for name in files_of(release.folder / "only")} == {"pages", "words"}

    def test_has_partitions_by_the_address(self, swept):
        rule = r"/in/(?<folder>[^/]+)/(?<first>.)?"
        summary = collect(swept, "--partition", rule)
        assert summary["outputs_unmatched"] == 3
        folders = {str(pathlib.PurePath(name).parent) for name in files_of(dataset_of(swept))}
        assert folders == {"pages/folder=a/first=x", "pages/folder=z/first=ä", "pages/folder=z/first=l",
                           "pages/folder=__HIVE_DEFAULT_PARTITION__/first=__HIVE_DEFAULT_PARTITION__"}
        assert rows_of(dataset_of(swept), "pages", "EXCLUDE (folder, first)") == union(swept.out, "raw_text")
        found = duckdb.sql(f"SELECT DISTINCT source_uri FROM '{dataset_of(swept)}/pages/**/*.parquet' WHERE folder = 'a'")
        assert [uri for uri, in found.fetchall()] == [(swept.source / "a/x.pdf").as_uri()]
        assert "another rule" in swept.run("collect", "--in", swept.out, "--out", dataset_of(swept)).stderr

    def test_is_cut_into_files_of_about_the_size(self, machine):
        chance = random.Random(1)
        for number in range(60):
            machine.mock(f"{number:02}.mock", f"text {chance.randbytes(4_000).hex(' ')}", "page")
        assert machine.sweep().code == 0
        summary = collect(machine, "--file-size", "64KiB")
        sizes = [len(content) for content in files_of(dataset_of(machine)).values()]
        assert_is_union(machine)
        assert summary["files"] == len(sizes) > 3
        assert all(size < 2 * 64 * 1024 for size in sizes)

    def test_refuses_places_that_are_none(self, swept):
        for args, words in ((["--out", swept.out / "sub"], "among the outputs"),
                            (["--out", swept.folder], "among the outputs"),
                            (["--out", dataset_of(swept), "--partition", "/x/"], "no named group"),
                            (["--out", dataset_of(swept), "--partition", "(?<a>"], "no regular expression"),
                            (["--out", dataset_of(swept), "--tables", "pages,nonsense"], "pages")):
            finished = swept.run("collect", "--in", swept.out, *args)
            assert finished.code == 2 and words in finished.stderr, finished.stderr
        assert not dataset_of(swept).exists() or files_of(dataset_of(swept)) == {}

    def test_of_a_place_without_outputs_is_an_error(self, swept):
        for place, tables in ((swept.source, ()), (swept.out, ("--tables", "codes"))):
            finished = swept.run("collect", "--in", place, "--out", dataset_of(swept), *tables)
            assert finished.code == 2 and "no output lies there" in finished.stderr
        assert not dataset_of(swept).exists() or not list(dataset_of(swept).rglob("*.parquet"))

    def test_is_of_one_place_of_outputs(self, swept):
        collect(swept)
        other = swept.folder / "other"
        shutil.copytree(swept.out, other)
        finished = swept.run("collect", "--in", other, "--out", dataset_of(swept))
        assert finished.code == 2 and "made of the outputs in" in finished.stderr
        for path in swept.out.rglob("*.parquet"):
            path.unlink()
        finished = swept.run("collect", "--in", swept.out, "--out", dataset_of(swept))
        assert finished.code == 2 and "no output lies there" in finished.stderr
        assert len(rows_of(dataset_of(swept), "pages")) == 12, "the dataset stays as it was"


class TestASecondRun:
    def test_reads_nothing_where_nothing_changed(self, swept):
        collect(swept)
        before = files_of(dataset_of(swept)), (dataset_of(swept) / MANIFEST).stat().st_mtime_ns
        summary = collect(swept)
        assert (summary["outputs_read"], summary["outputs_unchanged"], summary["has_changed"]) == (0, 6, False)
        assert before == (files_of(dataset_of(swept)), (dataset_of(swept) / MANIFEST).stat().st_mtime_ns)

    def test_adds_files_for_what_is_new(self, swept):
        collect(swept)
        before = files_of(dataset_of(swept))
        swept.mock("new.mock", "text new", "page")
        swept.sweep("--ocr", "never")
        summary = collect(swept)
        assert (summary["outputs_read"], summary["outputs_added"], summary["files_removed"]) == (1, 1, 0)
        after = files_of(dataset_of(swept))
        assert before.items() <= after.items() and len(after) == len(before) + 1
        assert_is_union(swept)

    def test_writes_anew_what_holds_replaced_and_removed_documents(self, swept):
        collect(swept)
        time.sleep(0.01)
        swept.mock("b%.mock", "text another", "page")
        swept.sweep("--ocr", "never")
        (swept.out / "z/long.mock.raw_text.parquet").unlink()
        summary = collect(swept)
        assert (summary["outputs_read"], summary["outputs_replaced"], summary["outputs_removed"]) == (1, 1, 1)
        assert_is_union(swept)
        assert summary["files"] == 1 and summary["files_removed"] == 1

    def test_removes_a_file_of_which_nothing_is_left_without_reading_it(self, swept):
        collect(swept, "--partition", "/(?<folder>[az])/")
        shutil.rmtree(swept.out / "z")
        collect(swept, "--partition", "/(?<folder>[az])/")
        assert {name.split("/")[1] for name in files_of(dataset_of(swept))} == {"folder=a",
                                                                                 "folder=__HIVE_DEFAULT_PARTITION__"}
        assert rows_of(dataset_of(swept), "pages", "EXCLUDE (folder)") == union(swept.out, "raw_text")

    def test_makes_many_small_files_one(self, machine):
        for number in range(12):
            machine.mock(f"{number:02}.mock", f"text {number}", "page")
            assert machine.sweep().code == 0
            collect(machine)
            assert_is_union(machine)
        assert len(files_of(dataset_of(machine))) <= 9

    def test_finds_files_that_are_gone_or_damaged(self, swept):
        collect(swept)
        name, = files_of(dataset_of(swept))
        (dataset_of(swept) / name).unlink()
        assert collect(swept)["outputs_read"] == 6
        assert_is_union(swept)
        name, = files_of(dataset_of(swept))
        content = bytearray((dataset_of(swept) / name).read_bytes())
        content[4:1000] = b"\0" * 996
        (dataset_of(swept) / name).write_bytes(content)
        swept.mock("b%.mock", "text another", "page")
        swept.sweep("--ocr", "never")
        assert collect(swept)["outputs_read"] == 6, "the damage is found when the file is written anew"
        assert_is_union(swept)

    def test_keeps_two_outputs_of_one_document_apart(self, swept):
        """They share an address, so the rows of the one cannot be told from those of the other."""
        (swept.out / "twin").mkdir()
        shutil.copy(swept.out / "z/long.mock.raw_text.parquet", swept.out / "twin/long.mock.raw_text.parquet")
        collect(swept)
        assert_is_union(swept)
        (swept.out / "z/long.mock.raw_text.parquet").unlink()
        collect(swept)
        assert_is_union(swept)
        assert sum(row["source_uri"].endswith("long.mock") for row in rows_of(dataset_of(swept), "pages")) == 3


class TestWhatIsLeftOut:
    def test_stale_outputs_by_the_mark_of_a_failure(self, swept):
        collect(swept)
        swept.write("b%.mock.pdf", b"junk")
        swept.write("a.pdf", b"%PDF-1.7 junk")
        assert swept.sweep("--ocr", "never").code == 1
        for runs in (swept.out / "_docmill/runs").glob("*.parquet"):
            runs.unlink()  # as a worker leaves none
        assert list((swept.out / "_docmill/failed").rglob("*.json"))
        summary = collect(swept)
        assert (summary["outputs_stale"], summary["outputs_removed"], summary["outputs_read"]) == (1, 1, 0)
        assert_is_union(swept, without=["/a.pdf"])
        assert collect(swept)["has_changed"] is False
        swept.write("a.pdf", documents.pdf("it is well again"))
        swept.sweep("--ocr", "never")
        assert collect(swept)["outputs_stale"] == 0
        assert_is_union(swept)

    def test_stale_outputs_by_the_table_of_a_run(self, swept):
        """A failure that may pass leaves no mark."""
        swept.mock("z/long.mock", "segv", "page")
        assert swept.sweep("--ocr", "never").code == 1
        states = {name: row["output_state"] for name, row in swept.manifest().items()}
        shutil.rmtree(swept.out / "_docmill/failed", ignore_errors=True)
        assert states["z/long.mock"] == "stale"
        assert collect(swept)["outputs_stale"] == 1
        assert_is_union(swept, without=["/long.mock"])
        swept.mock("z/long.mock", "text well", "page")
        assert swept.sweep("--ocr", "never").code == 0
        assert collect(swept)["outputs_stale"] == 0
        assert_is_union(swept)

    def test_broken_and_foreign_files_are_told_by_name(self, swept):
        good = parquet.read_table(swept.out / "a_raw_text.parquet", partitioning=None)
        (swept.out / "broken_raw_text.parquet").write_bytes(b"PAR1 no such thing PAR1")
        whole = (swept.out / "a1_raw_text.parquet").read_bytes()
        (swept.out / "cut_raw_text.parquet").write_bytes(whole[:100] + b"\xff" * 200 + whole[300:])
        parquet.write_table(good.replace_schema_metadata(None), swept.out / "foreign_raw_text.parquet")
        other = good.set_column(good.schema.get_field_index("char_count"), "char_count", pyarrow.array(["x"] * len(good)))
        parquet.write_table(other, swept.out / "typed_raw_text.parquet")
        parquet.write_table(good.append_column("newer", pyarrow.array([1] * len(good))), swept.out / "newer_raw_text.parquet")
        (swept.out / "notes.parquet").write_bytes(b"")
        named = {f"{name}_raw_text.parquet" for name in ("broken", "cut", "foreign", "typed", "newer")}
        for reads in (11, 0):
            summary = collect(swept, code=1)
            assert summary["outputs_read"] == reads, "they are remembered, and told again"
            assert {pathlib.PurePath(one["uri"]).name for one in summary["unreadable"]} == named
            assert summary["of_others"] == 1
        reasons = {pathlib.PurePath(one["uri"]).name: one["reason"] for one in summary["unreadable"]}
        assert "char_count" in reasons["typed_raw_text.parquet"] and "newer" in reasons["newer_raw_text.parquet"]
        for name in named:
            (swept.out / name).unlink()
        collect(swept)
        assert_is_union(swept)

    def test_columns_that_older_versions_had_not_are_null(self, swept):
        older = parquet.read_table(swept.out / "a_raw_text.parquet", partitioning=None).drop_columns(["text_trust"])
        parquet.write_table(older, swept.out / "a_raw_text.parquet")
        collect(swept)
        trust = {row["source_uri"].rsplit("/", 1)[1]: row["text_trust"] for row in rows_of(dataset_of(swept), "pages")}
        assert trust["a.pdf"] is None and trust["a1.pdf"] is not None
        assert len(trust) == 6


class TestKilled:
    @pytest.mark.parametrize("step", STEPS)
    def test_anywhere_and_run_again_it_ends_the_same(self, swept, step):
        partition = ("--partition", "/(?<folder>[az])/")
        collect(swept, *partition)
        swept.mock("z/long.mock", "text another", "page")
        swept.mock("new.mock", "text new", "page")
        swept.sweep("--ocr", "never")
        killed = swept.run("collect", "--in", swept.out, "--out", dataset_of(swept), *partition,
                           env={"DOCMILL_FAIL": f"{step}:kill"})
        assert killed.code == -signal.SIGKILL
        # Whenever it was, a reader finds each row that is in both states, and by the manifest each row once.
        held = rows_of(dataset_of(swept), "pages", "EXCLUDE (folder)")
        assert {row["source_uri"] for row in held} >= {(swept.source / name).as_uri() for name in ("a.pdf", "a/x.pdf")}
        named = {row["file"] for row in manifest_of(dataset_of(swept)).values()}
        exact = [row for name in named for row in parquet.read_table(dataset_of(swept) / name, partitioning=None).to_pylist()]
        assert len(exact) == len({(row["source_uri"], row["page_number"]) for row in exact})
        collect(swept, *partition)
        assert rows_of(dataset_of(swept), "pages", "EXCLUDE (folder)") == union(swept.out, "raw_text")
        assert set(files_of(dataset_of(swept))) == {row["file"] for row in manifest_of(dataset_of(swept)).values()}
        assert collect(swept, *partition)["has_changed"] is False
        assert not [path for path in dataset_of(swept).rglob("*") if path.name.endswith(".tmp")]

    @pytest.mark.parametrize("step", STEPS[:2])
    def test_in_the_first_run(self, swept, step):
        assert swept.run("collect", "--in", swept.out, "--out", dataset_of(swept),
                         env={"DOCMILL_FAIL": f"{step}:kill"}).code == -signal.SIGKILL
        assert files_of(dataset_of(swept)) and not (dataset_of(swept) / MANIFEST).exists()
        assert collect(swept)["leftovers_removed"] == 1
        assert_is_union(swept)

    def test_told_to_stop_it_leaves_the_dataset_as_it_was(self, swept):
        collect(swept)
        before = files_of(dataset_of(swept)), (dataset_of(swept) / MANIFEST).read_bytes()
        swept.mock("b%.mock", "text another", "page")
        swept.sweep("--ocr", "never")
        running = swept.start("collect", "--in", swept.out, "--out", dataset_of(swept),
                              env={"DOCMILL_FAIL": "collect_file_put:delay=10000"})
        wait_until(lambda: len(files_of(dataset_of(swept))) > len(before[0]), "a new file")
        running.terminate()
        _, stderr = running.communicate()
        assert running.returncode == 3, stderr
        assert before == (files_of(dataset_of(swept)), (dataset_of(swept) / MANIFEST).read_bytes())

    def test_duckdb_reads_it_before_during_and_after(self, swept):
        """By the manifest's own list of files, a reader sees one state or the other, each row once."""
        collect(swept)
        old = union(swept.out, "raw_text")
        swept.mock("b%.mock", "text another", "page")
        swept.sweep("--ocr", "never")
        new = union(swept.out, "raw_text")
        running = swept.start("collect", "--in", swept.out, "--out", dataset_of(swept),
                              env={"DOCMILL_FAIL": "collect_file_put:delay=1500,collect_manifest_put:delay=1500"})
        seen = []
        while running.poll() is None:
            connection = duckdb.connect()
            connection.sql(f"SET VARIABLE files = (SELECT list(DISTINCT '{dataset_of(swept)}/' || file) FROM "
                           f"'{dataset_of(swept)}/{MANIFEST}' WHERE \"table\" = 'pages' AND file IS NOT NULL)")
            try:
                found = connection.sql("SELECT * FROM read_parquet(getvariable('files'))")
                rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
                everything = {row["source_uri"] for row in rows_of(dataset_of(swept), "pages")}
            except duckdb.IOException:
                continue  # a file was removed between its naming and its reading
            seen.append(sorted(rows, key=lambda row: row["source_uri"].encode()))
            assert everything == {row["source_uri"] for row in new}, "the glob misses none"
            time.sleep(0.05)
        running.communicate()
        assert all(rows in (old, new) for rows in seen)
        assert old in seen and new in seen
        assert rows_of(dataset_of(swept), "pages") == new


class TestTwoAtATime:
    def test_the_second_to_end_is_refused_and_leaves_nothing(self, swept):
        first = swept.start("collect", "--in", swept.out, "--out", dataset_of(swept), "--summary", "json",
                            env={"DOCMILL_FAIL": "collect_before_manifest:delay=3000"})
        wait_until(lambda: files_of(dataset_of(swept)), "the first to write its file")
        summary = collect(swept)
        assert summary["files"] == 1
        _, stderr = first.communicate()
        assert first.returncode == 3 and "somebody else has changed the dataset" in stderr
        # The second found the first one's file, which no manifest would name, and it was gone for good.
        assert_is_union(swept)


class TestInABucket:
    def test_a_second_run_makes_no_request_a_document(self, machine, s3):
        for number in range(6):
            s3.put(IN + f"{number}.pdf", documents.pdf(f"the words of {number}"))
        assert machine.run("sweep", "--in", s3.place(IN), "--out", s3.place(OUT), "--ocr", "never", env=s3.env).code == 0
        args = ["collect", "--in", s3.place(OUT), "--out", s3.place("dataset/"), "--summary", "json"]
        seen = len(s3.proxy.history())

        def gets():
            """Of outputs since the last call."""
            nonlocal seen
            entries = s3.proxy.history()[seen:]
            seen += len(entries)
            return [entry["target"] for entry in entries
                    if entry["method"] in ("GET", "HEAD") and "_raw_text.parquet" in entry["target"].partition("?")[0]]

        first = machine.run(*args, env=s3.env)
        assert first.code == 0, first.stderr
        assert len(gets()) == 6, "one for each"
        second = machine.run(*args, env=s3.env)
        assert second.code == 0 and json.loads(second.stdout)["outputs_unchanged"] == 6
        assert gets() == []
        s3.put(IN + "3.pdf", documents.pdf("another"))
        assert machine.run("sweep", "--in", s3.place(IN), "--out", s3.place(OUT), "--ocr", "never", env=s3.env).code == 0
        s3.boto.delete_object(Bucket=s3.bucket, Key=OUT + "5_raw_text.parquet")
        gets()
        third = json.loads(machine.run(*args, env=s3.env).stdout)
        assert (third["outputs_replaced"], third["outputs_removed"], third["outputs_unchanged"]) == (1, 1, 4)
        assert len(gets()) == 1
        keys = s3.keys("dataset/pages/")
        texts = [text for key in keys for text in s3.texts(key)]
        assert sorted(texts) == sorted(text for key in s3.keys(OUT) if key.endswith("_raw_text.parquet")
                                       for text in s3.texts(key))
        assert s3.uploads() == []
