"""What docs/outputs/ shows is what comes out: each query runs, each picture is the one that --draw makes."""

import pathlib
import re

import duckdb
import pytest
from PIL import Image, ImageChops, ImageStat

from harness import ROOT

PAGES = sorted((ROOT / "docs/outputs").glob("*.md"))
EXAMPLE = ROOT / "docs/examples/delivery_note.pdf"
# Small enough for a page of documentation.
DPI = 110


def commands(page):
    """Its lines of code, each joined with those that go on in it."""
    text = page.read_text()
    blocks = re.findall(r"(?:^    .*\n)+", text, re.MULTILINE)
    lines = "".join(re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in blocks)
    return re.findall(r'^(?:docmill|duckdb)(?:[^"\n]|"[^"]*")*$', lines, re.MULTILINE)


def queries(page):
    return [found for command in commands(page) if command.startswith("duckdb")
            for found in re.findall(r'"([^"]*)"', command)]


def drawings():
    """(page of docs, its picture, arguments of extract)."""
    return [(page, ROOT / "docs/outputs" / picture, command.split()[3:-2])
            for page in PAGES
            for picture, command in zip(re.findall(r"\]\((\.\./images/drawn_\w+\.png)\)", page.read_text()),
                                        [c for c in commands(page) if " --draw " in c and "delivery_note" in c],
                                        strict=True)]


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """The example swept with every output, in a folder `data`, as the pages have it."""
    from harness import Machine, TEST_PROGRAM

    machine = Machine(tmp_path_factory.mktemp("docs"), TEST_PROGRAM)
    machine.copy(EXAMPLE)
    out = machine.folder / "data"
    names = ",".join(page.stem for page in PAGES)
    regions = ["--crop", "head:1:0,0,1,0.2:fractions"]
    assert machine.sweep("--outputs", f"text,{names}", *regions, out=out).code == 0
    yield machine
    machine.end()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_query_gives_rows(swept, monkeypatch, page):
    monkeypatch.chdir(swept.folder)
    found = queries(page)
    assert found
    for query in found:
        assert duckdb.sql(query).fetchall(), query


def test_the_headings_are_those_that_are_told(swept, monkeypatch):
    monkeypatch.chdir(swept.folder)
    page = ROOT / "docs/outputs/words.md"
    (query,) = [query for query in queries(page) if "is_bold" in query]
    told = re.search(r"\| page_number \| line \| size \|\n\|---\|---\|---\|\n((?:\|.*\n)+)", page.read_text())
    expected = [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in told[1].strip().splitlines()]
    assert [tuple(map(str, row)) for row in duckdb.sql(query).fetchall()] == expected


@pytest.mark.parametrize("page, picture, args", drawings(), ids=lambda value: getattr(value, "stem", None))
def test_pictures_are_those_that_are_drawn(machine, page, picture, args):
    assert args and page
    made = machine.folder / "made.png"
    finished = machine.run("extract", EXAMPLE, *args, "--page-images-dpi", DPI, "--draw", made)
    assert finished.code == 0, finished.stderr
    assert pathlib.Path(picture).stat().st_size < 60 * 1024
    with Image.open(made) as drawn, Image.open(picture) as shown:
        assert drawn.size == shown.size
        assert max(ImageStat.Stat(ImageChops.difference(drawn.convert("RGB"), shown.convert("RGB"))).mean) < 0.5


def test_every_picture_is_shown():
    shown = {picture.resolve() for _, picture, _ in drawings()}
    assert shown == set((ROOT / "docs/images").glob("drawn_*.png")) and len(shown) >= 4
