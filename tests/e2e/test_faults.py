"""What goes wrong in extraction children and zygotes costs the page it happens on, nothing else."""

import os
import signal
import threading

import pytest

from harness import PARENT_MEMORY_KIB_MAX, PATIENCE_S, PeakMemory, error_kinds, texts, wait_until

# One line of a mock document, and the error kind that its page gets.
FAULTS = [
    ("segv", "crashed"),
    ("abort", "crashed"),
    ("trap", "crashed"),
    ("bus", "crashed"),
    ("ill", "crashed"),
    ("fpe", "crashed"),
    ("exit 3", "crashed"),
    ("spin 600000", "page_timeout"),
    ("sleep 600000", "page_timeout"),
    ("stop", "page_timeout"),
    ("alloc 2000", "out_of_memory"),
    ("raw_output", "bad_child_output"),
    ("lie_schema", "bad_child_output"),
    ("flood 300", "bad_child_output"),
    ("short", "bad_child_output"),
    ("exit_early", "bad_child_output"),
    ("syscall execve", "sandbox_violation"),
    ("syscall io_uring_setup", "sandbox_violation"),
]


class TestOnePage:
    @pytest.mark.parametrize("action, kind", FAULTS, ids=[action for action, _ in FAULTS])
    def test_costs_its_page_alone(self, machine, action, kind):
        machine.mock("a.mock", "text before the fault", "page", action, "page", "text after the fault", "page")
        machine.mock("b.mock", "text of the next document", "page")
        # Only a page that hangs may meet the timeout: on a busy machine the others take their time as well.
        page_timeout = "400ms" if kind == "page_timeout" else "30s"
        process = machine.start_sweep("--workers", "1", "--page-timeout", page_timeout, "--child-memory", "256MiB")
        memory = PeakMemory(process.pid)
        process.communicate(timeout=PATIENCE_S)
        memory.join()
        assert process.returncode == 1
        rows = machine.pages("a.mock.raw_text.parquet")
        assert error_kinds(rows) == [None, kind, None]
        assert texts(rows) == ["before the fault", "", "after the fault"]
        assert rows[1]["error_message"]
        assert texts(machine.pages("b.mock.raw_text.parquet")) == ["of the next document"]
        row = machine.manifest()["a.mock"]
        assert (row["status"], row["error_kind"], row["pages_failed"]) == ("partial", kind, 1)
        assert machine.manifest()["b.mock"]["status"] == "ok"
        assert memory.peak_kib < PARENT_MEMORY_KIB_MAX
        machine.assert_nothing_left()

    def test_crash_names_the_signal(self, machine):
        machine.mock("a.mock", "text enough words for a page", "page", "segv", "page")
        machine.sweep()
        assert "SIGSEGV" in machine.pages("a.mock.raw_text.parquet")[1]["error_message"]

    def test_page_that_gives_too_much_is_limit_output(self, machine):
        machine.mock("a.mock", "text before", "page", "text " + "x" * 20_000, "page", "text after", "page")
        assert machine.sweep("--page-output-max", "8KiB").code == 1
        assert error_kinds(machine.pages("a.mock.raw_text.parquet")) == [None, "limit_output", None]

    def test_error_of_a_page_is_its_row(self, machine):
        machine.mock("a.mock", "text before", "page", "error corrupt", "page", "text after", "page")
        assert machine.sweep().code == 1
        assert error_kinds(machine.pages("a.mock.raw_text.parquet")) == [None, "corrupt", None]

    @pytest.mark.parametrize("kind", ["corrupt", "encrypted", "empty"])
    def test_document_that_does_not_open_is_failed(self, machine, kind):
        machine.mock("a.mock", f"open_error {kind}", "text never seen", "page")
        machine.mock("b.mock", "text of the next document", "page")
        assert machine.sweep().code == 1
        rows = machine.manifest()
        assert (rows["a.mock"]["status"], rows["a.mock"]["error_kind"]) == ("failed", kind)
        assert rows["b.mock"]["status"] == "ok"
        assert list(machine.outputs()) == ["b.mock.raw_text.parquet"]

    def test_first_and_last_page_may_crash(self, machine):
        machine.mock("a.mock", "segv", "page", "text in the middle", "page", "abort", "page")
        machine.sweep()
        assert error_kinds(machine.pages("a.mock.raw_text.parquet")) == ["crashed", None, "crashed"]

    def test_fault_while_a_page_is_recognised(self, machine):
        machine.mock("a.mock", "needs_ocr", "text recognised", "page", "text native", "needs_ocr", "segv", "page",
                     "needs_ocr", "text recognised too", "page")
        machine.sweep()
        rows = machine.pages("a.mock.raw_text.parquet")
        assert error_kinds(rows) == [None, "crashed", None]
        assert [row["text_source"] for row in rows][::2] == ["ocr", "ocr"]
        assert rows[1]["text"] == "native"  # the safe profile keeps what can be had without OCR


