"""The commands beside sweep, help, and where settings come from."""

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import termios

import pytest

import documents
from harness import require_corpus, wait_until

COMMANDS = ["sweep", "enqueue", "queue", "extract", "show", "config", "version"]


def swept(release, sample="text.pdf"):
    release.copy(sample)
    assert release.sweep().code == 0
    return next(release.out.glob("*.parquet"))


class TestHelp:
    def test_lists_every_command(self, release):
        for args in (["--help"], ["help"], ["-h"]):
            finished = release.run(*args)
            assert finished.code == 0 and finished.stderr == ""
            for command in COMMANDS:
                assert re.search(rf"^ +{command}\b", finished.stdout, re.MULTILINE)

    @pytest.mark.parametrize("command", COMMANDS)
    def test_of_a_command_is_the_same_in_every_way_of_asking(self, release, command):
        finished = release.run(command, "--help")
        assert finished.code == 0 and f"docmill {command}" in finished.stdout
        assert release.run("help", command).stdout == finished.stdout

    def test_of_sweep_names_flags_variables_and_defaults(self, release):
        text = release.run("sweep", "--help").stdout
        for word in ("--in", "--out", "--workers", "--ocr", "--ocr-languages", "--passwords-file", "--retry-failed",
                     "--force", "--sandbox", "--page-timeout", "--child-memory", "--summary", "--log-format",
                     "OCR_DPI", "BATCH_SIZE", "MIN_TEXT_LEN", "SKIP_IF_EXISTS", "LOG_LEVEL", "200", "1GiB"):
            assert word in text, word

    @pytest.mark.parametrize("args, said", [
        ([], "docmill sweep"),
        (["sweeep"], "sweep"),
        (["extrct", "x.pdf"], "extract"),
        (["version", "--jsno"], "--json"),
        (["show"], "FILE"),
        (["extract"], "FILE"),
    ])
    def test_mistake_is_answered_with_the_nearest(self, release, args, said):
        finished = release.run(*args)
        assert finished.code == 2 and said in finished.stderr and finished.stdout == ""


class TestVersion:
    def test_names_docmill_and_its_libraries(self, release):
        found = json.loads(release.run("version", "--json").stdout)
        assert re.fullmatch(r"\d+\.\d+\.\d+\S*", found["docmill"])
        assert {"arrow", "pdfium", "tesseract"} <= {name.lower() for name in found["libraries"]}
        plain = release.run("version").stdout
        assert plain.startswith(f"docmill {found['docmill']}") and "pdfium" in plain


class TestConfig:
    def test_says_where_each_value_comes_from(self, release):
        file = release.folder / "settings.json"
        file.write_text(json.dumps({"batch_size": 7, "ocr_dpi": 99, "min_text_len": 5, "workers": 3}))
        (release.folder / "settings.env").write_text("OCR_DPI=150\nMIN_TEXT_LEN=6\nDOCMILL_WORKERS=2\n")
        found = release.run("config", "--config", file, "--env-file", "settings.env", "--workers", "1",
                            env={"MIN_TEXT_LEN": "8"})
        assert found.code == 0
        in_force = {line.split()[0]: line.split(maxsplit=2)[1:] for line in found.stdout.splitlines()
                    if len(line.split()) > 2}
        for name, value, origin in [("workers", "1", "flag"), ("min-text-len", "8", "environment MIN_TEXT_LEN"),
                                    ("ocr-dpi", "150", "settings.env"), ("batch-size", "7", "settings.json"),
                                    ("ocr", "auto", "default")]:
            assert in_force[name][0] == value and origin in in_force[name][1]

    def test_unknown_key_is_answered_with_the_nearest(self, release):
        file = release.folder / "settings.json"
        file.write_text('{"batchsize": 7}')
        finished = release.run("config", "--config", file)
        assert finished.code == 2 and "batch_size" in finished.stderr

    def test_unknown_variable_is_a_warning_with_the_nearest(self, release):
        finished = release.run("config", env={"DOCMILL_PORT": "tcp://10.0.0.1:80", "DOCMILL_WORKER": "2"})
        (event,) = finished.events
        assert finished.code == 0 and event["event"] == "unknown_variables" and event["level"] == "warning"
        assert "DOCMILL_PORT" in event["message"] and "the nearest is DOCMILL_WORKERS" in event["message"]

    def test_prints_no_password(self, release):
        file = release.folder / "passwords"
        file.write_text("open sesame\n")
        finished = release.run("config", "--passwords-file", file)
        assert finished.code == 0 and "sesame" not in finished.stdout + finished.stderr


