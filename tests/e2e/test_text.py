"""What the text of real documents is: native, recognised, of forms and annotations, cleaned."""

import json
import re
import unicodedata

import pytest

import documents
from harness import SAMPLES, texts


def words(text):
    return set(re.findall(r"\w+", text))


class TestSamples:
    def test_every_sample_is_accounted_for(self, swept_samples):
        summary = json.loads(swept_samples.finished.stdout)
        files = [path for path in SAMPLES.rglob("*") if path.is_file()]
        assert swept_samples.finished.code == 1
        assert summary["files_ignored"] == 2
        assert len(swept_samples.manifest()) == len(files) - 2
        failed = {name: row["error_kind"] for name, row in swept_samples.manifest().items() if row["status"] != "ok"}
        assert failed == {"encrypted.pdf": "encrypted"}

    def test_scan_is_recognised(self, swept_samples):
        (row,) = swept_samples.pages("scan_raw_text.parquet")
        assert row["text_source"] == "ocr" and 80 <= row["ocr_confidence"] <= 100
        truth = "thank you for reading your meter yourself. The figure on your card, 4 381 cubic metres, is 96 more"
        assert len(words(truth) - words(row["text"])) <= 1
        assert swept_samples.manifest()["scan.pdf"]["pages_ocr"] == 1

    def test_scan_turned_by_the_file_is_recognised_upright(self, swept_samples):
        row = swept_samples.pages("rotated-scan_raw_text.parquet")[0]
        assert "DELIVERY NOTE 8842" in row["text"]
        assert row["rotation_deg"] == 0 and row["height_pt"] > row["width_pt"]

    def test_pages_of_a_tiff_are_pages_of_a_document(self, swept_samples):
        rows = swept_samples.pages("pages.tiff.raw_text.parquet")
        assert [row["page_count"] for row in rows] == [3, 3, 3]
        lines = ["Registry of the District Court", "Stone C is missing", "R. Lindqvist, surveyor"]
        for row, line in zip(rows, lines, strict=True):
            assert line in row["text"]
            assert (round(row["width_pt"]), round(row["height_pt"])) == (595, 842)

    @pytest.mark.parametrize("name, line", [("receipts/receipt.png", "22 Station Street"),
                                            ("receipts/photo.jpg", "closed on Friday")])
    def test_images_are_recognised(self, swept_samples, name, line):
        (row,) = swept_samples.pages(f"{name}.raw_text.parquet")
        assert line in row["text"] and row["text_source"] == "ocr"

    def test_the_log_says_why_a_page_is_recognised(self, machine):
        finished = machine.run("extract", SAMPLES / "scan.pdf", SAMPLES / "receipts/receipt.png", SAMPLES / "empty-page.pdf",
                               SAMPLES / "text.pdf", "--log-level", "debug", "--log-format", "json")
        events = [event for event in finished.events if event["event"] == "ocr_decision"]
        found = {event["document"].split("/")[-1]: (event["page"], event["ocr"], event["reason"]) for event in events}
        assert found == {"scan.pdf": (1, True, "ink"), "receipt.png": (1, True, "image"),
                         "empty-page.pdf": (1, False, "nothing_drawn")}

    def test_blank_page_costs_no_ocr(self, swept_samples):
        (row,) = swept_samples.pages("empty-page_raw_text.parquet")
        assert (row["text"], row["text_source"], row["ocr_confidence"]) == ("", "none", None)
        assert swept_samples.manifest()["empty-page.pdf"]["pages_ocr"] == 0

    def test_form_fields_and_annotations_follow_the_text_each_once(self, swept_samples):
        (row,) = swept_samples.pages("form_raw_text.parquet")
        assert row["text"].startswith("Allotment Society of Fernbridge: application for a plot\n")
        for value in ("Ingrid Sorensen", "7 Weir Cottages", "01632 960 417", "half plot",
                      "Waiting list: number 12, told by letter on 4 April"):
            assert row["text"].count(value) == 1
        assert "full plot" not in row["text"]
        assert set(row["warnings"]) == {"annotation_text", "form_text"}
        assert row["text_source"] == "native"

    def test_two_columns_keep_the_order_of_the_file(self, swept_samples):
        (row,) = swept_samples.pages("two-columns_raw_text.parquet")
        assert row["text"].index("passenger and the weather.") < row["text"].index("When the bridge was opened in")

    @pytest.mark.parametrize("name, pages", [("damaged", 2), ("truncated", 2)])
    def test_damaged_files_are_read(self, swept_samples, name, pages):
        rows = swept_samples.pages(f"{name}_raw_text.parquet")
        assert len(rows) == pages and all(len(row["text"]) > 200 for row in rows)

    def test_text_outside_ascii_is_whole(self, swept_samples):
        (row,) = swept_samples.pages("letters/Grüße aus Zürich_raw_text.parquet")
        assert "der Nachbar, Herr Müßig, bringt frische Brötchen für 3,50 €." in row["text"].split("\n")


