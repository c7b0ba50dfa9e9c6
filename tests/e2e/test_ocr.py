"""Scans in several languages, images without text, codes: what is recognised, in which language, and what is not."""

import shutil

import pytest

import documents
from harness import texts

MODELS = "/usr/share/tesseract-ocr/5/tessdata"

LETTERS = {
    "rus": "Милостивый государь, благодарю Вас за письмо,\nкоторое я получил вчера вечером. Мост через реку\n"
           "будет открыт в начале лета, если погода позволит.",
    "deu": "Sehr geehrter Herr Müßig, für Ihren Brief, den ich\ngestern Abend erhielt, danke ich herzlich. Die Brücke\n"
           "über den Bach wird zu Beginn des Sommers eröffnet.",
    "eng": "Dear Sir, I thank you for the letter which reached me\nyesterday evening. The bridge across the river will\n"
           "be opened at the beginning of summer.",
}


@pytest.fixture
def models(tmp_path):
    """A folder with these three models, whatever else is installed."""
    folder = tmp_path / "models"
    folder.mkdir()
    for language in LETTERS:
        shutil.copy(f"{MODELS}/{language}.traineddata", folder)
    return folder


def decisions(finished):
    """{document: (recognised, reason)} of the log."""
    return {event["document"].split("/")[-1]: (event["ocr"], event["reason"])
            for event in finished.events if event["event"] == "ocr_decision"}


class TestAutomaticLanguages:
    def test_every_page_is_read_in_its_own(self, release, models):
        for language, letter in LETTERS.items():
            release.write(f"{language}.png", documents.lines_picture(letter))
        assert release.sweep("--ocr-languages", "auto", "--tessdata-dir", models).code == 0
        found = {language: texts(release.pages(f"{language}.png.raw_text.parquet")) for language in LETTERS}
        assert found == {language: [letter] for language, letter in LETTERS.items()}

    def test_pages_of_one_document_may_differ(self, release, models):
        release.write("all.pdf", documents.scanned_pdf(*LETTERS.values()))
        assert release.sweep("--ocr-languages", "auto", "--tessdata-dir", models).code == 0
        assert texts(release.pages("all_raw_text.parquet")) == list(LETTERS.values())

    def test_another_model_makes_the_output_stale(self, release, models):
        release.write("rus.png", documents.lines_picture(LETTERS["rus"]))
        (models / "rus.traineddata").rename(models / "rus.later")
        args = ("--ocr-languages", "auto", "--tessdata-dir", models)
        release.sweep(*args)
        assert texts(release.pages("rus.png.raw_text.parquet")) != [LETTERS["rus"]]
        before = release.outputs()
        release.sweep(*args)
        assert release.outputs() == before  # same models: nothing to do
        (models / "rus.later").rename(models / "rus.traineddata")
        release.sweep(*args)
        assert texts(release.pages("rus.png.raw_text.parquet")) == [LETTERS["rus"]]

    def test_alternatives_may_be_named(self, release, models):
        release.write("rus.png", documents.lines_picture(LETTERS["rus"]))
        assert release.sweep("--ocr-languages", "eng+deu,rus", "--tessdata-dir", models).code == 0
        assert texts(release.pages("rus.png.raw_text.parquet")) == [LETTERS["rus"]]

    def test_without_models_the_package_is_named_at_the_start(self, release, tmp_path):
        release.write("eng.png", documents.lines_picture(LETTERS["eng"]))
        (tmp_path / "empty").mkdir()
        finished = release.sweep("--ocr-languages", "auto", "--tessdata-dir", tmp_path / "empty")
        assert finished.code in (2, 3) and "tesseract-ocr-eng" in finished.stderr
        assert not release.outputs()


class TestWhatIsNotRecognised:
    def run_debug(self, release):
        return release.sweep("--log-level", "debug", "--log-format", "json")

    def test_blank_image_is_looked_at_and_said_why(self, release):
        release.write("blank.png", documents.lines_picture(""))
        release.write("letter.png", documents.lines_picture(LETTERS["eng"]))
        finished = self.run_debug(release)
        assert decisions(finished) == {"blank.png": (False, "blank_image"), "letter.png": (True, "image")}
        (row,) = release.pages("blank.png.raw_text.parquet")
        assert (row["text"], row["text_source"], row["error_kind"]) == ("", "none", None)
        assert {name: row["pages_ocr"] for name, row in release.manifest().items()} == {"blank.png": 0, "letter.png": 1}

    def test_codes_beside_text_cost_no_ocr(self, release):
        release.write("bars.pdf", documents.coded_page("Delivery note for the allotment society", bars="DOCMILL-8842"))
        release.write("qr.pdf", documents.coded_page("Delivery note for the allotment society",
                                                     square="https://example.org/delivery/8842"))
        release.write("label.pdf", documents.coded_page("", bars="FERN-1874", square="FERN-1874"))
        finished = self.run_debug(release)
        assert {reason for _, reason in decisions(finished).values()} <= {"nothing_missed", "no_text_like_ink"}
        assert {name: row["pages_ocr"] for name, row in release.manifest().items()} == {
            "bars.pdf": 0, "qr.pdf": 0, "label.pdf": 0}
