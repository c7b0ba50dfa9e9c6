"""The output `images`. The oracle is pikepdf: its raw extraction of JPEG, and its pixels of others."""

import collections
import hashlib
import io
import json
import random
import re
import zlib

import duckdb
import pikepdf
import pyarrow.parquet as parquet
import pytest
from PIL import Image, ImageChops
from pikepdf import Array, Dictionary, Name

import documents
from harness import ROOT, require_corpus

COLUMNS = ["document_id", "source_uri", "page_number", "left_pt", "top_pt", "right_pt", "bottom_pt", "width_px",
           "height_px", "x_dpi", "y_dpi", "file_name", "sha256", "error_message"]


def images_of(machine, name="a.pdf", out=None):
    table = f"{name.removesuffix('.pdf')}_images.parquet" if name.endswith(".pdf") else f"{name}.images.parquet"
    read = parquet.read_table((out or machine.out) / table)
    assert read.column_names == COLUMNS
    return read.to_pylist()


def file_of(machine, row, name="a.pdf"):
    path = machine.out / "images" / name.removesuffix(".pdf") / row["file_name"]
    content = path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == row["sha256"]
    assert path.stem == row["sha256"][:32]
    return content


def picture(row, machine):
    return Image.open(io.BytesIO(file_of(machine, row)))


def jpeg(mode="RGB", size=(120, 80), **options):
    image = Image.linear_gradient("L").resize(size)
    if mode != "L":
        image = Image.merge(mode, [image, image.rotate(180), image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
                                   image][:len(mode)])
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def image_object(pdf, data, size, colour=Name.DeviceRGB, bits=8, compress=True, **entries):
    """An image XObject, deflated unless it says its own filter."""
    stream = pdf.make_stream(zlib.compress(data) if compress else data, Type=Name.XObject, Subtype=Name.Image,
                             Width=size[0], Height=size[1], BitsPerComponent=bits, **entries)
    if colour is not None:
        stream.ColorSpace = colour
    if compress:
        stream.Filter = Name.FlateDecode
    return stream


def jpeg_object(pdf, data, size=(120, 80), colour=Name.DeviceRGB, **entries):
    return image_object(pdf, data, size, colour, compress=False, Filter=Name.DCTDecode, **entries)


def pdf_with(make, content=b"q 100 0 0 50 20 30 cm /X0 Do Q", pages=1):
    """Pages of 300 x 200 points, each with these operators; `make(pdf)` answers the XObjects, X0 and so on."""
    pdf = pikepdf.new()
    objects = make(pdf)
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(300, 200))
        page.Resources = Dictionary(XObject=Dictionary({f"/X{i}": item for i, item in enumerate(objects)}))
        page.Contents = pdf.make_stream(content)
    buffer = io.BytesIO()
    pdf.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def swept(machine, content, *options):
    machine.write("a.pdf", content)
    result = machine.sweep("--outputs", "text,images", *options)
    assert result.code == 0, result.stderr
    return images_of(machine)


def same_pixels(one, other, mode="RGB"):
    assert one.size == other.size
    return ImageChops.difference(one.convert(mode), other.convert(mode)).getbbox() is None


class TestJpeg:
    @pytest.mark.parametrize("mode, colour", [("RGB", Name.DeviceRGB), ("L", Name.DeviceGray), ("CMYK", Name.DeviceCMYK)])
    def test_is_given_as_it_is_with_its_place(self, machine, mode, colour):
        data = jpeg(mode)
        (row,) = swept(machine, pdf_with(lambda pdf: [jpeg_object(pdf, data, colour=colour)]))
        assert file_of(machine, row) == data and row["file_name"].endswith(".jpg")
        assert [row[key] for key in ("left_pt", "top_pt", "right_pt", "bottom_pt")] == pytest.approx(
            [20, 120, 120, 170], abs=0.1)
        assert (row["width_px"], row["height_px"]) == (120, 80)
        assert (row["x_dpi"], row["y_dpi"]) == pytest.approx((120 / 100 * 72, 80 / 50 * 72), abs=0.1)
        assert row["error_message"] is None and row["page_number"] == 1

    def test_with_a_soft_mask_is_a_png_with_its_opacity(self, machine):
        mask = bytes(x * 2 for _ in range(80) for x in range(120))
        (row,) = swept(machine, pdf_with(lambda pdf: [jpeg_object(
            pdf, jpeg(), SMask=image_object(pdf, mask, (120, 80), Name.DeviceGray))]))
        found = picture(row, machine)
        assert (found.format, found.mode) == ("PNG", "RGBA")
        assert found.getchannel("A").tobytes() == mask
        assert same_pixels(found, Image.open(io.BytesIO(jpeg())))

    def test_painted_half_through_is_as_it_is(self, machine):
        pdf = pikepdf.open(io.BytesIO(pdf_with(lambda pdf: [jpeg_object(pdf, jpeg())],
                                               b"q /G gs 100 0 0 50 20 30 cm /X0 Do Q")))
        pdf.pages[0].Resources.ExtGState = Dictionary(G=Dictionary(ca=0.5))
        buffer = io.BytesIO()
        pdf.save(buffer)
        (row,) = swept(machine, buffer.getvalue())
        assert file_of(machine, row) == jpeg()


