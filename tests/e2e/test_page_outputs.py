"""Words with their boxes, and images of pages. The oracle of pixels is pypdfium2's rendering and Pillow's decoding."""

import collections
import io
import itertools
import math

import pikepdf
import pyarrow.parquet as parquet
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageOps, ImageStat

import documents
from harness import SAMPLES, require_corpus

COLUMNS = ["document_id", "source_uri", "page_number", "word", "left_pt", "top_pt", "right_pt", "bottom_pt", "source",
           "confidence", "font_name", "font_size_pt", "is_bold", "is_italic", "colour", "rotation_deg", "is_invisible",
           "line_index", "block_index"]
STYLE = COLUMNS[COLUMNS.index("font_size_pt"):COLUMNS.index("line_index")]
POEM = "The moon is down and\nall the dogs are still"


def stem_of(name):
    return name.removesuffix(".pdf")


def table_of(name, table):
    return f"{name.removesuffix('.pdf')}_{table}.parquet" if name.endswith(".pdf") else f"{name}.{table}.parquet"


def words_of(machine, name, out=None):
    """{page number: rows}"""
    read = parquet.read_table((out or machine.out) / table_of(name, "words"))
    assert read.column_names == COLUMNS
    pages = collections.defaultdict(list)
    for row in read.to_pylist():
        pages[row["page_number"]].append(row)
    return pages


def pages_of(machine, name, out=None):
    return machine.pages(table_of(name, "raw_text"), out)


def image_of(machine, name, page=1):
    path = machine.out / "pdf_page_images" / stem_of(name) / f"page_{page:04}.webp"
    with Image.open(path) as image:
        assert image.format == "WEBP"
        return image.convert("RGB")


def rendered(content, dpi, page=0):
    document = pypdfium2.PdfDocument(content)
    document.init_forms()
    return document[page].render(scale=dpi / 72, may_draw_forms=True).to_pil().convert("RGB")


def check_words(machine, name, out=None):
    """The promises that hold for every page; the number of words."""
    pages, words = pages_of(machine, name, out), words_of(machine, name, out)
    for page in pages:
        rows = words[page["page_number"]]
        assert " ".join(row["word"] for row in rows) == " ".join(page["text"].split()), (name, page["page_number"])
        for row in rows:
            assert 0 <= row["left_pt"] <= row["right_pt"] <= page["width_pt"] + 0.01, row
            assert 0 <= row["top_pt"] <= row["bottom_pt"] <= page["height_pt"] + 0.01, row
            assert (row["source"] == "ocr") == (row["confidence"] is not None), row
            # A font's look is known of what a document writes, but not of what is read off a picture or in a field.
            assert (row["source"] in ("ocr", "form")) <= (row["colour"] is None), row
            assert row["source"] != "native" or None not in [row[column] for column in STYLE], row
            assert row["document_id"] == page["document_id"]
        check_order(rows)
    return sum(map(len, words.values()))


def check_order(rows):
    """Lines and blocks are counted from 0, and a block's lines come one after the other."""
    for key in ("line_index", "block_index"):
        counts = [row[key] for row in rows]
        assert counts[:1] in ([], [0])
        assert all(step in (0, 1) for step in (b - a for a, b in itertools.pairwise(counts))), key
    blocks = {(row["line_index"], row["block_index"]) for row in rows}
    assert len(blocks) == len({row["line_index"] for row in rows})  # a line is in one block


def ink_outside(image, rows, dpi, margin_pt=1.0):
    """How many dark pixels stand in no word's box, and which words hold none."""
    dark = image.convert("L").point(lambda value: 255 if value < 128 else 0)
    left = dark.copy()
    draw = ImageDraw.Draw(left)
    empty = []
    for row in rows:
        box = [(row[side] + step) * dpi / 72 for side, step in (("left_pt", -margin_pt), ("top_pt", -margin_pt),
                                                                 ("right_pt", margin_pt), ("bottom_pt", margin_pt))]
        if dark.crop((math.floor(box[0]), math.floor(box[1]), math.ceil(box[2]), math.ceil(box[3]))).getbbox() is None:
            empty.append(row["word"])
        draw.rectangle(box, fill=0)
    return left.histogram()[255], empty


