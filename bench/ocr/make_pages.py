#!/usr/bin/env python3
"""Pages with known text for the OCR benchmark: FOLDER/HALF/CLASS/NUMBER.{png,jpg,tiff,pdf}, and NUMBER.txt with the truth.

    make_pages.py FOLDER [--half tune|test] [--classes skew,fax]

Equal bytes on every run with the pinned packages. A class is one way in which a page suffers. Each has six pages in each
half: one column, two columns, a table, a letter, one short line, small print. The halves differ in prose and in every
chance. Whoever tunes a recogniser looks at `tune`; figures to show come from `test`. Pages of `blank` have no text.

A class of `table-` or `form-` is one kind of form; its six pages are scans of 75 to 300 dpi.
"""

import argparse
import functools
import hashlib
import io
import pathlib
import random
import zlib

import numpy
import pikepdf
import PIL
from PIL import Image

import degrade
import forms
import layouts
import words
from layouts import A4, LETTER, MONO, NARROW, SANS, SERIF, WIDE_SANS, WIDE_SERIF

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = ("make_pages.py", "layouts.py", "forms.py", "degrade.py", "words.py")
HALVES = ("tune", "test")
PAGES = 6

# Layout, dpi, file type, families and sizes to choose from.
SLOTS = [
    (layouts.one_column, 300, "png", (SERIF, SANS, WIDE_SERIF), (10, 11, 12)),
    (layouts.two_columns, 300, "jpg", (SERIF, SANS, NARROW), (9, 10)),
    (layouts.table, 200, "pdf", (SANS, SERIF, WIDE_SANS), (10, 11)),
    (layouts.letter, 200, "jpg", (WIDE_SERIF, MONO, SANS), (11, 12)),
    (layouts.short_label, 300, "png", (SANS, SERIF, WIDE_SANS), (12, 14)),
    (layouts.small_print, 300, "pdf", (NARROW, SERIF, SANS), (8, 9)),
]


class Case:
    """One page to make: its place in the benchmark, its chances, and how bad it is among the pages of its class."""

    def __init__(self, half, name, number):
        seed = f"{half}/{name}/{number}"
        self.half, self.number = half, number
        self.choice = random.Random(seed)
        self.rng = numpy.random.default_rng(zlib.crc32(seed.encode()))
        order = random.Random(f"{half}/{name}").sample(range(PAGES), PAGES)
        self.rank = order[number]

    def between(self, low, high):
        """One of PAGES equal parts of the range for each page of the class, so that all of it is covered."""
        return low + (high - low) * (self.rank + self.choice.random()) / PAGES


class Page:
    """A page on its way into a file."""

    def __init__(self, image, text, dpi, suffix):
        self.image, self.text, self.dpi, self.suffix = image, text, dpi, suffix


def printed(case, points_min=0, dpi=None, suffix=None):
    layout, own_dpi, own_suffix, families, sizes = SLOTS[case.number]
    dpi = dpi or own_dpi
    points = max(points_min, case.choice.choice(sizes))
    sheet = layout(case.choice, case.half, dpi, case.choice.choice(families), points)
    return Page(sheet.image, "\n".join(sheet.lines), dpi, suffix or own_suffix)


def degraded(case, change, **options):
    page = printed(case, **options)
    page.image = change(page.image, case)
    return page


def upright(case):
    return printed(case, suffix=("png", "jpg")[case.number % 2])


def pdf(case):
    return printed(case, suffix="pdf")


def turned(degrees):
    return functools.partial(degraded, change=lambda image, case: degrade.turned(degrees)(image, case.rng))


def skew(case):
    angle = case.between(1, 15) * case.choice.choice((-1, 1))
    return degraded(case, lambda image, case: degrade.skewed(image, angle, lid=case.choice.choice((255, 255, 200))))


def blur(case):
    # In pixels at 300 dpi; 2.4 leaves a reader guessing at small print.
    page = printed(case)
    page.image = degrade.blurred(page.image, case.between(0.8, 2.4) * page.dpi / 300)
    return page


def noise(case):
    return degraded(case, lambda image, case: degrade.noisy(image, case.rng, case.between(15, 60), case.between(0, 0.03)))


def jpeg(case):
    page = degraded(case, lambda image, case: degrade.through_jpeg(image, round(case.between(25, 6))), dpi=200)
    return page


def lowres(case):
    dpi = (100, 75)[case.rank % 2]
    page = printed(case, points_min={100: 10, 75: 12}[dpi], dpi=300)
    page.image, page.dpi = degrade.scaled(page.image, dpi / 300), dpi
    return page


def shading(case):
    page = degraded(case, lambda image, case: degrade.shaded(image, case.rng, case.between(0.65, 0.25)), suffix="jpg")
    if case.rank % 2:
        page.image = degrade.in_perspective(page.image, case.between(0.01, 0.04))
    page.dpi = None  # a camera does not know the size of the paper
    return page


def inversion(case):
    return degraded(case, lambda image, case: degrade.inverted(image, paper=case.between(10, 90), ink=case.between(255, 190)))


def background(case):
    ink = numpy.array([case.choice.randrange(20, 110) for _ in range(3)])
    # Contrast falls from 130 to 45 levels of 255.
    paper = numpy.clip(ink + case.between(130, 45) + case.rng.uniform(-20, 20, 3), 0, 255)
    return degraded(case, lambda image, case: degrade.on_colour(image, paper, ink))


