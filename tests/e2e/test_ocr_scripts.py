"""Pages in scripts that no installed model has: told by script and package, and pages that are read are not."""

import io
import json
import shutil

import pytest
from PIL import Image, ImageDraw, ImageFont

import documents
from documents import FONT_DIR

MODELS = "/usr/share/tesseract-ocr/5/tessdata"
FONTS = "/usr/share/fonts/truetype"
SERIF = f"{FONT_DIR}/LiberationSerif-Regular.ttf"
DEJAVU = f"{FONTS}/dejavu/DejaVuSans.ttf"
FALLBACK = f"{FONTS}/droid/DroidSansFallbackFull.ttf"
WAREE = f"{FONTS}/tlwg/Waree.ttf"

ENGLISH = ("Dear Sir, I thank you for the letter which reached me\nyesterday evening. The bridge across the river will\n"
           "be opened at the beginning of summer, if the weather\npermits us to finish the work on its northern side.")
LETTERS = {
    "cyrillic": (SERIF, "tesseract-ocr-rus",
                 "Милостивый государь, благодарю Вас за письмо,\nкоторое я получил вчера вечером. Мост через реку\n"
                 "будет открыт в начале лета, если погода позволит\nнам закончить работы на северном берегу."),
    "greek": (SERIF, "tesseract-ocr-ell",
              "Αγαπητέ κύριε, σας ευχαριστώ για την επιστολή σας\nπου έλαβα χθες το βράδυ. Η γέφυρα πάνω από το ποτάμι\n"
              "θα ανοίξει στις αρχές του καλοκαιριού, αν ο καιρός\nμας επιτρέψει να τελειώσουμε τις εργασίες."),
    "arabic": (DEJAVU, "tesseract-ocr-ara",
               "سيدي العزيز أشكرك على رسالتك التي وصلتني مساء أمس\nسيتم افتتاح الجسر فوق النهر في بداية الصيف\n"
               "إذا سمح لنا الطقس بإنهاء العمل في الجانب الشمالي\nمن المدينة القديمة قرب السوق الكبير"),
    "hebrew": (DEJAVU, "tesseract-ocr-heb",
               "אדוני הנכבד אני מודה לך על המכתב שקיבלתי אתמול\nבערב הגשר מעל הנהר ייפתח בתחילת הקיץ אם מזג\n"
               "האוויר יאפשר לנו לסיים את העבודה בצד הצפוני\nשל העיר העתיקה ליד השוק הגדול"),
    "han": (FALLBACK, "tesseract-ocr-chi-sim",
            "尊敬的先生，感谢您昨天晚上寄来的信件。\n如果天气允许我们完成北岸的工程，\n"
            "河上的大桥将在初夏正式通车。\n我们希望您能够参加当天的开幕典礼。"),
    "japanese": (FALLBACK, "tesseract-ocr-jpn",
                 "拝啓、昨夜お手紙をいただきありがとうございます。\n天候が許せば、川にかかる橋は夏の初めに\n"
                 "開通する予定です。式典にはぜひ\nご出席くださいますようお願いいたします。"),
    "thai": (WAREE, "tesseract-ocr-tha",
             "เรียนท่านที่เคารพ ขอขอบคุณสำหรับจดหมายที่ส่งมา\nเมื่อเย็นวานนี้ สะพานข้ามแม่น้ำจะเปิดใช้งาน\n"
             "ในต้นฤดูร้อน หากสภาพอากาศเอื้ออำนวย\nให้เราทำงานทางฝั่งเหนือให้เสร็จสิ้น"),
}


def page(*parts, dpi=200, turned_deg=0):
    """A page of A4 as an image: lines of 12 points, one part (typeface, text) below the other."""
    image = Image.new("L", (round(8.27 * dpi), round(11.69 * dpi)), 255)
    top = dpi
    for typeface, text in parts:
        face = ImageFont.truetype(typeface, round(12 * dpi / 72))
        for line in text.split("\n"):
            ImageDraw.Draw(image).text((dpi * 0.8, top), line, font=face, fill=0)
            top += round(0.27 * dpi)
        top += round(0.5 * dpi)
    buffer = io.BytesIO()
    image.rotate(turned_deg, expand=True).save(buffer, "PNG", dpi=(dpi, dpi))
    return buffer.getvalue()


def scripts_of(row):
    return [code for code in row["warnings"] if code.startswith("unread_script_")]


