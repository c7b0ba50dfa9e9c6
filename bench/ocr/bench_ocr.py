#!/usr/bin/env python3
"""OCR of docmill and its peers on pages with known text: errors of each class, speed and memory in one table.

    make bench-ocr                              everything, on the half `test`
    make bench-ocr OCR_ARGS='--quick'           two pages of each class
    bench_ocr.py --half tune --tools docmill --classes skew,fax --json out.json

A rate is the mean over the pages of a class, so that a short label weighs as much as a full page. An answer that is an
error counts as an empty text. RECALL is the share of the words that were read at all, and the least of any page. `--cache DIR` takes the answers of peers from an earlier run over the same pages, for those
who tune docmill; their speed is not measured then.
"""

import argparse
import dataclasses
import hashlib
import json
import os
import pathlib
import statistics
import sys
import tempfile

import contenders
import make_pages
import measure
import proof
import score

ROOT = contenders.ROOT
SCANS = ROOT.parent / "shared/corpus/ocr"


@dataclasses.dataclass(frozen=True)
class Page:
    name: str  # its class
    key: str  # its path below the folder of pages, with suffix
    path: pathlib.Path
    truth: str

    @property
    def digest(self):
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def generated(folder, half, classes, quick):
    for position, name in enumerate(make_pages.CLASSES):
        for path in sorted((folder / half / name).iterdir()) if name in classes else []:
            # A different third of the layouts in each class.
            if path.suffix == ".txt" or (quick and int(path.stem) % 3 != position % 3):
                continue
            yield Page(name, f"{name}/{path.name}", path, path.with_suffix(".txt").read_text())


def scans(classes):
    """The one real scan whose true text is known, as an image and as a PDF."""
    if "linn" in classes and SCANS.exists():
        truth = proof.proofread((SCANS / "linn.txt").read_text())
        for name in ("linn.png", "linn.pdf"):
            yield Page("linn", f"linn/{name}", SCANS / name, truth)


class Cache:
    """Answers of peers by version, command line and page."""

    def __init__(self, folder):
        self.folder = folder

    def _path(self, contender, version, page):
        key = hashlib.sha256(f"{contender.name}\n{version}\n{contender.commands}\n{page.digest}".encode()).hexdigest()
        return self.folder / key

    def find(self, contender, version, pages):
        """The answers to all pages, or None."""
        paths = {page: self._path(contender, version, page) for page in pages} if self.folder else {}
        if not paths or contender.name == "docmill" or not all(path.exists() for path in paths.values()):
            return None
        return {page: path.read_text() for page, path in paths.items()}

    def keep(self, contender, version, answers):
        if not self.folder or contender.name == "docmill":
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        for page, answer in answers.items():
            if not isinstance(answer, Exception):
                self._path(contender, version, page).write_text(answer)


def measured(contender, pages, processes, cache):
    """What one contender made of the pages, as it goes into the JSON file."""
    report = {"tool": contender.name, "commands": contender.commands}
    try:
        report["version"] = contender.version()
    except contenders.Missing as missing:
        return report | {"missing": str(missing)}
    answers = cache.find(contender, report["version"], pages)
    if answers is None:
        with tempfile.TemporaryDirectory() as scratch, measure.Watch() as watch:
            answers = contender.run(pages, processes, pathlib.Path(scratch))
        report |= {"wall_s": watch.wall_s, "pages_per_s": len(pages) / watch.wall_s,
                   "cpu_s_per_page": watch.cpu_s / len(pages), "peak_pss_bytes": watch.peak_bytes}
        cache.keep(contender, report["version"], answers)
    report["pages"] = [judged(page, answers[page]) for page in pages]
    return report


def judged(page, answer):
    failed = isinstance(answer, Exception)
    text = "" if failed else answer
    return {"page": page.key, "class": page.name, "text": text, "error": str(answer) if failed else None,
            **dataclasses.asdict(score.score(page.truth, text))}


def cell(report, name, rate):
    if "missing" in report:
        return "-"
    pages = [page for page in report["pages"] if page["class"] == name]
    if name == "blank":
        return str(sum(page["words"] for page in pages)) if rate == "cer" else ""
    return f"{statistics.mean(page[rate] for page in pages):.3f}"


