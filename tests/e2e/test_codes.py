"""The output `codes`. The oracle is zxing-cpp's own reader in Python, trying harder; encoders are Zint's."""

import io
import json

import duckdb
import pyarrow.parquet as parquet
import pytest
import zxingcpp
from PIL import Image
from reportlab.lib.utils import ImageReader

import code_documents
import documents
from conftest import machine_of
from harness import RELEASE_PROGRAM, ROOT, require_corpus

KIND = zxingcpp.BarcodeFormat
COLUMNS = ["document_id", "source_uri", "page_number", "format", "text", "bytes", "polygon", "left_pt", "top_pt",
           "right_pt", "bottom_pt", "orientation_deg", "symbology_identifier", "eci", "error_correction", "source"]
EXPECTED = json.loads((ROOT / "tests/corpus/expected.json").read_text())


def codes_of(machine, name, out=None):
    table = f"{name.removesuffix('.pdf')}_codes.parquet" if name.endswith(".pdf") else f"{name}.codes.parquet"
    read = parquet.read_table((out or machine.out) / table)
    assert read.column_names == COLUMNS
    return read.to_pylist()


def texts(rows):
    return [row["text"] for row in rows]


class TestTable:
    def test_has_a_row_for_each_code_with_its_place(self, machine):
        qr, ean = code_documents.modules("docmill", KIND.QRCode), code_documents.modules("590123412345", KIND.EAN13)

        def draw(page):
            code_documents.draw_vectors(page, qr, 100, 600, 2)
            page.drawImage(ImageReader(code_documents.picture("590123412345", KIND.EAN13)), 300, 100, 200, 150)
            page.showPage()
            code_documents.draw_vectors(page, ean, 50, 50, 1)

        machine.write("a.pdf", code_documents.pdf_of(draw))
        assert machine.sweep("--outputs", "codes").code == 0
        first, second, third = codes_of(machine, "a.pdf")
        assert (first["page_number"], first["format"], first["text"], first["bytes"]) == (1, "QR Code", "docmill",
                                                                                           b"docmill")
        assert (first["source"], first["orientation_deg"], first["symbology_identifier"]) == ("page", 0, "]Q1")
        assert first["error_correction"] in ("L", "M", "Q", "H") and first["eci"] is None
        side = 2 * qr.width
        box = [first["left_pt"], first["top_pt"], first["right_pt"], first["bottom_pt"]]
        assert box == pytest.approx([100, 842 - 600 - side, 100 + side, 842 - 600], abs=1)
        assert first["polygon"] == pytest.approx([box[0], box[1], box[2], box[1], box[2], box[3], box[0], box[3]], abs=1)
        assert (second["format"], second["text"], second["source"]) == ("EAN-13", "5901234123457", "image")
        assert 300 < second["left_pt"] < second["right_pt"] < 500
        assert (third["page_number"], third["text"], third["source"]) == (2, "5901234123457", "page")

    def test_is_read_by_duckdb(self, machine):
        machine.write("a.pdf", code_documents.pdf_with_vectors("docmill", KIND.DataMatrix, 2))
        machine.sweep("--outputs", "codes")
        query = f"SELECT text, decode(bytes), len(polygon) FROM '{machine.out}/*_codes.parquet'"
        assert duckdb.sql(query).fetchall() == [("docmill", "docmill", 8)]

    def test_has_the_kinds_that_are_asked_for(self, machine):
        machine.write("a.pdf", documents.coded_page("Both kinds", bars="ABC-123", square="docmill"))
        both = machine.sweep("--outputs", "codes")
        assert both.code == 0 and {row["format"] for row in codes_of(machine, "a.pdf")} == {"Code 128", "QR Code"}
        assert machine.sweep("--outputs", "codes", "--codes-formats", "qrcode,EAN-13").code == 0
        assert [row["format"] for row in codes_of(machine, "a.pdf")] == ["QR Code"]
        recipe = machine.folder / "recipe.json"
        recipe.write_text(json.dumps({"outputs": ["codes"], "codes": {"formats": ["Code 128"]}}))
        assert machine.sweep("--recipe", recipe).code == 0
        assert [row["format"] for row in codes_of(machine, "a.pdf")] == ["Code 128"]

    def test_an_unknown_kind_is_told_with_the_nearest(self, machine):
        wrong = machine.sweep("--outputs", "codes", "--codes-formats", "QR Code,EAN-31")
        assert wrong.code == 2
        assert "codes-formats" in wrong.stderr and '"EAN-31", the nearest is "EAN-13"' in wrong.stderr
        recipe = machine.folder / "recipe.json"
        recipe.write_text(json.dumps({"outputs": ["codes"], "codes": {"formats": ["Quick Response"]}}))
        wrong = machine.sweep("--recipe", recipe)
        assert wrong.code == 2
        assert "codes.formats" in wrong.stderr and '"Quick Response"' in wrong.stderr

    def test_is_there_without_codes_and_costs_no_warning(self, machine):
        machine.write("a.pdf", documents.pdf("Some text"))
        machine.write("a.png", code_documents.png_of(Image.new("L", (300, 200), 255)))
        assert machine.sweep("--outputs", "text,codes").code == 0
        assert codes_of(machine, "a.pdf") == codes_of(machine, "a.png") == []
        assert machine.pages("a_raw_text.parquet")[0]["warnings"] == []

    def test_changes_no_text_and_repeats_no_ocr_of_what_stands(self, machine):
        machine.write("a.pdf", documents.scanned_pdf("The moon is down and\nall the dogs are still"))
        machine.sweep("--outputs", "text")
        before = (machine.out / "a_raw_text.parquet").read_bytes()
        finished = machine.sweep("--outputs", "codes", "--log-level", "debug", "--log-format", "json")
        assert not [event for event in finished.events if event["event"] == "ocr_decision" and event["ocr"]]
        assert (machine.out / "a_raw_text.parquet").read_bytes() == before
        machine.sweep("--outputs", "text,codes", out=machine.folder / "both")
        assert machine.pages("a_raw_text.parquet", machine.folder / "both")[0]["text"] == machine.pages(
            "a_raw_text.parquet")[0]["text"]

    @pytest.mark.parametrize("ocr", ["auto", "never"])
    def test_of_a_picture(self, machine, ocr):
        picture = code_documents.picture("Label 12", KIND.Aztec)
        machine.write("a.png", code_documents.png_of(picture.rotate(90, expand=True)))
        assert machine.sweep("--outputs", "text,codes", "--ocr", ocr).code == 0
        (code,) = codes_of(machine, "a.png")
        assert (code["text"], code["source"], code["orientation_deg"]) == ("Label 12", "image", -90)

    def test_tells_the_character_set(self, machine):
        machine.write("a.png", code_documents.png_of(code_documents.picture("Жук", KIND.DataMatrix)))
        machine.sweep("--outputs", "codes")
        (code,) = codes_of(machine, "a.png")
        assert (code["text"], code["bytes"], code["eci"]) == ("Жук", "Жук".encode("iso8859-5"), "7")

    def test_is_the_same_bytes_with_any_number_of_workers(self, machine):
        for number in range(6):
            machine.write(f"{number}.pdf", code_documents.pdf_with_vectors(f"Label {number}", KIND.QRCode, 2, 30))
        contents = []
        for workers in (1, 4):
            out = machine.folder / f"out{workers}"
            machine.sweep("--outputs", "codes", "--workers", workers, out=out)
            contents.append({path.name: path.read_bytes() for path in sorted(out.glob("*_codes.parquet"))})
        assert contents[0] == contents[1] and len(contents[0]) == 6


