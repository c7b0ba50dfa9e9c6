#!/usr/bin/env python3
"""Makes samples/: small documents of every kind that docmill meets. Equal bytes on every run; see samples/README.md.

    .deps/venv/bin/python tools/make_samples.py [FOLDER]      (packages: setup/install.sh --tests)
"""

import io
import pathlib
import random
import sys

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT_DIR = pathlib.Path("/usr/share/fonts/truetype/liberation")
PASSWORD = "docmill"
SCAN_DPI = 200

INVOICE = [
    "Hollow Oak Joinery, 14 Tannery Lane, Fernbridge",
    "",
    "Invoice 2024-0117",
    "Date: 17 January 2024. Payable within 30 days.",
    "",
    "To: Meadow Street Primary School, Fernbridge",
    "",
    "6 reading benches, ash, oiled, at 184.00 each: 1,104.00",
    "2 bookcases with five shelves, at 312.50 each: 625.00",
    "Delivery and fitting in the library, one day: 240.00",
    "",
    "Sum: 1,969.00",
    "Value added tax, 20 %: 393.80",
    "Total due: 2,362.80",
]

TERMS = [
    "Terms of delivery",
    "",
    "1. Benches and bookcases remain the property of Hollow Oak Joinery until",
    "the invoice is paid in full.",
    "2. Oiled surfaces should be wiped with a dry cloth and oiled again once a year.",
    "We leave a tin of the right oil with every delivery.",
    "3. Complaints about visible defects are accepted within fourteen days. Please",
    "send a photograph and the invoice number.",
    "4. Wood moves with the seasons: gaps of up to two millimetres between shelf",
    "and side are no defect.",
]

CARE = [
    "Care of ash furniture",
    "",
    "Ash is hard and elastic, which is why it became the wood of tool handles and",
    "rowing oars. Indoors it lasts for generations when it is kept away from",
    "radiators and from standing water. A ring left by a wet cup goes away when it",
    "is rubbed with a little oil along the grain; a burn has to be planed out.",
    "",
    "If a screw works loose, do not take a thicker one. Put a match stick and a",
    "drop of glue into the hole, let it dry overnight, and use the old screw again.",
]

SCANNED_LETTER = [
    "Fernbridge Water Board",
    "Pump House, 3 Mill Road",
    "",
    "2 May 2023",
    "",
    "Dear Mrs Calloway,",
    "",
    "thank you for reading your meter yourself. The figure on your card,",
    "4 381 cubic metres, is 96 more than last year, which is about what",
    "a household of three uses. Nothing suggests a leak.",
    "",
    "From the first of June the price of a cubic metre rises from 1.92 to",
    "2.04. Your monthly payment of 17 will therefore become 18. You do",
    "not have to do anything if your bank pays us by standing order.",
    "",
    "The main under Mill Road will be replaced between 10 and 14 July.",
    "Please keep a few buckets of water ready in that week.",
    "",
    "Yours sincerely,",
    "",
    "T. Okafor, customer accounts",
]

DELIVERY_NOTE = [
    "DELIVERY NOTE 8842",
    "",
    "Carrier: Brook and Sons Haulage",
    "From: Harbour Warehouse, Gate 4",
    "To: Orchard Packing Works",
    "",
    "40 crates, apples, grade one",
    "12 crates, pears, grade two",
    "1 pallet of cartons, flat",
    "",
    "Received in good order, except one",
    "crate of pears that was wet below.",
]

FAX_PAGES = [
    [
        "FAX",
        "",
        "To: Registry of the District Court",
        "Pages: 3, this one included",
        "",
        "We enclose the survey of the boundary",
        "between the plots 118 and 119 and ask",
        "you to add it to the file.",
    ],
    [
        "Survey of 9 March 2021",
        "",
        "Stone A is in place and undamaged.",
        "Stone B was found 12 centimetres north",
        "of its recorded position, leaning.",
        "Stone C is missing. A steel pin marks",
        "its place since the day of the survey.",
    ],
    [
        "Measured lengths",
        "",
        "A to B: 41.87 metres",
        "B to C: 23.05 metres",
        "C to A: 47.96 metres",
        "",
        "Signed: R. Lindqvist, surveyor",
    ],
]

RECEIPT = [
    "CORNER BAKERY",
    "22 Station Street",
    "",
    "2 rye bread        7.80",
    "1 plum cake        4.20",
    "6 rolls            3.00",
    "",
    "TOTAL             15.00",
    "CASH              20.00",
    "CHANGE             5.00",
    "",
    "Thank you, come again",
]

NOTICE = ["LIBRARY", "closed on Friday", "for stocktaking", "Books may be left", "in the box outside"]

