"""Links of pages. The oracle of targets and boxes is pikepdf."""

import collections
import json

import duckdb
import pikepdf
import pyarrow.parquet as parquet
import pytest
from reportlab.pdfgen.canvas import Canvas

import documents
from harness import require_corpus

COLUMNS = ["document_id", "source_uri", "page_number", "kind", "target", "target_page", "left_pt", "top_pt",
           "right_pt", "bottom_pt", "text"]


def links_of(machine, stem):
    read = parquet.read_table(machine.out / f"{stem}_links.parquet")
    assert read.column_names == COLUMNS
    return read.to_pylist()


def linked_pdf(path):
    """Two pages: an address, a link to page 2, an address and a mail address in text."""
    canvas = Canvas(str(path), invariant=1)
    canvas.drawString(72, 700, "Read the manual first")
    canvas.linkURL("https://docs.example/manual", (95, 695, 160, 712))
    canvas.drawString(72, 600, "Next page")
    canvas.linkRect("", "two", (72, 595, 130, 612))
    canvas.drawString(72, 500, "See www.example.org/x, or write to (me@example.org).")
    canvas.showPage()
    canvas.bookmarkPage("two")
    canvas.drawString(72, 700, "Second page")
    canvas.save()


def uris_of(annotation):
    action = annotation.get("/A", {})
    if action.get("/S") != "/URI" or "/URI" not in action:
        return None
    raw = bytes(action["/URI"])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


class TestTable:
    def test_links_and_addresses_are_rows(self, release):
        linked_pdf(release.source / "a.pdf")
        assert release.sweep("--outputs", "links").code == 0
        rows = links_of(release, "a")
        assert [(row["page_number"], row["kind"], row["target"], row["target_page"]) for row in rows] == [
            (1, "uri", "https://docs.example/manual", None),
            (1, "goto", None, 2),
            (1, "text", "http://www.example.org/x", None),
            (1, "text", "mailto:me@example.org", None),
        ]
        assert [row["text"] for row in rows] == ["the manual", "Next page", "www.example.org/x,", "(me@example.org)."]
        first = rows[0]
        assert (first["left_pt"], first["right_pt"]) == pytest.approx((95, 160), abs=0.1)
        assert (first["top_pt"], first["bottom_pt"]) == pytest.approx((841.89 - 712, 841.89 - 695), abs=0.1)
        assert duckdb.execute("SELECT count(*) FROM read_parquet(?) WHERE kind = 'text'",
                              [str(release.out / "a_links.parquet")]).fetchall() == [(2,)]

    def test_a_document_without_links_has_an_empty_table(self, release):
        release.write("a.pdf", documents.pdf("no links"))
        assert release.sweep("--outputs", "links").code == 0
        assert links_of(release, "a") == []

    def test_addresses_of_recognised_text_are_found(self, release):
        release.write("a.png", documents.picture("Read www.example.org today", "PNG"))
        assert release.sweep("--outputs", "text,links", "--ocr", "always").code == 0
        (row,) = parquet.read_table(release.out / "a.png.links.parquet").to_pylist()
        assert (row["kind"], row["target"]) == ("text", "http://www.example.org")

    def test_ten_thousand_links_are_no_trouble_and_more_are_told(self, release):
        canvas = Canvas(str(release.source / "a.pdf"), invariant=1)
        canvas.drawString(72, 700, "One place with all links")
        for i in range(10_050):
            canvas.linkURL(f"https://x.example/{i}", (10, 10, 20, 20))
        canvas.save()
        swept = release.sweep("--outputs", "text,links", "--summary", "json")
        assert swept.code == 0 and json.loads(swept.stdout)["links_missing"] == 1
        assert len(links_of(release, "a")) == 10_000
        (page,) = release.pages("a_raw_text.parquet")
        assert "links_missing" in page["warnings"]


