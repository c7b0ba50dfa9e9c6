"""Formats and sizes of page images. The oracle is Pillow's decoding and pypdfium2's rendering."""

import io
import json

import pyarrow.parquet as parquet
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

import documents
from harness import PARENT_MEMORY_KIB_MAX, PATIENCE_S, PeakMemory

KINDS = {"webp": ("webp", "WEBP", "image/webp"), "png": ("png", "PNG", "image/png"), "jpeg": ("jpg", "JPEG", "image/jpeg")}


def rendered(content, dpi, page=0):
    return pypdfium2.PdfDocument(content)[page].render(scale=dpi / 72).to_pil().convert("RGB")


def opened(path, kind):
    with Image.open(path) as image:
        assert image.format == kind
        return image.convert("RGB"), image.info


def mean_difference(a, b):
    return sum(ImageStat.Stat(ImageChops.difference(a, b)).mean) / 3


def files_of(machine, stem="a"):
    return parquet.read_table(machine.out / f"{stem}_files.parquet").to_pylist()


@pytest.fixture
def page(machine):
    content = documents.pdf("The moon is down\nand all the dogs are still", "Harvest supper at seven")
    machine.write("a.pdf", content)
    return content


@pytest.mark.parametrize("name", KINDS)
def test_every_format_shows_the_page(machine, page, name):
    ending, kind, content_type = KINDS[name]
    assert machine.sweep("--outputs", "page_images", "--page-images-format", name).code == 0
    files = files_of(machine)
    assert [file["key"] for file in files] == [f"pdf_page_images/a/page_{number:04}.{ending}" for number in (1, 2)]
    assert {file["content_type"] for file in files} == {content_type}
    for number in (1, 2):
        image, info = opened(machine.out / files[number - 1]["key"], kind)
        assert image.size == (1241, 1754)
        assert mean_difference(image, rendered(page, 150, number - 1)) < 1.5
        if name != "webp":
            assert info["dpi"] == pytest.approx((150, 150), abs=0.1)


def test_another_format_takes_the_place_of_the_first(machine, page):
    assert machine.sweep("--outputs", "text,page_images").code == 0
    assert machine.sweep("--outputs", "text,page_images", "--page-images-format", "png").code == 0
    assert sorted(path.name for path in (machine.out / "pdf_page_images/a").iterdir()) == ["page_0001.png", "page_0002.png"]
    again = machine.sweep("--outputs", "text,page_images", "--page-images-format", "png", "--page-images-quality", "7",
                          "--summary", "json")
    assert json.loads(again.stdout)["documents_skipped"] == 1, "PNG has no quality"


def test_thumbnails_are_small_images_of_the_same_page(machine, page):
    assert machine.sweep("--outputs", "page_images", "--page-images-thumbnail-edge", "200", "--page-images-format",
                         "png").code == 0
    names = [file["key"].rsplit("/", 1)[1] for file in files_of(machine)]
    assert names == ["page_0001.png", "page_0001_thumb.png", "page_0002.png", "page_0002_thumb.png"]
    assert [file["page_number"] for file in files_of(machine)] == [1, 1, 2, 2]
    large, _ = opened(machine.out / "pdf_page_images/a/page_0001.png", "PNG")
    small, _ = opened(machine.out / "pdf_page_images/a/page_0001_thumb.png", "PNG")
    assert small.size == (142, 200)
    assert mean_difference(small, large.resize(small.size, Image.Resampling.BOX)) < 1.5


@pytest.mark.parametrize("edge", [1000, 100])
def test_a_longest_edge_bounds_them(machine, page, edge):
    picture = io.BytesIO()
    Image.effect_noise((2000, 500), 80).convert("RGB").save(picture, "PNG")
    machine.write("b.png", picture.getvalue())
    assert machine.sweep("--outputs", "text,page_images", "--page-images-longest-edge", edge, "--ocr", "never").code == 0
    image, _ = opened(machine.out / "pdf_page_images/a/page_0001.webp", "WEBP")
    assert max(image.size) == edge and image.size[0] == pytest.approx(edge * 595.28 / 841.89, abs=1)
    picture, _ = opened(machine.out / "pdf_page_images/b.png/page_0001.webp", "WEBP")
    assert picture.size == (edge, edge // 4)
    for table in ("a_raw_text.parquet", "b.png.raw_text.parquet"):
        assert not [warning for row in machine.pages(table) for warning in row["warnings"]]


@pytest.mark.parametrize("name", ["png", "jpeg"])
def test_are_the_same_bytes_with_any_number_of_workers(machine, page, name):
    other = machine.folder / "other"
    for workers, out in ((1, machine.out), (2, other)):
        assert machine.sweep("--outputs", "page_images", "--page-images-format", name, "--workers", workers,
                             out=out).code == 0
    made = sorted((machine.out / "pdf_page_images/a").iterdir())
    assert len(made) == 2
    for path in made:
        assert path.read_bytes() == (other / "pdf_page_images/a" / path.name).read_bytes()


def test_the_parents_memory_does_not_grow_with_them(machine):
    """More bytes of images than it may have."""
    noise = io.BytesIO()
    Image.effect_noise((413, 585), 200).save(noise, "JPEG", quality=95)
    machine.write("a.pdf", documents.pictured_pdf(noise.getvalue(), 1000))
    process = machine.start_sweep("--outputs", "text,page_images", "--page-images-format", "jpeg", "--page-images-dpi", "50",
                                  "--page-images-quality", "100", "--ocr", "never")
    memory = PeakMemory(process.pid)
    _, stderr = process.communicate(timeout=PATIENCE_S)
    memory.join()
    assert process.returncode == 0, stderr
    files = files_of(machine)
    assert len(files) == 1000
    assert sum(file["size_bytes"] for file in files) > PARENT_MEMORY_KIB_MAX * 1024
    assert memory.peak_kib < PARENT_MEMORY_KIB_MAX
