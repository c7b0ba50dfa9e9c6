"""How far a page's own text can be trusted: wrong maps are repaired or recognised, right ones raise no alarm."""

import json
import random
import shutil

import pytest
from reportlab.pdfbase.ttfonts import TTFont

import documents
import drawn_text
from harness import require_corpus
from test_ocr_due import PROSE, VERSE, assert_holds, prose, read

GERMAN = ["Die Bürger der Gemeinde möchten über die Brücke gehen und",
          "wünschen sich für das nächste Jahr schönere Straßen, größere",
          "Plätze und längere Öffnungszeiten am frühen Abend."]
RUSSIAN = ["Маяк на северном молу построен много лет назад и до сих",
           "пор каждый вечер зажигается смотрителем, который живет с",
           "двумя собаками в доме рядом с башней у моря."]
WINDOWS_ORDER = dict(zip("ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß", range(98, 138))) | {"–": 177}
POLISH = ["Latarnia morska na północnym falochronie została zbudowana",
          "wiele lat temu i wciąż co wieczór zapala ją strażnik, który",
          "mieszka z dwoma psami w domu obok wieży. Zwiedzający mogą wejść."]
FRENCH = ["Le phare de la jetée nord a été bâti il y a des années et le",
          "gardien, qui vit à côté de la tour avec ses chiens, l'allume",
          "chaque soir; les visiteurs montent les marches où ça leur plaît."]
GREEK = ["Ο φάρος στον βόρειο μόλο χτίστηκε πριν από πολλά χρόνια και",
         "ανάβει κάθε βράδυ από τον φύλακα που ζει με δύο σκυλιά εκεί."]
FONT_FILES = {"Liberation": drawn_text.SANS, "DejaVu": "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"}


def glyphs_of(font):
    """Numbers of the glyphs that a font's own file has for characters."""
    glyphs = TTFont(f"Numbers{font}", FONT_FILES[font]).face.charToGlyph
    return lambda character: glyphs[ord(character)]


REASONS = {"unmapped_glyphs", "glyph_numbers", "private_use", "replacement_characters", "control_characters",
           "wrong_bytes", "impossible_letters", "text_contradicted", "text_unchecked"}


def unmapped_page(lines, code_of):
    font, codes = drawn_text.unmapped_font("".join(lines), 6, code_of)
    return drawn_text.page(drawn_text.show_coded(lines, codes), "F2", font)


def map_of(meaning):
    """A map from codes of one byte to characters."""
    lines = "\n".join(f"<{code:02X}> <{''.join(f'{unit:04X}' for unit in units_of(text))}>"
                      for code, text in meaning.items())
    return drawn_text.stream("", (
        f"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Sample def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <FF> endcodespacerange\n{len(meaning)} beginbfchar\n{lines}\nendbfchar\nendcmap end end"))


def units_of(text):
    return memoryview(text.encode("utf-16-le")).cast("H")


def mapped_page(lines, meaning, more="", base="Times-Roman", entries=""):
    """A page that shows the lines of ASCII in a font whose map says that each letter is another text."""
    meaning = {code: chr(code) for code in range(0x20, 0x7F)} | {ord(letter): text for letter, text in meaning.items()}
    shown = "".join(drawn_text.show(line, 72, 300 - 16 * number, 12, "F2") for number, line in enumerate(lines))
    font = f"<< /Type /Font /Subtype /Type1 /BaseFont /{base} /Encoding /WinAnsiEncoding /ToUnicode 7 0 R >>".encode()
    return drawn_text.page(more + shown, "F2", [font, map_of(meaning)], page_entries=entries)


SMALL = "etaoinshrdlcumwfgypbvkjxqz"
EXCHANGED = {letter: SMALL[(number + 11) % 26] for number, letter in enumerate(SMALL)}
OTHER_DIGITS = dict(zip("0123456789", "4719036258"))
NUMBERS = ["1871 2290 5531 0048 7720 1145", "6620 9051 3374 8812 0093 4457", "2718 2818 2845 9045 2353 6028"]


