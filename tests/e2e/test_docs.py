"""What the documents say of the tree is true."""

import re

import duckdb
import pytest

import documents
from harness import ROOT


def test_architecture_lists_every_room():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    listed = set(re.findall(r"^\| `src/([^`]*)/` \|", text, re.MULTILINE))
    rooms = {str(path.relative_to(ROOT / "src")) for path in (ROOT / "src").rglob("*") if path.is_dir()}
    assert listed == rooms


def test_links_between_documents_lead_somewhere():
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_files_that_documents_name_are_there():
    named = {(document.name, path) for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
             for path in re.findall(r"\b(?:src|tools|tests|setup)/[\w./]*\.(?:h|cpp|py|txt|json|sh)\b", document.read_text())}
    assert len(named) > 50
    assert not [f"{document}: {path}" for document, path in sorted(named) if not (ROOT / path).exists()]


def test_threads_are_started_in_one_place():
    """The others would not survive a system that grants no more."""
    start = re.compile(r"std::(?:jthread|thread)\s*[({]|std::(?:jthread|thread) \w+\s*[({]|std::async|emplace_back\(\[this\]")
    sources = [path for path in (ROOT / "src").rglob("*.*") if path.suffix in (".cpp", ".h")]
    starting = {str(path.relative_to(ROOT)) for path in sources if start.search(path.read_text())}
    assert starting == {"src/base/concurrency.cpp"}


def test_operations_list_every_event_of_the_log():
    text = (ROOT / "docs/operations.md").read_text()
    section = text[text.index("\n## Log\n"):text.index("\n## History\n")]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    at_debug = section[section.index("With `--log-level debug`"):]
    listed = set(re.findall(r"`([a-z_]+)`", " ".join(rows) + at_debug))
    # Some are handed to functions that tell them once.
    call = re.compile(r'(?:log::(?:debug|info|warning|error)|line_now|tell|do_without)\((?:[\w:]+, )?(?:[^";]*\? "([a-z_]+)" :)?\s*"([a-z_]+)"')
    logged = {name for path in (ROOT / "src").rglob("*.cpp") for found in call.findall(path.read_text())
              for name in found if name}
    assert listed == logged


