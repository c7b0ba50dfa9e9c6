"""Pages that show text which a reader does not get: outlines, pictures in odd places, fonts without a map."""

import functools
import zlib

from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase.ttfonts import TTFont

from documents import FONT_DIR, raw_pdf

SANS = f"{FONT_DIR}/LiberationSans-Regular.ttf"


def stream(entries, body, compress=True):
    body = body if isinstance(body, bytes) else body.encode("latin-1")
    if compress:
        entries, body = entries + " /Filter /FlateDecode", zlib.compress(body)
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries.encode(), len(body), body)


def page(content, resources="", more=(), annotations="", page_entries=""):
    """A page of Letter with Helvetica as /F1: objects 1 to 5; `more` begins at object 6."""
    return raw_pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R {page_entries}\n"
        f"/Resources << /Font << /F1 5 0 R {'/F2 6 0 R' if resources == 'F2' else ''} >> "
        f"{'' if resources == 'F2' else resources} >> {annotations} >>".encode(),
        stream("", content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *more,
    ])


def show(text, x, y, size=10, font="F1"):
    return f"BT /{font} {size} Tf {x} {y} Td ({text}) Tj ET\n"


@functools.cache
def letter_loops(letter, height=40):
    """The outlines of a letter as closed loops of corners, and its advance; drawn at `height` pixels an em."""
    face = ImageFont.truetype(SANS, height)
    image = Image.new("L", (2 * height, 2 * height), 0)
    ImageDraw.Draw(image).text((height // 2, height // 4), letter, font=face, fill=255)
    ink = {(x, y) for y in range(2 * height) for x in range(2 * height) if image.getpixel((x, y)) > 127}
    follower = {}
    for x, y in sorted(ink):  # edges run so that ink lies on their right
        for beside, start, end in (((x, y - 1), (x, y), (x + 1, y)), ((x + 1, y), (x + 1, y), (x + 1, y + 1)),
                                   ((x, y + 1), (x + 1, y + 1), (x, y + 1)), ((x - 1, y), (x, y + 1), (x, y))):
            if beside not in ink:
                follower.setdefault(start, []).append(end)
    loops = []
    while follower:
        start = at = next(iter(follower))
        loop = [start]
        while True:
            ends = follower[at]
            at_next = ends.pop()
            if not ends:
                del follower[at]
            at = at_next
            if at == start:
                break
            loop.append(at)
        loops.append([((x - height // 2) / height, (height - y) / height) for x, y in loop])
    return loops, face.getlength(letter) / height


def outlined(lines, x=72, y=700, size=12, colours=("0 0 0",), one_path=False):
    """Content that draws the lines as filled paths: one a letter, each in the next colour, or one for all."""
    content, letters = "", 0
    for number, line in enumerate(lines):
        pen = x
        for letter in line:
            loops, advance = letter_loops(letter)
            path = ""
            for loop in loops:
                points = [f"{pen + size * px:.2f} {y - 16 * number + size * py:.2f}" for px, py in loop]
                path += points[0] + " m " + " ".join(point + " l" for point in points[1:]) + " h "
            if path and not one_path:
                path = f"{colours[letters % len(colours)]} rg {path} f\n"
                letters += 1
            content += path
            pen += size * advance
    return content + ("f\n" if one_path else "")


def scan(lines, width=900, height=1100, size=22):
    """Width, height and gray pixels of a picture of the lines."""
    image = Image.new("L", (width, height), 255)
    face = ImageFont.truetype(SANS, size)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((60, 60 + 40 * number), line, font=face, fill=0)
    return width, height, image.tobytes()


def image_object(lines, mask=False, entries=""):
    width, height, pixels = scan(lines)
    if mask:
        pixels = bytes(255 - value for value in pixels)
    return stream(f"/Type /XObject /Subtype /Image /BitsPerComponent 8 /ColorSpace /DeviceGray /Width {width} "
                  f"/Height {height} {entries}", pixels)


def unmapped_font(text, first_object, code_of=None):
    """A composite font without a map to characters: its object and those behind it, and {character: code}.

    Codes count from 1 in order of the letters, unless `code_of` says another code for a character.
    """
    face = TTFont("Unmapped", SANS).face
    letters = sorted(set(text))
    codes = {letter: code_of(letter) if code_of else number for number, letter in enumerate(letters, 1)}
    glyph_of_code = bytearray(2 * (max(codes.values()) + 1))
    for letter, code in codes.items():
        glyph_of_code[2 * code:2 * code + 2] = face.charToGlyph[ord(letter)].to_bytes(2, "big")
    widths = " ".join(f"{code} [{round(face.charWidths[ord(letter)])}]" for letter, code in codes.items())
    with open(SANS, "rb") as file:
        program = without_table(file.read(), b"cmap")
    return [
        f"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Sub /Encoding /Identity-H "
        f"/DescendantFonts [{first_object + 1} 0 R] >>".encode(),
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Sub /DW 600 /W [{widths}] "
        f"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        f"/CIDToGIDMap {first_object + 4} 0 R /FontDescriptor {first_object + 2} 0 R >>".encode(),
        f"<< /Type /FontDescriptor /FontName /ABCDEF+Sub /Flags 4 /FontBBox [-200 -300 1200 1000] /ItalicAngle 0 "
        f"/Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 /FontFile2 {first_object + 3} 0 R >>".encode(),
        stream(f"/Length1 {len(program)}", program),
        stream("", bytes(glyph_of_code)),
    ], codes


def without_table(font, tag):
    """The TrueType font with one table under a name that nobody looks for."""
    count = int.from_bytes(font[4:6], "big")
    for entry in range(12, 12 + 16 * count, 16):
        if font[entry:entry + 4] == tag:
            return font[:entry] + b"zzzz" + font[entry + 4:]
    raise ValueError(tag)


def show_coded(lines, codes, y=700):
    return "".join(f"BT /F2 12 Tf 72 {y - 16 * number} Td <{''.join(f'{codes[c]:04X}' for c in line)}> Tj ET\n"
                   for number, line in enumerate(lines))
