"""Page images: docmill beside PyMuPDF, which draws, with Pillow, which saves. Both write WebP of the same dpi and quality of
every page into files, with as many processes, in turn; the processor's time of each run is what counts on a machine that
others use.

    .deps/bench-venv/bin/python bench/page_images.py FOLDER [--files COUNT] [--rounds COUNT] [--processes COUNT]

docmill's are those of a sweep: sandbox, checks, `_files.parquet` and flushes are part of it. Pillow saves twice: with its
own default effort (method 4) and with docmill's (method 2).
"""

import multiprocessing
import tempfile

from sweeping import chosen_files, in_turn, medians, parsed_arguments, sweep

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
    options = parsed_arguments()
    with tempfile.TemporaryDirectory() as folder:
        files = chosen_files(options.folder, options.files, folder)
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