class TestRepairs:
    """Without OCR, so that every character is the repair's."""

    @pytest.mark.parametrize("lines, code_of", [
        (VERSE, lambda c: ord(c) - 29),
        (GERMAN, lambda c: WINDOWS_ORDER.get(c, ord(c) - 29)),
        (GERMAN, glyphs_of("Liberation")), (POLISH, glyphs_of("Liberation")), (RUSSIAN, glyphs_of("Liberation")),
        (FRENCH, glyphs_of("Liberation")), (GREEK, glyphs_of("Liberation")),
        (GERMAN, glyphs_of("DejaVu")), (POLISH, glyphs_of("DejaVu")), (RUSSIAN, glyphs_of("DejaVu")),
        (RUSSIAN, lambda c: ord(c) - 0x410 + 570 if ord(c) > 0x400 else ord(c) - 29),
        (RUSSIAN, lambda c: int.from_bytes(c.encode(), "big")),
    ])
    def test_codes_that_are_numbers_of_glyphs_or_bytes(self, release, lines, code_of):
        row, _ = read(release, unmapped_page(lines, code_of), "--ocr", "never")
        assert row["text"].split("\n") == lines
        assert row["warnings"] == ["text_repaired"] and row["text_trust"] == 1

    def test_maps_to_exchanged_bytes(self, release):
        row, _ = read(release, mapped_page(VERSE, {chr(code): chr(code << 8) for code in range(0x21, 0x7F)}))
        assert (row["text_source"], row["text"].split("\n"), row["warnings"]) == ("native", VERSE, ["text_repaired"])

    def test_maps_to_pairs_of_utf8(self, release):
        text = " ".join(RUSSIAN)
        letters = sorted(set(text) - {" "})
        codes = {letter: 0x21 + number for number, letter in enumerate(letters)} | {" ": 0x20}
        units = {code: [int.from_bytes(letter.encode(), "big")] for letter, code in codes.items()}
        row, _ = read(release, documents.coded_pdf(units, bytes(codes[c] for c in text[:90])), "--ocr", "never")
        assert (row["text"], row["warnings"]) == (text[:90].strip(), ["text_repaired"])

    def test_what_is_not_certain_beyond_ascii_is_told(self, release):
        row, _ = read(release, unmapped_page(["Visitors may climb – on Sunday – the stairs of the tower"],
                                             lambda c: WINDOWS_ORDER.get(c, ord(c) - 29)), "--ocr", "never")
        assert row["text"] == "Visitors may climb \ufffd on Sunday \ufffd the stairs of the tower"
        assert 0.9 < row["text_trust"] < 1

    def test_codes_that_are_characters_stay(self, release):
        row, _ = read(release, unmapped_page(VERSE, ord))
        assert (row["text_source"], row["text"].split("\n"), row["warnings"]) == ("native", VERSE, [])
        assert row["text_trust"] == 1

    @pytest.mark.parametrize("shift", [28, 30, 31])
    def test_a_repair_that_is_not_certain_is_recognised(self, release, shift):
        row, _ = read(release, unmapped_page(VERSE, lambda c: ord(c) - shift))
        assert (row["text_source"], row["text"].split("\n"), row["text_trust"]) == ("ocr", VERSE, None)

    def test_a_word_broken_at_a_lines_end_is_joined(self, release):
        row, _ = read(release, unmapped_page(["The light-", "house on the northern mole was built in spring"],
                                             lambda c: ord(c) - 29), "--ocr", "never")
        assert row["text"] == "The lighthouse on the northern mole was built in spring"


class TestGlyphsThatNobodyCanRead:
    @pytest.mark.parametrize("character, reason", [
        ("\ufffd", "replacement_characters"), ("\ue012", "private_use"), ("\x01", "control_characters")])
    def test_are_counted_and_recognised(self, release, character, reason):
        page = mapped_page(VERSE, {chr(code): character for code in range(0x21, 0x7F)})
        row, _ = read(release, page, "--ocr", "never")
        assert row["text_trust"] in (0, None) and row["warnings"] == [reason]
        row, _ = read(release, page)
        assert (row["text_source"], row["text"].split("\n")) == ("ocr", VERSE)
        assert reason in row["warnings"]

    def test_a_bullet_is_no_reason(self, release):
        row, _ = read(release, mapped_page(["* " + line for line in VERSE], {"*": "\uf0b7"}))
        assert row["text_source"] == "native" and row["text_trust"] > 0.97 and row["warnings"] == []


