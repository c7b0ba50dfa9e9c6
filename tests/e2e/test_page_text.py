"""A page's own text: what a person sees is there, in order and in words; what nobody sees is not, and is told.

The inputs of ../shared/corpus/faults are public fault reports in small; beside them stand siblings of each kind.
"""

import io
import json

import pikepdf
import pytest

import documents
from harness import CORPUS, texts

PLAIN_LINE = "Plain page behind an odd header line"


def fault(name):
    path = CORPUS / "faults" / name
    if not path.exists():
        pytest.skip("skipped: no corpus")
    return path


def pages_of(machine, path, *args):
    finished = machine.run("extract", path, "--ocr", "never", "--format", "json", *args)
    (document,) = json.loads(finished.stdout)
    return document["pages"]


def pages_of_bytes(machine, content, name="document.pdf"):
    return pages_of(machine, machine.write(name, content))


def lines(page):
    return page["text"].split("\n")


class TestVisible:
    def test_a_spread_cut_by_the_crop_box(self, machine):
        left, right = pages_of(machine, fault("spread_cut_by_cropbox.pdf"))
        assert [line.split(":")[0] for line in lines(left)] == ["Left page"] * 3
        assert [line.split(":")[0] for line in lines(right)] == ["Right page"] * 3
        assert left["warnings"] == right["warnings"] == ["hidden_text"]

    def test_text_outside_the_media_box(self, machine):
        (page,) = pages_of(machine, fault("text_outside_mediabox.pdf"))
        assert page["text"] == "Annual report of the harbour board"
        assert page["warnings"] == ["hidden_text"]

    def test_a_layer_that_is_switched_off(self, machine):
        (page,) = pages_of(machine, fault("layer_switched_off.pdf"))
        assert page["text"] == "The bridge is closed from May to June"
        assert page["warnings"] == ["hidden_text"]

    @pytest.mark.parametrize("rotation", [0, 90, 180, 270])
    def test_a_rotated_page_is_cut_where_it_is_seen(self, machine, rotation):
        content = documents.one_page(documents.shown("kept", 100, 700) + documents.shown("cut", 100, 300),
                                     entries=f"/CropBox [0 500 595 842] /Rotate {rotation}")
        (page,) = pages_of_bytes(machine, content)
        assert page["text"] == "kept" and page["warnings"] == ["hidden_text"]

    @pytest.mark.parametrize("hidden", [
        "1 g " + documents.shown("gone", 72, 600),
        "0 0 1 rg 60 590 200 30 re f " + documents.shown("gone", 72, 600),
        documents.shown("gone", 72, 600) + " 0 g 60 590 200 30 re f",
        "q 0 0 10 10 re W n " + documents.shown("gone", 72, 600) + " Q",
        "BT 3 Tr /F1 12 Tf 72 600 Td (gone) Tj ET",
    ], ids=["white_on_white", "blue_on_blue", "covered", "clipped", "invisible"])
    def test_what_nobody_sees_is_left_out_and_told(self, machine, hidden):
        (page,) = pages_of_bytes(machine, documents.one_page(documents.shown("kept", 72, 700) + hidden))
        assert page["text"] == "kept" and page["warnings"] == ["hidden_text"]

    def test_extract_says_so_on_stderr(self, machine):
        content = documents.one_page(documents.shown("kept", 72, 700) + "1 g " + documents.shown("gone", 72, 600))
        path = machine.write("a.pdf", content)
        told = f"docmill: {path}: 1 page with text that nobody sees, which was left out\n"
        plain, json_lines = (machine.run("extract", "--format", form, path) for form in ("text", "ndjson"))
        assert (plain.code, plain.stdout, plain.stderr) == (0, "kept\n\f", told)
        assert json_lines.stderr == "" and json.loads(json_lines.stdout)["warnings"] == ["hidden_text"]

    def test_a_page_without_hidden_text_has_no_warning(self, machine):
        (page,) = pages_of_bytes(machine, documents.one_page(documents.shown("kept", 72, 700)))
        assert page["text"] == "kept" and page["warnings"] == []


