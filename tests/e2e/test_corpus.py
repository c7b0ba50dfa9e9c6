"""Documents that nobody on this project made, with counts that may change in neither direction unnoticed.

tests/corpus/expected.json holds the counts of each folder. A run that finds others, better ones too, fails and prints
what it found: put it there in the commit that changed it.
"""

import json
import re
import shutil
import subprocess

import pypdfium2
import pytest

from conftest import machine_of
from harness import RELEASE_PROGRAM, ROOT, require_corpus

VISIBLE = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\ufffe\uffff]")
EXPECTED = json.loads((ROOT / "tests/corpus/expected.json").read_text())


def sweep_folder(name, *args):
    folder = require_corpus(name)
    for machine in machine_of(RELEASE_PROGRAM):
        machine.source.rmdir()
        shutil.copytree(folder, machine.source)
        machine.finished = machine.sweep("--summary", "json", *args)
        yield machine


@pytest.fixture(scope="module")
def robust():
    yield from sweep_folder("robust", "--ocr", "never", "--page-timeout", "20s")


@pytest.fixture(scope="module")
def digital():
    yield from sweep_folder("digital", "--ocr", "never")


@pytest.fixture(scope="module")
def decisions():
    """{folder: (the decisions in the log, pages with recognised text)}, with OCR where docmill finds it due."""
    yield {name: decisions_in(name) for name in ("robust", "digital")}


def decisions_in(name):
    for machine in sweep_folder(name, "--log-level", "debug", "--log-format", "json"):
        found = [event for event in machine.finished.events if event["event"] == "ocr_decision"]
        recognised = sum(row["pages_ocr"] or 0 for row in machine.manifest().values())
    return found, recognised


@pytest.fixture(scope="module")
def scans():
    yield from sweep_folder("ocr")


def tables(machine):
    """{document: its page rows} of every output."""
    return {name: machine.pages(name) for name in machine.outputs()}


def assert_counts(name, found):
    assert found == EXPECTED[name], f"tests/corpus/expected.json, {name}: {json.dumps(found, indent=2)}"


def kinds(machine):
    found = {}
    for row in machine.manifest().values():
        if row["error_kind"]:
            found[row["error_kind"]] = found.get(row["error_kind"], 0) + 1
    return dict(sorted(found.items()))


def test_every_robust_document_is_accounted_for(robust):
    documents = [path for path in robust.source.rglob("*") if path.suffix == ".pdf"]
    rows = robust.manifest()
    assert robust.finished.code in (0, 1)
    assert len(rows) == len(documents)
    assert {row["status"] for row in rows.values()} <= {"ok", "partial", "failed"}


def test_counts_of_robust_documents(robust):
    found = tables(robust)
    assert_counts("robust", {
        "documents": len(robust.manifest()),
        "read": len(found),
        "with_text": sum(any(row["text"].strip() for row in rows) for rows in found.values()),
        "pages": sum(map(len, found.values())),
        "error_kinds": kinds(robust),
    })


def test_no_robust_document_kills_its_child(robust):
    perhaps = {"crashed", "sandbox_violation", "bad_child_output", "page_timeout", "document_timeout"}
    assert {name: row["error_message"] for name, row in robust.manifest().items() if row["error_kind"] in perhaps} == {}


def test_every_robust_text_is_clean(robust):
    for name, rows in tables(robust).items():
        for row in rows:
            assert not re.search("[\0\u00ad\ud800-\udfff\ufb00-\ufb06\r]", row["text"]), name
            assert row["char_count"] == len(row["text"])


def test_counts_of_digital_documents(digital):
    found = {name: {"pages": len(rows), "characters": sum(row["char_count"] for row in rows)}
             for name, rows in tables(digital).items()}
    assert_counts("digital", found)


def test_digital_text_is_as_long_as_pdfium_says(digital):
    """pypdfium2, another caller of the same parser: what cleaning and annotations change stays below 2 %.

    Not where glyph numbers were read, of which PDFium gives many as control characters: test_trust.py reads those.
    """
    for path in sorted(digital.source.glob("*.pdf")):
        with pypdfium2.PdfDocument(path) as document:
            pages = [len(VISIBLE.findall(page.get_textpage().get_text_range())) for page in document]
        rows = digital.pages(f"{path.stem}_raw_text.parquet")
        assert len(rows) == len(pages)
        if any("text_repaired" in row["warnings"] for row in rows):
            continue
        found = sum(len(VISIBLE.findall(row["text"])) for row in rows)
        assert abs(found - sum(pages)) <= 0.02 * sum(pages), path.name


