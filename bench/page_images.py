"""Page images: docmill beside PyMuPDF, which draws, with Pillow, which saves. Both write WebP of the same dpi and quality of
every page into files, with as many processes, in turn; the processor's time of each run is what counts on a machine that
others use.

    .deps/bench-venv/bin/python bench/page_images.py FOLDER [--files COUNT] [--rounds COUNT] [--processes COUNT]

docmill's are those of a sweep: sandbox, checks, `_files.parquet` and flushes are part of it. Pillow saves twice: with its
own default effort (method 4) and with docmill's (method 2).
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import tempfile
import time

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


class Peer:
    def __init__(self, method):
        self.method = method

    def run(self, files, out, processes):
        with multiprocessing.Pool(processes) as pool:
            return sum(pool.map(draw, [(path, out, self.method) for path in files], chunksize=1))


class Docmill:
    def __init__(self, program):
        self.program = program

    def run(self, files, out, processes):
        folder = files[0].parent
        swept = subprocess.run([self.program, "sweep", "--in", folder, "--out", out, "--outputs", "page_images", "--workers",
                                str(processes), "--ocr", "never", "--quiet", "--page-images-dpi", str(DPI),
                                "--page-images-quality", str(QUALITY), "--summary", "json"],
                               capture_output=True, text=True)
        return json.loads(swept.stdout)["pages"]


def processor_s():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(contender, files, processes):
    out = tempfile.mkdtemp(prefix="page-images-")
    try:
        cpu_s, wall_s = processor_s(), time.monotonic()
        pages = contender.run(files, out, processes)
        cpu_s, wall_s = processor_s() - cpu_s, time.monotonic() - wall_s
        size = sum(path.stat().st_size for path in pathlib.Path(out).rglob("*.webp"))
        return {"pages": pages, "cpu_ms": 1000 * cpu_s / pages, "wall_ms": 1000 * wall_s / pages, "kb": size / pages / 1000}
    finally:
        shutil.rmtree(out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--program", default=ROOT / "build/docmill")
    options = parser.parse_args()
    contenders = {"docmill": Docmill(options.program), "PyMuPDF + Pillow": Peer(4),
                  "PyMuPDF + Pillow, method 2": Peer(2)}
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for path in sorted(options.folder.rglob("*.pdf"))[:options.files]:
            files.append(pathlib.Path(shutil.copy(path, folder)))
        runs = {name: [] for name in contenders}
        for _ in range(options.rounds):
            for name, contender in contenders.items():
                runs[name].append(measure(contender, files, options.processes))
    print(f"{len(files)} files, {options.processes} processes, medians of {options.rounds} rounds, a page:")
    for name, all_runs in runs.items():
        median = {key: statistics.median(run[key] for run in all_runs) for key in all_runs[0]}
        print(f"{name:28} {median['pages']:6.0f} pages {median['cpu_ms']:8.1f} ms of a core {median['wall_ms']:8.1f} ms "
              f"{median['kb']:7.1f} KB")


if __name__ == "__main__":
    main()