class TestPixels:
    @pytest.mark.parametrize("mode, colour", [("RGB", Name.DeviceRGB), ("L", Name.DeviceGray)])
    def test_of_deflated_images_are_pikepdfs(self, machine, mode, colour):
        image = Image.open(io.BytesIO(jpeg(mode)))
        content = pdf_with(lambda pdf: [image_object(pdf, image.tobytes(), image.size, colour)])
        (row,) = swept(machine, content)
        found = picture(row, machine)
        assert (found.format, found.mode) == ("PNG", mode)
        with pikepdf.open(io.BytesIO(content)) as pdf:
            expected = pikepdf.PdfImage(pdf.pages[0].Resources.XObject.X0).as_pil_image()
        assert found.tobytes() == expected.tobytes() == image.tobytes()

    def test_of_one_bit_are_a_png_of_one_bit(self, machine):
        data = bytes((x * 37 + y * 11) % 256 for y in range(40) for x in range(10))
        (row,) = swept(machine, pdf_with(lambda pdf: [image_object(pdf, data, (80, 40), Name.DeviceGray, bits=1)]))
        found = picture(row, machine)
        assert found.mode == "1" and found.tobytes() == data

    def test_of_a_palette_are_its_colours(self, machine):
        palette = bytes([255, 0, 0, 0, 0, 255])
        data = bytes(i % 2 for i in range(64))
        (row,) = swept(machine, pdf_with(lambda pdf: [image_object(
            pdf, data, (8, 8), Array([Name.Indexed, Name.DeviceRGB, 1, pikepdf.String(palette)]))]))
        found = picture(row, machine)
        assert found.tobytes() == b"".join(palette[3 * i:3 * i + 3] for i in data)

    def test_that_a_colour_key_leaves_out_are_not_opaque(self, machine):
        data = bytes([255, 0, 0, 0, 255, 0] * 32)
        (row,) = swept(machine, pdf_with(lambda pdf: [image_object(pdf, data, (8, 8), Mask=[255, 255, 0, 0, 0, 0])]))
        alpha = picture(row, machine).getchannel("A").tobytes()
        assert alpha == bytes([0, 255] * 32)

    def test_of_a_stencil_have_the_colour_that_it_is_painted_in(self, machine):
        (row,) = swept(machine, pdf_with(
            lambda pdf: [image_object(pdf, b"\xf0" * 8, (8, 8), None, bits=1, ImageMask=True)],
            b"q 0 0 1 rg 100 0 0 50 20 30 cm /X0 Do Q"))
        found = picture(row, machine).convert("RGBA")
        assert found.getpixel((7, 3)) == (0, 0, 255, 255) and found.getpixel((0, 3))[3] == 0


class TestPlaces:
    def test_a_turned_image_has_the_box_around_it_and_its_own_resolution(self, machine):
        (row,) = swept(machine, pdf_with(lambda pdf: [jpeg_object(pdf, jpeg())],
                                         b"q 0 100 -50 0 150 40 cm /X0 Do Q"))
        assert [row[key] for key in ("left_pt", "top_pt", "right_pt", "bottom_pt")] == pytest.approx(
            [100, 60, 150, 160], abs=0.1)
        assert (row["x_dpi"], row["y_dpi"]) == pytest.approx((86.4, 115.2), abs=0.1)

    def test_an_image_that_an_annotation_draws_lies_where_that_does(self, machine):
        with pikepdf.open(io.BytesIO(pdf_with(lambda pdf: [], b""))) as pdf:
            look = pdf.make_stream(b"q 50 0 0 40 0 0 cm /I Do Q", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 50, 40],
                                   Resources=Dictionary(XObject=Dictionary(I=jpeg_object(pdf, jpeg()))))
            stamps = [Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=[20, 30, 120, 110], F=flags,
                                 AP=Dictionary(N=look)) for flags in (4, 2)]  # printed, and hidden
            pdf.pages[0].Annots = pdf.make_indirect(Array([pdf.make_indirect(stamp) for stamp in stamps]))
            buffer = io.BytesIO()
            pdf.save(buffer)
        (row,) = swept(machine, buffer.getvalue())
        assert file_of(machine, row) == jpeg()
        assert [row[key] for key in ("left_pt", "top_pt", "right_pt", "bottom_pt")] == pytest.approx(
            [20, 90, 120, 170], abs=0.1)
        assert (row["x_dpi"], row["y_dpi"]) == pytest.approx((120 / 100 * 72, 80 / 80 * 72), abs=0.1)

    def test_images_of_forms_and_of_the_content_itself_count(self, machine):
        def make(pdf):
            form = pdf.make_stream(b"q 10 0 0 10 5 5 cm /I Do Q", Type=Name.XObject, Subtype=Name.Form,
                                   BBox=[0, 0, 100, 100], Matrix=[2, 0, 0, 2, 0, 0])
            form.Resources = Dictionary(XObject=Dictionary(I=jpeg_object(pdf, jpeg())))
            return [form]
        inline = b"q 40 0 0 40 200 100 cm BI /W 2 /H 1 /CS /RGB /BPC 8 ID \xff\x00\x00\x00\x00\xff EI Q"
        in_form, in_content = swept(machine, pdf_with(make, b"/X0 Do " + inline))
        assert [in_form[key] for key in ("left_pt", "bottom_pt", "right_pt", "top_pt")] == pytest.approx(
            [10, 190, 30, 170], abs=0.1)
        assert file_of(machine, in_form) == jpeg()
        assert picture(in_content, machine).tobytes() == b"\xff\x00\x00\x00\x00\xff"


