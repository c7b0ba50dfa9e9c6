"""Forms, ruled tables, several sizes of type and long receipts: what was drawn is what must be read."""

import json
import shutil
from collections import Counter

import pytest
from PIL import Image, ImageDraw, ImageFont

from documents import FONT_DIR
from harness import SAMPLES, require_corpus

SANS = f"{FONT_DIR}/LiberationSans-Regular.ttf"
ROWS = [["Article", "Number", "Price"], ["Lamp oil", "167", "82.98"], ["Copper wire", "99", "72.08"],
        ["Tin box", "82", "18.02"], ["Glass jar", "201", "46.82"], ["Door handle", "111", "6.15"]]
HEAD = "Price list of the northern harbour"
END = "Checked by Ingrid Sorensen on 2 March 1978"


def font(pixels, path=SANS):
    return ImageFont.truetype(path, pixels, layout_engine=ImageFont.Layout.BASIC)


class Paper:
    def __init__(self, width, height):
        self.image = Image.new("L", (width, height), 255)
        self.draw = ImageDraw.Draw(self.image)
        self.lines = []

    def write(self, x, y, text, pixels=30, **options):
        self.draw.text((x, y), text, font=font(pixels), fill=0, **options)

    def line(self, x, y, text, pixels=30):
        self.write(x, y, text, pixels)
        self.lines.append(text)


def row_of(machine, paper, *args, name="form.png"):
    """The page's row, and the summary."""
    paper.image.save(machine.source / name)
    finished = machine.sweep("--summary", "json", *args)
    assert finished.code == 0, finished.stderr
    (row,) = machine.pages(f"{name}.raw_text.parquet")
    return row, json.loads(finished.stdout)


def missing(lines, text):
    """Words of the lines that the text lacks."""
    return Counter(" ".join(lines).split()) - Counter(text.split())


def table(gap, width, shade=None, pad=10):
    paper = Paper(1300, 900)
    paper.line(60, 50, HEAD, 44)
    y, height = 150, 38 + 2 * pad
    for number, cells in enumerate(ROWS):
        for x, end, cell in zip((60, 560, 860), (560, 860, 1200), cells):
            fill = shade if number == 0 else None
            paper.draw.rectangle((x, y, end - gap, y + height), outline=0, width=width, fill=fill)
            paper.write(x + width + pad, y + height / 2, cell, anchor="lm")
        paper.lines.append(" ".join(cells))
        y += height + gap
    paper.line(60, y + 40, END)
    return paper


class TestTables:
    @pytest.mark.parametrize("gap, width, shade", [(12, 2, None), (0, 2, None), (0, 9, None), (10, 7, None), (0, 2, 200)],
                             ids=["apart", "shared", "thick", "thick apart", "shaded"])
    def test_every_row_is_a_line(self, release, gap, width, shade):
        paper = table(gap, width, shade)
        row, _ = row_of(release, paper)
        assert row["rotation_deg"] == 0 and row["text_source"] == "ocr"
        assert [line for line in row["text"].split("\n") if line] == paper.lines

    def test_coarse_pages_lose_no_word(self, release):
        paper = table(12, 3)
        paper.image = paper.image.resize((650, 450), Image.Resampling.BOX)
        row, _ = row_of(release, paper)
        assert not missing(paper.lines, row["text"])

    def test_a_table_askew(self, release):
        paper = table(0, 3)
        paper.image = paper.image.rotate(2, resample=Image.Resampling.BICUBIC, fillcolor=255, expand=True)
        row, _ = row_of(release, paper)
        assert missing(paper.lines, row["text"]).total() <= 1

    def test_two_tables_side_by_side(self, release):
        paper = Paper(1500, 600)
        paper.line(60, 40, HEAD, 40)
        for left in (60, 790):
            for number, cells in enumerate(ROWS):
                top = 140 + 56 * number
                for x, end, cell in zip((left, left + 400), (left + 400, left + 640), cells):
                    paper.draw.rectangle((x, top, end, top + 56), outline=0, width=2)
                    paper.write(x + 12, top + 28, cell, anchor="lm")
                paper.lines.append(" ".join(cells[:2]))
        row, _ = row_of(release, paper)
        assert not missing(paper.lines, row["text"])