UNITS = {"": 1, "bytes": 1, "pixels": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
         "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000}
CHRONO = {"milliseconds": "ms", "seconds": "s", "minutes": "min", "hours": "h"}


def constant(where, name):
    """The number that a source gives a name, in bytes or milliseconds; of a member (Class::name) the default."""
    text = (ROOT / where).read_text()
    if "::" in name:
        owner, name = name.split("::")
        text = re.split(rf"\b(?:struct|class) {owner}\b", text, maxsplit=1)[1]
    found = re.search(rf"^(.*)\b{name}\s*(?:= ?([^;,)]+)[;,)]|\{{([^;}}]+)\}}[;,])", text, re.MULTILINE)
    assert found, f"{where} defines no {name}"
    declaration, assigned, braced = found.groups()
    number = re.sub(r"std::\w+\{(\d[\d']*)\}", r"\1", assigned or braced).replace("'", "")
    number = re.sub(r"(?<=\d)(?:ULL|UL|U)\b", "", number)
    number = re.sub(r"(?<=\d)(ms|s|min|h)\b", r" * \1", number)
    assert re.fullmatch(r"(?:\d+|[KMG]iB|ms|s|min|h)(?: (?:\*|<<) (?:\d+|[KMG]iB|ms|s|min|h))*", number), \
        f"{where}: {name} is {number}"
    value = eval(number, dict(UNITS))  # pylint: disable=eval-used
    in_unit = [CHRONO[word] for word in re.findall(r"chrono::(\w+)", declaration)[-1:] if not assigned]
    return value * (UNITS[in_unit[0]] if in_unit else 1)


def rows_of_bounds():
    """(name, file, number) of every row of docs/bounds.md."""
    text = (ROOT / "docs/bounds.md").read_text()
    rows = re.findall(r"^\| `([\w:]+)` \| ([\d,]+) \| (\w*) \| `([^`]+)` \|", text, re.MULTILINE)
    assert len(rows) == sum(line.startswith("| `") for line in text.splitlines())
    return [(name, where, int(value.replace(",", "")) * UNITS[unit]) for name, value, unit, where in rows]


def test_bounds_are_those_of_the_code():
    rows = rows_of_bounds()
    assert len(rows) > 100
    told = {(where, name): number for name, where, number in rows}
    assert len(told) == len(rows), "a constant has two rows"
    assert told == {(where, name): constant(where, name) for where, name in told}


def test_architecture_stays_short():
    assert len((ROOT / "ARCHITECTURE.md").read_text().splitlines()) <= 200


# What a page says of a number, as (page, text around it, file, constant). {} is the number with its unit.
TOLD = [
    ("ARCHITECTURE.md", "the first {} of a file", "src/document/format.h", "sniff_size_bytes"),
    ("ARCHITECTURE.md", "of a file named as a PDF at {},", "src/document/format.h", "named_pdf_junk_size_bytes_max"),
    ("ARCHITECTURE.md", "into memory up to {}", "src/base/blob.h", "small_blob_size_bytes_max"),
    ("docs/errors.md", "is tried up to {} times", "src/net/retry.h", "Backoff::attempts_max"),
    ("docs/errors.md", "a backoff from {} and", "src/net/retry.h", "Backoff::first"),
    ("docs/errors.md", "done; {} such documents", "src/mill/sweep.cpp", "refused_max"),
    ("docs/processes.md", "of a sweep {} a slot", "src/cli/sweep_command.cpp", "documents_in_flight_per_slot"),
    ("docs/processes.md", "a slot, at most {};", "src/cli/sweep_command.h", "documents_in_flight_max"),
    ("docs/processes.md", "a file of the page, at most {};", "src/sandbox/wire/frame.h", "file_piece_size_bytes_max"),
    ("docs/processes.md", "up to {} pages of a document", "src/sandbox/document_plan.h", "unit_pages_max"),
    ("docs/processes.md", "in pieces of up to {}.", "src/sandbox/document_plan.h", "ocr_unit_pages_max"),
    ("docs/processes.md", "tried again every {}, 20", "src/sandbox/supervision.cpp", "fork_retry_interval"),
    ("docs/processes.md", "ms, {} times in a row", "src/sandbox/supervision.cpp", "forks_failed_in_a_row_max"),
    ("docs/processes.md", "wait in the queue ({})", "src/mill/sweep.cpp", "queued_documents_max"),
    ("docs/processes.md", "Documents of up to {} that", "src/sandbox/scheduler.cpp", "small_document_size_bytes_max"),
    ("docs/processes.md", "up to {} in a list", "src/sandbox/sandbox.h", "SandboxSettings::documents_per_child_max"),
    ("docs/processes.md", "waits {} for 16", "src/sandbox/scheduler.cpp", "gathering_time"),
    ("docs/processes.md", "ms for {} of them", "src/sandbox/scheduler.cpp", "documents_worth_a_fork"),
    ("docs/processes.md", "of them, or for {}", "src/sandbox/scheduler.cpp", "bytes_worth_a_fork"),
    ("docs/processes.md", "When {} wait there", "src/sandbox/task.h", "window_size_bytes_max"),
    ("docs/processes.md", "what children wrote every {},", "src/sandbox/supervision.cpp", "frames_interval"),
    ("docs/processes.md", "Every {} it checks each", "src/sandbox/supervision.cpp", "limits_interval"),
    ("docs/processes.md", "refused from {} times as many", "src/extract/image/image.h", "reduction_max"),
    ("docs/security.md", "up to {} small ones", "src/sandbox/sandbox.h", "SandboxSettings::documents_per_child_max"),
    ("docs/security.md", "kept up to {} and", "src/sandbox/child.h", "stderr_size_bytes_max"),
    ("docs/security.md", "message of at most {} of UTF-8", "src/sandbox/wire/frame.h", "error_message_size_bytes_max"),
    ("docs/services.md", "policy of `src/net/retry.h`: up to {} attempts", "src/net/retry.h", "Backoff::attempts_max"),
    ("docs/services.md", "looks every {} whether", "src/queue/sqlite_queue.cpp", "look_interval"),
    ("docs/writing.md", "one PUT; above {} as a multipart", "src/store/s3_writer.cpp", "single_put_size_bytes_max"),
    ("docs/writing.md", "An object above {} is", "src/store/s3_read.cpp", "whole_size_bytes_max"),
    ("docs/writing.md", "After {} rounds the error", "src/mill/process.cpp", "write_rounds_max"),
]
WORDS = {"five": 5, "eight": 8, "ten": 10}


@pytest.mark.parametrize("page, words, where, name", TOLD, ids=[f"{page}:{name}" for page, _, _, name in TOLD])
def test_a_number_that_a_page_tells_is_that_of_the_code(page, words, where, name):
    text = " ".join((ROOT / page).read_text().split())
    before, after = map(re.escape, words.split("{}"))
    found = re.findall(rf"{before}([\d,]+|[a-z]+)(?: (bytes|[KMG]iB|ms|s|min|h))?{after}", text)
    assert len(found) == 1, f"{page} does not say: {words}"
    [(number, unit)] = found
    value = WORDS[number] if number in WORDS else int(number.replace(",", ""))
    assert value * UNITS[unit] == constant(where, name)


def queries_of_the_manual():
    text = (ROOT / "README.md").read_text() + (ROOT / "docs/usage.md").read_text()
    return re.findall(r"^    (?:CREATE|SELECT)[^;]*;", text, re.MULTILINE)


def test_queries_of_the_manual_run_and_leave_stale_outputs_out(release, monkeypatch):
    for name in ("a.pdf", "b.pdf"):
        release.write(name, documents.pdf(f"the words of {name}, TOTAL 15.00"))
    assert release.sweep().code == 0
    release.write("b.pdf", b"junk")
    assert release.sweep().code == 1
    assert release.sweep().code == 1
    monkeypatch.chdir(release.folder)
    connection = duckdb.connect()
    results = {query: connection.sql(query) for query in queries_of_the_manual()}
    assert len(results) >= 5
    assert connection.sql("SELECT text FROM pages").fetchall() == [("the words of a.pdf, TOTAL 15.00",)]
    for query, result in results.items():
        assert result is None or result.fetchall() is not None, query