class TestManyPages:
    def test_document_with_too_many_bad_pages_is_given_up(self, machine):
        crashes = ["segv", "page"] * 3
        machine.mock("a.mock", "text before", "page", *crashes, *["text never read", "page"] * 30)
        machine.sweep("--bad-pages-max", "3", "--workers", "1")
        rows = machine.pages("a.mock.raw_text.parquet")
        assert len(rows) == 34
        assert error_kinds(rows) == [None] + ["crashed"] * 33

    def test_document_timeout_keeps_what_was_read(self, machine):
        machine.mock("a.mock", "text before", "page", "sleep 600000", "page", "text never read", "page")
        machine.sweep("--document-timeout-base", "5s", "--document-timeout-per-page", "0")
        assert error_kinds(machine.pages("a.mock.raw_text.parquet")) == [None] + ["document_timeout"] * 2

    def test_clock_of_a_page_starts_anew_on_each_page(self, machine):
        machine.mock("a.mock", *["sleep 1500", "text in time", "page"] * 5)
        assert machine.sweep("--page-timeout", "6s", "--workers", "1").code == 0

    def test_page_limit_makes_a_partial_document(self, machine):
        machine.mock("a.mock", "pages 12 page number")
        assert machine.sweep("--pages-max", "10").code == 1
        assert len(machine.pages("a.mock.raw_text.parquet")) == 10
        row = machine.manifest()["a.mock"]
        assert (row["status"], row["error_kind"], row["page_count"]) == ("partial", "limit_pages", 12)

    def test_pages_of_a_large_document_arrive_in_order(self, machine):
        machine.mock("a.mock", "pages 3000 this is page")
        assert machine.sweep("--workers", "4").code == 0
        rows = machine.pages("a.mock.raw_text.parquet")
        assert texts(rows) == [f"this is page {number}" for number in range(1, 3001)]

    def test_memory_does_not_grow_with_the_pages(self, machine):
        machine.mock("a.mock", "pages 40000 " + "words of a page of some length " * 30)
        process = machine.start_sweep("--workers", "4")
        memory = PeakMemory(process.pid)
        process.communicate(timeout=PATIENCE_S)
        memory.join()
        assert process.returncode == 0
        assert memory.peak_kib < PARENT_MEMORY_KIB_MAX

    def test_pages_that_are_given_up_together_do_not_lie_in_memory(self, machine):
        machine.mock("a.mock", "text before", "page", "segv", "pages 49998 never read")
        process = machine.start_sweep("--bad-pages-max", "1", "--workers", "1")
        memory = PeakMemory(process.pid)
        process.communicate(timeout=PATIENCE_S)
        memory.join()
        assert process.returncode == 1
        assert error_kinds(machine.pages("a.mock.raw_text.parquet")) == [None] + ["crashed"] * 49999
        assert memory.peak_kib < PARENT_MEMORY_KIB_MAX

    def test_descriptors_do_not_pile_up(self, machine):
        for number in range(400):
            machine.mock(f"{number:03}.mock", "text enough words for a page", "page", "segv", "page")
        # No log: nobody empties the pipe of stderr while descriptors are counted.
        process = machine.start_sweep("--workers", "2", "--quiet", env={"LOG_LEVEL": "error"})
        counts = []
        while process.poll() is None:
            try:
                counts.append(len(os.listdir(f"/proc/{process.pid}/fd")))
            except (FileNotFoundError, PermissionError):
                break
            threading.Event().wait(0.02)
        process.communicate()
        assert process.returncode == 1 and len(machine.outputs()) == 400
        # Each of the 256 documents in flight has its bytes, its output and that one's folder open.
        assert max(counts) < 256 * 3 + 50
        machine.assert_nothing_left()


class TestStderr:
    def test_flood_of_a_child_is_cut_and_escaped(self, machine):
        machine.mock("a.mock", "stderr 4096", "text still arrives", "page")
        finished = machine.sweep(env={"LOG_LEVEL": "debug"})
        assert finished.code == 0
        assert texts(machine.pages("a.mock.raw_text.parquet")) == ["still arrives"]
        assert len(finished.stderr) < 256 * 1024
        assert finished.events  # each line of it is JSON


class TestKilledProcesses:
    def start(self, machine, *before):
        for number in range(12):
            machine.mock(f"{number:02}.mock", *before, "sleep 500", "text enough words for a page", "page")
        process = machine.start_sweep("--workers", "2")
        return process, machine.busy_child(process)

    def assert_all_read(self, machine, process):
        _, stderr = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, stderr
        assert {row["status"] for row in machine.manifest().values()} == {"ok"}
        machine.assert_nothing_left()

    @pytest.mark.parametrize("before", [[], ["needs_ocr"]], ids=["native", "ocr"])
    def test_zygote_is_replaced_and_no_document_charged(self, machine, before):
        process, child = self.start(machine, *before)
        child.parent().kill()
        self.assert_all_read(machine, process)

    def test_child_that_somebody_kills_is_tried_again(self, machine):
        process, child = self.start(machine)
        child.kill()
        self.assert_all_read(machine, process)

    def test_nothing_survives_the_death_of_the_parent(self, machine):
        process, _ = self.start(machine)
        assert machine.extractors()
        process.kill()
        process.communicate()
        wait_until(lambda: not machine.extractors(), "zygotes and children to end with their parent")

    def test_stopped_child_is_killed(self, machine):
        machine.mock("a.mock", "text enough words for a page", "page")
        machine.mock("b.mock", "sleep 4000", "text enough words for a page", "page")
        process = machine.start_sweep("--workers", "1", "--page-timeout", "10s")
        machine.busy_child(process).send_signal(signal.SIGSTOP)
        self.assert_all_read(machine, process)