class TestRepeated:
    def test_one_image_on_many_pages_is_one_file(self, machine):
        rows = swept(machine, pdf_with(lambda pdf: [jpeg_object(pdf, jpeg())], pages=30), "--workers", "2")
        assert [row["page_number"] for row in rows] == list(range(1, 31))
        assert len({row["sha256"] for row in rows}) == 1
        (path,) = (machine.out / "images/a").iterdir()
        assert path.name == rows[0]["file_name"]
        (listed,) = parquet.read_table(machine.out / "a_files.parquet").to_pylist()
        assert (listed["output"], listed["page_number"], listed["content_type"]) == ("images", 1, "image/jpeg")
        assert listed["key"] == f"images/a/{path.name}"

    def test_files_that_are_no_more_go(self, machine):
        swept(machine, pdf_with(lambda pdf: [jpeg_object(pdf, jpeg())]))
        (row,) = swept(machine, pdf_with(lambda pdf: [jpeg_object(pdf, jpeg(size=(60, 40)), (60, 40))]))
        assert [path.name for path in (machine.out / "images/a").iterdir()] == [row["file_name"]]

    def test_a_second_run_puts_nothing(self, machine):
        swept(machine, pdf_with(lambda pdf: [jpeg_object(pdf, jpeg())]))
        (path,) = (machine.out / "images/a").iterdir()
        before = path.stat().st_mtime_ns
        assert machine.sweep("--outputs", "text,images", "--batch-size", "10").code == 0
        assert path.stat().st_mtime_ns == before


