"""docmill extract --draw, tables on a terminal, and what show tells of folders. Pillow reads the pictures."""

import io
import json
import os
import pty

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

import documents
from harness import ROOT

EXAMPLE = ROOT / "docs/examples/delivery_note.pdf"
BLUE, SKY, GREEN, VERMILION = (0x00, 0x72, 0xB2), (0x56, 0xB4, 0xE9), (0x00, 0x9E, 0x73), (0xD5, 0x5E, 0x00)


def pixels_of(image, colour):
    """The box around the pixels of that colour, and how many there are."""
    mask = Image.merge("RGB", [band.point(lambda value, wanted=wanted: 255 if value == wanted else 0)
                               for band, wanted in zip(image.split(), colour, strict=True)])
    all_three = ImageChops.darker(ImageChops.darker(*mask.split()[:2]), mask.split()[2])
    return all_three.getbbox(), all_three.histogram()[255]


def draw(machine, *args, name="page.png"):
    path = machine.folder / name
    finished = machine.run("extract", *args, "--draw", path)
    assert finished.code == 0, finished.stderr
    with Image.open(path) as image:
        assert image.format == "PNG" and image.mode == "RGB"
        return image.copy(), finished


class TestDraw:
    def test_the_page_is_the_one_that_another_reader_draws_with_boxes_over_it(self, machine):
        image, _ = draw(machine, EXAMPLE, "--outputs", "links")
        plain = pypdfium2.PdfDocument(EXAMPLE)[0].render(scale=150 / 72).to_pil().convert("RGB")
        assert abs(image.width - plain.width) <= 1 and image.height > plain.height
        plain = plain.crop((0, 0, image.width, plain.height))
        page = image.crop((0, 0, *plain.size))
        with pikepdf.open(EXAMPLE) as document:
            (left, bottom, right, top) = map(float, document.pages[0].Annots[0].Rect)
            height = float(document.pages[0].MediaBox[3])
        boxes, _ = pixels_of(page, GREEN)
        # Around the link, and around the address in the text of the same line; four pixels thick at most.
        assert abs(boxes[2] - right * 150 / 72) < 5 and abs(boxes[3] - (height - bottom) * 150 / 72) < 8
        assert boxes[0] < left * 150 / 72 < boxes[2] and boxes[1] <= (height - top) * 150 / 72
        difference = ImageChops.difference(page, plain)
        difference.paste((0, 0, 0), boxes)
        assert max(ImageStat.Stat(difference).mean) < 3

    def test_all_is_drawn_where_nothing_with_boxes_is_named(self, machine):
        image, finished = draw(machine, EXAMPLE)
        for colour in (BLUE, GREEN, VERMILION):
            assert pixels_of(image, colour)[1] > 100, colour
        # What is printed is what --outputs names.
        assert "Harbour Chandlery" in finished.stdout and "[words" not in finished.stdout

    def test_one_page_of_several(self, machine):
        path = machine.write("a.pdf", documents.pdf("first", "second page", "third"))
        image, finished = draw(machine, path, "--page", "2", "--outputs", "text,words", "--format", "json")
        (page,) = json.loads(finished.stdout)[0]["pages"]
        assert page["page_number"] == 2 and [word["word"] for word in page["words"]] == ["second", "page"]
        box, _ = pixels_of(image.crop((0, 0, image.width, 1754)), BLUE)
        first, last = page["words"]
        for found, expected in zip(box, (first["left_pt"], first["top_pt"], last["right_pt"], last["bottom_pt"]),
                                   strict=True):
            assert abs(found - expected * 150 / 72) < 4

    def test_recognised_words_have_a_colour_of_their_own(self, machine):
        path = machine.write("a.pdf", documents.scanned_pdf("The moon is down"))
        image, _ = draw(machine, path, "--outputs", "words")
        assert pixels_of(image, SKY)[1] > 100 and pixels_of(image, BLUE)[1] == 0
        picture = machine.write("b.png", documents.lines_picture("The moon is down"))
        image, _ = draw(machine, picture, "--outputs", "words")
        assert pixels_of(image, SKY)[1] > 100

    @pytest.mark.parametrize("args, message", [
        (["a.pdf"], "a document of 3 pages; --page NUMBER says which to draw"),
        (["a.pdf", "--pages", "1-2"], "--draw draws one page of one document; 2 pages are named"),
        (["a.pdf", "a.pdf", "--page", "1"], "--draw draws one page of one document; 2 documents are named"),
        (["a.pdf", "--page", "9"], "there is no such page; the last one is 3"),
        (["."], "--draw takes a document, and this is a folder"),
    ])
    def test_what_is_not_one_page_is_refused(self, machine, args, message):
        machine.write("a.pdf", documents.pdf("one", "two", "three"))
        finished = machine.run("extract", *args, "--draw", "x.png", cwd=machine.source)
        assert finished.code != 0 and message in finished.stderr, finished.stderr
        assert not (machine.source / "x.png").exists()

    def test_a_file_that_is_there_is_replaced_and_one_that_cannot_be_made_is_told(self, machine):
        path = machine.write("a.pdf", documents.pdf("one"))
        target = machine.folder / "x.png"
        target.write_bytes(b"old")
        draw(machine, path, name="x.png")
        assert [entry.name for entry in machine.folder.glob("x.png*")] == ["x.png"]
        finished = machine.run("extract", path, "--draw", machine.folder / "absent/x.png")
        assert finished.code == 1 and "absent/x.png" in finished.stderr

    def test_a_page_that_cannot_be_drawn_is_told_and_its_text_printed(self, machine):
        path = machine.write("a.pdf", documents.pdf("one line"))
        finished = machine.run("extract", path, "--draw", machine.folder / "x.png", "--page-pixels-max", "10000")
        assert finished.code == 1 and "the page cannot be drawn" in finished.stderr
        assert "one line" in finished.stdout and not (machine.folder / "x.png").exists()


