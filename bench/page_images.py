"""Page images: docmill beside PyMuPDF, which draws, with Pillow, which saves. Both write WebP of the same dpi and quality of
every page into files, with as many processes, in turn; the processor's time of each run is what counts on a machine that
others use.

    .deps/bench-venv/bin/python bench/page_images.py FOLDER [--files COUNT] [--rounds COUNT] [--processes COUNT]

docmill's are those of a sweep: sandbox, checks, `_files.parquet` and flushes are part of it. Pillow saves twice: with its
own default effort (method 4) and with docmill's (method 2).
"""

import argparse
import multiprocessing
import os
import pathlib
import shutil
import tempfile

from sweeping import in_turn, medians, sweep

ROOT = pathlib.Path(__file__).resolve().parent.parent
DPI, QUALITY = 150, 80


def draw(job):
    """All pages of one file: PyMuPDF's pixels, Pillow's WebP."""
    import pymupdf
    from PIL import Image

    path, out, method = job
    pymupdf.TOOLS.mupdf_display_errors(False)
    count = 0
    with pymupdf.open(path) as document:
        for number, page in enumerate(document, 1):
            pixels = page.get_pixmap(dpi=DPI, alpha=False)
            image = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)
            image.save(f"{out}/{path.stem}_{number:04}.webp", quality=QUALITY, method=method)
            count += 1
    return count


def saved_by_pillow(method, files, processes):
    def run(out):
        with multiprocessing.Pool(processes) as pool:
            return sum(pool.map(draw, [(path, out, method) for path in files], chunksize=1))

    return run


def swept(program, folder, processes):
    return lambda out: sweep(program, folder, out, processes, "--outputs", "page_images", "--page-images-dpi", str(DPI),
                             "--page-images-quality", str(QUALITY))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--program", default=ROOT / "build/docmill")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = sorted(options.folder.rglob("*.pdf"))
        files = []
        for number, path in enumerate(paths[::max(1, len(paths) // options.files)][:options.files]):
            files.append(pathlib.Path(shutil.copy(path, f"{folder}/{number:04}_{path.name}")))
        runs = in_turn({"docmill": swept(options.program, folder, options.processes),
                        "PyMuPDF + Pillow": saved_by_pillow(4, files, options.processes),
                        "PyMuPDF + Pillow, method 2": saved_by_pillow(2, files, options.processes)}, options.rounds)
    print(f"\nPage images: {len(files)} files, {options.processes} processes, medians of {options.rounds} rounds, a page:")
    for name, own in runs.items():
        median = medians(own)
        print(f"{name:28} {median['pages']:6.0f} pages {median['cpu_ms']:8.1f} ms of a core {median['wall_ms']:8.1f} ms "
              f"{median['kb']:7.1f} KB")


if __name__ == "__main__":
    main()
