"""One process of a peer that is a Python library: reads paths from stdin, prints {"text"} or {"error"} for each as JSON.

    peer_worker.py kreuzberg
    peer_worker.py liteparse TESSDATA_DIR
"""

import json
import os
import sys


def kreuzberg():
    from kreuzberg import ExtractionConfig, OcrConfig, extract_file_sync

    config = ExtractionConfig(use_cache=False, force_ocr=True, ocr=OcrConfig(backend="tesseract", language="eng"))
    return lambda path: extract_file_sync(path, config=config).content


def liteparse(tessdata_dir):
    from liteparse import LiteParse

    parser = LiteParse(ocr_enabled=True, ocr_language="eng", tessdata_path=tessdata_dir, num_workers=1, quiet=True)
    return lambda path: "\n".join(page.text for page in parser.parse(path).pages)


def main():
    read = {"kreuzberg": kreuzberg, "liteparse": liteparse}[sys.argv[1]](*sys.argv[2:])
    # Libraries print to stdout as they like; the answers keep the real one for themselves.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        try:
            answer = {"text": read(line.rstrip("\n"))}
        except Exception as error:  # whatever a library throws is this page's answer
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
