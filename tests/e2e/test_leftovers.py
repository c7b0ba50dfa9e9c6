"""Outputs that no document stands behind, runs in which nothing happened, and what a run would do."""

import json
import os

import pytest

import documents
from s3_world import IN, OUT


def lines(finished):
    """Of output in JSON lines: all but the summary, and the summary."""
    *told, summary = [json.loads(line) for line in finished.stdout.splitlines()]
    return told, summary


def tree(folder):
    """{path: (size, time)} of everything below it."""
    return {str(path): (path.lstat().st_size, path.lstat().st_mtime_ns) for path in sorted(folder.rglob("*"))}


@pytest.fixture(name="spoiled")
def _spoiled(machine):
    """Four documents that were done; since then one was overwritten by junk, one hangs, and one is gone."""
    for name in ("a.mock", "b.mock", "c.mock", "sub/d.mock"):
        machine.mock(name, f"text the words of {name}", "page")
    assert machine.sweep().code == 0
    machine.write("b.mock", b"junk")
    machine.mock("c.mock", "segv", "page")
    (machine.source / "sub/d.mock").unlink()
    return machine


class TestStaleOutputs:
    def test_are_counted_and_named_by_the_run_that_finds_them(self, spoiled):
        spoiled.write("b.mock.pdf", b"junk")  # a document by its name, which never succeeded
        finished = spoiled.sweep("--summary", "json")
        summary = json.loads(finished.stdout)
        assert finished.code == 1
        # b.mock is no document any more by its content, so a sweep does not see it; prune does.
        assert summary["outputs_stale"] == 1
        assert [stale["output_uri"] for stale in summary["stale"]] == [(spoiled.out / "c.mock.raw_text.parquet").as_uri()]
        states = {name: row["output_state"] for name, row in spoiled.manifest().items()}
        assert states == {"a.mock": "current", "b.mock.pdf": "none", "c.mock": "stale"}
        assert {"output_stale"} <= {event["event"] for event in finished.events}
        assert "1 output is stale" in spoiled.sweep("--summary", "text").stdout

    def test_prune_tells_of_all_and_removes_with_yes(self, spoiled):
        spoiled.sweep()
        before = tree(spoiled.out)
        told, summary = lines(spoiled.run("prune", "--in", spoiled.source, "--out", spoiled.out))
        found = {(one["kind"], one["uri"].removeprefix(spoiled.out.as_uri() + "/")) for one in told}
        assert found == {("stale", "b.mock.raw_text.parquet"), ("stale", "c.mock.raw_text.parquet"),
                         ("orphan", "sub/d.mock.raw_text.parquet")}
        assert (summary["in_use"], summary["removed"], summary["finished"]) == (1, 0, True)
        assert tree(spoiled.out) == before
        finished = spoiled.run("prune", "--in", spoiled.source, "--out", spoiled.out, "--yes")
        assert finished.code == 0 and lines(finished)[1]["removed"] == 3
        assert list(spoiled.outputs()) == ["a.mock.raw_text.parquet"]
        assert lines(spoiled.run("prune", "--in", spoiled.source, "--out", spoiled.out, "--yes"))[0] == []

    def test_prune_removes_marks_of_documents_that_are_gone(self, machine):
        machine.write("a.pdf", b"junk")
        machine.mock("b.mock", "text words", "page")
        assert machine.sweep().code == 1
        (machine.source / "a.pdf").unlink()
        told, _ = lines(machine.run("prune", "--in", machine.source, "--out", machine.out, "--yes"))
        assert [(one["kind"], one["removed"]) for one in told] == [("mark", True)]
        assert list((machine.out / "_docmill/failed").iterdir()) == []

    def test_prune_leaves_alone_what_is_of_other_places_or_no_output(self, machine):
        machine.mock("a.mock", "text words", "page")
        machine.sweep()
        other = machine.folder / "other"
        other.mkdir()
        (other / "z.mock").write_bytes((machine.source / "a.mock").read_bytes())
        (machine.out / "notes.txt").write_text("mine")
        (machine.out / "mine_raw_text.parquet").write_text("mine too")
        before = tree(machine.out)
        finished = machine.run("prune", "--in", other, "--out", machine.out, "--yes")
        told, summary = lines(finished)
        assert finished.code == 0 and told == []
        assert (summary["of_other_places"], summary["of_others"]) == (1, 2)
        assert tree(machine.out) == before

    def test_prune_refuses_an_empty_place(self, spoiled):
        empty = spoiled.folder / "empty"
        empty.mkdir()
        before = tree(spoiled.out)
        finished = spoiled.run("prune", "--in", empty, "--out", spoiled.out, "--yes")
        assert finished.code == 2 and "is the place right?" in finished.stderr
        assert tree(spoiled.out) == before

    def test_prune_knows_names_that_were_cut(self, machine):
        names = ["n" * 240 + f"-{number}.mock" for number in range(2)]
        for name in names:
            machine.mock(name, "text words", "page")
        assert machine.sweep().code == 0
        (machine.source / names[0]).unlink()
        told, summary = lines(machine.run("prune", "--in", machine.source, "--out", machine.out, "--yes"))
        assert [(one["kind"], one["removed"]) for one in told] == [("orphan", True)]
        assert summary["in_use"] == 1 and len(machine.outputs()) == 1

    def test_prune_of_buckets(self, machine, s3):
        for name in ("a.pdf", "b.pdf", "c.pdf"):
            s3.put(IN + name, documents.pdf(f"the words of {name}"))
        places = ["--in", s3.place(IN), "--out", s3.place(OUT)]
        assert machine.run("sweep", *places, env=s3.env).code == 0
        s3.put(IN + "b.pdf", b"junk")
        s3.boto.delete_object(Bucket=s3.bucket, Key=IN + "c.pdf")
        assert machine.run("sweep", *places, env=s3.env).code == 1
        finished = machine.run("prune", *places, "--summary", "text", env=s3.env)
        assert finished.code == 0, finished.stderr
        assert "stale" in finished.stdout and "b_raw_text.parquet: its document changed, and failed since" in finished.stdout
        assert "orphan" in finished.stdout and "c_raw_text.parquet: its document is gone" in finished.stdout
        assert "s3:DeleteObject on --out" in finished.stdout and "pages of listings" in finished.stdout
        finished = machine.run("prune", *places, "--yes", env=s3.env)
        assert finished.code == 0 and lines(finished)[1]["removed"] == 2
        left = [key for key in s3.keys(OUT) if "_docmill" not in key]
        assert left == [OUT + "a_raw_text.parquet"]