class TestForms:
    def test_values_in_boxes(self, release):
        paper = Paper(1300, 700)
        paper.line(60, 40, HEAD, 40)
        for number, (label, value) in enumerate([("Name", "Ingrid Sorensen"), ("Town", "Low Ness"), ("Street", "62 Orchard Way"),
                                                 ("Amount", "5,013.05")]):
            y = 130 + 90 * number
            paper.write(60, y + 15, label)
            paper.draw.rectangle((300, y, 1000, y + 64), outline=0, width=1 + 2 * number)
            paper.write(320, y + 15, value)
            paper.lines.append(f"{label} {value}")
        row, _ = row_of(release, paper)
        assert not missing(paper.lines, row["text"])

    def test_boxes_to_tick(self, release):
        paper = Paper(1200, 700)
        paper.line(60, 40, HEAD, 40)
        for number, text in enumerate(["Deliver to the side entrance", "Keep the packaging", "Call before delivery", "Contains glass"]):
            y = 140 + 80 * number
            box = (60, y, 92, y + 32)
            paper.draw.rectangle(box, outline=0, width=3)
            if number % 2:
                paper.draw.line(box, fill=0, width=3)
                paper.draw.line((box[0], box[3], box[2], box[1]), fill=0, width=3)
            paper.line(120, y - 2, text)
        row, _ = row_of(release, paper)
        assert not missing(paper.lines, row["text"])

    def test_leaders(self, release):
        paper = Paper(1200, 700)
        paper.line(60, 40, HEAD, 40)
        for number, (title, page) in enumerate([("Of the mole", "7"), ("Of the two lighthouses", "41"), ("Of ferries", "112"),
                                                ("Of the board and its members", "230")]):
            y = 140 + 60 * number
            paper.write(60, y, title)
            start, end = 70 + font(30).getlength(title), 1080
            paper.write(end, y, "." * int((end - start) / font(30).getlength(".")), anchor="ra")
            paper.write(1140, y, page, anchor="ra")
            paper.lines.append(f"{title} {page}")
        row, _ = row_of(release, paper)
        assert [line for line in row["text"].split("\n") if line] == paper.lines

    def test_letters_in_combs(self, release):
        shutil.copy(require_corpus("faults") / "comb_boxes_with_heading.png", release.source)
        assert release.sweep().code == 0
        (row,) = release.pages("comb_boxes_with_heading.png.raw_text.parquet")
        assert row["text"].split("\n")[0] == "Membership number in block letters:"
        assert "".join(row["text"].split("\n")[1:]).replace(" ", "") == "SOLBERG4711"


GRID = ["974138265", "261597834", "583462719", "645983127", "312754698", "798216453", "436829571", "127345986", "859671342"]
LETTERS = ["HARBOURKQ", "BLANTERNX", "OPCRANEWS", "XMOLETIDE", "QUAYANKRV", "BERTHSLOG", "DREDGERPF", "WTIMBERDO", "GLAMPSSEA"]


def grid(rows, pixels, cell, width=0, black=""):
    """One letter a cell, with borders of that width or none."""
    size = len(rows) * cell
    paper = Paper(size + 300, size + 300)
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            if letter in black:
                paper.draw.rectangle([150 + x * cell, 150 + y * cell, 150 + (x + 1) * cell, 150 + (y + 1) * cell], fill=0)
            else:
                paper.write(150 + x * cell + cell / 2, 150 + y * cell + cell / 2, letter, pixels, anchor="mm")
        paper.lines.append(" ".join(letter for letter in row if letter not in black))
    for i in range(len(rows) + 1 if width else 0):
        at = 150 + i * cell
        paper.draw.line([at, 150, at, 150 + size], fill=0, width=3 * width if i % 3 == 0 else width)
        paper.draw.line([150, at, 150 + size, at], fill=0, width=3 * width if i % 3 == 0 else width)
    return paper