class TestCleaning:
    # UTF-16 units that the file's /ToUnicode maps one byte to, and what is to be read there.
    @pytest.mark.parametrize("units, expected", [
        ([0xFB01], "fi"),
        ([0xFB03], "ffi"),
        ([0xFB06], "st"),
        ([0x0065, 0x0301], "é"),
        ([0x00AD], "-"),  # whatever its font calls it, a glyph is drawn there
        ([0x0000], ""),
        ([0xD800], ""),
        ([0xD83D, 0xDE00], "\U0001f600"),
    ], ids=["ligature fi", "ligature ffi", "ligature st", "decomposed letter", "soft hyphen", "NUL", "lone surrogate",
            "surrogate pair"])
    def test_character(self, release, units, expected):
        release.write("a.pdf", documents.coded_pdf({0x7B: units}, b"one{two and a few words more"))
        assert release.sweep().code == 0
        (row,) = release.pages("a_raw_text.parquet")
        assert row["text"] == f"one{expected}two and a few words more"
        assert row["text"] == unicodedata.normalize("NFC", row["text"]) and row["char_count"] == len(row["text"])

    def test_lines_end_in_line_feeds_alone(self, release):
        release.write("a.pdf", documents.pdf("one line of the text\nanother line of it"))
        release.sweep()
        assert texts(release.pages("a_raw_text.parquet")) == ["one line of the text\nanother line of it"]


class TestOcr:
    def test_every_image_format_is_recognised(self, release):
        pictures = [("PNG", {}), ("JPEG", {"quality": 80}), ("TIFF", {"compression": "tiff_lzw"}), ("WEBP", {}),
                    ("BMP", {}), ("GIF", {}), ("JPEG2000", {})]
        for file_format, options in pictures:
            release.write(file_format, documents.picture("Harvest supper at seven", file_format, **options))
        assert release.sweep().code == 0
        found = {name: texts(release.pages(name)) for name in release.outputs()}
        assert len(found) == len(pictures)
        assert {name: text for name, text in found.items() if text != ["Harvest supper at seven"]} == {}

    def test_never_leaves_scans_without_text(self, release):
        release.copy("scan.pdf")
        assert release.sweep("--ocr", "never").code == 0
        (row,) = release.pages("scan_raw_text.parquet")
        assert (row["text"], row["text_source"], row["ocr_confidence"]) == ("", "none", None)

    def test_always_recognises_pages_with_text_too(self, release):
        release.write("a.pdf", documents.pdf("Printed text that could be taken as it is"))
        release.sweep("--ocr", "always")
        (row,) = release.pages("a_raw_text.parquet")
        assert row["text_source"] == "ocr" and row["text"] == "Printed text that could be taken as it is"

    def test_min_text_len_decides_without_white_space(self, release):
        release.write("a.pdf", documents.stamped_scan("r e c e i v e d  1 1 / 3", "Harvest supper at seven"))
        # The stamp has 12 characters: enough to be kept beside what is recognised, or too few to count.
        for least, source in (("12", "mixed"), ("13", "ocr")):
            release.sweep(env={"MIN_TEXT_LEN": least})
            (row,) = release.pages("a_raw_text.parquet")
            assert "Harvest supper" in row["text"] and row["text_source"] == source

    def test_page_over_the_pixel_limit_is_drawn_smaller_with_a_warning(self, release):
        release.copy("scan.pdf")
        assert release.sweep("--page-pixels-max", "2000000").code == 0
        (row,) = release.pages("scan_raw_text.parquet")
        assert "dpi_reduced" in row["warnings"] and "cubic metres" in row["text"]

    def test_image_over_the_pixel_limit_is_decoded_smaller_with_a_warning(self, release):
        release.copy("pages.tiff")
        assert release.sweep("--page-pixels-max", "2000000").code == 0
        assert all("dpi_reduced" in row["warnings"] for row in release.pages("pages.tiff.raw_text.parquet"))

    def test_image_far_over_the_pixel_limit_is_refused_by_its_header(self, release):
        release.copy("pages.tiff")
        assert release.sweep("--page-pixels-max", "10000").code == 1
        assert release.manifest()["pages.tiff"]["error_kind"] == "limit_pixels"

