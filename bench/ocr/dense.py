"""Dense pages as scanners and telephones give them: of real documents, printed and degraded, and the corpus's own scans.

Everything comes from ../shared/corpus; nothing is there without it. A page is a gray image of 200 dpi, so that all who
read it get the same pixels. The truth of a printed page is what pdftotext says of it, which no recogniser had a part in.
"""

import dataclasses
import pathlib
import random
import subprocess
import zlib

import numpy
from PIL import Image

import degrade

DPI = 200
# Pages full of prose, of two columns, and of a manual.
PRINTS = {"multi-column.pdf": (2, 4, 6, 9), "5_level_paging_and_5_level_ept_intel_revision_1_1_may_2017.pdf": (12, 17, 24),
          "copy-protected.pdf": (1,), "xerox_alta_link_series_mfp_sag_en_us_2.pdf": (60, 200), "non_ascii_text.pdf": ()}
SCANS = ("linn", "ccitt", "jbig2", "skew")


@dataclasses.dataclass(frozen=True)
class Dense:
    name: str
    path: pathlib.Path
    truth: str | None  # of a print


def scanned(image, rng, choice):
    """A good office scanner: a degree askew, a little soft, paper that is not white."""
    image = degrade.skewed(image, choice.uniform(-1.2, 1.2), lid=235)
    values = degrade.floats(degrade.blurred(image, 0.6)) * 0.85 + 25
    return degrade.through_jpeg(degrade.clipped(values + rng.normal(0, 3, values.shape)), 60)


def photographed(image, rng, choice):
    """A telephone's picture: from the side, light from one side, soft, packed hard."""
    image = degrade.shaded(degrade.in_perspective(image, 0.01), rng, choice.uniform(0.5, 0.7))
    return degrade.through_jpeg(degrade.blurred(image, 0.7), 40)


def draw(document, page, target):
    command = ["pdftoppm", "-r", str(DPI), "-gray", "-png", "-f", str(page), "-l", str(page), "-singlefile"]
    subprocess.run([*command, document, target], check=True, capture_output=True)
    return target.with_name(f"{target.name}.png")


def text_of(document, page):
    command = ["pdftotext", "-f", str(page), "-l", str(page), document, "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def make(corpus, folder):
    """The pages, drawn into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for name in SCANS:
        pages.append(Dense(f"scan-{name}", draw(corpus / "ocr" / f"{name}.pdf", 1, folder / f"scan-{name}"), None))
    for document, numbers in PRINTS.items():
        for number in numbers:
            path = draw(corpus / "digital" / document, number, folder / f"print-{document[:6]}-{number}")
            truth = text_of(corpus / "digital" / document, number)
            for way in (scanned, photographed):
                seed = f"{document}/{number}/{way.__name__}"
                image = way(Image.open(path).convert("L"), numpy.random.default_rng(zlib.crc32(seed.encode())), random.Random(seed))
                degraded = path.with_name(f"{way.__name__}-{path.name.removeprefix('print-')}")
                image.save(degraded, dpi=(DPI, DPI))
                pages.append(Dense(degraded.stem, degraded, truth))
            path.unlink()
    return pages