class TestWrongMaps:
    def test_are_noticed_by_their_words_and_recognised(self, release):
        row, _ = read(release, mapped_page(VERSE, EXCHANGED))
        assert (row["text_source"], row["text_trust"]) == ("ocr", None)
        assert row["text"].split("\n") == VERSE
        assert row["warnings"] == ["impossible_letters", "text_contradicted"]

    def test_without_ocr_the_text_is_not_trusted(self, release):
        row, _ = read(release, mapped_page(VERSE, EXCHANGED), "--ocr", "never")
        assert row["text_source"] == "native" and row["text_trust"] < 0.5
        assert row["warnings"] == ["impossible_letters", "text_unchecked"]

    def test_of_one_font_beside_good_text(self, release):
        row, _ = read(release, mapped_page(VERSE, EXCHANGED, prose()))
        assert row["text_source"] == "mixed" and row["text_trust"] == 1
        assert_holds(row, [*PROSE, *VERSE])
        assert "text_contradicted" in row["warnings"]

    def test_another_alphabet_as_latin1(self, release):
        row, _ = read(release, mapped_page(VERSE, {letter: chr(0xE0 + number) for number, letter in enumerate(SMALL)}))
        assert (row["text_source"], row["text"].split("\n")) == ("ocr", VERSE)
        assert "wrong_bytes" in row["warnings"] and "text_contradicted" in row["warnings"]

    @pytest.mark.parametrize("turn", [0, 90, 180, 270])
    def test_on_pages_that_are_turned(self, release, turn):
        row, _ = read(release, mapped_page(VERSE, EXCHANGED, prose(), entries=f"/Rotate {turn}"))
        assert row["text_source"] == "mixed" and "text_contradicted" in row["warnings"]
        assert_holds(row, [*PROSE, *VERSE])

    def test_of_a_heading_alone(self, release):
        heading = "The Lighthouse Keeper and the Northern Mole"
        row, _ = read(release, mapped_page([heading], EXCHANGED, prose()))
        assert row["text_source"] == "mixed"
        assert_holds(row, [*PROSE, heading])

    def test_of_words_within_lines(self, release):
        """What was read stands by its line."""
        bold = ["nothing of note", "the northern mole", "two old keepers", "every evening light"]
        lines = "".join(f"BT /F1 10 Tf 60 {740 - 28 * number} Td (On day {number} we say that ) Tj /F2 10 Tf "
                        f"({bold[number % 4]} ) Tj /F1 10 Tf (has happened there.) Tj ET\n" for number in range(12))
        row, _ = read(release, mapped_page([], EXCHANGED, lines))
        assert row["text_source"] == "mixed" and "gwupfgt" not in row["text"]
        for words in bold:
            assert words in row["text"]

    def test_where_any_sign_stands_for_any_other(self, release):
        signs = [chr(code) for code in range(0x21, 0x7F)]
        random.Random(5).shuffle(signs)
        row, _ = read(release, mapped_page(VERSE, dict(zip(map(chr, range(0x21, 0x7F)), signs))))
        assert (row["text_source"], row["text"].split("\n")) == ("ocr", VERSE)

    def test_what_no_language_spells_and_stands_there_is_kept(self, release):
        lines = ["xqzv wkjaq zzxaw qvvok jxqiq wzkuv xxajq vvqez kwxoj",
                 "zqqiv xjkaw qzvux wwqok jvzax kqxew zvjij xqwoz vkzuq"]
        row, _ = read(release, mapped_page(lines, {}), "--ocr", "never")
        assert row["text_trust"] < 0.5
        row, _ = read(release, mapped_page(lines, {}), name="again.pdf")
        assert (row["text_source"], row["text"].split("\n"), row["text_trust"]) == ("native", lines, 1)
        assert row["warnings"] == []

    def test_trust_min_decides(self, release):
        page = mapped_page(VERSE, {letter: "\ufffd" for letter in "e"})
        row, _ = read(release, page)
        assert row["text_source"] == "native" and 0.8 < row["text_trust"] < 0.95
        row, _ = read(release, page, "--trust-min", "0.95", name="again.pdf")
        assert row["text_source"] in ("ocr", "mixed")