class TestFinding:
    @pytest.mark.parametrize("degrees", range(0, 180, 20))
    @pytest.mark.parametrize("kind, text", [(KIND.EAN13, "590123412345"), (KIND.Code128, "Label 123"),
                                            (KIND.PDF417, "Label 123456"), (KIND.QRCode, "Label 123"),
                                            (KIND.DataMatrix, "Label 123"), (KIND.Aztec, "Label 123"),
                                            (KIND.ITF, "12345678901231"), (KIND.Code39, "ABC123")])
    def test_at_any_slant(self, machine, kind, text, degrees):
        machine.write("a.pdf", code_documents.pdf_with_vectors(text, kind, 1.2, degrees))
        machine.sweep("--outputs", "codes")
        (code,) = codes_of(machine, "a.pdf")
        assert code["text"].startswith(text)
        assert (code["left_pt"] + code["right_pt"]) / 2 == pytest.approx(595 / 2, abs=8)
        assert (code["top_pt"] + code["bottom_pt"]) / 2 == pytest.approx(842 / 2, abs=8)

    def test_all_of_a_sheet_of_labels(self, machine):
        def draw(page):
            for row in range(8):
                for column in range(3):
                    grid = code_documents.modules(f"Label {row} {column}", KIND.Code128)
                    code_documents.draw_vectors(page, grid, 30 + 190 * column, 60 + 95 * row, 1)

        machine.write("a.pdf", code_documents.pdf_of(draw))
        machine.sweep("--outputs", "codes")
        rows = codes_of(machine, "a.pdf")
        assert texts(rows) == [f"Label {row} {column}" for row in range(7, -1, -1) for column in range(3)]

    def test_in_a_scan_that_is_also_recognised(self, machine):
        page = Image.new("L", (1700, 2200), 255)
        with Image.open(io.BytesIO(documents.lines_picture("The moon is down and\nall the dogs are still"))) as lines:
            page.paste(lines.convert("L"), (100, 100))
        page.paste(code_documents.picture("Label 7", KIND.QRCode), (900, 1500))
        machine.write("a.pdf", code_documents.pdf_of(lambda canvas: canvas.drawImage(ImageReader(page), 0, 0, 612, 792),
                                                     (612, 792)))
        assert machine.sweep("--outputs", "text,codes").code == 0
        assert texts(codes_of(machine, "a.pdf")) == ["Label 7"]
        assert "dogs are still" in machine.pages("a_raw_text.parquet")[0]["text"]