class TestJson:
    def test_has_the_rows_of_the_table(self, release):
        (release.source / "b").mkdir()
        linked_pdf(release.source / "b/a.pdf")
        assert release.sweep("--outputs", "links").code == 0
        made = json.loads((release.out / "extracted_links/b/a.json").read_text())
        rows = parquet.read_table(release.out / "b/a_links.parquet").to_pylist()
        own = [{key: row[key] for key in COLUMNS[2:]} for row in rows]
        assert made["links"] == own
        assert made["page_count"] == 2 and made["document_id"] == rows[0]["document_id"]

    def test_is_listed_and_removed_with_its_list(self, release):
        linked_pdf(release.source / "a.pdf")
        linked_pdf(release.source / "b.pdf")
        release.sweep("--outputs", "text,page_images,links")
        (listed,) = [row for row in parquet.read_table(release.out / "a_files.parquet").to_pylist()
                     if row["output"] == "links"]
        assert listed["key"] == "extracted_links/a.json" and listed["page_number"] is None
        assert listed["content_type"] == "application/json"
        (release.source / "a.pdf").unlink()
        pruned = release.run("prune", "--in", release.source, "--out", release.out, "--yes")
        assert pruned.code == 0
        assert sorted(path.name for path in (release.out / "extracted_links").iterdir()) == ["b.json"]

    def test_an_output_with_files_that_is_added_leaves_those_of_others_listed(self, release):
        linked_pdf(release.source / "a.pdf")
        release.sweep("--outputs", "text,page_images")
        assert release.sweep("--outputs", "text,links").code == 0
        listed = parquet.read_table(release.out / "a_files.parquet").to_pylist()
        assert [(row["output"], row["page_number"]) for row in listed] == [
            ("page_images", 1), ("page_images", 2), ("links", None)]
        again = release.sweep("--outputs", "text,page_images,links", "--summary", "json")
        assert json.loads(again.stdout)["documents_skipped"] == 1
        assert {row["output"] for row in parquet.read_table(release.out / "a_files.parquet").to_pylist()} == {
            "page_images", "links"}


def test_a_corpus_has_the_links_that_another_reader_finds(release):
    """Targets are the same, and boxes within a point, but where a box reaches beyond the page."""
    documents_with_links = 0
    for path in sorted(require_corpus("digital").glob("*.pdf")):
        try:
            with pikepdf.open(path) as pdf:
                expected = collections.defaultdict(list)
                for number, page in enumerate(pdf.pages, 1):
                    for annotation in page.get("/Annots", []):
                        if annotation.get("/Subtype") == "/Link" and "/Rect" in annotation:
                            expected[number].append((uris_of(annotation), [float(x) for x in annotation["/Rect"]]))
                boxes = {number: [float(x) for x in page.cropbox] for number, page in enumerate(pdf.pages, 1)}
                turned = {number: int(page.get("/Rotate", 0)) % 360 for number, page in enumerate(pdf.pages, 1)}
        except pikepdf.PasswordError:
            continue
        release.copy(path)
        if not any(expected.values()):
            continue
        documents_with_links += 1
        release.sweep("--outputs", "links", "--ocr", "never", "--workers", "1")
        found = collections.defaultdict(list)
        for row in links_of(release, path.stem):
            if row["kind"] != "text":
                found[row["page_number"]].append(row)
        for number, links in expected.items():
            assert [row["target"] for row in found[number] if row["kind"] == "uri"] == [
                uri for uri, _ in links if uri is not None], (path.name, number)
            if turned[number]:
                continue
            left, bottom, right, top = boxes[number]
            for row, (_, rect) in zip(found[number], links, strict=True):
                x0, x1 = sorted((rect[0], rect[2]))
                y0, y1 = sorted((rect[1], rect[3]))
                if x0 < left or x1 > right or y0 < bottom or y1 > top:
                    continue
                assert [row["left_pt"], row["top_pt"], row["right_pt"], row["bottom_pt"]] == pytest.approx(
                    [x0 - left, top - y1, x1 - left, top - y0], abs=1), (path.name, number)
    assert documents_with_links == 4