class TestCharacters:
    def test_a_hyphen_that_its_font_maps_to_a_soft_one(self, machine):
        (page,) = pages_of(machine, fault("hyphen_glyph_is_u00ad.pdf"))
        assert lines(page) == ["Part no. 01-2301-778, tel. 555-0142, built 2019-2020",
                               "An e-mail follows; the well-known type X-15"]

    @pytest.mark.parametrize("hyphen", ["\xad", "-"], ids=["soft", "hard"])
    def test_a_hyphen_stays_within_a_line_and_goes_where_it_breaks_a_word(self, machine, hyphen):
        content = documents.shown(f"from 2019{hyphen}2020 an exam{hyphen}", 72, 700) + documents.shown("ple", 72, 686)
        (page,) = pages_of_bytes(machine, documents.one_page(content))
        assert page["text"] == "from 2019-2020 an example"

    @pytest.mark.parametrize("before, after, joined", [
        ("OP", "TIONAL in this memo", "OPTIONAL in this memo"), ("MER", "CHANTABILITY", "MERCHANTABILITY"),
        ("CD", "ROM", "CD-ROM"), ("AB", "CD12", "AB-CD12"), ("EAP", "TLS", "EAP-TLS")])
    def test_a_hyphen_between_capitals_goes_where_they_are_a_word(self, machine, before, after, joined):
        content = documents.shown(f"some of it {before}-", 72, 700) + documents.shown(after, 72, 686)
        (page,) = pages_of_bytes(machine, documents.one_page(content))
        assert page["text"] == f"some of it {joined}"


class TestWordsAndLines:
    def test_vertical_columns_are_read_from_the_right(self, machine):
        (page,) = pages_of(machine, fault("vertical_columns.pdf"))
        assert lines(page) == ["港湾事務所は朝九時", "に開き夕方五時には", "閉じる土曜日は休み"]

    def test_cells_drawn_column_by_column_stay_apart(self, machine):
        cells = "".join(documents.shown(str(digit), 72 + 13 * column, 700 - 14 * row)
                        for column, digits in enumerate([[9, 7], [7, 5], [3, 1]]) for row, digit in enumerate(digits))
        (page,) = pages_of_bytes(machine, documents.one_page(cells))
        assert page["text"].split() == ["9", "7", "7", "5", "3", "1"]

    @pytest.mark.parametrize("gap", [120, 160, 250])
    def test_a_gap_between_words_is_a_space(self, machine, gap):
        words = "Use about once each week for silk lists in it".split()
        shown = f" -{gap} ".join(f"({word})" for word in words)
        (page,) = pages_of_bytes(machine, documents.one_page(f"BT /F1 12 Tf 72 700 Td [{shown}] TJ ET"))
        assert page["text"].split() == words

    @pytest.mark.parametrize("spaced", [
        "3 Tc (ANNUAL REPORT) Tj",
        "[" + " -900 ".join(" -300 ".join(f"({letter})" for letter in word) for word in ("ANNUAL", "REPORT")) + "] TJ",
    ], ids=["character_spacing", "kerning"])
    def test_a_letter_spaced_heading_is_not_torn_apart(self, machine, spaced):
        (page,) = pages_of_bytes(machine, documents.one_page(f"BT /F1 12 Tf 72 700 Td {spaced} ET"))
        assert page["text"] == "ANNUAL REPORT"


class TestHeader:
    def test_behind_the_lines_of_a_mail_gateway(self, machine):
        assert texts(pages_of(machine, fault("header_behind_2k_junk.pdf"))) == [PLAIN_LINE]

    def test_as_a_comment_of_postscript(self, machine):
        assert texts(pages_of(machine, fault("header_ps_adobe.pdf"))) == [PLAIN_LINE]

    @pytest.mark.parametrize("size", [1, 1000, 5000, 16000])
    def test_behind_junk_of_any_size_in_a_file_named_as_a_pdf(self, machine, size):
        content = b"x" * size + b"\n" + documents.one_page(documents.shown(PLAIN_LINE, 72, 700))
        assert texts(pages_of_bytes(machine, content)) == [PLAIN_LINE]

    def test_of_another_file_no_more_is_looked_at_than_before(self, machine):
        machine.write("notes.txt", b"x" * 5000 + documents.one_page(""))
        assert json.loads(machine.sweep("--summary", "json").stdout)["files_ignored"] == 1