class TestLimits:
    def test_of_codes_on_a_page(self, machine):
        grid = code_documents.modules("x", KIND.DataMatrix)

        def draw(page):
            for row in range(45):
                for column in range(32):
                    code_documents.draw_vectors(page, grid, 10 + 18 * column, 10 + 18 * row, 1)

        machine.write("a.pdf", code_documents.pdf_of(draw))
        finished = machine.sweep("--outputs", "text,codes", "--summary", "text", "--ocr", "never")
        assert finished.code == 0
        assert len(codes_of(machine, "a.pdf")) >= 255
        assert machine.pages("a_raw_text.parquet")[0]["warnings"] == ["codes_missing"]
        assert "not all of which was looked at for barcodes" in finished.stdout

    def test_of_the_table(self, machine):
        machine.write("a.pdf", code_documents.pdf_with_vectors("a long text " * 200, KIND.QRCode, 2))
        assert machine.sweep("--outputs", "text,codes", "--page-output-max", "4KiB", "--ocr", "never").code == 0
        assert codes_of(machine, "a.pdf") == []
        assert machine.pages("a_raw_text.parquet")[0]["warnings"] == ["codes_missing"]

    def test_of_pixels(self, machine):
        machine.write("a.pdf", code_documents.pdf_with_vectors("Label", KIND.QRCode, 2))
        machine.sweep("--outputs", "text,codes", "--page-pixels-max", "2000000", "--ocr", "never")
        assert texts(codes_of(machine, "a.pdf")) == ["Label"]
        assert machine.pages("a_raw_text.parquet")[0]["warnings"] == ["dpi_reduced"]

    def test_pictures_of_one_pixel_and_of_noise_are_no_matter(self, machine):
        for width, height in ((1, 1), (1, 100), (100, 1), (3, 3)):
            machine.write(f"{width}x{height}.png", code_documents.png_of(Image.new("L", (width, height), 0)))
        machine.write("noise.png", code_documents.png_of(Image.effect_noise((1000, 1000), 255)))
        machine.write("cut.png", code_documents.png_of(code_documents.picture("Label", KIND.QRCode))[:200])
        assert machine.sweep("--outputs", "codes").code in (0, 1)
        assert codes_of(machine, "1x100.png") == codes_of(machine, "noise.png") == []


