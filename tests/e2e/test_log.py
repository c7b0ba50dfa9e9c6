"""The log, when nobody reads it."""

import json
import threading

from harness import PATIENCE_S, wait_until


def test_reader_who_does_not_read_holds_no_run_up(machine):
    for number in range(300):
        machine.mock(f"{number:03}.mock", "pages 5 words of a page")
    process = machine.start_sweep("--log-level", "debug", "--workers", "2")
    # The pipe of stderr takes 64 KiB; each document has some 2 KiB of lines.
    process.stdout.read()
    assert process.wait(timeout=PATIENCE_S) == 0
    assert len(machine.outputs()) == 300


def test_lines_that_are_dropped_are_counted_when_they_flow_again(machine):
    for number in range(400):
        machine.mock(f"{number:03}.mock", "pages 30 words of a page")
    machine.mock("zz.mock", "sleep 2000", "text the last", "page")
    process = machine.start_sweep("--log-level", "debug", "--workers", "2")
    wait_until(lambda: len(list(machine.out.rglob("*.parquet"))) >= 400, "all but the last document", PATIENCE_S)
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(process.stderr))
    reader.start()
    assert process.wait(timeout=PATIENCE_S) == 0
    reader.join()
    events = [json.loads(line) for line in lines]
    dropped = sum(event["lines"] for event in events if event["event"] == "log_lines_dropped")
    told = [event for event in events if event["event"] == "page_extracted"]
    assert dropped > 0 and len(told) < 30 * 400 + 1
    assert any(event["event"] == "run_finished" for event in events)
