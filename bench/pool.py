"""A peer in a process pool, a Parquet file per document: pool.py LIBRARY PROCESSES IN OUT.

Prints one line of JSON: pages, characters other than white space, and the seconds from the first document to the last
with the pool warm, that is, without the start of Python and its imports.
"""

import json
import multiprocessing
import pathlib
import sys
import time

import pyarrow
import pyarrow.parquet

READERS = {}


def reader(prepare):
    """`prepare` imports a library, and answers the function that gives the texts of a file's pages."""
    READERS[prepare.__name__] = prepare
    return prepare


@reader
def pypdfium2():
    import pypdfium2 as library

    def read(path):
        document = library.PdfDocument(path)
        for page in document:
            text_page = page.get_textpage()
            yield text_page.get_text_range()
            text_page.close()
            page.close()
        document.close()

    return read


@reader
def pymupdf():
    import pymupdf as library

    def read(path):
        with library.open(path) as document:
            for page in document:
                yield page.get_text()

    return read


@reader
def kreuzberg():
    from kreuzberg import ExtractionConfig, PageConfig, extract_file_sync

    config = ExtractionConfig(use_cache=False, pages=PageConfig(extract_pages=True))
    return lambda path: [page["content"] for page in extract_file_sync(path, config=config).pages]


@reader
def liteparse():
    from liteparse import LiteParse

    parser = LiteParse(ocr_enabled=False, num_workers=1, quiet=True)
    return lambda path: [page.text for page in parser.parse(path).pages]


def start_worker(library):
    global read
    read = READERS[library]()


def convert(job):
    source, target = job
    texts = list(read(str(source)))
    table = pyarrow.table({"page_number": range(1, len(texts) + 1), "text": texts})
    pyarrow.parquet.write_table(table, target, compression="zstd", row_group_size=50)
    return len(texts), sum(len("".join(text.split())) for text in texts)


def main():
    library, processes, source, out = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4])
    jobs = [(path, out / f"{number}.parquet") for number, path in enumerate(sorted(source.rglob("*.pdf")))]
    with multiprocessing.Pool(processes, start_worker, (library,)) as pool:
        pool.map(time.sleep, [0.05] * processes, chunksize=1)  # every process is there, its library imported
        start = time.perf_counter()
        counts = pool.map(convert, jobs, chunksize=1)
        seconds = time.perf_counter() - start
    print(json.dumps({"pages": sum(pages for pages, _ in counts), "characters": sum(count for _, count in counts),
                      "seconds_warm": seconds}))


if __name__ == "__main__":
    main()