def words_of(text):
    """Its words: whether a line ends in a paragraph is not what is asked here."""
    return text.split()


def summary_of(finished):
    return json.loads(finished.stdout)


@pytest.fixture
def models(tmp_path):
    """A folder with English and what tells scripts apart, whatever else is installed."""
    folder = tmp_path / "models"
    folder.mkdir()
    for model in ("eng", "osd"):
        shutil.copy(f"{MODELS}/{model}.traineddata", folder)
    return folder


class TestAScriptThatNoModelHas:
    @pytest.mark.parametrize("script", LETTERS)
    def test_is_told_with_its_package(self, release, models, script):
        typeface, package, letter = LETTERS[script]
        release.write("letter.png", page((typeface, letter)))
        finished = release.sweep("--ocr-languages", "auto", "--tessdata-dir", models, "--summary", "json")
        (row,) = release.pages("letter.png.raw_text.parquet")
        assert scripts_of(row) == [f"unread_script_{script}"] and "unread_text" in row["warnings"]
        assert summary_of(finished)["unread_scripts"] == [{"script": script, "pages": 1, "package": package}]
        assert summary_of(finished)["unread_text"] == 1
        (event,) = [event for event in finished.events if event["event"] == "script_unread"]
        assert (event["script"], event["package"], event["page"]) == (script, package, 1)
        assert event["document"].endswith("/letter.png")

    def test_is_told_for_people_too(self, release, models):
        typeface, package, letter = LETTERS["greek"]
        release.write("letter.png", page((typeface, letter)))
        finished = release.sweep("--ocr-languages", "auto", "--tessdata-dir", models, "--summary", "text")
        assert f"1 page with letters of a script that no OCR language has, greek by its looks: install Debian's {package}" \
            in finished.stdout

    @pytest.mark.parametrize("turned_deg", [90, 180, 270])
    def test_is_told_whichever_way_up_the_page_is(self, release, models, turned_deg):
        typeface, _, letter = LETTERS["cyrillic"]
        release.write("letter.png", page((typeface, letter), turned_deg=turned_deg))
        release.sweep("--ocr-languages", "auto", "--tessdata-dir", models)
        (row,) = release.pages("letter.png.raw_text.parquet")
        assert scripts_of(row) == ["unread_script_cyrillic"]

    @pytest.mark.parametrize("script", ["cyrillic", "han", "thai"])
    def test_is_told_below_text_that_is_read(self, release, models, script):
        typeface, _, letter = LETTERS[script]
        release.write("letter.png", page((SERIF, ENGLISH), (typeface, letter)))
        release.sweep("--ocr-languages", "auto", "--tessdata-dir", models)
        (row,) = release.pages("letter.png.raw_text.parquet")
        assert scripts_of(row) == [f"unread_script_{script}"]
        assert "The bridge across the river will" in row["text"]

    def test_each_page_and_document_is_counted(self, release, models):
        for name in ("a", "b"):
            release.write(f"{name}.png", page(LETTERS["cyrillic"][::2]))
        release.write("c.png", page(LETTERS["han"][::2]))
        finished = release.sweep("--ocr-languages", "auto", "--tessdata-dir", models, "--summary", "json")
        assert [(one["script"], one["pages"]) for one in summary_of(finished)["unread_scripts"]] == [("cyrillic", 2),
                                                                                                      ("han", 1)]
        assert sorted(event["script"] for event in finished.events
                      if event["event"] == "script_unread") == ["cyrillic", "han"]  # with its first page

    def test_latin_is_one_of_them(self, release, models):
        shutil.copy(f"{MODELS}/rus.traineddata", models)
        (models / "eng.traineddata").unlink()
        release.write("letter.png", page((SERIF, ENGLISH)))
        release.sweep("--ocr-languages", "auto", "--tessdata-dir", models)
        (row,) = release.pages("letter.png.raw_text.parquet")
        assert scripts_of(row) == ["unread_script_latin"]

    def test_in_a_scan_within_a_pdf(self, release, models):
        release.write("letter.pdf", documents.scanned_pdf(LETTERS["cyrillic"][2], ENGLISH))
        release.sweep("--ocr-languages", "auto", "--tessdata-dir", models)
        first, second = release.pages("letter_raw_text.parquet")
        assert scripts_of(first) == ["unread_script_cyrillic"] and "unread_text" in first["warnings"]
        assert not second["warnings"]