class TestCheck:
    """--trust check: maps that are wrong without a sign."""

    def test_finds_other_digits(self, release):
        page = mapped_page(NUMBERS, OTHER_DIGITS, prose())
        row, _ = read(release, page)
        assert row["text_source"] == "native" and row["text_trust"] == 1
        row, _ = read(release, page, "--trust", "check", name="again.pdf")
        assert row["text_source"] == "mixed" and "text_contradicted" in row["warnings"]
        assert_holds(row, [*PROSE, *NUMBERS])

    def test_keeps_what_is_right(self, release):
        row, _ = read(release, mapped_page(VERSE, {}, prose()), "--trust", "check")
        assert (row["text_source"], row["text_trust"], row["warnings"]) == ("native", 1, [])
        assert row["text"].split("\n") == [*PROSE, *VERSE]

    def test_does_not_take_a_script_for_wrong_that_no_language_covers(self, release):
        font, codes = drawn_text.unmapped_font("".join(RUSSIAN), 6)
        font[0] = font[0].replace(b"/Encoding", b"/ToUnicode 11 0 R /Encoding")
        entries = "\n".join(f"<{code:04X}> <{ord(letter):04X}>" for letter, code in codes.items())
        cmap = drawn_text.stream("", (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Sample def /CMapType 2 def\n"
            f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(codes)} beginbfchar\n{entries}\nendbfchar\n"
            "endcmap end end"))
        page = drawn_text.page(drawn_text.show_coded(RUSSIAN, codes), "F2", [*font, cmap])
        row, _ = read(release, page, "--trust", "check")
        assert (row["text_source"], row["text"].split("\n")) == ("native", RUSSIAN)

    def test_is_the_same_whoever_reads_a_page(self, release):
        """A font that is told by page 4 and used on later ones, of which those from page 65 on are in another section."""
        release.write("many.pdf", many_pages(68, {3: NUMBERS} | dict.fromkeys((1, 4, 63, 64, 66), SHORT_NUMBERS)))
        assert release.sweep("--trust", "check", "--workers", "1").code == 0
        rows = release.pages("many_raw_text.parquet")
        assert [row["page_number"] for row in rows if row["text_source"] == "mixed"] == [4, 5, 64]
        assert release.sweep("--trust", "check", "--workers", "2", "--force").code == 0
        assert release.pages("many_raw_text.parquet") == rows
        for number in (2, 4, 64, 65, 67):
            finished = release.run("extract", "--trust", "check", "--format", "ndjson", "--pages", str(number),
                                   str(release.source / "many.pdf"))
            page = json.loads(finished.stdout)
            assert {name: page[name] for name in ("text", "text_source", "text_trust")} == {
                name: rows[number - 1][name] for name in ("text", "text_source", "text_trust")}, number


SHORT_NUMBERS = [row[:7] for row in NUMBERS] * 4  # too short to be told by


def many_pages(count, tables):
    """Pages of prose, some with a table in a font whose digits are others."""
    kids, objects = [], []
    for number in range(count):
        table = "".join(drawn_text.show(row, 72, 300 - 16 * at, 12, "F2")
                        for at, row in enumerate(tables.get(number, [])))
        kids.append(f"{7 + 2 * number} 0 R")
        objects += [f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {8 + 2 * number} 0 R /Resources "
                    f"<< /Font << /F1 3 0 R /F2 4 0 R >> >> >>".encode(),
                    drawn_text.stream("", prose() + table)]
    return documents.raw_pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {count} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding /ToUnicode 5 0 R >>",
        map_of({code: chr(code) for code in range(0x20, 0x7F)} |
               {ord(digit): other for digit, other in OTHER_DIGITS.items()}),
        b"null",
        *objects,
    ])