class TestFailure:
    def test_what_cannot_be_decoded_is_a_row_with_its_error(self, machine):
        rows = swept(machine, pdf_with(
            lambda pdf: [image_object(pdf, b"junk", (50, 50), compress=False, Filter=Name.JPXDecode),
                         jpeg_object(pdf, jpeg())],
            b"q 10 0 0 10 0 0 cm /X0 Do Q q 10 0 0 10 20 20 cm /X1 Do Q"))
        broken, whole = rows
        assert broken["file_name"] is None and broken["error_message"]
        assert file_of(machine, whole) == jpeg()
        (page,) = machine.pages("a_raw_text.parquet")
        assert page["warnings"] == ["images_missing"] and page["error_kind"] is None

    def test_a_jpeg_that_is_none_is_told(self, machine):
        (row,) = swept(machine, pdf_with(lambda pdf: [jpeg_object(pdf, b"\xff\xd8\xffno more of it")]))
        assert row["file_name"] is None and row["error_message"] == "the image cannot be decoded"
        assert machine.pages("a_raw_text.parquet")[0]["warnings"] == ["images_missing"]

    def test_five_thousand_images_are_cut_and_told(self, machine):
        data = [bytes([i % 256, i // 256, 7]) for i in range(5000)]
        content = pdf_with(lambda pdf: [image_object(pdf, item, (1, 1)) for item in data],
                           b" ".join(b"q 1 0 0 1 %d %d cm /X%d Do Q" % (i % 300, i // 300, i) for i in range(5000)))
        machine.write("a.pdf", content)
        result = machine.sweep("--outputs", "text,images", "--summary", "json")
        assert result.code == 0 and json.loads(result.stdout)["images_missing"] == 1
        rows = images_of(machine)
        assert len(rows) == 2000 and len(list((machine.out / "images/a").iterdir())) == 2000

    def test_too_many_pixels_are_told(self, machine):
        rows = swept(machine, pdf_with(lambda pdf: [image_object(pdf, bytes(3 << 20), (1 << 10, 1 << 10))]),
                     "--page-pixels-max", "500000")
        assert rows[0]["file_name"] is None and "1024 x 1024 pixels" in rows[0]["error_message"]

    def test_files_of_a_page_stay_within_its_limit(self, machine):
        noise = [random.Random(i).randbytes(3 * 400 * 500) for i in range(3)]
        rows = swept(machine, pdf_with(lambda pdf: [image_object(pdf, data, (400, 500)) for data in noise],
                                       b" ".join(b"q 10 0 0 10 %d 0 cm /X%d Do Q" % (20 * i, i) for i in range(3))),
                     "--page-output-max", "1MiB")
        assert [row["file_name"] is not None for row in rows] == [True, False, False]
        assert "bytes" in rows[1]["error_message"]


class TestImageDocuments:
    @pytest.mark.parametrize("kind, name", [("JPEG", "a.jpg"), ("PNG", "a.png")])
    def test_jpeg_and_png_are_given_as_they_are(self, machine, kind, name):
        content = documents.picture("text", kind)
        machine.write(name, content)
        assert machine.sweep("--outputs", "images").code == 0
        (row,) = images_of(machine, name)
        assert file_of(machine, row, name) == content
        assert (row["width_px"], row["height_px"]) == (900, 160)

    def test_others_are_pngs_of_their_pixels(self, machine):
        content = documents.picture("text", "TIFF")
        machine.write("a.tif", content)
        assert machine.sweep("--outputs", "images").code == 0
        (row,) = images_of(machine, "a.tif")
        found = Image.open(io.BytesIO(file_of(machine, row, "a.tif")))
        assert found.format == "PNG" and same_pixels(found, Image.open(io.BytesIO(content)), "L")


def test_prefix_and_duckdb(machine, tmp_path):
    machine.write("a.pdf", pdf_with(lambda pdf: [jpeg_object(pdf, jpeg())]))
    assert machine.sweep("--outputs", "images", "--images-prefix", "in/it/").code == 0
    assert len(list((machine.out / "in/it/a").iterdir())) == 1
    assert duckdb.execute("SELECT sum(width_px * height_px) FROM read_parquet(?)",
                          [str(machine.out / "a_images.parquet")]).fetchall() == [(9600,)]


def test_the_query_of_its_page_runs(machine, monkeypatch):
    machine.write("a.pdf", pdf_with(lambda pdf: [jpeg_object(pdf, jpeg())], pages=2))
    assert machine.sweep("--outputs", "text,images", out=machine.folder / "data").code == 0
    monkeypatch.chdir(machine.folder)
    page = (ROOT / "docs/outputs/images.md").read_text("utf-8")
    rows = duckdb.execute(re.search(r'duckdb -c "(.+?)"\n', page, re.DOTALL).group(1)).fetchall()
    assert sorted(row[:4] for row in rows) == [(1, 120, 80, 86), (2, 120, 80, 86)]


def jpegs_of(pdf):
    """Hashes of the raw bytes of every image whose only filter is DCTDecode."""
    found = set()
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == Name.Image:
            filters = item.get("/Filter")
            filters = list(filters) if isinstance(filters, Array) else [filters]
            if filters == [Name.DCTDecode]:
                found.add(hashlib.sha256(item.read_raw_bytes()).hexdigest())
    return found


def unmasked_of(page):
    """The same of images that the page itself names, and that have no mask."""
    return {hashlib.sha256(image.read_raw_bytes()).hexdigest() for image in page.images.values()
            if image.get("/Filter") == Name.DCTDecode and "/SMask" not in image and "/Mask" not in image}


@pytest.mark.parametrize("folder, count", [("digital", 31), ("robust", 3)])
def test_jpegs_of_the_corpus_are_pikepdfs_raw_bytes(release, folder, count):
    """Each that is given is one of pikepdf's, and each of a page that draws all that it names is given."""
    given, paths = 0, sorted(require_corpus(folder).glob("*.pdf"))
    for path in paths:
        release.copy(path)
    release.sweep("--outputs", "text,images", "--ocr", "never")
    for path in paths:
        if not (release.out / f"{path.stem}_images.parquet").exists():
            continue
        try:
            with pikepdf.open(path) as pdf:
                if pdf.is_encrypted:
                    continue
                known, of_pages = jpegs_of(pdf), [unmasked_of(page) for page in pdf.pages]
        except (pikepdf.PdfError, pikepdf.PasswordError):
            continue
        rows = collections.defaultdict(list)
        for row in images_of(release, path.name):
            rows[row["page_number"]].append(row)
        for number, unmasked in enumerate(of_pages, 1):
            found = {row["sha256"] for row in rows[number] if row["file_name"] and row["file_name"].endswith(".jpg")}
            assert found <= known, (path.name, number)
            if len(rows[number]) >= len(unmasked):
                assert unmasked <= found, (path.name, number, len(rows[number]))
            given += len(found)
    assert given == count
