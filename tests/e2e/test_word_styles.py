"""How words are written, and on which lines: documents are made by reportlab, which says what it draws."""

import io

import pikepdf
import pyarrow.parquet as parquet
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Frame, Paragraph

import documents
from harness import require_corpus

FONTS = {"Helvetica": (False, False), "Helvetica-Bold": (True, False), "Helvetica-Oblique": (False, True),
         "Times-BoldItalic": (True, True), "Courier": (False, False), "Times-Roman": (False, False)}


def drawn(draw, pagesize=A4, **settings):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=pagesize, invariant=1, **settings)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def words_of(machine, content, *args):
    """Rows of the only document, by word."""
    machine.write("a.pdf", content)
    assert machine.sweep("--outputs", "text,words", "--ocr", "never", *args).code == 0
    return parquet.read_table(machine.out / "a_words.parquet").to_pylist()


def by_word(rows):
    assert len({row["word"] for row in rows}) == len(rows)
    return {row["word"]: row for row in rows}


def grouped(rows, key):
    """Words of each line or block, joined."""
    groups = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row["word"])
    return [" ".join(words) for words in groups.values()]


class TestStyles:
    def test_fonts_and_sizes_are_those_that_were_set(self, machine):
        def draw(canvas):
            for number, name in enumerate(FONTS):
                canvas.setFont(name, 9 + number)
                canvas.drawString(72, 700 - 40 * number, name.replace("-", ""))

        words = by_word(words_of(machine, drawn(draw)))
        for number, (name, (bold, italic)) in enumerate(FONTS.items()):
            row = words[name.replace("-", "")]
            found = (row["font_name"], row["font_size_pt"], row["is_bold"], row["is_italic"])
            assert found == (name, 9 + number, bold, italic)
            assert (row["colour"], row["rotation_deg"], row["is_invisible"]) == ("#000000", 0, False)

    def test_an_embedded_subset_goes_by_its_own_name(self, machine):
        for face in ("Regular", "BoldItalic"):
            pdfmetrics.registerFont(TTFont(f"Serif{face}", f"{documents.FONT_DIR}/LiberationSerif-{face}.ttf"))

        def draw(canvas):
            for number, face in enumerate(("Regular", "BoldItalic")):
                canvas.setFont(f"Serif{face}", 12)
                canvas.drawString(72, 700 - 40 * number, face)

        content = drawn(draw)
        with pikepdf.open(io.BytesIO(content)) as document:
            names = [str(font.BaseFont) for font in document.pages[0].Resources.Font.values()]
        assert any("+" in name for name in names)  # a subset: AAAAAA+LiberationSerif
        words = by_word(words_of(machine, content))
        assert words["Regular"]["font_name"] == "LiberationSerif"
        assert (words["Regular"]["is_bold"], words["Regular"]["is_italic"]) == (False, False)
        assert words["BoldItalic"]["font_name"] == "LiberationSerif-BoldItalic"
        assert (words["BoldItalic"]["is_bold"], words["BoldItalic"]["is_italic"]) == (True, True)

    def test_colours_of_each_kind(self, machine):
        def draw(canvas):
            for number, (word, colour) in enumerate({"red": (1, 0, 0), "teal": (0, 0.5, 0.5)}.items()):
                canvas.setFillColorRGB(*colour)
                canvas.drawString(72, 700 - 40 * number, word)
            canvas.setFillGray(0.4)
            canvas.drawString(72, 500, "gray")
            canvas.setFillColorCMYK(0, 0, 1, 0)
            canvas.drawString(72, 460, "yellow")

        words = by_word(words_of(machine, drawn(draw)))
        assert (words["red"]["colour"], words["teal"]["colour"]) == ("#ff0000", "#008080")
        assert words["gray"]["colour"] == "#666666"
        red, green, blue = bytes.fromhex(words["yellow"]["colour"][1:])  # which yellow is up to the reader
        assert red > 200 and green > 200 and blue < 100

    @pytest.mark.parametrize("page_turn", [0, 90, 180, 270])
    def test_turns_are_those_of_the_displayed_page(self, machine, page_turn):
        turns = [0, 30, 90, 180, 270, 315]

        def draw(canvas):
            for number, counterclockwise in enumerate(turns):
                canvas.saveState()
                canvas.translate(300, 120 + 110 * number)
                canvas.rotate(counterclockwise)
                canvas.drawString(0, 0, f"turned{counterclockwise}")
                canvas.restoreState()

        content = drawn(draw)
        if page_turn:
            with pikepdf.open(io.BytesIO(content)) as document:
                document.pages[0].Rotate = page_turn
                buffer = io.BytesIO()
                document.save(buffer)
                content = buffer.getvalue()
        words = by_word(words_of(machine, content))
        for counterclockwise in turns:
            row = words[f"turned{counterclockwise}"]
            expected = (page_turn - counterclockwise) % 360
            assert row["rotation_deg"] == (expected if expected <= 180 else expected - 360), row
            assert row["font_size_pt"] == 12

    def test_sizes_are_as_displayed(self, machine):
        def draw(canvas):
            canvas.saveState()
            canvas.scale(2, 2)
            canvas.setFont("Helvetica", 8)
            canvas.drawString(36, 350, "doubled")
            canvas.restoreState()
            text = canvas.beginText(72, 600)
            text.setFont("Helvetica", 1)
            text.setTextTransform(14.5, 0, 0, 14.5, 72, 600)
            text.textOut("unit")
            canvas.drawText(text)

        words = by_word(words_of(machine, drawn(draw)))
        assert (words["doubled"]["font_size_pt"], words["unit"]["font_size_pt"]) == (16, 14.5)

    def test_type_that_is_made_bold_slanted_or_hollow(self, machine):
        def draw(canvas):
            for number, (word, mode) in enumerate({"plain": 0, "outlined": 1, "fat": 2, "framed": 2}.items()):
                canvas.setFillColorRGB(0, 0, 1)
                canvas.setStrokeColorRGB(*((0, 0, 1) if word == "fat" else (1, 0, 0)))
                text = canvas.beginText(72, 700 - 40 * number)
                text.setTextRenderMode(mode)
                text.textOut(word)
                canvas.drawText(text)
            text = canvas.beginText()
            text.setTextRenderMode(0)
            text.setTextTransform(1, 0, 0.3, 1, 72, 400)
            text.textOut("slanted")
            canvas.drawText(text)

        words = by_word(words_of(machine, drawn(draw)))
        assert {word for word, row in words.items() if row["is_bold"]} == {"fat"}
        assert {word for word, row in words.items() if row["is_italic"]} == {"slanted"}
        assert words["outlined"]["colour"] == "#ff0000"
        assert words["framed"]["colour"] == words["plain"]["colour"] == "#0000ff"

    def test_the_text_of_an_earlier_recognition_is_invisible(self, machine):
        def draw(canvas):
            canvas.drawImage(documents.ImageReader(io.BytesIO(documents.lines_picture("the moon is down"))), 0, 0,
                             width=595, height=842)
            text = canvas.beginText(72, 760)
            text.setTextRenderMode(3)
            text.textOut("the moon is down")
            canvas.drawText(text)

        rows = words_of(machine, drawn(draw))
        assert [row["word"] for row in rows] == ["the", "moon", "is", "down"]
        assert all(row["is_invisible"] for row in rows)

    def test_of_fields_and_annotations(self, machine):
        def draw(canvas):
            canvas.drawString(72, 700, "Name")
            canvas.acroForm.textfield(name="name", value="Ada Lovelace", x=120, y=690, width=200, height=24)

        rows = words_of(machine, drawn(draw))
        assert [(row["word"], row["source"]) for row in rows] == [("Name", "native"), ("Ada", "form"),
                                                                 ("Lovelace", "form")]
        assert rows[1]["font_name"] is None and rows[1]["colour"] is None
        assert [row["block_index"] for row in rows] == [0, 1, 1]

    def test_a_long_name_and_one_that_is_no_utf8(self, machine):
        long_name = b"/" + b"L" * 300
        content = documents.one_page(documents.shown("text", 72, 700)).replace(b"/BaseFont /Helvetica",
                                                                              b"/BaseFont " + long_name)
        (row,) = words_of(machine, content)
        assert row["font_name"] == "L" * 127
        content = documents.one_page(documents.shown("text", 72, 700)).replace(b"/BaseFont /Helvetica",
                                                                              b"/BaseFont /Caf#e9")
        (row,) = words_of(machine, content)
        assert row["font_name"] == "Caf\u00e9"


