"""Pictures of every ordinary kind through the whole program: decoded in the sandbox, made upright, read, told of."""

import json
import random
import struct

import pytest
from PIL import Image

import documents
import drawn_text
import pictures
from harness import ROOT, require_corpus
from pictures import LINES, bilevel, bmp, convert, plain_tiff, saved, sheet, tiffcp
from test_mutants import cut, flip, splice

TERN = ["Berth permit for the boat Tern", "Valid until the last of August"]
FAX = ["The meeting of the harbour board is moved to the ninth of March.",
       "Please bring the signed lists of berths and the receipts for paint.",
       "Boats without a number will be moved to the outer basin by noon.",
       "Questions go to the office behind the crane, first door on the left."]
# Of the cut-off PNG 442 rows can be decoded: seven lines, and the heads of an eighth.
FAULTS = {
    "a3_600dpi_bilevel.tif": (["Minutes of the harbour board", "The crane is to be painted in June",
                               "Berth nine is let to the pilots"], ["dpi_reduced"]),
    "esize_400dpi_bilevel.tif": (["PUMP HOUSE, GENERAL ARRANGEMENT", "SHEET 3 OF 9, SCALE 1 TO 50",
                                  "DRAWN BY E. LUND, CHECKED BY T. RIIS", "ALL DIMENSIONS IN MILLIMETRES"],
                                 ["dpi_reduced"]),
    "animated.webp": (TERN, ["unread_frames"]),
    "bitfields32.bmp": (["Berth permit 4711"], []),
    "os2_v1.bmp": (["Berth permit 4711"], []),
    "rle8.bmp": (LINES, []),
    "fax_204x98.tif": (FAX * 3, []),
    "png_cut_off.png": ((LINES * 3)[:7], ["partly_decoded"]),
    "png_without_end.png": (LINES, []),
    "tiled_bilevel.tif": (LINES, []),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults(release, name):
    release.copy(require_corpus("faults") / name)
    assert release.sweep().code == 0
    ((_, row),) = rows(release).items()
    lines, warnings = FAULTS[name]
    assert lines_of(row) == lines
    assert (row["error_kind"], row["warnings"]) == (None, warnings)
    if name == "fax_204x98.tif":
        assert row["height_pt"] == pytest.approx(387.9, abs=0.1) and row["width_pt"] == pytest.approx(609.9, abs=0.1)


def lines_of(row):
    """Without the empty ones between paragraphs."""
    return [line for line in row["text"].split("\n") if line]


def rows(machine):
    """{document: its first page}"""
    return {name: machine.pages(f"{name}.raw_text.parquet")[0] for name in machine.manifest()}


def colour(image):
    return Image.merge("RGB", [image.point(lambda value: value // 2 + 127), image, image])


def quantized(image, colours):
    return image.convert("RGB").quantize(colours)


def every_kind(folder):
    """{name: bytes} of the same four lines."""
    page, rgb, bits = sheet(), colour(sheet()), bilevel(sheet())
    deep = plain_tiff(page.size, 16, 1, 1, b"".join(struct.pack("<H", value * 16) for value in page.getdata()))
    real = plain_tiff(page.size, 32, 1, 1, b"".join(struct.pack("<f", value / 255) for value in page.getdata()),
                      t339=(3, [3]))
    ycc = rgb.convert("YCbCr")
    frames = {"save_all": True, "append_images": [page.rotate(180)], "duration": 100}
    turned = Image.Exif()
    turned[274] = 6
    return {
        "tiles.tif": tiffcp(folder, saved(bits, "TIFF"), "-t", "-w", "256", "-l", "256", "-c", "g4"),
        "planes.tif": tiffcp(folder, saved(rgb, "TIFF"), "-p", "separate", "-c", "zip:2"),
        "planes_tiles.tif": tiffcp(folder, saved(rgb, "TIFF"), "-p", "separate", "-t", "-w", "128", "-l", "64"),
        "big.tif": tiffcp(folder, saved(rgb, "TIFF"), "-8", "-c", "lzw:2"),
        "big_endian.tif": tiffcp(folder, saved(page, "TIFF"), "-B", "-c", "packbits"),
        "jpeg.tif": tiffcp(folder, saved(rgb, "TIFF"), "-c", "jpeg", "-r", "16"),
        "webp.tif": tiffcp(folder, saved(rgb, "TIFF"), "-c", "webp"),
        "zstd.tif": saved(rgb, "TIFF", compression="zstd"),
        "lzma.tif": saved(rgb, "TIFF", compression="lzma"),
        "jbig.tif": tiffcp(folder, saved(bits, "TIFF"), "-c", "jbig"),
        "g32d.tif": tiffcp(folder, saved(bits, "TIFF"), "-c", "g3:2d", "-f", "lsb2msb"),
        "old_jpeg.tif": pictures.old_jpeg_tiff(rgb, quality=90),
        "cmyk.tif": saved(rgb.convert("CMYK"), "TIFF", compression="tiff_lzw"),
        "lab.tif": saved(Image.merge("LAB", [page, *[Image.new("L", page.size, 128)] * 2]), "TIFF"),
        "ycc.tif": plain_tiff(page.size, 8, 3, 6, ycc.tobytes(), t530=(3, [1, 1])),
        "twelve_of_sixteen.tif": deep,
        "float.tif": real,
        "rle8.bmp": bmp(quantized(page, 256), 40, 8, compression="rle8"),
        "rle4.bmp": bmp(quantized(page, 16), 40, 4, compression="rle4"),
        "565.bmp": bmp(rgb, 40, 16, "565"),
        "os2.bmp": bmp(quantized(page, 2), 12, 1),
        "alpha.bmp": bmp(rgb.convert("RGBA"), 124, 32, "8888"),
        "deep.png": convert(folder, rgb, "png", "-interlace", "PNG", "-define", "png:bit-depth=16", "-define",
                            "png:color-type=2"),
        "alpha.png": saved(clear(page), "PNG"),
        "cmyk.jpg": saved(rgb.convert("CMYK"), "JPEG", quality=90),
        "progressive.jpg": saved(rgb, "JPEG", quality=90, progressive=True),
        "arithmetic.jpg": pictures.run(folder, saved(rgb, "PPM"), (".ppm", ".jpg"), "cjpeg", "-arithmetic", "-outfile",
                                       "OUT", "IN"),
        "turned.jpg": saved(page.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=90, exif=turned),
        "turned.png": saved(page.transpose(Image.Transpose.ROTATE_90), "PNG", exif=turned),
        "turned.webp": saved(rgb.transpose(Image.Transpose.ROTATE_90), "WEBP", exif=turned, lossless=True),
        "turned.tif": saved(page.transpose(Image.Transpose.ROTATE_90), "TIFF", tiffinfo={274: 6}),
        "lossy.webp": saved(rgb, "WEBP", quality=80),
        "alpha.webp": saved(clear(page), "WEBP", quality=80),
        "animated.webp": saved(page, "WEBP", **frames),
        "animated.gif": saved(page, "GIF", **frames),
        "animated.png": saved(page, "PNG", **frames),
        "interlaced.gif": saved(quantized(page, 64), "GIF", interlace=1),
        "gray.jp2": saved(page, "JPEG2000"),
        "oblong.png": saved(page.resize((1240, 300)), "PNG", dpi=(200, 100)),
    }


def clear(page):
    """Black letters on clear black."""
    image = Image.new("RGBA", page.size, (0, 0, 0, 0))
    image.putalpha(page.point(lambda value: 255 - value))
    return image


def test_every_kind_is_read_in_the_sandbox_and_equally_each_time(release, tmp_path):
    kinds = every_kind(tmp_path)
    for name, content in kinds.items():
        release.write(name, content)
    finished = release.sweep("--summary", "json", "--workers", "2")
    found = rows(release)
    assert {name: row["error_kind"] for name, row in found.items() if row["error_kind"]} == {}
    wrong = {name: row["text"] for name, row in found.items() if lines_of(row) != LINES}
    assert wrong == {}
    assert finished.code == 0 and set(found) == set(kinds)
    told = {name: row["warnings"] for name, row in found.items() if row["warnings"]}
    assert told == {name: ["unread_frames"] for name in ("animated.webp", "animated.gif", "animated.png")}
    assert json.loads(finished.stdout)["unread_frames"] == 3
    again = release.folder / "again"
    release.sweep("--workers", "1", out=again)
    assert release.outputs(again) == release.outputs()


class TestDamaged:
    @pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "a.bmp", "a.webp", "a.gif"])
    def test_what_is_cut_off_is_read_as_far_as_it_goes_and_told(self, release, name):
        page = sheet(LINES * 2, (1240, 1000))
        format = {"jpg": "JPEG", "tif": "TIFF"}.get(name[2:], name[2:].upper())
        options = {"lossless": True} if format == "WEBP" else {"interlace": 0} if format == "GIF" else {}
        content = saved(page, format, **options)
        if format == "TIFF":
            content = pictures.first_directory_in_front(content)
        release.write(name, content[:len(content) * 3 // 4])
        finished = release.sweep("--summary", "json")
        (row,) = rows(release).values()
        assert (row["error_kind"], row["warnings"]) == (None, ["partly_decoded"])
        assert json.loads(finished.stdout)["partly_decoded"] == 1
        seen = lines_of(row)
        # A BMP begins with its last row.
        assert set(LINES[:2] if name != "a.bmp" else LINES[2:]) <= set(seen), seen

    def test_mutants_crash_nothing(self, release):
        rng = random.Random(20261126)
        seeds = sorted((ROOT / "tests/fuzz/seeds/pictures").iterdir())
        for number in range(1500):
            seed = rng.choice(seeds)
            release.write(f"{number:04}{seed.suffix}", rng.choice([flip, cut, splice])(seed.read_bytes(), rng))
        assert release.sweep("--ocr", "always", "--page-timeout", "30s").code in (0, 1)
        manifest = release.manifest()
        kinds = {name: row["error_kind"] for name, row in manifest.items()}
        assert set(kinds.values()) <= {None, "corrupt", "unsupported", "empty", "limit_pixels"}, kinds
        assert len(manifest) > 1000  # some are no pictures any more
        release.assert_nothing_left()

    def test_kind_that_is_not_known_is_told(self, release):
        content = bytearray(saved(sheet(), "JPEG"))
        content[content.find(b"\xff\xc0") + 4] = 12
        release.write("a.jpg", bytes(content))
        assert release.sweep().code == 1
        row = release.manifest()["a.jpg"]
        assert row["error_kind"] == "unsupported" and "8 bits" in row["error_message"]


class TestLarge:
    @pytest.mark.parametrize("size, bits", [((19866, 28087), 1), ((9933, 14043), 8)], ids=["a0_600", "a2_600_gray"])
    def test_sheets_are_read_smaller(self, release, size, bits):
        page = sheet(["Minutes of the harbour board", "The crane is to be painted in June"], size, size[0] // 25,
                     size[0] // 10)
        image = bilevel(page) if bits == 1 else page
        Image.MAX_IMAGE_PIXELS = None
        release.write("a.tif", saved(image, "TIFF", compression="group4" if bits == 1 else "tiff_lzw", dpi=(600, 600)))
        assert release.sweep().code == 0
        (row,) = rows(release).values()
        assert lines_of(row) == ["Minutes of the harbour board", "The crane is to be painted in June"]
        assert row["warnings"] == ["dpi_reduced"]
        assert row["width_pt"] == pytest.approx(size[0] * 72 / 600)

    @pytest.mark.parametrize("place", ["9000 0 0 6000 2000 2000", "14400 0 0 14400 0 0"], ids=["part", "whole"])
    def test_scan_on_the_largest_page_of_a_pdf(self, release, place):
        """No text of its own, 200 inches square: less than 36 dpi fit the limit."""
        release.write("a.pdf", documents.raw_pdf([
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 14400 14400] /Contents 4 0 R "
            b"/Resources << /XObject << /X 5 0 R >> >> >>",
            drawn_text.stream("", f"q {place} cm /X Do Q"),
            drawn_text.image_object(LINES)]))
        assert release.sweep().code == 0
        (row,) = release.pages("a_raw_text.parquet")
        assert lines_of(row) == LINES and row["warnings"] == ["dpi_reduced"]

    def test_bomb_of_a_legal_size_ends_in_bounds(self, release):
        """3.1 thousand million pixels of one bit: G4 says a white row in one bit."""
        side = 55_000
        release.write("bomb.tif", pictures.tiff(
            {256: (4, [side]), 257: (4, [side]), 258: (3, [1]), 259: (3, [4]), 262: (3, [0]), 273: (4, [("block", 0)]),
             277: (3, [1]), 278: (4, [side]), 279: (4, [side // 8])}, [b"\xff" * (side // 8)]))
        release.copy("text.pdf")
        release.sweep("--child-memory", "1GiB", "--workers", "1")
        manifest = release.manifest()
        assert manifest["text.pdf"]["status"] == "ok"
        assert manifest["bomb.tif"]["error_kind"] in (None, "limit_pixels", "page_timeout")
        release.assert_nothing_left()

    def test_header_of_more_is_refused(self, release):
        release.write("bomb.png", documents.png_header(60_000, 60_000))
        assert release.sweep().code == 1
        assert release.manifest()["bomb.png"]["error_kind"] == "limit_pixels"


class TestFormatsThatAreNotRead:
    HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(2000)
    DJVU = b"AT&TFORM\0\0\x10\0DJVUINFO" + bytes(2000)

    def test_one_that_is_named_is_told_by_its_format(self, release):
        release.write("photo.heic", self.HEIC)
        finished = release.run("sweep", "--in", release.source / "photo.heic", "--out", release.out)
        (event,) = [json.loads(line) for line in finished.stderr.splitlines() if "format_not_read" in line]
        assert (event["format"], event["count"], event["first"].split("/")[-1]) == ("HEIC", 1, "photo.heic")

    def test_one_with_the_name_of_a_pdf_is_no_damaged_pdf(self, release):
        release.write("scan.pdf", self.DJVU)
        finished = release.sweep()
        assert finished.code == 1 and "DjVu, which docmill does not read" in finished.stdout and "unsupported" in finished.stdout

    def test_those_of_a_folder_are_told_by_format(self, release):
        for name in ("a.heic", "b.heic", "c.djvu"):
            release.write(name, self.DJVU if name.endswith("djvu") else self.HEIC)
        release.write("notes.txt", b"hello")
        finished = release.sweep("--summary", "json")
        events = [json.loads(line) for line in finished.stderr.splitlines() if "format_not_read" in line]
        assert [(e["format"], e["count"], e["first"].split("/")[-1]) for e in events] == [("DjVu", 1, "c.djvu"), ("HEIC", 2, "a.heic")]
        assert json.loads(finished.stdout)["files_ignored"] == 4
