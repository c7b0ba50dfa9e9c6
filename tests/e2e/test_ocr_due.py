"""Pages that show text which they do not hold are recognised, and pages that hold theirs are not."""

import json
import shutil

import pytest

import drawn_text
from harness import require_corpus

VERSE = ["The lighthouse on the northern mole was built in 1871",
         "and is still lit every evening by the keeper, who",
         "lives with two dogs in the house beside the tower.",
         "Visitors may climb the stairs on the first Sunday",
         "of each month between ten and four, weather permitting."]
FOOTER = "Downloaded by reader 4711 on 3 May 2021"
PROSE = [f"Line {number} of the harbour report says that nothing of note has happened." for number in range(1, 25)]


def prose():
    return "".join(drawn_text.show(line, 72, 740 - 14 * number) for number, line in enumerate(PROSE))


def read(machine, content, *args, name="page.pdf"):
    """The page's row and the summary."""
    machine.write(name, content)
    finished = machine.sweep("--summary", "json", *args)
    assert finished.code == 0, finished.stderr
    (row,) = machine.pages(f"{name.removesuffix('.pdf')}_raw_text.parquet")
    return row, json.loads(finished.stdout)


def assert_holds(row, lines):
    found = row["text"].split("\n")
    assert [line for line in lines if line not in found] == [], row["text"]


