"""Crops of regions, and which pages are read for them. The oracle of pixels is MuPDF's `mutool draw`, of image
documents Pillow's decoding."""

import io
import json
import pathlib
import random
import re
import subprocess
import tempfile

import duckdb
import pikepdf
import pyarrow.parquet as parquet
import pytest
from PIL import Image, ImageChops, ImageStat
from reportlab.pdfgen.canvas import Canvas

import documents
from harness import ROOT, SAMPLES

# Both renderers smooth edges in their own way, and JPEG halves the resolution of colours (most of what they differ by
# on these pages): levels of 255 that a crop may differ by in the mean, and the share of pixels that may differ by more than
# a quarter of them. Two pixels aside it is more: MuPDF puts
# some edges a pixel higher than PDFium.
MEAN_MAX, FAR_MAX, ASIDE_MIN = 4.0, 0.03, 1.1
COLUMNS = ["document_id", "source_uri", "page_number", "name", "page", "left_pt", "top_pt", "right_pt", "bottom_pt",
           "width_px", "height_px", "dpi", "clipped", "file_name", "error_kind", "error_message"]


def region(name, page, x0, y0, x1, y1, **more):
    return {"name": name, "page": page, "x0": x0, "y0": y0, "x1": x1, "y1": y1, **more}


def colourful(pages=1, seed=7, size=(576, 864)):
    """Pages of coloured boxes and text, no two of them alike, of whole pixels at 100 dpi: of others each renderer takes the
    rest of a pixel for something else."""
    chance = random.Random(seed)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1)
    for page in range(pages):
        for _ in range(120):
            canvas.setFillColorRGB(chance.random(), chance.random(), chance.random())
            # Multiples of 18 points, 25 pixels: whose edges lie between pixels each renderer rounds in its own way.
            x, y, width, height = (18 * chance.randrange(*span) for span in ((0, 32), (0, 48), (1, 6), (1, 6)))
            canvas.rect(x, y, width, height, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        for line in range(5):
            # Few: PDFium sets glyphs at whole pixels.
            canvas.drawString(30, 400 + 26 * line, f"page {page + 1} line {line}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def write_recipe(machine, regions, name="recipe.json", **more):
    path = machine.folder / name
    path.write_text(json.dumps({"outputs": ["text", "crops"], "crops": {"regions": regions, "quality": 95, **more}}))
    return path


def stem_of(name):
    return name.removesuffix(".pdf")


def rows_of(machine, name, out=None):
    table = f"{name[:-4]}_crops.parquet" if name.endswith(".pdf") else f"{name}.crops.parquet"
    read = parquet.read_table((out or machine.out) / table)
    assert read.column_names == COLUMNS
    return read.to_pylist()


def crop_of(machine, name, row):
    with Image.open(machine.out / "crops" / stem_of(name) / row["file_name"]) as image:
        assert image.format == "JPEG"
        assert image.size == (row["width_px"], row["height_px"])
        return image.convert("RGB")


def by_mupdf(content, page, dpi):
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder) / "a.pdf", pathlib.Path(folder) / "a.png"
        source.write_bytes(content)
        subprocess.run(["mutool", "draw", "-q", "-r", str(dpi), "-F", "png", "-o", target, source, str(page)], check=True)
        with Image.open(target) as image:
            return image.convert("RGB")


def differences(ours, theirs):
    """(mean of levels, share of pixels far off)"""
    difference = ImageChops.difference(ours, theirs)
    histogram = difference.convert("L").histogram()
    return sum(ImageStat.Stat(difference).mean) / 3, sum(histogram[64:]) / sum(histogram)


def check_pixels(ours, page, row, dpi=100):
    """The crop is the region of the page as the other renderer draws it, and of no place beside it."""
    left, top = int(row["left_pt"] * dpi / 72 + 0.05), int(row["top_pt"] * dpi / 72 + 0.05)
    mean, far = differences(ours, page.crop((left, top, left + ours.width, top + ours.height)))
    assert mean < MEAN_MAX and far < FAR_MAX, (row["name"], mean, far)
    # By lightness alone: JPEG smears colours over two pixels.
    lightness, page = ours.convert("L").convert("RGB"), page.convert("L").convert("RGB")
    here, _ = differences(lightness, page.crop((left, top, left + ours.width, top + ours.height)))
    for x, y in ((-2, 0), (2, 0), (0, -2), (0, 2)):
        beside, _ = differences(lightness, page.crop((left + x, top + y, left + x + ours.width, top + y + ours.height)))
        assert beside > ASIDE_MIN * here, (row["name"], here, beside)


class TestPixels:
    REGIONS = [region("points", 1, 30, 40, 180, 120), region("pixels", 1, 20, 30, 221, 152, unit="pixels"),
               region("fractions", 1, 0.25, 0.25, 0.75, 0.5, unit="fractions"), region("last", -1, 100, 100, 200, 180)]

    @pytest.mark.parametrize("degrees", [0, 90, 180, 270])
    @pytest.mark.parametrize("crop", [None, [72, 288, 432, 720]])
    def test_are_those_of_another_renderer(self, machine, degrees, crop):
        content = documents.turned(colourful(pages=2), degrees, crop)
        machine.write("a.pdf", content)
        assert machine.sweep("--recipe", write_recipe(machine, self.REGIONS), "--ocr", "never").code == 0
        rows = rows_of(machine, "a.pdf")
        assert [row["name"] for row in rows] == ["points", "pixels", "fractions", "last"]
        assert [row["page_number"] for row in rows] == [1, 1, 1, 2]
        pages = {number: by_mupdf(content, number, 100) for number in (1, 2)}
        for row in rows:
            assert row["error_kind"] is None and row["dpi"] == 100 and not row["clipped"]
            check_pixels(crop_of(machine, "a.pdf", row), pages[row["page_number"]], row)
        assert (rows[0]["left_pt"], rows[0]["top_pt"], rows[0]["right_pt"], rows[0]["bottom_pt"]) == (30, 40, 180, 120)
        assert (rows[1]["width_px"], rows[1]["height_px"]) == (201, 122)

    def test_are_the_same_with_page_images_at_their_dpi_and_without(self, machine):
        machine.write("a.pdf", colourful())
        recipe = write_recipe(machine, self.REGIONS)
        alone = machine.folder / "alone"
        assert machine.sweep("--recipe", recipe, out=alone).code == 0
        assert machine.sweep("--recipe", recipe, "--outputs", "crops,page_images", "--page-images-dpi", "100").code == 0
        assert rows_of(machine, "a.pdf") == rows_of(machine, "a.pdf", alone)
        for path in (machine.out / "crops/a").iterdir():
            assert path.read_bytes() == (alone / "crops/a" / path.name).read_bytes()

    def test_of_a_page_too_large_to_be_drawn_whole(self, machine):
        # 14,400 points at 600 dpi: 120,000 pixels a side.
        content = documents.turned(colourful(), 0)
        with pikepdf.open(io.BytesIO(content)) as document:
            document.pages[0].MediaBox = [0, 0, 14400, 14400]
            buffer = io.BytesIO()
            document.save(buffer)
        content = buffer.getvalue()
        machine.write("a.pdf", content)
        recipe = write_recipe(machine, [region("corner", 1, 60, 13700, 260, 13900)], dpi=300)
        assert machine.sweep("--recipe", recipe, "--ocr", "never").code == 0
        [row] = rows_of(machine, "a.pdf")
        assert row["dpi"] == 300 and row["error_kind"] is None
        ours = crop_of(machine, "a.pdf", row)
        drawn = subprocess.run(["pdftoppm", "-r", "300", "-x", "250", "-y", str(round(13700 * 300 / 72)), "-W",
                                str(ours.width), "-H", str(ours.height), "-png", "-"],
                               input=content, capture_output=True, check=True)
        mean, far = differences(ours, Image.open(io.BytesIO(drawn.stdout)).convert("RGB"))
        assert mean < MEAN_MAX and far < FAR_MAX

    @pytest.mark.parametrize("dpi, side", [(200, 200), (72, 144)])
    def test_of_an_image_document(self, machine, dpi, side):
        chance = random.Random(3)
        image = Image.new("RGB", (800, 600))
        for _ in range(60):
            x, y = chance.randrange(800), chance.randrange(600)
            image.paste((chance.randrange(256), chance.randrange(256), chance.randrange(256)), (x, y, x + 90, y + 90))
        path = machine.source / "a.png"
        image.save(path, dpi=(dpi, dpi))
        # Two inches from the corner of an inch: at 100 dpi, or at its own where those are fewer.
        recipe = write_recipe(machine, [region("part", 1, 72, 72, 216, 216)])
        assert machine.sweep("--recipe", recipe, "--ocr", "never").code == 0
        [row] = rows_of(machine, "a.png")
        assert (row["width_px"], row["height_px"]) == (side, side) and row["dpi"] == pytest.approx(min(dpi, 100), abs=0.1)
        part = image.crop((dpi, dpi, 3 * dpi, 3 * dpi)).resize((side, side), Image.Resampling.BOX)
        mean, far = differences(crop_of(machine, "a.png", row), part)
        assert mean < MEAN_MAX and far < FAR_MAX


class TestRows:
    def test_every_region_has_one_whatever_the_document_is(self, machine):
        regions = [region("late", 7, 0, 0, 10, 10), region("first", 1, 0, 0, 100, 100), region("off", 1, 700, 0, 800, 10),
                   region("empty", 1, 50, 50, 50, 90), region("beyond", 2, 500, 700, 900, 1000),
                   region("before", -9, 0, 0, 10, 10)]
        machine.write("a.pdf", colourful(pages=2))
        assert machine.sweep("--recipe", write_recipe(machine, regions), "--ocr", "never").code == 0
        rows = {row["name"]: row for row in rows_of(machine, "a.pdf")}
        assert list(rows) == [one["name"] for one in regions]
        assert {row["document_id"] for row in rows.values()} == {machine.pages("a_raw_text.parquet")[0]["document_id"]}
        for name, kind, number, message in (("late", "invalid_input", None, "no page 7: the document has 2"),
                                            ("before", "invalid_input", None, "no page -9"),
                                            ("off", "invalid_input", 1, "lies off the page of 576.00 x 864.00"),
                                            ("empty", "invalid_input", 1, "the region is empty: 0 x 40 points")):
            assert (rows[name]["error_kind"], rows[name]["page_number"]) == (kind, number)
            assert message in rows[name]["error_message"]
            assert rows[name]["file_name"] is None and rows[name]["left_pt"] is None and rows[name]["width_px"] == 0
        assert rows["first"]["error_kind"] is None and not rows["first"]["clipped"]
        assert rows["beyond"]["clipped"] and rows["beyond"]["error_kind"] is None
        assert (rows["beyond"]["right_pt"], rows["beyond"]["bottom_pt"]) == (576, 864)
        warned = {page["page_number"]: page["warnings"] for page in machine.pages("a_raw_text.parquet")}
        assert warned == {1: ["crops_missing"], 2: []}
        files = parquet.read_table(machine.out / "a_files.parquet").to_pylist()
        assert [file["key"] for file in files] == ["crops/a/first.jpg", "crops/a/beyond.jpg"]
        assert [file["page_number"] for file in files] == [1, 2]
        assert {file["content_type"] for file in files} == {"image/jpeg"}
        assert machine.manifest()["a.pdf"]["status"] == "ok"

    def test_of_a_page_that_kills_its_child_they_have_its_error(self, machine):
        machine.mock("a.mock", "text one", "page", "segv", "page", "text three", "page")
        regions = [region("two", 2, 0, 0, 10, 10), region("ten", 10, 0, 0, 10, 10)]
        machine.sweep("--recipe", write_recipe(machine, regions))
        rows = rows_of(machine, "a.mock")
        assert [(row["name"], row["error_kind"], row["page_number"]) for row in rows] == [
            ("two", "crashed", 2), ("ten", "invalid_input", None)]
        assert [page["error_kind"] for page in machine.pages("a.mock.raw_text.parquet")] == [
            None, "crashed", None]

    def test_of_a_page_beyond_the_limit(self, machine):
        machine.write("a.pdf", colourful(pages=3))
        regions = [region("one", 1, 0, 0, 10, 10), region("three", 3, 0, 0, 10, 10)]
        machine.sweep("--recipe", write_recipe(machine, regions), "--pages-max", "2")
        assert [row["error_kind"] for row in rows_of(machine, "a.pdf")] == [None, "limit_pages"]
        assert machine.manifest()["a.pdf"]["error_kind"] == "limit_pages"

    def test_a_crop_too_large_as_a_file_costs_no_other(self, machine):
        machine.write("a.pdf", colourful())
        regions = [region("small", 1, 0, 0, 20, 20), region("large", 1, 0, 0, 576, 864), region("next", 1, 9, 9, 29, 29)]
        recipe = write_recipe(machine, regions, dpi=300)
        assert machine.sweep("--recipe", recipe, "--page-output-max", "64KiB", "--ocr", "never").code == 0
        assert [row["error_kind"] for row in rows_of(machine, "a.pdf")] == [None, "limit_output", None]

    def test_are_made_again_alone_when_a_region_changes(self, machine):
        machine.write("a.pdf", colourful())
        machine.sweep("--recipe", write_recipe(machine, [region("a", 1, 0, 0, 90, 90), region("b", 1, 0, 0, 50, 50)]))
        text = (machine.out / "a_raw_text.parquet").stat().st_mtime_ns
        again = machine.sweep("--recipe", write_recipe(machine, [region("a", 1, 0, 0, 90, 90)]), "--summary", "json")
        assert json.loads(again.stdout)["documents_ok"] == 1
        assert [row["name"] for row in rows_of(machine, "a.pdf")] == ["a"]
        assert [path.name for path in (machine.out / "crops/a").iterdir()] == ["a.jpg"]
        done = machine.sweep("--recipe", write_recipe(machine, [region("a", 1, 0, 0, 90, 90)]), "--summary", "json")
        assert json.loads(done.stdout)["documents_skipped"] == 1
        assert (machine.out / "a_raw_text.parquet").stat().st_mtime_ns == text


class TestRecipes:
    BAD = [
        (region("../a", 1, 0, 0, 1, 1), "crops.regions[0].name"),
        (region("", 1, 0, 0, 1, 1), "crops.regions[0].name"),
        (region(".a", 1, 0, 0, 1, 1), "crops.regions[0].name"),
        (region("a/b", 1, 0, 0, 1, 1), "crops.regions[0].name"),
        (region("a" * 101, 1, 0, 0, 1, 1), "crops.regions[0].name"),
        (region("a\n", 1, 0, 0, 1, 1), "crops.regions[0].name"),
        (region("a", 0, 0, 0, 1, 1), "crops.regions[0].page"),
        (region("a", 1.5, 0, 0, 1, 1), "crops.regions[0].page"),
        (region("a", 1 << 40, 0, 0, 1, 1), "crops.regions[0].page"),
        (region("a", 1, 2, 0, 1, 1), "crops.regions[0].x1"),
        (region("a", 1, 0, 2, 1, 1), "crops.regions[0].y1"),
        (region("a", 1, -1, 0, 1, 1), "crops.regions[0].x0"),
        (region("a", 1, 0, 0, "1", 1), "crops.regions[0].x1"),
        (region("a", 1, 0, 0, 2, 1, unit="fractions"), "crops.regions[0].x1"),
        (region("a", 1, 0, 0, 1, 1, unit="inches"), "crops.regions[0].unit"),
        (region("a", 1, 0, 0, 1, 1, colour="red"), "crops.regions[0].colour"),
        (region("a", 1, 0, 0, 1_000_000, 1_000_000, unit="pixels"), "crops.regions[0]: 1000000 pixels"),
        ({"name": "a", "page": 1, "x0": 0, "y0": 0, "x1": 1}, "crops.regions[0].y1"),
        ("a", "crops.regions"),
    ]

    @pytest.mark.parametrize("bad, place", BAD, ids=[place for _, place in BAD])
    def test_what_is_wrong_is_told_with_its_place(self, release, bad, place):
        path = write_recipe(release, [bad])
        for args in (["recipe", "check", path], release.sweep_args("--recipe", path)):
            refused = release.run(*args)
            assert refused.code == 2
            assert place in refused.stderr
            assert len(refused.stderr.splitlines()) < 4

    def test_names_are_of_one_region_each(self, release):
        refused = release.run("recipe", "check", write_recipe(release, [region("a", 1, 0, 0, 1, 1)] * 2))
        assert refused.code == 2 and "crops.regions[1].name" in refused.stderr

    def test_crops_need_regions(self, release):
        refused = release.sweep("--outputs", "crops")
        assert refused.code == 2 and "--crop NAME:PAGE" in refused.stderr

    def test_flags_and_environment_do_the_same(self, release):
        release.write("a.pdf", colourful(pages=2))
        assert release.sweep("--outputs", "crops", "--crop", "head:1:0,0,1,0.25:fractions", "--crop",
                             "stamp:-1:36,36,72,72", env={"IMAGE_DPI": "144", "IMAGE_QUALITY": "50"}).code == 0
        rows = rows_of(release, "a.pdf")
        assert [(row["name"], row["page"], row["width_px"], row["height_px"]) for row in rows] == [
            ("head", 1, 1152, 432), ("stamp", -1, 72, 72)]

    def test_of_a_message_name_them(self, release):
        release.write("a.pdf", colourful(pages=2))
        queue = f"sqlite://{release.folder}/queue.db"
        path = write_recipe(release, [region("a", 2, 0, 0, 72, 72)])
        assert release.run("enqueue", "--in", release.source, "--queue", queue, "--recipe", path).code == 0
        assert release.run("worker", "--in", release.source, "--out", release.out, "--queue", queue,
                           "--exit-when-empty").code == 0
        assert [row["name"] for row in rows_of(release, "a.pdf")] == ["a"]


class TestEtl:
    def test_reads_the_text_of_page_1_and_a_crop_of_page_2(self, machine):
        machine.write("a.pdf", colourful(pages=4))
        assert machine.sweep("--recipe", "etl").code == 0
        [page] = machine.pages("a_raw_text.parquet")
        assert page["page_number"] == 1 and "page 1 line 3" in page["text"] and page["page_count"] == 4
        [row] = rows_of(machine, "a.pdf")
        assert (row["name"], row["page_number"], row["width_px"], row["height_px"]) == ("page_2", 2, 800, 1200)
        record = machine.manifest()["a.pdf"]
        assert (record["status"], record["page_count"], record["error_kind"]) == ("ok", 4, None)

    def test_its_regions_are_named_by_flags(self, machine):
        machine.write("a.pdf", colourful(pages=2))
        assert machine.sweep("--recipe", "etl", "--crop", "lead:2:10,10,110,60").code == 0
        assert [row["name"] for row in rows_of(machine, "a.pdf")] == ["lead"]

    def test_pages_that_nobody_needs_are_not_read(self, machine):
        machine.write("a.pdf", documents.scanned_pdf("one lamp", "two lamps"))
        swept = machine.sweep("--recipe", "etl", "--log-level", "debug", "--log-format", "json")
        read = [event for event in swept.events if event["event"] == "ocr_decision"]
        assert [event["page"] for event in read] == [1]
        # Pages that crash whoever reads them.
        machine.mock("b.mock", "text one", "page", "text two", "page", *["segv", "page"] * 40)
        assert machine.sweep("--recipe", "etl").code == 0
        assert [page["text"] for page in machine.pages("b.mock.raw_text.parquet")] == ["one"]
        assert machine.manifest()["b.mock"]["page_count"] == 42

    def test_text_of_the_last_page(self, machine):
        machine.write("a.pdf", colourful(pages=40))
        assert machine.sweep("--outputs", "text,words", "--text-pages", "-1,2").code == 0
        assert [page["page_number"] for page in machine.pages("a_raw_text.parquet")] == [2, 40]
        words = parquet.read_table(machine.out / "a_words.parquet").to_pylist()
        assert {word["page_number"] for word in words} == {2, 40}
        # Of a document without such pages there are none, and nothing is wrong with it.
        machine.write("b.pdf", colourful())
        assert machine.sweep("--outputs", "text", "--text-pages", "9").code == 0
        assert machine.pages("b_raw_text.parquet") == []

    def test_a_page_is_the_same_alone(self, machine):
        machine.write("a.pdf", colourful(pages=3))
        whole = machine.folder / "whole"
        assert machine.sweep("--text-pages", "2").code == 0
        assert machine.sweep(out=whole).code == 0
        assert machine.pages("a_raw_text.parquet") == machine.pages("a_raw_text.parquet", whole)[1:2]


def test_the_manual_does_what_it_says(release, monkeypatch):
    manual = (ROOT / "docs/outputs/crops.md").read_text()
    recipe = re.search(r"```json\n(.*?)```", manual, re.DOTALL)[1]
    (release.folder / "regions.json").write_text(recipe)
    release.source.rmdir()
    (release.folder / "samples").mkdir()
    for name in ("text.pdf", "scan.pdf", "two-columns.pdf"):
        (release.folder / "samples" / name).write_bytes((SAMPLES / name).read_bytes())
    commands = re.findall(r"^    docmill (sweep .*)$", manual, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        assert release.run(*command.split()).code == 0, command
    monkeypatch.chdir(release.folder)
    [query] = re.findall(r'^    duckdb -c "(.*)"$', manual, re.MULTILINE)
    rows = duckdb.sql(query).fetchall()
    assert len(rows) == 3 * 3
    assert [row[1:] for row in rows if row[0].endswith("/text.pdf")][0][:2] == ("foot", 3)
    assert any("there is no page 2: the document has 1" in (row[-1] or "") for row in rows)
    assert (release.folder / "heads/crops/text/head.jpg").exists()
    assert (release.folder / "etl/crops/text/lead_ii.jpg").exists()