class TestWords:
    @pytest.mark.parametrize("degrees", [0, 90, 180, 270])
    @pytest.mark.parametrize("crop", [None, [50, 600, 400, 800]])
    def test_boxes_of_native_words_cover_the_ink(self, machine, degrees, crop):
        content = documents.turned(documents.pdf("Lamp oil, wicks and\njugs; quay (gypsy)\nExamples: 12.50"), degrees, crop)
        machine.write("a.pdf", content)
        assert machine.sweep("--outputs", "text,words", "--ocr", "never").code == 0
        assert check_words(machine, "a.pdf") == 9
        assert ink_outside(rendered(content, 150), words_of(machine, "a.pdf")[1], 150) == (0, [])

    @pytest.mark.parametrize("degrees", [0, 90, 180, 270])
    def test_boxes_of_recognised_words_cover_the_ink(self, machine, degrees):
        content = documents.turned(documents.scanned_pdf(POEM), degrees)
        machine.write("a.pdf", content)
        assert machine.sweep("--outputs", "text,words").code == 0
        assert check_words(machine, "a.pdf") == 10
        rows = words_of(machine, "a.pdf")[1]
        assert {row["source"] for row in rows} == {"ocr"}
        assert ink_outside(rendered(content, 200), rows, 200, margin_pt=1.5) == (0, [])

    def test_boxes_of_a_skewed_scan_cover_the_ink(self, machine):
        with Image.open(io.BytesIO(documents.lines_picture(POEM))) as straight:
            image = straight.rotate(4, fillcolor=255, resample=Image.Resampling.BICUBIC)
        buffer = io.BytesIO()
        image.save(buffer, "PNG", dpi=(200, 200))
        machine.write("a.png", buffer.getvalue())
        assert machine.sweep("--outputs", "text,words").code == 0
        assert check_words(machine, "a.png") == 10
        assert ink_outside(image, words_of(machine, "a.png")[1], 200, margin_pt=1.5) == (0, [])

    def test_of_own_and_recognised_text_together(self, machine):
        machine.write("a.pdf", documents.stamped_scan("Received in good order", "Harvest supper at seven"))
        assert machine.sweep("--outputs", "text,words").code == 0
        check_words(machine, "a.pdf")

    def test_of_all_samples_are_the_text_which_is_the_same_without_them(self, machine):
        for sample in SAMPLES.rglob("*"):
            if sample.suffix in (".pdf", ".tiff", ".png", ".jpg"):
                machine.copy(sample)
        machine.sweep("--outputs", "text,words")
        machine.sweep("--outputs", "text", out=machine.folder / "plain")
        names = [row.name for row in machine.source.iterdir() if (machine.out / table_of(row.name, "words")).exists()]
        assert len(names) > 5
        assert sum(check_words(machine, name) for name in names) > 200
        for name in names:
            assert pages_of(machine, name) == pages_of(machine, name, machine.folder / "plain")

    @pytest.mark.parametrize("folder, words_min", [("digital", 200_000), ("robust", 20_000)])
    def test_of_the_corpora_are_the_text(self, machine, folder, words_min):
        names = []
        for path in sorted(require_corpus(folder).glob("*.pdf")):
            machine.copy(path)
            names.append(path.name)
        machine.sweep("--outputs", "text,words", "--ocr", "never")
        found = [name for name in names if (machine.out / table_of(name, "words")).exists()]
        assert len(found) > 0.9 * len(names)
        assert sum(check_words(machine, name) for name in found) > words_min


def difference(image, expected):
    """Mean over samples, and the highest of any tile of about 8 x 8 pixels."""
    assert image.size == expected.size
    differing = ImageChops.difference(image, expected)
    tiles = differing.reduce(8)
    return max(ImageStat.Stat(differing).mean), max(highest for _, highest in tiles.getextrema())


