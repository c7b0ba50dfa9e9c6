#!/usr/bin/env python3
"""Draw docs/images/pages_and_rows.png for README.md: five pages of samples/, each beside its row as docmill wrote it.

    build/docmill sweep --in samples --out out
    .deps/venv/bin/python tools/make_picture.py out docs/images/pages_and_rows.png

The rows come from the Parquet files below the first argument, the pages from the documents that these rows name.
"""

import pathlib
import sys
import urllib.parse

import duckdb
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

# As in README.md, so that picture and text show the same five rows.
QUERY = """
    SELECT source_uri, page_number, text_source, round(ocr_confidence), text
    FROM '{folder}/**/*raw_text.parquet' WHERE page_number = 1 ORDER BY source_size_bytes DESC LIMIT 5
"""

SCALE = 2  # pixels of the image for each pixel that a browser shows at width 800
WIDTH, ROW_HEIGHT, MARGIN = 800 * SCALE, 96 * SCALE, 8 * SCALE
PAGE_WIDTH = 200 * SCALE
TEXT_LINES, LINE_LENGTH = 4, 54
FONTS = pathlib.Path("/usr/share/fonts/truetype/liberation")  # Debian's fonts-liberation, which docmill needs anyway


def font(name, size_px):
    return ImageFont.truetype(str(FONTS / name), size_px * SCALE)


def page_image(path, page_number):
    """The page in gray levels, as a viewer shows it."""
    if path.suffix == ".pdf":
        return pypdfium2.PdfDocument(path)[page_number - 1].render(scale=1.5, grayscale=True).to_pil().convert("L")
    image = Image.open(path)
    image.seek(page_number - 1)
    return image.convert("L")


def part_with_text(image):
    """The upper part of the page, as wide as the page, in the proportions of the picture's left column."""
    height = round(image.width * (ROW_HEIGHT - MARGIN) / PAGE_WIDTH)
    ink = image.point(lambda level: 255 if level < 100 else 0).getbbox()
    top = max(0, min((ink[1] if ink else 0) - height // 12, image.height - height))
    part = image.crop((0, top, image.width, top + height)) if height < image.height else image
    part.thumbnail((PAGE_WIDTH, ROW_HEIGHT - MARGIN), Image.Resampling.LANCZOS)
    return part


def cut(line):
    return line if len(line) <= LINE_LENGTH else line[:LINE_LENGTH - 3] + "..."


def draw_row(canvas, top, row):
    source_uri, page_number, text_source, confidence, text = row
    path = pathlib.Path(urllib.parse.unquote(urllib.parse.urlparse(source_uri).path))
    page = part_with_text(page_image(path, page_number))
    left = MARGIN + (PAGE_WIDTH - page.width) // 2
    canvas.paste(page, (left, top + MARGIN // 2))
    draw = ImageDraw.Draw(canvas)
    draw.rectangle((left, top + MARGIN // 2, left + page.width, top + MARGIN // 2 + page.height), outline=150)
    left = PAGE_WIDTH + 4 * MARGIN
    sure = "" if confidence is None else f", confidence {confidence:.0f}"
    draw.text((left, top + MARGIN), path.name, font=font("LiberationSans-Bold.ttf", 13), fill=0)
    draw.text((left, top + 3 * MARGIN), f"page {page_number}: {text_source}{sure}",
              font=font("LiberationSans-Regular.ttf", 12), fill=90)
    lines = [line for line in text.splitlines() if line.strip()]
    shown = "\n".join(cut(line) for line in lines[:TEXT_LINES]) + ("\n..." if len(lines) > TEXT_LINES else "")
    draw.multiline_text((left + 185 * SCALE, top + MARGIN), shown, font=font("LiberationMono-Regular.ttf", 11),
                        fill=0, spacing=2 * SCALE)


def main(folder, picture):
    rows = duckdb.sql(QUERY.format(folder=folder)).fetchall()
    canvas = Image.new("L", (WIDTH, len(rows) * ROW_HEIGHT + MARGIN), 255)
    for place, row in enumerate(rows):
        draw_row(canvas, place * ROW_HEIGHT + MARGIN // 2, row)
    canvas.quantize(16).save(picture, optimize=True)  # sixteen levels keep letters smooth and the file small


if __name__ == "__main__":
    main(*sys.argv[1:])