CLEAN = {
    "code": "for (std::size_t i = 0; i < rows.size(); ++i) { if (!rows[i].is_valid()) return std::unexpected(error);\n"
            "const auto result = parse_header(buffer, offset, limits.header_size_bytes_max); switch (kind) default:",
    "numbers": "12.50 1,874.00 33.1 % 42 2021-05-04 17:30 0x7F 1e-5 3.14159 +49 30 1234567\n" * 8,
    "parts": "\n".join(f"R{n} 0805 10k 1% RC0805FR-07{n}KL C{n} X7R 50V GRM21BR71H{n}KA01L Qty {n}" for n in range(12)),
    "names": "Krzysztof Szczepański, Nguyễn Văn Thành, Þórdís Björk, Szabó György, Hrvoje Brkić, Ngozi Okonjo-Iweala,\n"
             "Dmitri Shostakovich, Vytautas Žemaitis, Wojciech Wiśniewski, Mwangi wa Njoroge, Zsófia Kovács, Xu Zhiyuan",
    "formulas": "f(x) = ∑ aₙ xⁿ, ∂u/∂t = α ∇²u, E = mc², ∮ B·dl = μ₀ I, P(A|B) = P(B|A) P(A) / P(B), λ₁ ≤ λ₂ ≤ … ≤ λₙ",
    "initials": "NATO UNESCO GmbH HTML CSS XML PDF JPEG TIFF ISO IEC DIN BSI RFC HTTP TCP UDP DNS TLS SSH GPU CPU SQL " * 3,
    "chemistry": "polytetrafluoroethylene dichlorodiphenyltrichloroethane methylphenidate hydroxychloroquine xylazine",
    "russian": "\n".join(RUSSIAN),
    "greek": "Ο φάρος στον βόρειο μόλο χτίστηκε πριν από πολλά χρόνια και ανάβει κάθε βράδυ από τον φύλακα του λιμανιού",
    "german": "\n".join(GERMAN),
    "turkish": "Kuzey iskelesindeki deniz feneri çok yıllar önce yapıldı ve her akşam bekçi tarafından hâlâ yakılıyor",
    "finnish": "Majakka pohjoisella aallonmurtajalla rakennettiin kauan sitten ja majakanvartija sytyttää sen joka ilta",
    "vietnamese": "Ngọn hải đăng trên đê chắn sóng phía bắc được xây dựng cách đây nhiều năm và vẫn được thắp sáng mỗi tối",
    "chinese": "北防波堤上的灯塔建于一八七一年，至今仍由看守人每晚点亮，他和两条狗住在塔旁的房子里。" * 2,
    "japanese": "北の防波堤の灯台は千八百七十一年に建てられ、今も毎晩灯台守が明かりをともしている。" * 2,
    "korean": "북쪽 방파제의 등대는 오래전에 세워졌으며 지금도 등대지기가 매일 저녁 불을 밝힌다." * 2,
    "arabic": "بنيت المنارة على الرصيف الشمالي منذ سنوات عديدة ولا يزال الحارس يضيئها كل مساء" * 2,
    "hebrew": "המגדלור שעל המזח הצפוני נבנה לפני שנים רבות והשומר עדיין מדליק אותו מדי ערב" * 2,
    "thai": "ประภาคารบนท่าเรือด้านเหนือสร้างขึ้นเมื่อหลายปีก่อนและผู้ดูแลยังคงจุดไฟทุกเย็น" * 2,
    "hindi": "उत्तरी घाट पर प्रकाशस्तंभ कई साल पहले बनाया गया था और रखवाला आज भी हर शाम उसे जलाता है" * 2,
}


def page_that_means(text):
    """A page whose codes a map turns into the text, whatever they look like."""
    letters = sorted(set(text.replace("\n", " ")))
    codes = {letter: 0x21 + number for number, letter in enumerate(letters)}
    assert len(letters) < 200
    units = {code: list(units_of(letter)) for letter, code in codes.items()}
    return documents.coded_pdf(units, bytes(codes[c] for c in text.replace("\n", " ")))


class TestNoFalseAlarm:
    @pytest.mark.parametrize("kind", CLEAN)
    def test_text_of_every_kind(self, release, kind):
        row, _ = read(release, page_that_means(CLEAN[kind]), "--ocr", "never")
        assert row["text_trust"] > 0.8 and not REASONS & set(row["warnings"])

    def test_digital_documents(self, release):
        shutil.copytree(require_corpus("digital"), release.source, dirs_exist_ok=True)
        assert release.sweep("--ocr", "never").code == 0
        doubted = {(name, row["page_number"]): (row["text_trust"], row["warnings"])
                   for name in release.outputs() for row in release.pages(name)
                   if row["text_source"] == "native" and (row["text_trust"] < 0.95 or REASONS & set(row["warnings"]))}
        assert doubted == {}


class TestRealRepairs:
    def test_every_page_of_a_document_with_glyph_numbers(self, release):
        shutil.copy(require_corpus("digital") / "non_ascii_text.pdf", release.source)
        assert release.sweep().code == 0
        rows = release.pages("non_ascii_text_raw_text.parquet")
        # The last three pages are pictures but for a line.
        assert {row["text_source"] for row in rows[:15]} == {"native"}
        text = "\n".join(row["text"] for row in rows)
        for words in ("Herausgeber: Gemeindeverwaltung Schutterwald", "Spatenstich für neue Hackschnitzelheizung",
                      "Freitag, 31. Januar 2025", "„Mit dieser Maßnahme", "Öffnungszeiten"):
            assert words in text
        assert "+HUDXVJHEHU" not in text
        assert sum("text_repaired" in row["warnings"] for row in rows) == 15
        for row in rows[:15]:  # as many words as German has: a blank every dozen letters or sooner
            assert len(row["text"].split()) > len(row["text"]) / 12, row["page_number"]

    def test_bytes_of_utf8(self, release):
        shutil.copy(require_corpus("robust") / "issue20232.pdf", release.source)
        release.sweep("--ocr", "never")
        (row,) = release.pages("issue20232_raw_text.parquet")
        assert "Масштаб" in row["text"] and "킜" not in row["text"]
        assert row["warnings"] == ["text_repaired"]