LEFT_COLUMN = [
    "The ferry at Low Ness",
    "",
    "For two hundred years a chain",
    "ferry carried carts and cattle over",
    "the river at Low Ness. The chain",
    "lay on the bed of the river and was",
    "wound over a wheel on deck, first",
    "by the ferryman's own hands, after",
    "1871 by a steam engine that burned",
    "a sack of coal for every crossing.",
    "The last ferryman, Amos Pell, kept",
    "a log in which he wrote down each",
    "passenger and the weather.",
]

RIGHT_COLUMN = [
    "When the bridge was opened in",
    "1932 the ferry lost its trade within",
    "a month. Pell bought the boat from",
    "the county for one shilling and",
    "lived in it until he died. His log,",
    "eleven volumes, is now in the",
    "county archive. It is read by",
    "historians of transport and, even",
    "more, by people who study the",
    "climate, for nobody else measured",
    "the height of the river on every",
    "single day of sixty years.",
]

GERMAN_LETTER = [
    "Grüße aus Zürich",
    "",
    "Liebe Großtante Käthe,",
    "",
    "die Schlüssel für das Häuschen am See liegen unter dem Blumentopf.",
    "Bitte gieß die Tomaten, öffne abends die Läden und iss die Äpfel auf;",
    "der Nachbar, Herr Müßig, bringt frische Brötchen für 3,50 €.",
    "",
    "Herzlich, Deine Jürg und Zoë",
]


def register_fonts():
    pdfmetrics.registerFont(TTFont("Serif", FONT_DIR / "LiberationSerif-Regular.ttf"))
    pdfmetrics.registerFont(TTFont("Sans", FONT_DIR / "LiberationSans-Regular.ttf"))


def canvas(buffer, title):
    result = Canvas(buffer, pagesize=A4, invariant=1)
    result.setTitle(title)
    result.setAuthor("docmill samples")
    return result


def draw_lines(page, lines, x=72, y=770, font="Serif", size=11, leading=16):
    page.setFont(font, size)
    for line in lines:
        page.drawString(x, y, line)
        y -= leading


def text_pdf(pages, title):
    """A born-digital PDF with one page for each list of lines."""
    buffer = io.BytesIO()
    document = canvas(buffer, title)
    for lines in pages:
        draw_lines(document, lines)
        document.showPage()
    document.save()
    return buffer.getvalue()


def two_columns_pdf():
    buffer = io.BytesIO()
    document = canvas(buffer, "The ferry at Low Ness")
    draw_lines(document, LEFT_COLUMN, x=72)
    draw_lines(document, RIGHT_COLUMN, x=312, y=770 - 32)
    document.showPage()
    document.save()
    return buffer.getvalue()


def empty_page_pdf():
    buffer = io.BytesIO()
    document = canvas(buffer, "Intentionally blank")
    document.showPage()
    document.save()
    return buffer.getvalue()


def form_pdf():
    """Fields with values, and a note that is a FreeText annotation: text that stands in appearances only."""
    buffer = io.BytesIO()
    document = canvas(buffer, "Membership form")
    draw_lines(document, ["Allotment Society of Fernbridge: application for a plot"], size=13)
    document.setFont("Serif", 11)
    form = document.acroForm
    for label, name, value, y in [
        ("Name", "name", "Ingrid Sorensen", 720),
        ("Street", "street", "7 Weir Cottages", 680),
        ("Telephone", "telephone", "01632 960 417", 640),
    ]:
        document.drawString(72, y + 6, label)
        form.textfield(name=name, value=value, x=160, y=y, width=260, height=22, fontSize=11, forceBorder=True)
    document.drawString(72, 606, "Size of plot")
    form.choice(name="size", value="half plot", options=["full plot", "half plot", "raised bed"], x=160, y=600,
                width=260, height=22, fontSize=11, forceBorder=True)
    document.showPage()
    document.save()
    return with_free_text(buffer.getvalue(), "Waiting list: number 12, told by letter on 4 April")


def with_free_text(pdf_bytes, text):
    with pikepdf.open(io.BytesIO(pdf_bytes)) as pdf:
        appearance = pdf.make_stream(f"BT /Helv 10 Tf 4 8 Td ({text}) Tj ET".encode())
        appearance.Type, appearance.Subtype, appearance.BBox = Name.XObject, Name.Form, Array([0, 0, 280, 24])
        helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        appearance.Resources = Dictionary(Font=Dictionary(Helv=helvetica))
        note = pdf.make_indirect(Dictionary(
            Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([160, 520, 440, 544]), Contents=text, F=4,
            DA="/Helv 10 Tf 0 g", AP=Dictionary(N=appearance)))
        pdf.pages[0].Annots.append(note)
        return saved(pdf)