PARAGRAPHS = ["The moon is down and all the dogs are still. " * 6, "Lamps burn low in the harbour office tonight. " * 5,
              "Nobody counted the barrels that came ashore. " * 7]


class TestLines:
    @pytest.mark.parametrize("leading", [12, 14, 20])
    def test_paragraphs_are_blocks_however_far_their_lines_are_apart(self, machine, leading):
        style = ParagraphStyle("body", fontName="Times-Roman", fontSize=11, leading=leading, spaceAfter=leading * 0.8)
        lines = []

        def draw(canvas):
            paragraphs = [Paragraph(text, style) for text in PARAGRAPHS]
            Frame(72, 72, 400, 700).addFromList(list(paragraphs), canvas)
            for paragraph in paragraphs:
                lines.extend(" ".join(line[1]) for line in paragraph.blPara.lines)

        rows = words_of(machine, drawn(draw))
        assert grouped(rows, "line_index") == lines and len(lines) > 8
        assert grouped(rows, "block_index") == [text.strip() for text in PARAGRAPHS]

    def test_a_heading_and_columns_are_blocks(self, machine):
        style = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=12)

        def draw(canvas):
            canvas.setFont("Times-Bold", 20)
            canvas.drawString(60, 770, "Harbour news")
            for column, text in enumerate(PARAGRAPHS[:2]):
                Frame(60 + 250 * column, 100, 230, 660).addFromList([Paragraph(text, style)], canvas)

        rows = words_of(machine, drawn(draw))
        assert grouped(rows, "block_index") == ["Harbour news", *(text.strip() for text in PARAGRAPHS[:2])]

    def test_a_broken_word_stands_on_its_first_line(self, machine):
        def draw(canvas):
            for number, line in enumerate(["this is an exam-", "ple of words", "and more"]):
                canvas.drawString(72, 700 - 14 * number, line)

        rows = words_of(machine, drawn(draw))
        assert grouped(rows, "line_index") == ["this is an example", "of words", "and more"]
        assert {row["block_index"] for row in rows} == {0}

    # At 90 PDFium reads lines that are not turned themselves from the last to the first.
    @pytest.mark.parametrize("page_turn", [180, 270])
    def test_lines_of_turned_pages_are_in_blocks_too(self, machine, page_turn):
        style = ParagraphStyle("body", fontName="Times-Roman", fontSize=11, leading=14, spaceAfter=14)

        def draw(canvas):
            Frame(72, 72, 400, 700).addFromList([Paragraph(text, style) for text in PARAGRAPHS], canvas)

        with pikepdf.open(io.BytesIO(drawn(draw))) as document:
            document.pages[0].Rotate = page_turn
            buffer = io.BytesIO()
            document.save(buffer)
        assert grouped(words_of(machine, buffer.getvalue()), "block_index") == [text.strip() for text in PARAGRAPHS]

    def test_of_own_and_recognised_text_go_on_counting(self, machine):
        def draw(canvas):
            picture = documents.ImageReader(io.BytesIO(documents.picture("Harvest supper at seven", "PNG")))
            canvas.drawImage(picture, 72, 640, width=450, height=80)
            for number in range(12):
                canvas.drawString(72, 760 - 14 * number if number < 2 else 620 - 14 * number, PARAGRAPHS[1][:46])

        machine.write("a.pdf", drawn(draw))
        assert machine.sweep("--outputs", "text,words", "--ocr", "pictures").code == 0
        rows = parquet.read_table(machine.out / "a_words.parquet").to_pylist()
        blocks = {}
        for row in rows:
            blocks.setdefault(row["block_index"], set()).add((row["source"], row["line_index"]))
        assert blocks == {0: {("native", 0), ("native", 1)}, 1: {("ocr", 2)},
                          2: {("native", line) for line in range(3, 13)}}

    def test_lines_of_the_corpus_are_as_many_as_its_text_has(self, machine):
        """Where no word was broken; a page's text has a line for each."""
        for path in sorted(require_corpus("digital").glob("*.pdf")):
            machine.copy(path)
        machine.sweep("--outputs", "text,words", "--ocr", "never")
        compared = 0
        for path in sorted(machine.source.glob("*.pdf")):
            words = parquet.read_table(machine.out / f"{path.stem}_words.parquet").to_pylist()
            lines = {}
            for row in words:
                lines.setdefault(row["page_number"], {}).setdefault(row["line_index"], []).append(row["word"])
            for page in parquet.read_table(machine.out / f"{path.stem}_raw_text.parquet").to_pylist():
                found = [" ".join(line) for line in lines.get(page["page_number"], {}).values()]
                expected = [" ".join(line.split()) for line in page["text"].split("\n") if line.strip()]
                if len(found) != len(expected):
                    assert len(found) > len(expected)  # a broken word joins two lines of the text
                    continue
                assert found == expected, (path.name, page["page_number"])
                compared += 1
        assert compared > 200
