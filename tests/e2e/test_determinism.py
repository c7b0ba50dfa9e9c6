"""Output is a function of bytes, source, recipe and version: not of workers, order or chance."""

import pytest

import documents
from harness import texts


@pytest.fixture
def folder(machine):
    machine.copy("text.pdf")
    machine.copy("form.pdf")
    machine.copy("scan.pdf")
    machine.copy("pages.tiff")
    machine.copy("receipts/receipt.png")
    machine.write("long.pdf", documents.pdf(*(f"this is page {number} of a long document" for number in range(120))))
    machine.mock("crash.mock", "text before", "page", "segv", "page", "text after", "page")
    machine.mock("wild.mock", "pages 40 page", "abort", "page", "pages 40 again", "flood 40", "page", "exit 3", "page")
    machine.mock("mixed.mock", *["text native page of text", "page", "needs_ocr", "text recognised", "page"] * 20)
    return machine


def test_outputs_do_not_depend_on_the_number_of_workers(folder):
    expected = None
    for workers in (1, 4, 2):
        out = folder.folder / f"out-{workers}"
        assert folder.sweep("--workers", workers, out=out).code == 1
        found = folder.outputs(out)
        assert len(found) == 9
        expected = expected or found
        assert [name for name in expected if found[name] != expected[name]] == []
    assert texts(folder.pages("long_raw_text.parquet", folder.folder / "out-4"))[119].startswith("this is page 119 ")


def test_outputs_do_not_depend_on_what_was_done_before(folder):
    """A document alone gives the bytes that it gives among others: recognisers forget, children share nothing."""
    together, alone = folder.folder / "together", folder.folder / "alone"
    folder.sweep(out=together)
    for path in sorted(folder.source.iterdir()):
        if path.name not in ("scan.pdf", "pages.tiff"):
            path.unlink()
    assert folder.sweep(out=alone).code == 0
    for name, content in folder.outputs(alone).items():
        assert content == folder.outputs(together)[name]
