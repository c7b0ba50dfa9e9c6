"""The programs that the benchmark compares, each run as its manual tells a user to, at the same dpi where it can be told.

A contender has a `name`, a `version()` that raises Missing where it is not installed, a `commands` text that says how it
is run, and `run(pages, processes, scratch)`, which gives {page: text or Exception}.
"""

import importlib.metadata
import json
import pathlib
import shutil
import subprocess
import sys

import pyarrow.parquet

import measure

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DPI = 200  # docmill's default, given to all that draw PDFs; images are read in their own resolution
TESSDATA_DIRS = ["/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata", "/usr/share/tessdata"]


class Missing(Exception):
    """A contender is not installed; the message says what is missing."""


def tool(name, package):
    """Where a program is: beside this Python, else on the PATH."""
    beside = pathlib.Path(sys.executable).parent / name
    path = str(beside) if beside.exists() else shutil.which(name)
    if not path:
        raise Missing(f"no program {name}; it comes with {package}")
    return path


def package_version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        raise Missing(f"no Python package {name}; setup/bench-requirements.txt has it") from None


def first_line(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]


def tessdata_dir():
    for folder in TESSDATA_DIRS:
        if pathlib.Path(folder, "eng.traineddata").exists():
            return folder
    raise Missing("no eng.traineddata; it comes with Debian's tesseract-ocr-eng")


class Docmill:
    """The whole program with its sandbox, over a folder."""

    name = "docmill"
    program = ROOT / "build/docmill"
    options = ["--ocr", "always", "--ocr-dpi", str(DPI), "--summary", "json", "--log-level", "error"]
    commands = "docmill sweep --in DIR --out DIR --workers PROCESSES " + " ".join(options)

    def version(self):
        if not self.program.exists():
            raise Missing(f"{self.program} is not built")
        return first_line(str(self.program), "--version").split()[-1]

    def run(self, pages, processes, scratch):
        source, target = scratch / "in", scratch / "out"
        for page in pages:
            link = source / page.key
            link.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(page.path, link)
        run = subprocess.run([self.program, "sweep", "--in", source, "--out", target, "--workers", str(processes), *self.options],
                             capture_output=True, text=True)
        if run.returncode not in (0, 1):  # 1: some document failed
            raise RuntimeError(f"docmill: {run.stderr[-500:]}")
        return {page: self.text(target, page) for page in pages}

    @staticmethod
    def text(target, page):
        stem = target / page.key
        output = stem.with_name(f"{stem.stem}_raw_text.parquet" if stem.suffix == ".pdf" else f"{stem.name}.raw_text.parquet")
        if not output.exists():
            return RuntimeError("no output")
        rows = pyarrow.parquet.read_table(output, columns=["text", "error_kind"]).to_pylist()
        errors = [row["error_kind"] for row in rows if row["error_kind"]]
        return RuntimeError(errors[0]) if errors else "\n".join(row["text"] for row in rows)


class Tesseract:
    """The command line, a process a page. PDFs are drawn by pdftoppm, in the time that is measured."""

    def __init__(self, name, *options):
        self.name, self.options = name, options
        read = " ".join(["tesseract", "IMAGE", "stdout", *options])
        self.commands = f"OMP_THREAD_LIMIT=1 {read}    (PDF: pdftoppm -r {DPI} -gray PDF IMAGE first)"

    def version(self):
        tool("pdftoppm", "Debian's poppler-utils")
        if "1" in self.options and not pathlib.Path(tessdata_dir(), "osd.traineddata").exists():
            raise Missing("no osd.traineddata; it comes with Debian's tesseract-ocr-osd")
        return first_line(tool("tesseract", "Debian's tesseract-ocr"), "--version").split()[-1]

    def run(self, pages, processes, scratch):
        def read(page):
            images = [page.path]
            if page.path.suffix == ".pdf":
                prefix = scratch / page.key.replace("/", "-")
                measure.checked(["pdftoppm", "-r", str(DPI), "-gray", page.path, prefix])
                images = sorted(scratch.glob(f"{prefix.name}-*.pgm"))
            return "\n".join(measure.checked(["tesseract", image, "stdout", *self.options]) for image in images)

        return measure.map_in_processes(read, pages, processes)


class OcrMyPdf:
    """The command line, a process a page; the text is its sidecar file."""

    def __init__(self, name, *options):
        self.name = name
        self.options = ["--jobs", "1", "--force-ocr", "--output-type", "pdf", *options]
        self.commands = " ".join(["ocrmypdf", *self.options, "--sidecar TEXT IN OUT    (an image without dpi or of 75: --image-dpi", f"{DPI})"])

    def version(self):
        tool("ocrmypdf", "setup/bench-requirements.txt")
        return package_version("ocrmypdf")

    def run(self, pages, processes, scratch):
        def read(page):
            text = scratch / (page.key.replace("/", "-") + ".txt")
            command = [tool("ocrmypdf", "PyPI"), *self.options, "--sidecar", text, page.path, text.with_suffix(".pdf")]
            try:
                measure.checked(command)
            except RuntimeError as error:
                if not any(reason in str(error) for reason in ("no resolution", "not credible")):  # 75 dpi is not
                    raise
                measure.checked([*command[:1], "--image-dpi", str(DPI), *command[1:]])
            return text.read_text()

        return measure.map_in_processes(read, pages, processes)


class Library:
    """A Python package, in as many processes as are asked for, each of which lives for the whole run."""

    def __init__(self, name, commands, *arguments):
        self.name, self.commands, self.arguments = name, commands, arguments

    def version(self):
        return package_version(self.name)

    def run(self, pages, processes, scratch):
        def answer(line):
            result = json.loads(line)
            return RuntimeError(result["error"]) if "error" in result else result["text"]

        arguments = [argument() for argument in self.arguments]
        return measure.map_in_workers([sys.executable, HERE / "peer_worker.py", self.name, *arguments], pages, processes, answer)


CONTENDERS = [
    Docmill(),
    Tesseract("tesseract"),
    Tesseract("tesseract-psm1", "--psm", "1"),
    OcrMyPdf("ocrmypdf"),
    OcrMyPdf("ocrmypdf-turn", "--rotate-pages", "--deskew"),
    Library("kreuzberg", "extract_file_sync(PATH, ExtractionConfig(use_cache=False, force_ocr=True, "
            "ocr=OcrConfig(backend='tesseract', language='eng')))"),
    Library("liteparse", "LiteParse(ocr_enabled=True, ocr_language='eng', tessdata_path=DEBIAN'S, num_workers=1).parse(PATH)",
            tessdata_dir),
]
