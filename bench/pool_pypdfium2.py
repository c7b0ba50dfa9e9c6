"""pypdfium2 in a process pool, a Parquet file per document: pool_pypdfium2.py PROCESSES IN OUT."""

import json
import multiprocessing
import pathlib
import sys

import pyarrow
import pyarrow.parquet
import pypdfium2


def convert(job):
    source, target = job
    document = pypdfium2.PdfDocument(source)
    texts = []
    for page in document:
        text_page = page.get_textpage()
        texts.append(text_page.get_text_range())
        text_page.close()
        page.close()
    table = pyarrow.table({"page_number": range(1, len(texts) + 1), "text": texts})
    pyarrow.parquet.write_table(table, target, compression="zstd", row_group_size=50)
    return len(texts), sum(map(len, texts))


def main():
    processes, source, out = int(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    files = sorted(source.rglob("*.pdf"))
    jobs = [(path, out / f"{number}.parquet") for number, path in enumerate(files)]
    with multiprocessing.Pool(processes) as pool:
        counts = pool.map(convert, jobs, chunksize=1)
    print(json.dumps({"pages": sum(pages for pages, _ in counts), "characters": sum(count for _, count in counts)}))


if __name__ == "__main__":
    main()