def is_form(name):
    return name.startswith(("table-", "form-"))


def recall(report, name):
    """Mean and least of the pages."""
    values = [page["recall"] for page in report.get("pages", []) if page["class"] == name]
    return f"{statistics.mean(values):.3f} {min(values):.2f}" if values else "-"


def overall_recall(report):
    values = [page["recall"] for page in report.get("pages", []) if is_form(page["class"])]
    return f"{statistics.mean(values):.3f} {min(values):.2f}" if values else "-"


def overall(report, rate):
    if "missing" in report:
        return "-"
    values = [page[rate] for page in report["pages"] if page["class"] != "blank" and not is_form(page["class"])]
    return f"{statistics.mean(values):.3f}" if values else ""


def figure(report, name, text):
    return text.format(report[name]) if name in report else "-" if "missing" in report else "cached"


def table(reports, classes):
    def line(title, cells):
        return f"{title:16}" + "".join(f"{text:>16}" for text in cells)

    def pairs(of):
        return [" ".join((of(report, "cer"), of(report, "wer"))).strip() for report in reports]

    yield line("CER WER", [report["tool"] for report in reports])
    for name in classes:
        yield line("blank (words)" if name == "blank" else name, pairs(lambda report, rate, name=name: cell(report, name, rate)))
    if any(not is_form(name) for name in classes):
        yield line("all but blank", pairs(overall))  # and but forms: the classes that figures were given for before
    if any(is_form(name) for name in classes):
        yield line("RECALL least", [report["tool"] for report in reports])
        for name in filter(is_form, classes):
            yield line(name, [recall(report, name) for report in reports])
        yield line("tables, forms", [overall_recall(report) for report in reports])
    yield line("pages/s", [figure(report, "pages_per_s", "{:.2f}") for report in reports])
    yield line("CPU s/page", [figure(report, "cpu_s_per_page", "{:.2f}") for report in reports])
    mebibytes = [dict(report, mib=report["peak_pss_bytes"] / 2**20) if "peak_pss_bytes" in report else report for report in reports]
    yield line("peak PSS, MiB", [figure(report, "mib", "{:.0f}") for report in mebibytes])


def notes(reports):
    for report in reports:
        yield ""
        yield f"{report['tool']}: " + (f"not available: {report['missing']}" if "missing" in report else report["version"])
        yield f"  {report['commands']}"
        failed = [page for page in report.get("pages", []) if page["error"]]
        for page in failed:
            yield f"  no answer for {page['page']}: {' '.join(page['error'].split())[:150]}"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=pathlib.Path, default=ROOT / "build/bench/ocr-pages", help="where pages are, or are made")
    parser.add_argument("--half", choices=make_pages.HALVES, default="test")
    parser.add_argument("--tools", default=",".join(contender.name for contender in contenders.CONTENDERS))
    parser.add_argument("--classes", default=",".join([*make_pages.CLASSES, "linn"]))
    parser.add_argument("--processes", type=int, default=min(2, len(os.sched_getaffinity(0))))
    parser.add_argument("--quick", action="store_true", help="two pages of each class")
    parser.add_argument("--cache", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path)
    return parser.parse_args()


def main():
    args = arguments()
    classes = args.classes.split(",")
    make_pages.make_once(args.pages)
    pages = [*generated(args.pages, args.half, classes, args.quick), *scans(classes)]
    chosen = [contender for contender in contenders.CONTENDERS if contender.name in args.tools.split(",")]
    if not pages or not chosen:
        sys.exit(f"nothing to do: classes are {', '.join(make_pages.CLASSES)}, linn; tools "
                 f"{', '.join(contender.name for contender in contenders.CONTENDERS)}")
    cache = Cache(args.cache)
    reports = []
    for contender in chosen:
        print(f"{contender.name} ...", file=sys.stderr)
        reports.append(measured(contender, pages, args.processes, cache))
    if args.json:
        args.json.write_text(json.dumps(reports, indent=1))
    seen = list(dict.fromkeys(page.name for page in pages))
    print(f"{len(pages)} pages of the half `{args.half}`, {args.processes} processes")
    for line in [*table(reports, seen), *notes(reports)]:
        print(line)


if __name__ == "__main__":
    main()