class TestGrids:
    """Single letters, far apart: Tesseract reads them well once they stand together, and else hardly."""

    @pytest.mark.parametrize("width", [0, 2])
    @pytest.mark.parametrize("pixels, cell", [(20, 44), (30, 60), (30, 90), (60, 120)])
    @pytest.mark.parametrize("rows", [GRID, LETTERS], ids=["digits", "letters"])
    def test_every_row_is_a_line(self, release, rows, pixels, cell, width):
        paper = grid(rows, pixels, cell, width)
        row, summary = row_of(release, paper)
        assert missing(paper.lines, row["text"]).total() <= 2
        assert sum(line in paper.lines for line in row["text"].split("\n")) >= 7
        assert summary["ocr_in_vain"] == 0 and summary["unread_text"] == 0

    def test_a_crossword(self, release):
        paper = grid([row[:2] + "#" + row[3:6] + "#" + row[7:] for row in LETTERS], 28, 56, 2, "#")
        row, _ = row_of(release, paper)
        assert missing(paper.lines, row["text"]).total() <= 2

    @pytest.mark.parametrize("turn", [90, 180, 270])
    def test_turned(self, release, turn):
        paper = grid(LETTERS, 30, 60)
        paper.image = paper.image.rotate(turn, expand=True)
        row, _ = row_of(release, paper)
        assert missing(paper.lines, row["text"]).total() <= 6
        assert row["rotation_deg"] == turn

    def test_words_box_each_letter(self, release):
        paper = grid(GRID, 30, 60, 2)
        paper.image.save(release.source / "form.png")
        assert release.sweep("--outputs", "text,words").code == 0
        words = release.pages("form.png.words.parquet")
        assert len(words) >= 79 and all(len(word["word"]) == 1 for word in words)

    def test_what_nobody_can_read_is_told(self, release):
        paper = Paper(700, 700)
        for y in range(9):
            for x in range(9):
                left, top = 60 + x * 60, 60 + y * 60
                paper.draw.line([left, top, left + 14, top + 20, left + 14, top, left, top + 20, left + 7, top - 2], fill=0, width=2)
        row, summary = row_of(release, paper)
        assert summary["unread_text"] == 1 and "unread_text" in row["warnings"] or len(row["text"].split()) >= 60


class TestSizes:
    def test_a_footnote_under_giant_type(self, release):
        shutil.copy(require_corpus("faults") / "slide_with_small_footnote.png", release.source)
        assert release.sweep().code == 0
        (row,) = release.pages("slide_with_small_footnote.png.raw_text.parquet")
        text = " ".join(row["text"].split())
        assert "Source: survey of the board, 14 March 2021, table 3; figures without the outer roads." in text
        for line in ("Harbour plan for next year", "New berths on the eastern quay", "second crane for the timber dock",
                     "Lamps along the whole northern mole", "Dredging of the inner basin in April"):
            assert line in text

    def test_three_sizes(self, release):
        paper = Paper(1800, 1000)
        paper.line(60, 40, "Harbour", 190)
        paper.line(60, 320, "Invoice enclosed", 80)
        paper.line(60, 500, "Some years ago we thought we would sail about a little and see the watery part of the world", 34)
        paper.line(60, 900, "Brook and Sons Haulage of Marlow End sells paper rolls by the dozen; no copies of this page.", 18)
        row, _ = row_of(release, paper)
        assert not missing(paper.lines, row["text"])


class TestReceipts:
    def test_a_long_narrow_picture(self, release):
        folder = require_corpus("faults")
        shutil.copy(folder / "tall_receipt_480x8000.png", release.source)
        assert release.sweep().code == 0
        (row,) = release.pages("tall_receipt_480x8000.png.raw_text.parquet")
        truth = (folder / "tall_receipt_480x8000.truth.txt").read_text().split("\n")
        read = [line for line in row["text"].split("\n") if line]
        wrong = sum(a != b for a, b in zip(truth, read)) + abs(len(truth) - len(read))
        assert wrong <= 2

    def test_a_long_banner(self, release):
        words = "Harbour festival with boats and lanterns from the mole to the old crane".split()
        paper = Paper(9000, 160)
        paper.line(60, 50, " ".join(words * 3), 40)
        row, _ = row_of(release, paper)
        assert missing(paper.lines, row["text"]).total() <= 1


MONO = f"{FONT_DIR}/LiberationMono-Regular.ttf"


