"""Documents for benchmarks, the same bytes on every machine: make_documents.py KIND FOLDER.

    one-page   2,000 documents of one page
    large      one document of 10,000 pages
    skewed     one document of 1,000 pages beside 500 of one page
    tiny=N     N documents of one line, 1,000 a folder
"""

import pathlib
import random
import sys
import zlib

WORDS = ("the of and to in is that for it as was with be by on not he his but at are this have from or had an they "
         "which one you were all their there been when who will more if no out so what up said about than into them "
         "can only other new some could time these two may then do first any my now such like our over man me even most "
         "water pressure valve inspection quarterly invoice settlement agreement temperature measurement").split()
LINES_A_PAGE = 45
WORDS_A_LINE = 11


def line(rng):
    return " ".join(rng.choice(WORDS) for _ in range(WORDS_A_LINE))


def content_of(lines):
    shown = b"".join(b"(%s) '\n" % text.encode() for text in lines)
    return zlib.compress(b"BT /F1 10 Tf 14 TL 72 760 Td\n" + shown + b"ET", 6)


def write_pdf(path, pages):
    """A PDF of one font and a flat tree of pages, with a classic cross-reference table."""
    offsets = []
    with open(path, "wb") as file:
        def add(body):
            offsets.append(file.tell())
            file.write(b"%d 0 obj\n%s\nendobj\n" % (len(offsets), body))

        file.write(b"%PDF-1.7\n")
        kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
        add(b"<</Type/Catalog/Pages 2 0 R>>")
        add(b"<</Type/Pages/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Count %d/Kids[%s]>>" % (len(pages), kids))
        add(b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>")
        for lines in pages:
            content = content_of(lines)
            add(b"<</Type/Page/Parent 2 0 R/Contents %d 0 R>>" % (len(offsets) + 2))
            add(b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(content), content))
        start = file.tell()
        file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
        file.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
        file.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, start))


def write_full_pages(path, count, seed):
    rng = random.Random(seed)
    write_pdf(path, [[line(rng) for _ in range(LINES_A_PAGE)] for _ in range(count)])


def one_page(folder, count=2000):
    for number in range(count):
        write_full_pages(folder / f"{number:05}.pdf", 1, number)


def large(folder):
    write_full_pages(folder / "large.pdf", 10_000, 0)


def skewed(folder):
    write_full_pages(folder / "huge.pdf", 1000, 0)
    one_page(folder, 500)


def tiny(folder, count):
    for number in range(count):
        path = folder / f"{number // 1000:03}" / f"{number:06}.pdf"
        path.parent.mkdir(exist_ok=True)
        write_pdf(path, [[f"Document {number}"]])


KINDS = {"one-page": one_page, "large": large, "skewed": skewed}


def main():
    kind, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    if kind.startswith("tiny="):
        tiny(folder, int(kind.removeprefix("tiny=")))
    else:
        KINDS[kind](folder)


if __name__ == "__main__":
    main()