class TestExtract:
    def test_text_goes_to_stdout_with_a_form_feed_after_each_page(self, release):
        finished = release.run("extract", release.copy("text.pdf"))
        assert finished.code == 0
        pages = finished.stdout.split("\f")
        assert len(pages) == 4 and pages[3].strip() == ""
        assert pages[0].startswith("Hollow Oak Joinery") and pages[2].lstrip().startswith("Care of ash furniture")

    def test_gives_the_text_that_sweep_writes(self, release):
        source = release.copy("form.pdf")
        release.sweep()
        ((document),) = json.loads(release.run("extract", source, "--format", "json").stdout)
        assert [page["text"] for page in document["pages"]] == [
            row["text"] for row in release.pages("form_raw_text.parquet")]

    def test_pages_are_chosen_by_number(self, release):
        source = release.write("a.pdf", documents.pdf(*(f"text of page number {n}" for n in range(1, 10))))
        finished = release.run("extract", source, "--pages", "2-4,9", "--format", "ndjson")
        assert finished.code == 0
        rows = [json.loads(line) for line in finished.stdout.splitlines()]
        assert [row["page_number"] for row in rows] == [2, 3, 4, 9]
        assert [row["text"] for row in rows] == [f"text of page number {n}" for n in (2, 3, 4, 9)]

    @pytest.mark.parametrize("pages", ["0", "4-2", "x", "1,,2", ""])
    def test_page_lists_that_are_none_are_refused(self, release, pages):
        finished = release.run("extract", release.copy("text.pdf"), "--pages", pages)
        assert finished.code == 2 and "--pages" in finished.stderr

    def test_goes_on_after_a_document_that_fails(self, release):
        good, bad = release.copy("text.pdf"), release.copy("encrypted.pdf")
        finished = release.run("extract", bad, good, "--format", "ndjson")
        assert finished.code == 1
        assert sum("page_number" in json.loads(line) for line in finished.stdout.splitlines()) >= 3
        assert "encrypted" in finished.stdout + finished.stderr

    def test_file_that_does_not_exist_is_named(self, release):
        finished = release.run("extract", release.folder / "nowhere.pdf")
        assert finished.code in (1, 2) and "nowhere.pdf" in finished.stderr

    def test_scan_is_recognised(self, release):
        finished = release.run("extract", release.copy("scan.pdf"))
        assert "cubic metres" in finished.stdout


class TestPasswords:
    """Typed on a terminal: samples/encrypted.pdf opens with "docmill"."""

    def typed(self, release, *lines):
        """The exit code of an extraction, its results, and what the terminal showed."""
        source = release.copy("encrypted.pdf")
        results = release.folder / "text"
        pid, terminal = pty.fork()
        if pid == 0:
            os.dup2(os.open(results, os.O_WRONLY | os.O_CREAT, 0o644), 1)
            os.execve(release.program, [str(release.program), "extract", str(source), "--passwords"], release.env)
        shown = b""
        for line in lines:
            while not shown.rstrip().endswith(b":"):
                shown += os.read(terminal, 1024)
            # Echo is switched off after the question: what is typed before that would be shown, as everywhere.
            wait_until(lambda: not termios.tcgetattr(terminal)[3] & termios.ECHO, "a terminal that shows nothing")
            os.write(terminal, line)
            shown += b"|"
        with contextlib.suppress(OSError):  # EIO at the end
            while piece := os.read(terminal, 1024):
                shown += piece
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), results.read_text(), shown.decode()

    def test_open_a_document_and_are_not_shown(self, release):
        code, text, shown = self.typed(release, b"wrong-one\n", b"docmill\n", b"\n")
        assert code == 0 and text.strip()
        assert shown.startswith("Password: ") and "wrong-one" not in shown and "docmill\r" not in shown

    def test_interrupted_leave_a_terminal_that_shows_what_is_typed(self, release):
        code, text, _ = self.typed(release, b"\x03")
        assert code == -signal.SIGINT and text == ""

    def test_need_a_terminal(self, release):
        finished = subprocess.run([release.program, "extract", release.copy("encrypted.pdf"), "--passwords"],
                                  env=release.env, capture_output=True, text=True, start_new_session=True, check=False)
        assert finished.returncode == 2 and "--passwords-file" in finished.stderr

    def test_in_a_file_may_stand_behind_a_byte_order_mark(self, release):
        faults = require_corpus("faults")
        finished = release.run("extract", faults / "passwords_with_bom.pdf", "--passwords-file",
                               faults / "passwords_with_bom.txt")
        assert finished.code == 0 and "Notice to mariners number nine" in finished.stdout


class TestQuiet:
    def test_says_nothing_of_a_good_run_and_warns_of_a_bad_document(self, release):
        release.copy("text.pdf")
        finished = release.sweep("--quiet")
        assert (finished.code, finished.stdout, finished.stderr) == (0, "", "")
        release.copy("encrypted.pdf")
        finished = release.sweep("-q")
        assert (finished.code, finished.stdout) == (1, "")
        assert [event["event"] for event in finished.events] == ["document_with_errors"]
        assert json.loads(release.sweep("-q", "--summary", "json").stdout)["documents"] == 2


class TestShow:
    def test_page_is_printed_with_its_text(self, release):
        finished = release.run("show", swept(release), "--page", "2")
        assert finished.code == 0
        assert "Terms of delivery" in finished.stdout and "Hollow Oak Joinery, 14" not in finished.stdout

    def test_whole_file_is_printed(self, release):
        finished = release.run("show", swept(release))
        assert "Hollow Oak Joinery, 14" in finished.stdout and "Care of ash furniture" in finished.stdout

    def test_manifest_is_shown_too(self, release):
        swept(release)
        (run,) = (release.out / "_docmill/runs").glob("*.parquet")
        finished = release.run("show", run)
        assert finished.code == 0 and "text.pdf" in finished.stdout

    def test_control_characters_are_escaped(self, machine):
        machine.mock("a.mock", "text red \x1b[31malert\x1b[0m and bell \x07 rings", "page")
        machine.sweep()
        finished = machine.run("show", machine.out / "a.mock.raw_text.parquet")
        assert "alert" in finished.stdout and "\x1b" not in finished.stdout and "\x07" not in finished.stdout

    @pytest.mark.parametrize("content", [b"", b"PAR1 not really PAR1", b"%PDF-1.4"])
    def test_file_that_is_no_parquet_is_refused_with_a_reason(self, release, content):
        file = release.folder / "strange.parquet"
        file.write_bytes(content)
        finished = release.run("show", file)
        assert finished.code in (1, 2) and "strange.parquet" in finished.stderr

    def test_page_past_the_end_is_refused(self, release):
        finished = release.run("show", swept(release), "--page", "9")
        assert finished.code in (1, 2) and "page 9" in finished.stderr
