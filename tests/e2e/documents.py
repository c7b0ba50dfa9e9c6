"""Documents that tests need and samples/ does not have, made by libraries that are not docmill's."""

import io
import struct
import zlib

import pikepdf
from PIL import Image, ImageDraw, ImageFont
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode import code128, qr
from reportlab.graphics.shapes import Drawing
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT_DIR = "/usr/share/fonts/truetype/liberation"


def turned(content, degrees, crop=None):
    """The PDF with /Rotate, and a /CropBox, on every page."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        for page in document.pages:
            page.Rotate = degrees
            if crop:
                page.CropBox = crop
        document.save(buffer)
    return buffer.getvalue()


def pdf(*pages):
    """A PDF with one page for each text; lines are separated by line feeds. Any character Liberation Serif has."""
    pdfmetrics.registerFont(TTFont("Serif", f"{FONT_DIR}/LiberationSerif-Regular.ttf"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for text in pages:
        canvas.setFont("Serif", 12)
        for number, line in enumerate(text.split("\n")):
            canvas.drawString(72, 760 - 16 * number, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def encrypted(content, user, revision=6):
    """The PDF behind a user password: revision 6 is AES-256, 4 AES-128, 3 and 2 are RC4."""
    buffer = io.BytesIO()
    lock = pikepdf.Encryption(user=user, owner="owner", R=revision, aes=revision >= 4, metadata=revision >= 4)
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(buffer, encryption=lock)
    return buffer.getvalue()


def picture(text, file_format, **options):
    """An image of a line of large text."""
    image = Image.new("L", (900, 160), 255)
    typeface = ImageFont.truetype(f"{FONT_DIR}/LiberationSans-Regular.ttf", 60)
    ImageDraw.Draw(image).text((40, 40), text, font=typeface, fill=0)
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def lines_picture(text, dpi=200, file_format="PNG"):
    """A page of A4 at this resolution with lines of text in 12 points, as an image."""
    image = Image.new("L", (round(8.27 * dpi), round(11.69 * dpi)), 255)
    typeface = ImageFont.truetype(f"{FONT_DIR}/LiberationSerif-Regular.ttf", round(12 * dpi / 72))
    ImageDraw.Draw(image).multiline_text((dpi, dpi), text, font=typeface, fill=0, spacing=round(dpi / 12))
    buffer = io.BytesIO()
    image.save(buffer, file_format, dpi=(dpi, dpi))
    return buffer.getvalue()


def scanned_pdf(*pages):
    """A PDF of A4 pages, each an image of its text at 200 dpi."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    for text in pages:
        canvas.drawImage(ImageReader(io.BytesIO(lines_picture(text, file_format="JPEG"))), 0, 0, width=595, height=842)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def pictured_pdf(jpeg, pages):
    """A PDF of A4 pages that all show the same image."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    image = ImageReader(io.BytesIO(jpeg))
    for _ in range(pages):
        canvas.drawImage(image, 0, 0, width=595, height=842)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def coded_page(text, bars=None, square=None):
    """A page with a line of real text and codes, drawn as paths."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.drawString(72, 760, text)
    if bars:
        code128.Code128(bars, barHeight=60, barWidth=1.2).drawOn(canvas, 72, 600)
    if square:
        code = qr.QrCodeWidget(square)
        code.barWidth = code.barHeight = 150
        drawing = Drawing(150, 150)
        drawing.add(code)
        renderPDF.draw(drawing, canvas, 72, 400)
    canvas.save()
    return buffer.getvalue()


def stamped_scan(stamp, text):
    """A page that is a picture of text, with a line of real text below."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.drawImage(ImageReader(io.BytesIO(picture(text, "PNG"))), 72, 600, width=450, height=80)
    canvas.drawString(72, 500, stamp)
    canvas.save()
    return buffer.getvalue()


def raw_pdf(objects):
    """A PDF from its objects, the first of them the catalog, numbered from 1."""
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + trailer


def shown(text, x, y):
    """The operators that show a line of ASCII text in 12 points."""
    return f"BT /F1 12 Tf {x} {y} Td ({text}) Tj ET\n"


def one_page(content, entries="", resources="", catalog="", more=()):
    """A page of A4 with these operators and Helvetica as /F1; `more` are objects from 6 on."""
    data = content.encode("latin-1")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    page = (f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R {entries}\n"
            f"/Resources << /Font << /F1 5 0 R >> {resources} >> >>")
    return raw_pdf([f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
                    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page.encode(),
                    b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data), font, *more])


def png_header(width, height):
    """A PNG that declares so many pixels of one bit, with hardly any data behind."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def coded_pdf(unicode_of, text):
    """A page that shows the bytes of `text`; those in `unicode_of` mean these UTF-16 units, all others themselves."""
    mapped = {code: [code] for code in range(0x20, 0x7F)} | unicode_of
    lines = "\n".join(f"<{code:02X}> <{''.join(f'{unit:04X}' for unit in units)}>" for code, units in mapped.items())
    cmap = (f"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Sample def /CMapType 2 def\n"
            f"1 begincodespacerange <00> <FF> endcodespacerange\n{len(mapped)} beginbfchar\n{lines}\nendbfchar\n"
            f"endcmap end end").encode()
    shown = b"BT /F1 12 Tf 72 700 Td <%s> Tj ET" % text.hex().encode()
    return raw_pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R\n"
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap),
    ])