FAULTS = {
    "good_header_unmapped_body": ["Harbour Board Circular 12, page 1 of 1, 4 May 2021", *VERSE],
    "glyph_numbers_as_letters": VERSE,
    "tounicode_all_fffd": VERSE,
    "outlined_body_text_footer": [FOOTER, *VERSE[:3]],
    "scan_as_tiling_pattern_footer": [FOOTER, *VERSE],
    "scan_with_one_invisible_line": ["Scanned by device 4711 on 3 May 2021 at 10:42", *VERSE],
    "largest_page_with_picture": ["Survey sheet 7 of the northern harbour", *VERSE],
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults(release, name):
    shutil.copy(require_corpus("faults") / f"{name}.pdf", release.source)
    assert release.sweep().code == 0
    (row,) = release.pages(f"{name}_raw_text.parquet")
    assert row["error_kind"] is None
    assert_holds(row, FAULTS[name])
    assert ("dpi_reduced" in row["warnings"]) == (name == "largest_page_with_picture")


class TestWhatIsShownAndNotHeld:
    @pytest.mark.parametrize("options", [
        {"colours": ("0 0 0",)}, {"colours": ("0.8 0 0", "0 0.4 0", "0 0 0.7")}, {"one_path": True}])
    def test_outlined_letters(self, release, options):
        row, _ = read(release, drawn_text.page(drawn_text.outlined(VERSE[:3], **options) +
                                               drawn_text.show(FOOTER, 36, 30, 8)))
        assert row["text_source"] == "mixed"
        assert_holds(row, [FOOTER, *VERSE[:3]])

    def test_three_outlined_lines_below_much_text(self, release):
        row, _ = read(release, drawn_text.page(prose() + drawn_text.outlined(VERSE[:3], y=300)))
        assert row["text_source"] == "mixed"
        assert_holds(row, [*PROSE, *VERSE[:3]])

    def placed(self, how):
        """A page whose lines are a picture in this place, with a footer as its only text."""
        scan = drawn_text.image_object(VERSE)
        footer = drawn_text.show(FOOTER, 36, 20, 8)
        whole_page = "q 612 0 0 740 0 40 cm /X Do Q\n"
        if how == "image":
            return drawn_text.page(whole_page + footer, "/XObject << /X 6 0 R >>", [scan])
        if how == "form":
            form = drawn_text.stream("/Type /XObject /Subtype /Form /BBox [0 0 612 792] "
                                     "/Resources << /XObject << /X 7 0 R >> >>", whole_page)
            return drawn_text.page("/X Do\n" + footer, "/XObject << /X 6 0 R >>", [form, scan])
        if how == "annotation":
            stamp = b"<< /Type /Annot /Subtype /Stamp /Rect [0 40 612 780] /F 4 /AP << /N 7 0 R >> >>"
            appearance = drawn_text.stream("/Type /XObject /Subtype /Form /BBox [0 0 612 740] "
                                           "/Resources << /XObject << /X 8 0 R >> >>", "q 612 0 0 740 0 0 cm /X Do Q")
            return drawn_text.page(footer, "", [stamp, appearance, scan], "/Annots [6 0 R]")
        if how == "soft mask":
            group = drawn_text.stream("/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Group << /S /Transparency "
                                      "/CS /DeviceGray >> /Resources << /XObject << /X 7 0 R >> >>", whole_page)
            state = b"<< /SMask << /Type /Mask /S /Luminosity /G 6 0 R >> >>"
            return drawn_text.page("q /G gs 0 g 0 40 612 740 re f Q\n" + footer, "/ExtGState << /G 8 0 R >>",
                                   [group, drawn_text.image_object(VERSE, mask=True), state])
        pattern = drawn_text.stream("/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 612 740] /XStep 612 "
                                    "/YStep 740 /Matrix [1 0 0 1 0 40] /Resources << /XObject << /X 7 0 R >> >>",
                                    "q 612 0 0 740 0 0 cm /X Do Q")
        return drawn_text.page("/Pattern cs /P scn 0 40 612 740 re f\n0 g " + footer, "/Pattern << /P 6 0 R >>",
                               [pattern, scan])

    @pytest.mark.parametrize("how", ["image", "form", "annotation", "soft mask", "pattern"])
    def test_scans_in_any_place(self, release, how):
        row, _ = read(release, self.placed(how))
        assert row["text_source"] in ("ocr", "mixed")
        assert_holds(row, VERSE)

    def test_font_without_characters_below_a_good_header(self, release):
        font, codes = drawn_text.unmapped_font("".join(VERSE), 6)
        header = "Harbour Board Circular 12, page 1 of 1, 4 May 2021"
        row, _ = read(release, drawn_text.page(drawn_text.show(header, 72, 750) +
                                               drawn_text.show_coded(VERSE, codes), "F2", font))
        assert row["text_source"] == "mixed"
        assert_holds(row, [header, *VERSE])

    def test_stamp_over_a_scan(self, release):
        content = "q 612 0 0 740 0 40 cm /X Do Q\n" + drawn_text.show("RECEIVED 3 MAY 2021 HARBOUR OFFICE", 300, 300)
        row, _ = read(release, drawn_text.page(content, "/XObject << /X 6 0 R >>", [drawn_text.image_object(VERSE)]))
        assert_holds(row, VERSE)
        assert "RECEIVED 3 MAY 2021 HARBOUR OFFICE" in row["text"]


class TestEarlierOcr:
    def layered(self, lines, words):
        """A scan of the lines below invisible text that stands where they do."""
        layer = "".join(f"BT 3 Tr /F1 15 Tf 40.8 {780 - 40 - 27.0 * number - 13:.1f} Td ({line}) Tj ET\n"
                        for number, line in enumerate(words))
        return drawn_text.page("q 612 0 0 740 0 40 cm /X Do Q\n" + layer, "/XObject << /X 6 0 R >>",
                               [drawn_text.image_object(lines)])

    def test_layer_that_covers_the_scan_is_kept(self, release):
        wrong = [line.replace("e", "c") for line in VERSE]
        row, _ = read(release, self.layered(VERSE, wrong))
        assert (row["text_source"], row["warnings"]) == ("native", ["ocr_layer"])
        assert_holds(row, wrong)

    def test_always_replaces_it_even_where_it_is_longer(self, release):
        row, _ = read(release, self.layered(VERSE, [line + " and so on and so on" for line in VERSE]), "--ocr", "always")
        assert row["text_source"] == "ocr"
        assert_holds(row, VERSE)
        assert "so on" not in row["text"]

    def test_layer_below_the_picture_is_replaced_too(self, release):
        hidden = "".join(drawn_text.show(line + " and so on", 40, 700 - 16 * n) for n, line in enumerate(VERSE))
        content = hidden + "q 612 0 0 740 0 40 cm /X Do Q\n"
        row, _ = read(release, drawn_text.page(content, "/XObject << /X 6 0 R >>", [drawn_text.image_object(VERSE)]),
                      "--ocr", "always")
        assert row["text_source"] == "ocr"
        assert "so on" not in row["text"]


class TestPicturesBesideText:
    def illustrated(self):
        return drawn_text.page(prose() + "q 300 0 0 330 150 40 cm /X Do Q\n", "/XObject << /X 6 0 R >>",
                               [drawn_text.image_object(VERSE)])

    def test_a_picture_on_a_page_of_text_is_left_alone(self, release):
        row, summary = read(release, self.illustrated())
        assert row["text_source"] == "native" and summary["pages_ocr"] == 0
        assert_holds(row, PROSE)

    def test_pictures_reads_it_as_well(self, release):
        row, summary = read(release, self.illustrated(), "--ocr", "pictures")
        assert row["text_source"] == "mixed" and summary["pages_ocr"] == 1
        assert_holds(row, [*PROSE, *VERSE])


class TestOcrInVain:
    def test_is_counted_in_both_summaries(self, release):
        blank = drawn_text.page("0.5 g 100 100 300 300 re f")
        row, summary = read(release, blank, "--ocr", "always")
        assert (row["text_source"], row["warnings"]) == ("none", ["ocr_in_vain"])
        assert summary["ocr_in_vain"] == 1
        assert "1 page recognised in vain" in release.sweep("--ocr", "always", "--force", "--summary", "text").stdout

    def test_is_nought_where_something_came_of_it(self, release):
        scan = drawn_text.page("q 612 0 0 740 0 40 cm /X Do Q", "/XObject << /X 6 0 R >>",
                               [drawn_text.image_object(VERSE)])
        row, summary = read(release, scan)
        assert row["text_source"] == "ocr" and summary["ocr_in_vain"] == 0

    def test_a_page_too_large_to_draw_keeps_its_text_and_says_so(self, release):
        huge = drawn_text.page(drawn_text.show(FOOTER, 36, 30, 8) + drawn_text.outlined(VERSE[:1]),
                               page_entries="/MediaBox [0 0 900000 900000]")
        row, summary = read(release, huge)
        assert row["error_kind"] is None and "unread_text" in row["warnings"]
        assert_holds(row, [FOOTER])
        assert summary["unread_text"] == 1