def three_pages(count, kids="[4 0 R 5 0 R 6 0 R]"):
    """Three pages below a node that claims another number; Helvetica is object 3."""
    shown = [documents.shown(f"page {number}", 72, 700).encode() for number in (1, 2, 3)]
    pages = [f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R "
             f"/Resources << /Font << /F1 3 0 R >> >> >>".encode() for content in (7, 8, 9)]
    streams = [b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data) for data in shown]
    return documents.raw_pdf([b"<< /Type /Catalog /Pages 2 0 R >>",
                              f"<< /Type /Pages /Kids {kids} /Count {count} >>".encode(),
                              b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", *pages, *streams])


class TestPageCount:
    ALL_THREE = ["page 1", "page 2", "page 3"]

    @pytest.mark.parametrize("name", ["page_count_too_small.pdf", "page_count_too_large.pdf"])
    def test_pages_are_those_that_are_there(self, machine, name):
        pages = pages_of(machine, fault(name))
        assert texts(pages) == [f"Page number {number} of the pilot book" for number in (1, 2, 3)]
        assert [page["error_kind"] for page in pages] == [None] * 3

    @pytest.mark.parametrize("count, kids", [(1, "[4 0 R 5 0 R 6 0 R]"), (9, "[4 0 R 5 0 R 6 0 R]"),
                                             (3, "[4 0 R null 5 0 R 6 0 R]"), (4, "[4 0 R 77 0 R 5 0 R 6 0 R]")])
    def test_neither_lost_nor_made_up(self, machine, count, kids):
        assert texts(pages_of_bytes(machine, three_pages(count, kids))) == self.ALL_THREE

    @pytest.mark.parametrize("options", [
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
        {"linearize": True},
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate, "encryption": pikepdf.Encryption(owner="o")},
    ], ids=["object_streams", "linearized", "encrypted"])
    @pytest.mark.parametrize("count", [1, 9])
    def test_however_the_document_is_written(self, machine, options, count):
        content = io.BytesIO()
        with pikepdf.open(io.BytesIO(three_pages(3))) as document:
            document.Root.Pages.Count = count
            document.save(content, **options)
        assert texts(pages_of_bytes(machine, content.getvalue())) == self.ALL_THREE

    def test_a_run_says_that_the_document_is_well(self, machine):
        machine.write("book.pdf", three_pages(9))
        assert machine.sweep().code == 0
        (row,) = machine.manifest().values()
        assert (row["status"], row["page_count"]) == ("ok", 3)


WIDGET = "<< /Type /Annot /Subtype /Widget /Rect [150 695 350 715] /F 4 /DA (/Helv 12 Tf 0 g) {} >>"
FORM = "/AcroForm << /Fields [] /DR << /Font << /Helv 5 0 R >> >> >>"


class TestWidgets:
    def test_of_no_form_field_gives_its_value(self, machine):
        (page,) = pages_of(machine, fault("widget_not_in_fields.pdf"))
        assert "Marit Solberg" in page["text"].split("\n")
        assert page["warnings"] == ["form_text"]

    @pytest.mark.parametrize("widget, parent, catalog", [
        ("/FT /Tx /T (o) /V (Marit Solberg)", None, FORM),
        ("/FT /Tx /T (o) /V (Marit Solberg)", None, ""),
        ("/Parent 7 0 R", "<< /FT /Tx /T (o) /V (Marit Solberg) /Kids [6 0 R] >>", FORM),
        ("/FT /Ch /T (o) /V (m) /Opt [[(k) (Knut Dahl)] [(m) (Marit Solberg)]]", None, FORM),
    ], ids=["text", "without_a_form", "of_its_parent", "choice"])
    def test_shows_what_viewers_show(self, machine, widget, parent, catalog):
        objects = [WIDGET.format(widget).encode()] + ([parent.encode()] if parent else [])
        content = documents.one_page(documents.shown("Owner", 72, 700), entries="/Annots [6 0 R]", catalog=catalog,
                                     more=objects)
        (page,) = pages_of_bytes(machine, content)
        assert lines(page) == ["Owner", "", "Marit Solberg"]

    @pytest.mark.parametrize("entries", ["/FT /Tx /V (secret) /F 2", "/FT /Tx /V (secret) /F 32",
                                         "/FT /Tx /Ff 8192 /V (secret)"], ids=["hidden", "no_view", "password"])
    def test_shows_nothing_that_nobody_sees(self, machine, entries):
        content = documents.one_page(documents.shown("Owner", 72, 700), entries="/Annots [6 0 R]", catalog=FORM,
                                     more=[WIDGET.replace("/F 4", "").format(entries).encode()])
        (page,) = pages_of_bytes(machine, content)
        assert page["text"] == "Owner"
