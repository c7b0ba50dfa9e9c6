#!/usr/bin/env python3
"""Make docs/examples/delivery_note.pdf, the document whose pictures docs/outputs/ shows.

    .deps/venv/bin/python tools/make_example.py docs/examples/delivery_note.pdf

One page with something of every kind: words in several styles, links, an image, codes, a note.
"""

import io
import sys

from PIL import Image, ImageDraw
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode import code128, qr
from reportlab.graphics.shapes import Drawing
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 420, 298  # A6, lying
GOODS = [("Lamp oil, 5 l", "12", "190.80"), ("Brass wick holder", "4", "38.40"), ("Rope, 20 m", "2", "57.00")]


def sail():
    """A picture that stands for a logo."""
    image = Image.new("RGB", (120, 120), "#1d3f5e")
    draw = ImageDraw.Draw(image)
    draw.polygon([(60, 12), (60, 84), (18, 84)], fill="#e8e2d0")
    draw.polygon([(66, 30), (66, 84), (100, 84)], fill="#c9b98a")
    draw.polygon([(14, 92), (106, 92), (92, 108), (28, 108)], fill="#8c3b2a")
    return ImageReader(image)


def draw_codes(canvas):
    square = qr.QrCodeWidget("https://harbour.example/note/2417")
    square.barWidth = square.barHeight = 70
    drawing = Drawing(70, 70)
    drawing.add(square)
    renderPDF.draw(drawing, canvas, 322, 26)
    code128.Code128("HB-2417-0093", barHeight=30, barWidth=0.9).drawOn(canvas, 20, 34)


def draw_table(canvas):
    canvas.setFont("Helvetica-Bold", 9)
    for x, name in ((30, "Goods"), (210, "Pieces"), (280, "Price")):
        canvas.drawString(x, 184, name)
    canvas.setFont("Helvetica", 9)
    for number, (goods, pieces, price) in enumerate(GOODS):
        y = 168 - 14 * number
        canvas.drawString(30, y, goods)
        canvas.drawRightString(238, y, pieces)
        canvas.drawRightString(304, y, price)
    canvas.setFont("Helvetica-Bold", 11)
    canvas.setFillColorRGB(0.65, 0.1, 0.1)
    canvas.drawString(210, 116, "Total")
    canvas.drawRightString(304, 116, "286.20")


def draw_page(canvas):
    canvas.drawImage(sail(), 352, 232, 46, 46)
    canvas.setFont("Times-Bold", 22)
    canvas.drawString(30, 252, "Harbour Chandlery")
    canvas.setFont("Times-Italic", 10)
    canvas.drawString(30, 236, "Delivery note 2417, 3 March 2026")
    canvas.setFont("Helvetica", 9)
    canvas.drawString(30, 212, "Questions? Write to post@harbour.example or see")
    canvas.setFillColorRGB(0, 0, 0.7)
    canvas.drawString(236, 212, "our terms")
    canvas.linkURL("https://harbour.example/terms", (235, 209, 276, 221))
    canvas.setFillColorRGB(0, 0, 0)
    draw_table(canvas)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.saveState()
    canvas.translate(404, 130)
    canvas.rotate(90)
    canvas.setFont("Helvetica", 7)
    canvas.drawString(0, 0, "Goods remain ours until paid")
    canvas.restoreState()
    draw_codes(canvas)
    canvas.showPage()


def main():
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setTitle("Delivery note 2417")
    draw_page(canvas)
    canvas.save()
    with open(sys.argv[1], "wb") as file:
        file.write(buffer.getvalue())


if __name__ == "__main__":
    main()