class TestRunsInWhichNothingHappened:
    def test_leave_no_manifest_unless_asked(self, machine):
        machine.mock("a.mock", "text words", "page")
        changed = {"DOCMILL_MANIFEST": "changed"}
        assert machine.sweep(env=changed).code == 0
        finished = machine.sweep("--summary", "text", env=changed)
        assert finished.code == 0 and "Nothing new, so no manifest was written" in finished.stdout
        assert len(machine.manifests()) == 1
        machine.assert_nothing_left()
        machine.mock("b.mock", "text words", "page")
        assert machine.sweep(env=changed).code == 0
        assert machine.sweep("--manifest", "always", env=changed).code == 0
        assert [len(rows) for rows in machine.manifests().values()] == [1, 2, 2]

    def test_runs_are_listed_shown_and_pruned(self, machine):
        machine.mock("a.mock", "text words", "page")
        for _ in range(4):
            machine.sweep()
        ids = sorted(machine.manifests())
        listed = machine.run("runs", "list", "--out", machine.out)
        assert [line.split()[0] for line in listed.stdout.splitlines()] == ids
        told = [json.loads(line) for line in machine.run("runs", "list", "--json", "--out", machine.out).stdout.splitlines()]
        assert [one["run_id"] for one in told] == ids
        assert "a.mock" in machine.run("runs", "show", "--out", machine.out).stdout
        assert machine.run("runs", "show", ids[0], "--out", machine.out).stdout.split()[:2] == ["status", "pages"]
        assert machine.run("runs", "show", "none", "--out", machine.out).code != 0
        machine.run("runs", "prune", "--keep", "1", "--out", machine.out)
        assert len(machine.manifests()) == 4
        finished = machine.run("runs", "prune", "--keep", "1", "--yes", "--out", machine.out)
        assert finished.code == 0 and "3 older runs removed; the newest 1 stays" in finished.stdout
        assert list(machine.manifests()) == ids[3:]

    def test_runs_of_a_bucket(self, machine, s3):
        s3.put(IN + "a.pdf", documents.pdf("words"))
        assert machine.run("sweep", "--in", s3.place(IN), "--out", s3.place(OUT), env=s3.env).code == 0
        assert len(machine.run("runs", "list", "--out", s3.place(OUT), env=s3.env).stdout.splitlines()) == 1
        assert "a.pdf" in machine.run("runs", "show", "--out", s3.place(OUT), env=s3.env).stdout
        assert machine.run("runs", "prune", "--keep", "0", "--yes", "--out", s3.place(OUT), env=s3.env).code == 0
        assert s3.keys(OUT + "_docmill/runs/") == []