def test_pages_whose_own_text_is_doubted_are_those_of_fonts_without_a_map(digital, robust):
    """expected.json says why of each document; no page of digital/, whose fonts have maps or were repaired."""
    doubts = {"unmapped_glyphs", "glyph_numbers", "private_use", "replacement_characters", "control_characters",
              "wrong_bytes", "impossible_letters", "text_contradicted", "text_unchecked"}
    found = set()
    for machine in (digital, robust):
        for name, rows in tables(machine).items():
            for row in rows:
                assert (row["text_trust"] is None) == (row["text_source"] == "none"), name
                if doubts & set(row["warnings"]) or (row["text_trust"] or 1) < 0.9 or row["text_trust"] == 0:
                    found.add(name.removesuffix("_raw_text.parquet") + ".pdf")
    assert found == set(EXPECTED["doubted"]), found ^ set(EXPECTED["doubted"])


def mean_word_length(text):
    words = text.split()
    return sum(map(len, words)) / len(words) if words else None


def pages_of_others(path):
    """Page by page what two other readers give, where they give it."""
    commands = (["pdftotext", "-q", path, "-"], ["mutool", "draw", "-q", "-F", "txt", "-o", "-", path])
    texts = [subprocess.run(command, capture_output=True, check=False).stdout.decode(errors="replace")
             for command in commands]
    return zip(*(text.split("\f") for text in texts), strict=False)


def has_other_words(text, others):
    """Whether the words are 1.15 times as long, or as short, as those of both others."""
    ours, *theirs = map(mean_word_length, (text, *others))
    return ours and all(theirs) and (ours > 1.15 * max(theirs) or 1.15 * ours < min(theirs))


@pytest.mark.skipif(not (shutil.which("pdftotext") and shutil.which("mutool")), reason="poppler-utils, mupdf-tools")
def test_words_are_as_long_as_two_other_readers_have_them(digital, robust):
    """expected.json lists the documents where the others are wrong, or both are no measure, and says why."""
    found = set()
    for machine in (digital, robust):
        for path in machine.source.rglob("*.pdf"):
            output = machine.out / path.relative_to(machine.source).with_name(f"{path.stem}_raw_text.parquet")
            rows = machine.pages(output) if output.exists() else []
            if any(has_other_words(row["text"], others)
                   for row, others in zip(rows, pages_of_others(path), strict=False)):
                found.add(path.name)
    assert found == set(EXPECTED["other_words"]), sorted(found)


def test_pages_that_are_recognised_are_few_and_each_has_a_reason(decisions):
    """OCR costs a hundred times what text costs. A count that falls is a gain to be kept, if no text is lost."""
    for name, (found, recognised) in decisions.items():
        reasons = [event["reason"] for event in found]
        assert_counts(f"{name}_ocr", {reason: reasons.count(reason) for reason in sorted(set(reasons))})
        due = [event for event in found if event["ocr"]]
        assert {event["reason"] for event in due} <= {"ink", "missed_text", "untrusted"}
        assert recognised <= len(due)
        assert len({(event["document"], event["page"]) for event in found}) == len(found)


def test_counts_of_scans(scans):
    found = tables(scans)
    assert_counts("ocr", {
        "documents": len(scans.manifest()),
        "with_text": sum(any(row["text"].strip() for row in rows) for rows in found.values()),
        "pages": sum(map(len, found.values())),
        "pages_ocr": sum(row["text_source"] == "ocr" for rows in found.values() for row in rows),
        "error_kinds": kinds(scans),
    })


@pytest.mark.parametrize("name", ["linn.png.raw_text.parquet", "linn_raw_text.parquet"])
def test_words_of_a_scan_are_the_true_ones(scans, name):
    truth = re.findall(r"\w+", (scans.source / "linn.txt").read_text())
    found = re.findall(r"\w+", " ".join(row["text"] for row in scans.pages(name)))
    missing = [word for word in truth if word not in set(found)]
    assert len(missing) <= 0.05 * len(truth), missing