class TestAScriptThatAModelHas:
    def test_is_read_with_it_and_not_told(self, release, models):
        shutil.copy(f"{MODELS}/rus.traineddata", models)
        release.write("rus.png", page(LETTERS["cyrillic"][::2]))
        release.write("eng.png", page((SERIF, ENGLISH)))
        finished = release.sweep("--ocr-languages", "auto", "--tessdata-dir", models, "--summary", "json")
        for name, text in (("rus", LETTERS["cyrillic"][2]), ("eng", ENGLISH)):
            (row,) = release.pages(f"{name}.png.raw_text.parquet")
            assert (words_of(row["text"]), row["warnings"]) == (words_of(text), [])
        assert summary_of(finished)["unread_scripts"] == []


class TestWhoAsks:
    def test_a_list_that_is_written_out_means_the_same_as_auto(self, release, models):
        release.write("letter.png", page(LETTERS["greek"][::2]))
        release.sweep("--ocr-languages", "auto", "--tessdata-dir", models)
        before = release.outputs()
        release.sweep("--ocr-languages", "eng,osd", "--tessdata-dir", models)
        assert release.outputs() == before  # the same recipe: nothing to do
        (row,) = release.pages("letter.png.raw_text.parquet")
        assert scripts_of(row) == ["unread_script_greek"]

    def test_languages_alone_tell_no_script(self, release, models):
        release.write("letter.png", page(LETTERS["greek"][::2]))
        finished = release.sweep("--ocr-languages", "eng", "--tessdata-dir", models, "--summary", "json")
        (row,) = release.pages("letter.png.raw_text.parquet")
        assert not scripts_of(row) and set(row["warnings"]) & {"low_confidence", "unread_text"}
        assert not {event["event"] for event in finished.events} & {"script_unread", "script_model_missing"}

    def test_the_model_of_scripts_alone_reads_nothing(self, release, models):
        release.write("letter.png", page(LETTERS["greek"][::2]))
        finished = release.sweep("--ocr-languages", "osd", "--tessdata-dir", models)
        assert finished.code in (2, 3) and "as in eng,osd" in finished.stderr
        assert not release.outputs()

    def test_bytes_are_the_same_for_any_number_of_workers(self, release, models):
        for script in LETTERS:
            release.write(f"{script}.png", page((SERIF, ENGLISH), LETTERS[script][::2]))
        release.write("all.pdf", documents.scanned_pdf(LETTERS["cyrillic"][2], ENGLISH, LETTERS["greek"][2]))
        found = []
        for workers in (1, 3):
            out = release.folder / f"out-{workers}"
            release.sweep("--ocr-languages", "auto", "--tessdata-dir", models, "--workers", workers, out=out)
            found.append(release.outputs(out))
        assert len(found[0]) == len(LETTERS) + 1 and found[0] == found[1]
        for path in release.source.iterdir():
            if path.name != "thai.png":
                path.unlink()
        alone = release.folder / "alone"
        release.sweep("--ocr-languages", "auto", "--tessdata-dir", models, out=alone)
        assert release.outputs(alone).items() <= found[0].items()


class TestWithoutTheModelOfScripts:
    def test_it_is_said_once_and_pages_are_read(self, release, models):
        (models / "osd.traineddata").unlink()
        release.write("rus.png", page(LETTERS["cyrillic"][::2]))
        release.write("eng.png", page((SERIF, ENGLISH)))
        finished = release.sweep("--ocr-languages", "auto", "--tessdata-dir", models, "--summary", "json")
        (event,) = [event for event in finished.events if event["event"] == "script_model_missing"]
        assert event["package"] == "tesseract-ocr-osd"
        (row,) = release.pages("eng.png.raw_text.parquet")
        assert words_of(row["text"]) == words_of(ENGLISH)
        (row,) = release.pages("rus.png.raw_text.parquet")
        assert not scripts_of(row) and set(row["warnings"]) & {"low_confidence", "unread_text"}

    def test_nothing_is_said_where_nothing_is_recognised(self, release, models):
        (models / "osd.traineddata").unlink()
        release.write("text.pdf", documents.pdf("Plain text"))
        finished = release.sweep("--tessdata-dir", models)
        assert not [event for event in finished.events if event["event"] == "script_model_missing"]