class TestDryRun:
    def plan(self, machine, *args):
        finished = machine.sweep("--dry-run", *args)
        told, summary = lines(finished)
        assert finished.code == 0 and summary["finished"], finished.stderr
        return {one["source_uri"].rsplit("/", 1)[1]: (one["action"], one["reason"]) for one in told}

    def test_tells_what_a_sweep_then_does_and_writes_nothing(self, machine):
        machine.mock("a.mock", "text words", "page")
        machine.write("notes.txt", b"plain text")
        before = tree(machine.folder)
        assert self.plan(machine) == {"a.mock": ("process", "no_output")}
        assert tree(machine.folder) == before and not machine.out.exists()
        machine.mock("bad.mock", "open_error corrupt", "page")
        machine.mock("slow.mock", "text fine", "page", "segv", "page")
        machine.sweep()
        machine.mock("new.mock", "text words", "page")
        before = tree(machine.folder)
        planned = self.plan(machine)
        assert planned == {"a.mock": ("skip", "done"), "bad.mock": ("skip", "known_to_fail"),
                           "new.mock": ("process", "no_output"), "slow.mock": ("process", "pages_to_retry")}
        assert self.plan(machine, "--ocr-dpi", "300")["a.mock"] == ("process", "settings_changed")
        assert self.plan(machine, "--force")["bad.mock"] == ("process", "forced")
        assert self.plan(machine, "--retry-failed")["bad.mock"] == ("process", "no_output")
        os.utime(machine.source / "a.mock", ns=(1, 1))
        os.utime(machine.source / "bad.mock", ns=(1, 1))
        planned = self.plan(machine)
        assert planned["a.mock"] == ("process", "source_changed")
        assert planned["bad.mock"] == ("process", "failed_before")
        assert tree(machine.out) == {path: at for path, at in before.items() if path.startswith(f"{machine.out}/")}
        machine.sweep()
        done = {name: row["status"] != "skipped" for name, row in machine.manifest().items()}
        assert done == {name: action == "process" for name, (action, _) in planned.items()}

    def test_of_an_empty_place_fails_as_the_sweep_would(self, machine):
        assert machine.sweep("--dry-run").code == 1
        assert machine.sweep("--dry-run", "--no-fail-if-empty").code == 0

    def test_of_a_bucket_only_looks(self, machine, s3):
        s3.put(IN + "a.pdf", documents.pdf("words"))
        finished = machine.run("sweep", "--dry-run", "--in", s3.place(IN), "--out", s3.place(OUT), "--summary", "text",
                               env=s3.env)
        assert finished.code == 0, finished.stderr
        assert f"process  {s3.place(IN)}a.pdf: no output yet" in finished.stdout
        assert {method for method, _ in s3.requests()} <= {"LIST", "HEAD", "GET"} and s3.keys(OUT) == []


def test_a_mistyped_prefix_is_a_failure(machine, s3):
    s3.put(IN + "a.pdf", documents.pdf("words"))
    finished = machine.run("sweep", "--in", s3.place("env=prod/zone=rwa/"), "--out", s3.place(OUT), "--summary", "text",
                           env=s3.env)
    assert finished.code == 1
    assert "nothing is there; is the folder or prefix right?" in finished.stdout