def dirt(case):
    def change(image, case):
        dpi = SLOTS[case.number][1]
        image = degrade.specks(image, case.rng, round(case.between(100, 1500)), dpi // 50)
        if case.rank % 3 != 0:
            image = degrade.dark_edges(image, case.rng, case.between(0.01, 0.06))
        if case.rank % 2 == 0:
            image = degrade.punched(image, dpi)
        return degrade.noisy(degrade.creased(image, case.rng), case.rng, 4)

    return degraded(case, change)


def fax(case):
    dots = (204, 98) if case.rank % 2 else (204, 196)
    page = degraded(case, lambda image, case: degrade.faxed(image, case.rng, dots), points_min=10, dpi=300)
    page.dpi, page.suffix = 204, ("tiff", "pdf", "png")[case.number % 3]
    return page


def blank(case):
    """No text, in six ways. The right answer is nothing."""
    dpi = 200
    size = tuple(round(side * dpi) for side in (A4 if case.number % 2 else LETTER))
    image = Image.new("L", size, 250)
    if case.number == 0:
        image = degrade.noisy(image, case.rng, 3)
    elif case.number == 1:
        image = degrade.noisy(degrade.specks(image, case.rng, 900, 7), case.rng, 8)
    elif case.number == 2:
        image = degrade.dark_edges(degrade.specks(image, case.rng, 200, 4), case.rng, 0.07)
    elif case.number == 3:
        image = degrade.noisy(degrade.creased(degrade.punched(image, dpi), case.rng), case.rng, 5)
    elif case.number == 4:
        image = degrade.texture(case.rng, size)
    else:
        image = degrade.noisy(degrade.shaded(image, case.rng, 0.3), case.rng, 14)
    return Page(image, "", dpi, ("jpg", "png", "pdf")[case.number % 3])


# Dpi, file type, points: what is coarse has letters of 12 pixels an em at least.
FORM_SLOTS = [(75, "png", 12), (100, "jpg", 11), (150, "pdf", 10), (200, "png", 9), (300, "pdf", 10), (300, "jpg", 8)]


def form(layout):
    """Coarse pages come from a scanner, which mixes neighbouring dots, and every other one from a program, which does not."""
    def page(case):
        dpi, suffix, points = FORM_SLOTS[case.number]
        scanned = dpi <= 150 and case.rank % 2 == 0
        sheet = layout(case.choice, case.half, 300 if scanned else dpi, case.choice.choice(forms.FAMILIES), points)
        image = degrade.scaled(sheet.image, dpi / 300) if scanned else sheet.image
        return Page(image, "\n".join(sheet.lines), dpi, suffix)

    return page


CLASSES = {
    "upright": upright, "pdf": pdf, "rot90": turned(90), "rot180": turned(180), "rot270": turned(270), "skew": skew,
    "blur": blur, "noise": noise, "jpeg": jpeg, "lowres": lowres, "shading": shading, "inversion": inversion,
    "background": background, "dirt": dirt, "fax": fax, "blank": blank,
} | {name: form(layout) for name, layout in (forms.TABLES | forms.FORMS).items()}


def encoded(page):
    """The bytes of the file, as its suffix says."""
    buffer = io.BytesIO()
    dpi = {"dpi": (page.dpi, page.dpi)} if page.dpi else {}
    if page.suffix == "pdf":
        return pdf_with(page)
    if page.suffix == "png":
        page.image.save(buffer, "PNG", **dpi)
    elif page.suffix == "jpg":
        page.image.save(buffer, "JPEG", quality=85, **dpi)
    else:
        page.image.save(buffer, "TIFF", compression="group4", **dpi)
    return buffer.getvalue()


def pdf_with(page):
    """A PDF of one page with one image, as scanners write it."""
    width, height = (side * 72 / page.dpi for side in page.image.size)
    entries = {"BitsPerComponent": 8, "ColorSpace": pikepdf.Name.DeviceRGB if page.image.mode == "RGB" else pikepdf.Name.DeviceGray}
    if page.image.mode == "1":
        entries["BitsPerComponent"] = 1
        data, entries["Filter"] = zlib.compress(page.image.tobytes()), pikepdf.Name.FlateDecode
    else:
        buffer = io.BytesIO()
        page.image.save(buffer, "JPEG", quality=85)
        data, entries["Filter"] = buffer.getvalue(), pikepdf.Name.DCTDecode
    with pikepdf.new() as document:
        image = document.make_stream(data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image,
                                     Width=page.image.width, Height=page.image.height, **entries)
        sheet = document.add_blank_page(page_size=(width, height))
        sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
        sheet.Contents = document.make_stream(f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /Im0 Do Q".encode())
        result = io.BytesIO()
        document.save(result, static_id=True)
        return result.getvalue()


def make(folder, halves=HALVES, classes=tuple(CLASSES)):
    for half in halves:
        for name in classes:
            target = folder / half / name
            target.mkdir(parents=True, exist_ok=True)
            for number in range(PAGES):
                page = CLASSES[name](Case(half, name, number))
                (target / f"{number}.{page.suffix}").write_bytes(encoded(page))
                (target / f"{number}.txt").write_text(page.text + "\n" if page.text else "")


def make_once(folder):
    """All pages, unless these programs with these packages have made them before."""
    sources = b"".join(path.read_bytes() for path in [*(HERE / name for name in SOURCES), *sorted(words.PROSE.iterdir())])
    versions = f"{PIL.__version__} {numpy.__version__} {pikepdf.__version__}".encode()
    made_by, stamp = hashlib.sha256(sources + versions).hexdigest(), folder / "made_by"
    if not stamp.exists() or stamp.read_text() != made_by:
        make(folder)
        stamp.write_text(made_by)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--classes", default=",".join(CLASSES))
    args = parser.parse_args()
    make(args.folder, (args.half,) if args.half else HALVES, args.classes.split(","))


if __name__ == "__main__":
    main()
