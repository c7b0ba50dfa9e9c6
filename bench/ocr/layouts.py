"""Pages as a printer would put them on paper: black on white, gray, with the text that stands on them in reading order."""

import dataclasses
import functools

from PIL import Image, ImageDraw, ImageFont

import words

A4, LETTER, POSTCARD = (8.27, 11.69), (8.5, 11.0), (5.83, 4.13)
INK, WHITE = 15, 255

FONT_ROOT = "/usr/share/fonts/truetype/"
SERIF = FONT_ROOT + "liberation/LiberationSerif-{}.ttf"
SANS = FONT_ROOT + "liberation/LiberationSans-{}.ttf"
NARROW = FONT_ROOT + "liberation/LiberationSansNarrow-{}.ttf"
MONO = FONT_ROOT + "liberation/LiberationMono-{}.ttf"
WIDE_SERIF = FONT_ROOT + "dejavu/DejaVuSerif{}.ttf"
WIDE_SANS = FONT_ROOT + "dejavu/DejaVuSans{}.ttf"


@functools.cache
def typeface(family, weight, pixels):
    if "dejavu" in family:
        weight = "" if weight == "Regular" else f"-{weight}"
    # Layout by Pillow itself: the other engine depends on libraries of the machine.
    return ImageFont.truetype(family.format(weight), pixels, layout_engine=ImageFont.Layout.BASIC)


@dataclasses.dataclass
class Sheet:
    """Paper, and a pen that writes lines from top to bottom and keeps what it wrote."""

    size_in: tuple
    dpi: int
    family: str
    points: float
    margin_in: float = 0.9

    def __post_init__(self):
        self.image = Image.new("L", tuple(round(side * self.dpi) for side in self.size_in), WHITE)
        self.draw = ImageDraw.Draw(self.image)
        self.lines = []
        self.left, self.right = self.inches(self.margin_in), self.image.width - self.inches(self.margin_in)
        self.top = self.y = self.inches(self.margin_in)
        self.bottom = self.image.height - self.inches(self.margin_in)

    def inches(self, length):
        return round(length * self.dpi)

    def face(self, weight="Regular", scale=1.0):
        return typeface(self.family, weight, round(self.points * scale * self.dpi / 72))

    def leading(self, scale=1.0):
        return round(self.points * scale * 1.35 * self.dpi / 72)

    def full(self):
        return self.y + self.leading() > self.bottom

    def write(self, text, weight="Regular", scale=1.0, x=None):
        self.draw.text((self.left if x is None else x, self.y), text, font=self.face(weight, scale), fill=INK)
        self.lines.append(text)
        self.y += self.leading(scale)

    def skip(self, lines=0.6):
        self.y += round(self.leading() * lines)

    def paragraph(self, text):
        """Ragged right. What does not fit on the sheet is neither written nor in the truth."""
        face, line = self.face(), ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if face.getlength(longer) <= self.right - self.left:
                line = longer
                continue
            if self.full():
                return
            self.write(line)
            line = word
        if not self.full():
            self.write(line)

    def prose(self, rng, half, characters):
        for text in words.paragraphs(rng, half, characters):
            self.paragraph(text)
            self.skip()

    def rule(self, y=None):
        y = self.y if y is None else y
        self.draw.line((self.left, y, self.right, y), fill=INK, width=max(1, self.dpi // 100))

    def cells(self, row, weight="Regular"):
        """The first cell to the left, the others right-aligned in columns of equal width."""
        face, step = self.face(weight), (self.right - self.left) * 0.2
        self.draw.text((self.left + self.inches(0.05), self.y), row[0], font=face, fill=INK)
        for place, cell in enumerate(row[1:], len(row) - 4):
            x = self.left + (self.right - self.left) * 0.4 + step * (place + 1) - self.inches(0.05)
            self.draw.text((x, self.y), cell, font=face, fill=INK, anchor="ra")
        self.lines.append(" ".join(row))
        self.y += self.leading(1.15)


def one_column(rng, half, dpi, family=SERIF, points=11, size_in=A4):
    sheet = Sheet(size_in, dpi, family, points)
    sheet.write(words.heading(rng), "Bold", 1.6)
    sheet.skip()
    sheet.prose(rng, half, rng.randrange(1300, 2400))
    return sheet


def two_columns(rng, half, dpi, family=SERIF, points=10, size_in=A4):
    sheet = Sheet(size_in, dpi, family, points, margin_in=0.75)
    sheet.write(words.heading(rng), "Bold", 1.6)
    sheet.skip()
    top, left, right = sheet.y, sheet.left, sheet.right
    gutter = sheet.inches(0.3)
    middle = (left + right) // 2
    for sheet.left, sheet.right in ((left, middle - gutter // 2), (middle + gutter // 2, right)):
        sheet.y = top
        sheet.prose(rng, half, rng.randrange(1000, 1300))
    return sheet


def table(rng, half, dpi, family=SANS, points=10, size_in=LETTER, ruled=True):
    sheet = Sheet(size_in, dpi, family, points)
    sheet.write(f"Price list of {words.date(rng)}", "Bold", 1.4)
    sheet.skip(1)
    rows = words.table(rng, rng.randrange(8, 15))
    sheet.cells(rows[0], "Bold")
    sheet.rule()
    for row in rows[1:]:
        sheet.y += sheet.inches(0.04)
        sheet.cells(row)
        if ruled:
            sheet.rule()
    sheet.skip(1)
    sheet.prose(rng, half, 300)
    return sheet


def letter(rng, half, dpi, family=WIDE_SERIF, points=11, size_in=A4):
    sheet = Sheet(size_in, dpi, family, points)
    for line in words.address(rng):
        sheet.write(line)
    sheet.skip(2)
    sheet.write(words.date(rng))
    sheet.skip()
    sheet.write(f"Reference {rng.randrange(10000, 99999)}/{rng.choice('ABCDEFGH')}", "Bold")
    sheet.skip()
    sheet.write(f"Dear {rng.choice(words.NAMES)},")
    sheet.skip()
    sheet.prose(rng, half, rng.randrange(500, 1000))
    sheet.write("Yours sincerely,")
    sheet.skip(2)
    sheet.write(rng.choice(words.NAMES))
    return sheet


def short_label(rng, half, dpi, family=SANS, points=14, size_in=POSTCARD):
    """One short line and nothing else."""
    sheet = Sheet(size_in, dpi, family, points, margin_in=0.6)
    sheet.y += sheet.inches(rng.uniform(0.2, 2))
    sheet.write(words.label(rng), x=sheet.left + sheet.inches(rng.uniform(0, 1)))
    return sheet


def small_print(rng, half, dpi, family=NARROW, points=8, size_in=LETTER):
    return one_column(rng, half, dpi, family, points, size_in)
