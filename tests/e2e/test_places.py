"""One reading of what people name: paths, file:// and s3:// addresses, documents and folders of them, pipes."""

import json
import os
import shlex
import subprocess

import pytest

import documents
from harness import PATIENCE_S, SAMPLES, wait_until
from s3_world import IN, OUT

TEXT = "from one document"


@pytest.fixture
def document(release):
    return release.write("a b.pdf", documents.pdf(TEXT))


def extract(release, *names, **options):
    """In a shell of its own, for what shells make of a command line."""
    words = " ".join(names)
    return subprocess.run(["bash", "-c", f"{release.program} extract {words}"], env=release.env, cwd=release.source,
                          capture_output=True, text=True, timeout=PATIENCE_S, check=False, **options)


def printed_by(sweep):
    """The arguments of the command that a summary tells to go on with, as a shell takes them."""
    (line,) = [line for line in sweep.stdout.splitlines() if "docmill show" in line]
    return shlex.split(line)[1:]


class TestExtract:
    @pytest.mark.parametrize("named", ["'a b.pdf'", "'./a b.pdf'", "file://$PWD/a%20b.pdf", "- < 'a b.pdf'",
                                       "/dev/stdin < 'a b.pdf'", "<(cat 'a b.pdf')", "link.pdf", "linked"])
    def test_reads_what_is_named(self, release, document, named):
        (release.folder / "elsewhere").mkdir()
        os.link(document, release.folder / "elsewhere/x.pdf")
        (release.source / "link.pdf").symlink_to(release.folder / "elsewhere/x.pdf")
        (release.source / "linked").symlink_to(release.folder / "elsewhere")
        finished = extract(release, named)
        assert (finished.returncode, finished.stdout.strip()) == (0, TEXT), finished.stderr

    @pytest.mark.parametrize("named", ["-", "/dev/stdin"])
    def test_reads_a_pipe(self, release, document, named):
        finished = subprocess.run(["bash", "-c", f"cat '{document}' | {release.program} extract {named}"],
                                  env=release.env, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        assert (finished.returncode, finished.stdout.strip()) == (0, TEXT), finished.stderr

    def test_a_pipe_beyond_the_limit_is_told(self, release, document):
        finished = extract(release, "--document-size-max", "100", f"<(cat '{document}')")
        assert finished.returncode == 1 and "limit_bytes" in finished.stderr

    @pytest.mark.parametrize("folder", ["in", "in/", "file://{}/in"])
    def test_a_folder_stands_for_its_documents(self, release, document, folder):
        release.write("deeper/c.pdf", documents.pdf("another"))
        release.write("notes.txt", b"no document")
        finished = release.run("extract", folder.format(release.folder), "--format", "ndjson")
        assert finished.code == 0, finished.stderr
        rows = [json.loads(line) for line in finished.stdout.splitlines()]
        assert [row["text"] for row in rows] == [TEXT, "another"]
        start = f"file://{release.source}/" if folder.startswith("file") else "in/"
        assert [row["source"] for row in rows] == [start + "a b.pdf", start + "deeper/c.pdf"]
        assert "1 other files ignored" in finished.stderr

    def test_a_folder_without_documents_is_told(self, release):
        finished = release.run("extract", release.source)
        assert finished.code == 1 and "no PDF and no image lies there" in finished.stderr

    def test_what_is_not_there_is_told_and_the_rest_is_read(self, release, document):
        finished = release.run("extract", "nowhere.pdf", document)
        assert finished.code == 1 and "nowhere.pdf: there is no such file or folder" in finished.stderr
        assert finished.stdout.strip("\f\n") == TEXT

    def test_a_pipe_without_a_writer_ends_with_the_program(self, release):
        os.mkfifo(release.folder / "pipe")
        started = release.start("extract", release.folder / "pipe", "--log-level", "debug")
        wait_until(lambda: release.extractors(), "the sandbox")
        started.terminate()
        assert started.wait(PATIENCE_S) == 3


class TestOneDocument:
    def test_is_swept_by_a_link_too(self, release, document):
        for name, place in [("a b", document), ("link", release.folder / "link.pdf")]:
            if place != document:
                place.symlink_to(document)
            out = release.folder / f"out-{name}"
            assert release.run("sweep", "--in", place, "--out", out).code == 0
            assert list(release.outputs(out)) == [f"{name}_raw_text.parquet"]
            (row,) = list(release.manifests(out).values())[0]
            assert row["source_uri"] == f"file://{place}"

    def test_may_have_its_output_beside_it(self, release, document):
        finished = release.run("sweep", "-i", document, "-o", release.source)
        assert finished.code == 0, finished.stderr
        assert (release.source / "a b_raw_text.parquet").exists()
        assert "1 skipped" in release.run("sweep", "-i", document, "-o", release.source, "--summary", "text").stdout

    def test_is_enqueued_and_looked_at(self, release, document):
        release.write("other.pdf", documents.pdf("other"))
        listed = release.run("enqueue", "--in", document, "--dry-run", "--queue", f"sqlite://{release.folder}/q.db",
                             "--summary", "text")
        assert listed.stdout.splitlines()[0] == f"file://{document}" and "1 document would" in listed.stdout
        found = json.loads(release.run("doctor", "--in", document, "--json").stdout)
        assert any(finding["subject"].endswith(f"read file://{document}") for finding in found)

    def test_is_no_place_for_a_worker(self, release, document):
        finished = release.run("worker", "--in", document, "--out", release.out, "--queue",
                               f"sqlite://{release.folder}/q.db")
        assert finished.code == 2 and "not a folder" in finished.stderr


class TestShow:
    def test_takes_the_command_that_a_sweep_prints(self, release, document):
        out = release.folder / "ada's text"
        finished = release.run(*printed_by(release.sweep("--summary", "text", out=out)))
        assert finished.code == 0 and "a b.pdf" in finished.stdout
        output = out / "a b_raw_text.parquet"
        for names in ([output.as_uri()], [str(output)]):
            assert TEXT in release.run("show", *names).stdout
        with open(output, "rb") as file:
            cat = subprocess.run(["bash", "-c", f"cat | {release.program} show -"], stdin=file, env=release.env,
                                 capture_output=True, text=True, check=False)
        assert cat.returncode == 0 and TEXT in cat.stdout


class TestBuckets:
    def test_one_object_and_a_prefix_are_read(self, machine, s3):
        for name in ("a.pdf", "b/c.pdf", "b/notes.txt"):
            s3.put(IN + name, documents.pdf(f"text of {name}") if name.endswith("pdf") else b"x")

        def text_of(*names):
            finished = machine.run("extract", *names, env=s3.env)
            assert finished.code == 0, finished.stderr
            return finished.stdout.replace("\f", "").split("\n")[:-1]

        assert text_of(s3.place(IN + "a.pdf")) == ["text of a.pdf"]
        assert text_of(s3.place(IN + "b/")) == text_of(s3.place(IN + "b")) == ["text of b/c.pdf"]
        assert text_of(s3.place(IN)) == ["text of a.pdf", "text of b/c.pdf"]
        gone = machine.run("extract", s3.place(IN + "none.pdf"), env=s3.env)
        assert gone.code == 1 and "none.pdf" in gone.stderr

    def test_one_object_is_swept_and_shown(self, machine, s3):
        for name in ("a.pdf", "b.pdf"):
            s3.put(IN + name, documents.pdf(f"text of {name}"))
        finished = machine.run("sweep", "--in", s3.place(IN + "a.pdf"), "--out", s3.place(OUT), "--summary", "text",
                               env=s3.env)
        assert finished.code == 0, finished.stderr
        outputs = [key for key in s3.keys(OUT) if "_docmill" not in key]
        assert outputs == [OUT + "a_raw_text.parquet"]
        shown = machine.run("show", s3.place(outputs[0]), env=s3.env)
        assert shown.code == 0 and "text of a.pdf" in shown.stdout
        assert "a.pdf" in machine.run(*printed_by(finished), env=s3.env).stdout
        listed = machine.run("show", s3.place(OUT), env=s3.env)
        assert listed.code == 0 and listed.stdout.splitlines()[1].split()[:2] == ["a.pdf", "text"]
        wrong = machine.run("show", s3.place(OUT + "none.parquet"), env=s3.env)
        assert wrong.code != 0 and "nothing that docmill wrote lies there" in wrong.stderr

    @pytest.mark.parametrize("command", [["sweep", "--in", "s3://docs/a/", "--out", "{out}"],
                                         ["sweep", "--in", "{source}", "--out", "s3://docs/a/"],
                                         ["enqueue", "--in", "s3://docs/a/", "--queue", "sqlite://{folder}/q.db"],
                                         ["extract", "s3://docs/a.pdf"], ["show", "s3://docs/a.parquet"],
                                         ["queue", "stats", "--queue", "https://queues.example/1/q"]])
    def test_without_a_region_are_a_matter_of_configuration(self, machine, command):
        words = [word.format(out=machine.out, source=machine.source, folder=machine.folder) for word in command]
        finished = machine.run(*words, env={"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"})
        assert finished.code == 2 and "give --region, or set AWS_REGION" in finished.stderr


class TestDoctor:
    def places(self, machine):
        return sorted(str(path.relative_to(machine.folder)) for path in machine.folder.rglob("*"))

    def test_makes_nothing_that_it_does_not_take_back(self, machine):
        before = self.places(machine)
        finished = machine.run("doctor", "--in", machine.source, "--out", machine.folder / "a/b/out", "--queue",
                               f"sqlite://{machine.folder}/q.db")
        assert finished.code == 0, finished.stdout
        assert "there is no such file yet; the first worker or enqueue makes it" in finished.stdout
        assert self.places(machine) == before

    def test_leaves_a_folder_of_outputs_as_it_was(self, machine):
        machine.out.mkdir()
        assert machine.run("doctor", "--out", machine.out).code == 0
        assert list(machine.out.iterdir()) == []
        machine.mock("a.mock", "text one", "page")
        machine.sweep()
        before = self.places(machine)
        assert machine.run("doctor", "--out", machine.out).code == 0
        assert self.places(machine) == before

    def test_does_not_make_what_is_to_be_read(self, machine):
        finished = machine.run("doctor", "--in", "absent")
        assert finished.code == 1 and "absent: there is no such file or folder" in finished.stdout
        assert not (machine.folder / "absent").exists()

    def test_changes_no_queue(self, machine):
        file = machine.folder / "q.db"
        uri = f"sqlite://{file}"
        machine.mock("a.mock", "text one", "page")
        assert machine.run("enqueue", "--in", machine.source, "--queue", uri).code == 0
        before = file.read_bytes()
        assert machine.run("doctor", "--queue", uri + "?receives-max=3").code == 0
        assert file.read_bytes() == before

    def test_says_where_no_queue_can_be_made(self, machine):
        finished = machine.run("doctor", "--queue", f"sqlite://{machine.folder}/none/q.db")
        assert finished.code == 1 and "there is no folder" in finished.stdout


def test_samples_are_one_folder_of_documents(release):
    finished = release.run("extract", SAMPLES, "--ocr", "never", "--format", "ndjson")
    assert finished.code == 1 and "encrypted.pdf" in finished.stderr
    assert len({json.loads(line)["source"] for line in finished.stdout.splitlines()}) == 14
