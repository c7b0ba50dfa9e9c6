"""Documents with barcodes. Their encoders are Zint's, in the zxing-cpp wheel, and the images of ../shared/corpus/codes."""

import io
import itertools

import zxingcpp
from PIL import Image, ImageOps
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

PAGE = (595, 842)


def modules(text, kind):
    """The code as an image of a pixel for each module."""
    image = memoryview(zxingcpp.create_barcode(text, kind).to_image(scale=1, add_quiet_zones=False))
    return Image.frombytes("L", image.shape[1::-1], image.tobytes())


def png_of(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def picture(text, kind, scale=4, margin=10):
    """The code as a picture with white around it."""
    grid = modules(text, kind)
    return ImageOps.expand(grid.resize((grid.width * scale, grid.height * scale), Image.Resampling.NEAREST),
                           margin * scale, 255)


def pdf_of(draw, size=PAGE):
    """One page, drawn by `draw(canvas)`."""
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, pagesize=size, invariant=True)
    draw(page)
    page.showPage()
    page.save()
    return buffer.getvalue()


def pdf_with_image(image, width_pt=400):
    """The image in a page with white around it."""
    scale = min(width_pt / image.width, 700 / image.height)

    def draw(page):
        page.drawImage(ImageReader(image), 80, 800 - image.height * scale, image.width * scale, image.height * scale)

    return pdf_of(draw)


def draw_vectors(page, grid, left, bottom, module_pt):
    """Rows of dark modules as filled rectangles, the code's bottom left at (left, bottom)."""
    for y in range(grid.height):
        row = [grid.getpixel((x, y)) < 128 for x in range(grid.width)]
        for dark, run in itertools.groupby(range(grid.width), key=row.__getitem__):
            columns = list(run)
            if dark:
                page.rect(left + columns[0] * module_pt, bottom + (grid.height - 1 - y) * module_pt,
                          len(columns) * module_pt, module_pt * 1.01, stroke=0, fill=1)


def pdf_with_vectors(text, kind, module_pt=1.2, degrees=0):
    grid = modules(text, kind)

    def draw(page):
        page.translate(PAGE[0] / 2, PAGE[1] / 2)
        page.rotate(degrees)
        draw_vectors(page, grid, -grid.width * module_pt / 2, -grid.height * module_pt / 2, module_pt)

    return pdf_of(draw)