def saved(pdf, **options):
    buffer = io.BytesIO()
    # A constant /ID, so that the encryption key and with it every byte is the same on each run.
    pdf.save(buffer, static_id=True, **options)
    return buffer.getvalue()


def protected(pdf_bytes, user):
    """Encrypted with RC4 (revision 3): AES would need random bytes, and samples must not change."""
    forbid_copying = pikepdf.Permissions(extract=False)
    with pikepdf.open(io.BytesIO(pdf_bytes)) as pdf:
        lock = pikepdf.Encryption(owner="millstone", user=user, R=3, aes=False, metadata=False, allow=forbid_copying)
        return saved(pdf, encryption=lock, object_stream_mode=pikepdf.ObjectStreamMode.disable)


def with_broken_xref(pdf_bytes):
    """Every offset of the cross-reference table wrong, and startxref past the end: readers must search for objects."""
    head, xref = pdf_bytes.split(b"\nxref\n")
    table, trailer = xref.split(b"trailer")
    table = table.replace(b" 00000 n", b" 00000 n").replace(b"00000", b"00777")
    before_offset, _, _ = trailer.partition(b"startxref")
    return head + b"\nxref\n" + table + b"trailer" + before_offset + b"startxref\n99999999\n%%EOF\n"


def truncated(pdf_bytes):
    """A file laid out for the web (linearized) whose download stopped: it has the trailer in front, not the tail."""
    with pikepdf.open(io.BytesIO(pdf_bytes)) as pdf:
        whole = saved(pdf, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return whole[: whole.rindex(b"\nxref\n")]


def page_image(lines, dpi, font="LiberationSerif-Regular.ttf", points=12, size_in=(8.27, 11.69)):
    """A white page with black text, gray, as a printer would put it on paper."""
    image = Image.new("L", (round(size_in[0] * dpi), round(size_in[1] * dpi)), 255)
    draw = ImageDraw.Draw(image)
    typeface = ImageFont.truetype(str(FONT_DIR / font), round(points * dpi / 72), layout_engine=ImageFont.Layout.BASIC)
    y = round(dpi)
    for line in lines:
        draw.text((round(dpi * min(1, size_in[0] / 8)), y), line, font=typeface, fill=20)
        y += round(points * 1.5 * dpi / 72)
    return image


def grain(size, seed, strength):
    """Fine random grain around 0, as an image with offset 128, from a tile so that it is quick to make."""
    source = random.Random(seed)
    tile = Image.frombytes("L", (181, 181), bytes(128 + round(source.gauss(0, strength)) for _ in range(181 * 181)))
    image = Image.new("L", size)
    for left in range(0, size[0], 181):
        for top in range(0, size[1], 181):
            image.paste(tile, (left, top))
    return image


def scanned(image, seed):
    """The page as a flatbed scanner sees it: a little skewed and soft, paper not quite white, dust."""
    source = random.Random(seed)
    turned = image.rotate(source.uniform(-0.5, 0.5), resample=Image.Resampling.BICUBIC, fillcolor=255)
    soft = turned.filter(ImageFilter.GaussianBlur(0.6))
    draw = ImageDraw.Draw(soft)
    for _ in range(40):
        x, y = source.randrange(soft.width), source.randrange(soft.height)
        draw.ellipse((x, y, x + source.randrange(3), y + source.randrange(3)), fill=source.randrange(90, 200))
    paper = soft.point(lambda value: value * 236 // 255)
    noise = grain(paper.size, seed, 2)
    return Image.blend(paper, noise, 0.25).point(lambda value: max(0, min(255, round((value - 32) / 0.75))))


def black_and_white(image):
    return image.point(lambda value: 255 if value > 140 else 0).convert("1", dither=Image.Dither.NONE)


def jpeg(image, quality):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, dpi=(SCAN_DPI, SCAN_DPI))
    return buffer.getvalue()


def tiff_g4(images):
    buffer = io.BytesIO()
    images[0].save(buffer, "TIFF", compression="group4", save_all=True, append_images=images[1:],
                   dpi=(SCAN_DPI, SCAN_DPI))
    return buffer.getvalue()


def ccitt(image):
    """The bare CCITT group 4 data of an image: the one strip of a TIFF."""
    buffer = io.BytesIO()
    rows_per_strip = 278
    image.save(buffer, "TIFF", compression="group4", tiffinfo={rows_per_strip: image.height})
    with Image.open(io.BytesIO(buffer.getvalue())) as written:
        (offset,), (length,) = written.tag_v2[273], written.tag_v2[279]
    return buffer.getvalue()[offset : offset + length]


def add_image_page(pdf, image, data, rotate, **stream_entries):
    width, height = image.width * 72 / SCAN_DPI, image.height * 72 / SCAN_DPI
    picture = pdf.make_stream(data, Type=Name.XObject, Subtype=Name.Image, Width=image.width, Height=image.height,
                              ColorSpace=Name.DeviceGray, **stream_entries)
    page = pdf.add_blank_page(page_size=(width, height))
    page.Resources = Dictionary(XObject=Dictionary(Im0=picture))
    page.Contents = pdf.make_stream(f"q {width:.2f} 0 0 {height:.2f} 0 0 cm /Im0 Do Q".encode())
    if rotate:
        page.Rotate = rotate


def scan_pdf():
    image = scanned(page_image(SCANNED_LETTER, SCAN_DPI), seed=11)
    with pikepdf.new() as pdf:
        add_image_page(pdf, image, jpeg(image, quality=50), 0, BitsPerComponent=8, Filter=Name.DCTDecode)
        return saved(pdf)


def rotated_scan_pdf():
    """A page that lay sideways on the scanner: once turned upright by /Rotate, once left as it was scanned."""
    upright = black_and_white(scanned(page_image(DELIVERY_NOTE, SCAN_DPI, points=16), seed=12))
    sideways = upright.transpose(Image.Transpose.ROTATE_90)
    with pikepdf.new() as pdf:
        for rotate in (90, 0):
            parameters = Dictionary(K=-1, Columns=sideways.width, Rows=sideways.height, BlackIs1=True)
            add_image_page(pdf, sideways, ccitt(sideways), rotate, BitsPerComponent=1, Filter=Name.CCITTFaxDecode,
                           DecodeParms=parameters)
        return saved(pdf)


def fax_tiff():
    pages = [page_image(lines, SCAN_DPI, "LiberationSans-Regular.ttf", 14) for lines in FAX_PAGES]
    return tiff_g4([black_and_white(scanned(page, seed)) for seed, page in enumerate(pages, 20)])


def receipt_png():
    image = page_image(RECEIPT, 150, "LiberationMono-Regular.ttf", 13, size_in=(3.8, 5.2))
    buffer = io.BytesIO()
    image.quantize(16).save(buffer, "PNG", dpi=(150, 150), optimize=True)
    return buffer.getvalue()


def photo_jpg():
    """A notice on a wall, photographed a little from the side."""
    notice = page_image(NOTICE, 100, "LiberationSans-Bold.ttf", 30, size_in=(7, 5.6)).convert("RGB")
    wall = Image.merge("RGB", [grain((900, 760), seed, 9).point(lambda value, s=shift: value + s)
                               for seed, shift in ((31, 50), (31, 30), (31, 5))])
    wall.paste(notice, (100, 100))
    # Coefficients of a weak perspective: the right edge is a little farther away than the left.
    seen = wall.transform(wall.size, Image.Transform.PERSPECTIVE, (1.0, 0.01, 0, 0.012, 1.0, 0, 0.00003, 0.00001),
                          resample=Image.Resampling.BICUBIC)
    return jpeg(seen.filter(ImageFilter.GaussianBlur(0.5)), quality=60)


def samples():
    invoice = text_pdf([INVOICE, TERMS, CARE], "Invoice 2024-0117")
    return {
        "text.pdf": invoice,
        "two-columns.pdf": two_columns_pdf(),
        "scan.pdf": scan_pdf(),
        "rotated-scan.pdf": rotated_scan_pdf(),
        "form.pdf": form_pdf(),
        "encrypted.pdf": protected(invoice, user=PASSWORD),
        "owner-protected.pdf": protected(text_pdf([CARE], "Care of ash furniture"), user=""),
        "damaged.pdf": with_broken_xref(text_pdf([TERMS, CARE], "Terms of delivery")),
        "truncated.pdf": truncated(text_pdf([INVOICE, TERMS], "Invoice 2024-0117")),
        "empty-page.pdf": empty_page_pdf(),
        "pages.tiff": fax_tiff(),
        "receipts/receipt.png": receipt_png(),
        "receipts/photo.jpg": photo_jpg(),
        "letters/Grüße aus Zürich.pdf": text_pdf([GERMAN_LETTER], "Grüße aus Zürich"),
        "notes.txt": b"A plain text file: docmill reads PDF and images and counts this one as ignored.\n",
    }


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1] / "samples"
    register_fonts()
    for name, content in samples().items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        print(f"{len(content):8} {name}")


if __name__ == "__main__":
    main()