class TestAmounts:
    """Tesseract's layout takes amounts at the right edge for a column of their own, and loses digits of it."""

    @pytest.mark.parametrize("path", [SANS, MONO], ids=["sans", "mono"])
    @pytest.mark.parametrize("pixels", [18, 26, 44])
    def test_a_short_receipt(self, release, path, pixels):
        face = font(pixels, path)
        left, right, step = 2 * pixels, 2 * pixels + face.getlength("n" * 24), int(1.5 * pixels)
        rows = [("CORNER BAKERY", ""), ("22 Station Street", ""), ("", ""), ("2 rye bread", "7.80"),
                ("1 plum cake", "4.20"), ("6 rolls", "3.00"), ("1 honey jar", "9.06"), ("", ""), ("TOTAL", "15.00"),
                ("CASH", "20.00"), ("CHANGE", "5.00"), ("", ""), ("Thank you, come again", "")]
        paper = Paper(int(right) + 2 * pixels, step * (len(rows) + 3))
        for number, (name, amount) in enumerate(rows):
            paper.draw.text((left, left + step * number), name, font=face, fill=0)
            paper.draw.text((right, left + step * number), amount, font=face, fill=0, anchor="ra")
        row, _ = row_of(release, paper)
        assert [line for line in row["text"].split("\n") if line] == [f"{n} {a}".strip() for n, a in rows if n]

    def test_the_receipt_of_the_samples(self, release):
        shutil.copy(SAMPLES / "receipts/receipt.png", release.source / "form.png")
        release.sweep()
        (row,) = release.pages("form.png.raw_text.parquet")
        for line in ("2 rye bread 7.80", "1 plum cake 4.20", "6 rolls 3.00", "TOTAL 15.00", "CASH 20.00", "CHANGE 5.00"):
            assert line in row["text"].split("\n")

    def test_columns_of_single_digits(self, release):
        """An invoice: what is read downwards as "NOUR" is 1 to 7."""
        paper = Paper(1240, 1100)
        paper.line(90, 60, "INVOICE No. 1202", 34)
        paper.line(90, 160, "We thank you for your order and send you the goods listed below. Please", 28)
        paper.line(90, 200, "tell us of anything missing within eight days of the date of this invoice.", 28)
        goods = ["hydraulic pump", "valve seat", "gasket, large", "cable tray", "copper hose", "steel bracket", "drive belt"]
        for number, name in enumerate(goods):
            cells = [str(number + 1), name, str(9 - number), f"{14 + 7 * number}.42", f"{713 - 41 * number}.04"]
            for x, cell, anchor in zip((90, 220, 720, 940, 1150), cells, ("la", "la", "ra", "ra", "ra")):
                paper.write(x, 300 + 46 * number, cell, 28, anchor=anchor)
            paper.lines.append(" ".join(cells))
        paper.line(90, 720, "Yours faithfully, Mill and Sons, 22 Station Street", 28)
        row, _ = row_of(release, paper)
        assert missing(paper.lines, row["text"]).total() <= 2

    def test_columns_of_prose_stay_apart(self, release):
        paper = Paper(1000, 620)
        left = ["The harbour was rebuilt", "in the spring of that", "year by men who came", "from the islands, and", "was opened in August."]
        right = ["Its mole is made of oak", "that was brought from", "the northern forests", "on rafts, and stands", "as it did that summer."]
        for number, lines in enumerate(zip(left, right)):
            for x, line in zip((60, 540), lines):
                paper.write(x, 60 + 48 * number, line, 36)
        row, _ = row_of(release, paper)
        text = " ".join(row["text"].split())
        assert " ".join(left) in text and " ".join(right) in text


class TestWhatIsNotRead:
    def test_a_script_without_a_model_is_told(self, release):
        paper = Paper(1240, 500)
        serif = font(34, "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
        for number, line in enumerate(["Договор поставки товаров", "Поставщик обязуется передать покупателю",
                                       "в срок до первого марта две тысячи", "двадцать первого года, а покупатель",
                                       "обязуется принять и оплатить товар"]):
            paper.draw.text((60, 50 + 70 * number), line, font=serif, fill=0)
        row, summary = row_of(release, paper)
        told = set(row["warnings"]) & {"unread_text", "low_confidence"}
        assert told == ({"unread_text"} if not row["text"] else {"low_confidence"})
        assert summary["unread_text"] == (0 if row["text"] else 1)

    def test_a_blank_page_has_nothing_to_tell(self, release):
        row, summary = row_of(release, Paper(1000, 1400), "--ocr", "always")
        assert "unread_text" not in row["warnings"] and summary["unread_text"] == 0