def on_a_terminal(machine, *args):
    """What a terminal shows of it, without its carriage returns."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(machine.folder)
        os.execve(machine.program, [str(machine.program), *map(str, args)], machine.env)
    shown = b""
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
    except OSError:
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, shown
    return shown.decode().replace("\r", "")


class TestTables:
    def test_extract_shows_tables_on_a_terminal(self, machine):
        shown = on_a_terminal(machine, "extract", EXAMPLE, "--outputs", "words,links,codes")
        assert "Harbour Chandlery" not in shown  # the text is not asked for
        lines = shown.splitlines()
        at = lines.index("[words: 40]") if "[words: 40]" in lines else next(
            i for i, line in enumerate(lines) if line.startswith("[words: "))
        names, first = lines[at + 1], lines[at + 2]
        assert names.split()[:3] == ["word", "box_pt", "source"] and first.split()[0] == "Harbour"
        assert first.index("native") == names.index("source")
        assert "Times-Bold" in first and "bold" in first
        assert any(line.startswith("[codes: 2]") for line in lines)
        assert "HB-2417-0093" in shown and "https://harbour.example/terms" in shown

    def test_show_prints_any_table(self, machine):
        machine.copy(EXAMPLE)
        assert machine.sweep("--outputs", "text,words,links,codes,page_images").code == 0
        tables = {"words": "Chandlery", "links": "https://harbour.example/terms", "codes": "HB-2417-0093",
                  "files": "page_0001.webp", "raw_text": "Harbour Chandlery"}
        for table, expected in tables.items():
            path = machine.out / f"delivery_note_{table}.parquet"
            assert expected in on_a_terminal(machine, "show", path), table
            assert expected in machine.run("show", path).stdout, table
            rows = [json.loads(line) for line in machine.run("show", "--json", path).stdout.splitlines()]
            assert len(rows) == len(machine.pages(path.name)) and rows[0]["document_id"]

    def test_show_tells_what_each_document_has(self, machine):
        machine.copy(EXAMPLE)
        machine.write("b.pdf", documents.pdf("one", "two"))
        machine.write("broken.pdf", b"%PDF-1.7 junk")
        machine.sweep("--outputs", "text,words,links,page_images")
        machine.write("b.pdf", documents.pdf("one", "two", "three"))
        rows = [json.loads(line) for line in machine.run("show", "--json", machine.out).stdout.splitlines()]
        found = {(row["document"], row["output"]): row for row in rows}
        outputs = ("text", "words", "page_images", "links")
        assert list(found) == [*(("b.pdf", output) for output in outputs), ("broken.pdf", None),
                               *(("delivery_note.pdf", output) for output in outputs)]
        assert (found["b.pdf", "text"]["rows"], found["b.pdf", "text"]["source"]) == (2, "changed")
        assert found["b.pdf", "page_images"]["files"] == 2
        assert found["delivery_note.pdf", "text"]["source"] == "current"
        links = found["delivery_note.pdf", "links"]
        assert (links["rows"], links["files"], links["status"]) == (len(machine.pages("delivery_note_links.parquet")), 1,
                                                                    "ok")
        broken = found["broken.pdf", None]
        assert (broken["status"], broken["error_kind"], broken["source"]) == ("failed", "corrupt", "current")
        (machine.source / "b.pdf").unlink()
        shown = machine.run("show", machine.out).stdout
        assert "gone" in shown and "delivery_note.pdf" in shown and "failed: corrupt" in shown
        assert shown.splitlines()[0].split() == ["document", "output", "rows", "files", "bytes", "status", "source",
                                                 "version", "settings"]

    def test_show_tells_of_a_folder_without_outputs(self, machine):
        finished = machine.run("show", machine.source)
        assert finished.code != 0 and "nothing that docmill wrote lies there" in finished.stderr

    def test_show_tells_of_what_lies_in_a_bucket(self, machine, s3):
        machine.copy(EXAMPLE)
        assert machine.sweep("--outputs", "text,words,page_images", out=s3.place("out/"), env=s3.env).code == 0
        finished = machine.run("show", "--json", s3.place("out/"), env=s3.env)
        rows = {row["output"]: row for row in map(json.loads, finished.stdout.splitlines())}
        assert list(rows) == ["text", "words", "page_images"], finished.stderr
        assert rows["page_images"]["files"] == 1 and rows["text"]["source"] == "current"
