"""A long sweep of many small documents: memory, descriptors and children must not grow.

    make soak                      20,000 documents, some of which crash their child
    make soak SOAK_DOCUMENTS=N

Fits a line through the parent's memory over the second half of the run; fails when it climbs by more than 1 MiB per
10,000 documents, when the whole tree takes 300 MB, when descriptors or children grow, or when a document is not
accounted for.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import psutil

ROOT = pathlib.Path(__file__).resolve().parents[2]
SLOPE_MIB_PER_10K_MAX = 1.0
TREE_MIB_MAX = 300e6 / 2**20


def write_documents(folder, count):
    for number in range(count):
        actions = "segv" if number % 500 == 250 else "text after"
        path = folder / f"{number // 1000:03}" / f"{number:06}.mock"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"application/x-docmill-mock\ntext document {number}\npage\n{actions}\npage\ntext end\n")


def proportional_mib(processes):
    """What is shared among them counts once."""
    total = 0
    for process in processes:
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            pass
    return total / 2**20


def sample(process, started):
    children = process.children(recursive=True)
    with process.oneshot():
        return {"at": time.monotonic() - started, "rss_mib": process.memory_info().rss / 2**20,
                "tree_mib": proportional_mib([process, *children]), "fds": process.num_fds(), "children": len(children)}


def slope(points):
    """Least squares of y over x."""
    n = len(points)
    mean_x = sum(x for x, _ in points) / n
    mean_y = sum(y for _, y in points) / n
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread


def main():
    count = int(os.environ.get("SOAK_DOCUMENTS", "20000"))
    with tempfile.TemporaryDirectory() as scratch:
        source, out = pathlib.Path(scratch, "in"), pathlib.Path(scratch, "out")
        write_documents(source, count)
        run = subprocess.Popen([ROOT / "build/test/docmill", "sweep", "--in", source, "--out", out, "--summary", "json",
                                "--log-level", "error", "--ocr", "never"], stdout=subprocess.PIPE, text=True)
        process, started, samples = psutil.Process(run.pid), time.monotonic(), []
        while run.poll() is None:
            try:
                samples.append(sample(process, started))
            except psutil.Error:
                break
            time.sleep(0.5)
        summary = json.loads(run.communicate()[0])
    elapsed = samples[-1]["at"]
    half = [s for s in samples if s["at"] > elapsed / 2 and s["at"] < elapsed * 0.95]
    per_10k = slope([(s["at"] / elapsed * count / 10_000, s["rss_mib"]) for s in half])
    peak = {key: round(max(s[key] for s in half)) for key in ("rss_mib", "tree_mib", "fds", "children")}
    early = {key: max(s[key] for s in samples[: max(2, len(samples) // 2)]) for key in ("fds", "children")}
    accounted = summary["documents"]
    print(json.dumps({"documents": count, "seconds": round(elapsed, 1), "mib_per_10k": round(per_10k, 2), "peak": peak}, indent=1))
    complaints = []
    if per_10k > SLOPE_MIB_PER_10K_MAX:
        complaints.append(f"memory climbs by {per_10k:.2f} MiB per 10,000 documents")
    if peak["tree_mib"] > TREE_MIB_MAX:
        complaints.append(f"the processes take {peak['tree_mib']} MiB")
    # Documents in flight come and go, so descriptors swing; what leaks with each document leaves the swing far behind.
    for key in ("fds", "children"):
        if peak[key] > early[key] * 1.5 + 4:
            complaints.append(f"{key} grew from {early[key]} to {peak[key]}")
    if accounted < count:
        complaints.append(f"{accounted} of {count} documents are accounted for")
    sys.exit("\n".join(complaints) or 0)


if __name__ == "__main__":
    main()