# ---- ../shared/corpus/codes ----

TURNS = (0, 90, 180, 270)
KINDS = {"code128-1": KIND.Code128, "datamatrix-1": KIND.DataMatrix, "ean13-1": KIND.EAN13, "pdf417-1": KIND.PDF417,
         "qrcode-1": KIND.QRCode}


def expected_of(path):
    """A predicate on (text, bytes) by the file beside the image; None where it should hold nothing."""
    if path.with_suffix(".txt").exists():
        text = path.with_suffix(".txt").read_bytes().decode()
        return lambda found, _: found == text
    if path.with_suffix(".bin").exists():
        content = path.with_suffix(".bin").read_bytes()
        return lambda _, found: found == content
    return None


def read_by_the_oracle(image):
    return [(code.text, code.bytes) for code in zxingcpp.read_barcodes(image, text_mode=zxingcpp.TextMode.Plain)]


def drawn_anew(path):
    """A page with the code that says the same as vectors, where Zint takes the text."""
    text = path.with_suffix(".txt").read_bytes().decode()
    try:
        return code_documents.pdf_with_vectors(text, KINDS[path.parent.name])
    except ValueError:
        return None


def put_corpus(machine):
    """{folder: {way: [(name, predicate, whether the oracle reads it)]}}"""
    put = {}
    for path in sorted(require_corpus("codes").glob("*/*")):
        if path.suffix not in (".png", ".jpg", ".webp"):
            continue
        is_expected = expected_of(path)
        with Image.open(path) as opened:
            image = opened.convert("L")

        def add(way, suffix, content, oracle, path=path, is_expected=is_expected):
            name = f"{path.parent.name}-{path.stem}-{way}{suffix}"
            machine.write(name, content)
            put.setdefault(path.parent.name, {}).setdefault(way, []).append((name, is_expected, oracle))

        for turn in TURNS:
            turned = image.rotate(-turn, expand=True)
            found = read_by_the_oracle(turned)
            oracle = any(is_expected(*code) for code in found) if is_expected else bool(found)
            add(str(turn), ".png", code_documents.png_of(turned), oracle)
        add("image", ".pdf", code_documents.pdf_with_image(image), None)
        if path.with_suffix(".txt").exists() and (drawn := drawn_anew(path)):
            add("vector", ".pdf", drawn, None)
    return put


@pytest.fixture(scope="module")
def corpus():
    for machine in machine_of(RELEASE_PROGRAM):
        machine.put = put_corpus(machine)
        assert machine.sweep("--outputs", "codes").code == 0
        yield machine


def count(machine, way):
    hits = 0
    for name, is_expected, _ in way:
        found = [(row["text"], row["bytes"]) for row in codes_of(machine, name)]
        hits += any(is_expected(*code) for code in found) if is_expected else bool(found)
    return hits


def test_of_the_corpus_at_least_as_many_decode_as_with_zxings_own_reader(corpus):
    found = {}
    for folder, ways in corpus.put.items():
        found[folder] = {way: count(corpus, documents) for way, documents in ways.items()}
        for turn in TURNS:
            oracle = sum(by_oracle for _, _, by_oracle in ways[str(turn)])
            if folder.startswith("falsepositives"):
                assert found[folder][str(turn)] == 0, "zxing-cpp's own runner allows none"
            else:
                assert found[folder][str(turn)] >= oracle, (folder, turn)
        if folder in KINDS:
            assert found[folder]["image"] >= found[folder]["0"], folder
            assert found[folder]["vector"] == len(ways["vector"]), folder
    assert found == EXPECTED["codes"], f"tests/corpus/expected.json, codes: {json.dumps(found)}"