class TestPageImages:
    @pytest.mark.parametrize("name", ["text.pdf", "two-columns.pdf", "form.pdf", "scan.pdf"])
    def test_look_as_another_reader_draws_the_page(self, machine, name):
        content = machine.copy(name).read_bytes()
        assert machine.sweep("--outputs", "page_images").code in (0, 1)
        for page in range(len(pypdfium2.PdfDocument(content))):
            mean, worst_tile = difference(image_of(machine, name, page + 1), rendered(content, 150, page))
            assert mean < 4 and worst_tile < 64, (page, mean, worst_tile)

    def test_of_turned_and_cut_pages(self, machine):
        content = documents.turned(documents.pdf("Some text\nof two lines"), 90, [50, 600, 400, 800])
        machine.write("a.pdf", content)
        assert machine.sweep("--outputs", "page_images").code == 0
        image = image_of(machine, "a.pdf")
        assert image.size == (math.ceil(200 * 150 / 72), math.ceil(350 * 150 / 72))
        assert difference(image, rendered(content, 150))[0] < 4

    @pytest.mark.parametrize("ocr", ["auto", "never"])
    @pytest.mark.parametrize("orientation", [1, 3, 6, 8])
    def test_of_photos_stand_upright_and_keep_pixels_and_colours(self, machine, orientation, ocr):
        photo = Image.radial_gradient("L").resize((120, 80))
        photo = Image.merge("RGB", [photo, ImageOps.flip(photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
                                    Image.linear_gradient("L").resize((120, 80))])
        exif = Image.Exif()
        exif[274] = orientation
        buffer = io.BytesIO()
        photo.save(buffer, "JPEG", quality=95, exif=exif)
        machine.write("a.jpg", buffer.getvalue())
        assert machine.sweep("--outputs", "text,page_images", "--ocr", ocr).code == 0
        with Image.open(io.BytesIO(buffer.getvalue())) as stored:
            expected = ImageOps.exif_transpose(stored).convert("RGB")
        mean, worst_tile = difference(image_of(machine, "a.jpg"), expected)
        assert mean < 5 and worst_tile < 32, (mean, worst_tile)

    def test_of_each_page_of_a_tiff(self, machine):
        pages = [Image.new("RGB", (90, 60), colour) for colour in ("red", "lime", "blue")]
        buffer = io.BytesIO()
        pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:])
        machine.write("a.tiff", buffer.getvalue())
        assert machine.sweep("--outputs", "page_images").code == 0
        for number, page in enumerate(pages, 1):
            assert difference(image_of(machine, "a.tiff", number), page)[1] < 8

    def test_that_are_too_large_are_smaller_and_told(self, machine):
        machine.write("a.pdf", documents.pdf("One line"))
        assert machine.sweep("--outputs", "text,page_images", "--page-pixels-max", "500000", "--ocr", "never").code == 0
        (page,) = pages_of(machine, "a.pdf")
        assert page["text"] == "One line" and page["warnings"] == ["dpi_reduced"]
        image = image_of(machine, "a.pdf")
        assert 450_000 < image.width * image.height <= 500_000

    def test_that_cannot_be_made_are_told_and_cost_no_text(self, machine):
        machine.write("a.pdf", documents.pdf("\n".join(["The quick brown fox jumps over the lazy dog."] * 40)))
        assert machine.sweep("--outputs", "text,page_images", "--page-output-max", "4KiB", "--ocr", "never").code == 0
        (page,) = pages_of(machine, "a.pdf")
        assert page["text"].count("fox") == 40 and page["warnings"] == ["page_image_missing"]
        assert not (machine.out / "pdf_page_images/a/page_0001.webp").exists()

    def test_are_the_same_bytes_with_any_number_of_workers(self, machine):
        for name in ("text.pdf", "two-columns.pdf", "form.pdf", "pages.tiff"):
            machine.copy(name)
        contents = []
        for workers in (1, 4):
            out = machine.folder / f"out{workers}"
            machine.sweep("--outputs", "text,words,page_images", "--workers", workers, out=out)
            contents.append({path.relative_to(out): path.read_bytes() for path in sorted(out.rglob("*.webp"))})
        assert contents[0] == contents[1] and len(contents[0]) > 5
