"""Through a queue beside a plain sweep, what a document costs in requests, and the memory of a worker that goes on.

    make bench-cloud                                 everything
    make bench-cloud CLOUD_ARGS='--only folders'     one part: folders, moto, requests, memory

In folders the queue is an SQLite file; the other parts speak to moto's server on this machine, which answers one request
at a time and so is most of what they measure. A worker's time ends with its last acknowledgement, as its log tells it:
what follows is its last wait for more. docs/performance.md says what the figures mean.
"""

import argparse
import collections
import contextlib
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import boto3
import botocore.config
import psutil

import make_documents
from bench import print_machine
from ocr.measure import Watch

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tests/proxy"), str(ROOT / "tests/soak")]

import moto_server  # pylint: disable=wrong-import-position
from fault_proxy import FaultProxy  # pylint: disable=wrong-import-position
from history import operation_of  # pylint: disable=wrong-import-position
from soak import proportional_mib, slope  # pylint: disable=wrong-import-position

DOCMILL = ROOT / "build/docmill"
AWS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1",
       "AWS_EC2_METADATA_DISABLED": "true"}
KINDS = {"ten pages": (1000, 10), "one page": (2000, 1)}
MOTO_KINDS = {"ten pages": (200, 10), "one page": (200, 1)}
REQUESTS_DOCUMENTS = 100
MEMORY_MESSAGES = 20_000
SAMPLE_S = 0.25

Run = collections.namedtuple("Run", "seconds wall_s cpu_s peak_bytes")


def write_documents(folder, count, pages):
    folder.mkdir(parents=True)
    for number in range(count):
        make_documents.write_full_pages(folder / f"{number:05}.pdf", pages, number)


class Folders:
    """A folder for each output, and a queue in a file."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.source = scratch / "in"
        self.env = {}

    def out(self, name):
        return self.scratch / "out" / name

    def queue(self, name):
        return f"sqlite://{self.scratch}/{name}.db"


class Buckets:
    """A bucket and a queue of moto's; `url` is where docmill speaks to it."""

    def __init__(self, server, url, name):
        options = {"endpoint_url": server, "region_name": "us-east-1", "aws_access_key_id": "test",
                   "aws_secret_access_key": "test"}
        self.name, self.server, self.url = name, server, url
        self.s3 = boto3.client("s3", config=botocore.config.Config(s3={"addressing_style": "path"}), **options)
        self.sqs = boto3.client("sqs", **options)
        self.s3.create_bucket(Bucket=name)
        self.source = f"s3://{name}/in/"
        self.env = {**AWS, "AWS_ENDPOINT_URL": url}

    def fill(self, folder):
        for path in sorted(folder.iterdir()):
            self.s3.put_object(Bucket=self.name, Key=f"in/{path.name}", Body=path.read_bytes())

    def out(self, name):
        return f"s3://{self.name}/{name}/"

    def queue(self, name):
        return self.sqs.create_queue(QueueName=f"{self.name}-{name}")["QueueUrl"].replace(self.server, self.url)


@contextlib.contextmanager
def moto():
    """In this process: the memory of its children is docmill's alone."""
    server = moto_server.start()
    yield server.url
    server.shutdown()
    server.server_close()


def run(place, *words, told=None):
    """docmill to its end, the log into the file `told`."""
    command = [str(DOCMILL), *map(str, words)]
    with open(told or os.devnull, "w", encoding="utf-8") as log:
        finished = subprocess.run(command, env=os.environ | place.env, stdout=subprocess.DEVNULL, stderr=log, check=False)
    if finished.returncode != 0:
        sys.exit(f"cloud: {' '.join(command)} ended with {finished.returncode}: "
                 f"{pathlib.Path(told or os.devnull).read_text()[-500:]}")


def sweep_words(place, out):
    return ["sweep", "--in", place.source, "--out", place.out(out), "--ocr", "never", "--log-format", "json"]


def worker_words(place, out, queue):
    return ["worker", "--queue", queue, "--in", place.source, "--out", place.out(out), "--ocr", "never", "--log-format",
            "json", "--receive-wait", "1s", "--exit-when-empty"]


def enqueue(place, queue):
    run(place, "enqueue", "--in", place.source, "--queue", queue, "--log-level", "error")


def timed(place, words, told):
    started = time.time()
    with Watch() as watch:
        run(place, *words, told=told)
    ends = [json.loads(line)["timestamp"] for line in told.read_text().splitlines() if '"message_finished"' in line]
    seconds = datetime.datetime.fromisoformat(ends[-1]).timestamp() - started if ends else watch.wall_s
    return Run(seconds, watch.wall_s, watch.cpu_s, watch.peak_bytes)


class Throughput:
    """Rounds of a sweep and a worker, each first in every other one; ratios are taken within a round."""

    def __init__(self, title, place, count, pages, scratch):
        self.title, self.place, self.scratch = title, place, scratch
        self.documents, self.pages = count, count * pages
        self.runs = {"sweep": [], "worker": []}

    def play(self, rounds):
        for number in range(rounds):
            names = ("sweep", "worker") if number % 2 == 0 else ("worker", "sweep")
            for name in names:
                self.runs[name].append(getattr(self, name)(f"{name}-{number}"))

    def sweep(self, out):
        return timed(self.place, sweep_words(self.place, out), self.scratch / "log")

    def worker(self, out):
        queue = self.place.queue(out)
        enqueue(self.place, queue)
        return timed(self.place, worker_words(self.place, out, queue), self.scratch / "log")

    def print_table(self):
        print(f"\n{self.title}: {self.documents} documents, {self.pages} pages, {len(self.runs['sweep'])} rounds")
        for words in (sweep_words(self.place, "OUT"), worker_words(self.place, "OUT", self.place.queue("QUEUE"))):
            print("  build/docmill " + " ".join(map(str, words)).replace(str(self.scratch), "DIR"))
        print(f"{'':10}{'pages/s min':>12}{'median':>8}{'max':>8}{'documents/s':>13}{'of sweep':>10}{'CPU s':>8}{'MiB':>6}")
        for name, runs in self.runs.items():
            rates = sorted(self.pages / one.seconds for one in runs)
            ratio = statistics.median(base.seconds / one.seconds for base, one in zip(self.runs["sweep"], runs))
            print(f"{name:10}{rates[0]:12.0f}{statistics.median(rates):8.0f}{rates[-1]:8.0f}"
                  f"{statistics.median(rates) * self.documents / self.pages:13.0f}{ratio:10.2f}"
                  f"{statistics.median(one.cpu_s for one in runs):8.2f}"
                  f"{max(one.peak_bytes for one in runs) / 2**20:6.0f}", flush=True)


def bench_folders(rounds):
    for kind, (count, pages) in KINDS.items():
        with tempfile.TemporaryDirectory(prefix="docmill-cloud-") as name:
            scratch = pathlib.Path(name)
            place = Folders(scratch)
            write_documents(place.source, count, pages)
            series = Throughput(f"folders and an SQLite queue, {kind}", place, count, pages, scratch)
            series.play(rounds)
            series.print_table()


def bench_moto(rounds):
    with moto() as server:
        for kind, (count, pages) in MOTO_KINDS.items():
            with tempfile.TemporaryDirectory(prefix="docmill-cloud-") as name:
                scratch = pathlib.Path(name)
                write_documents(scratch / "in", count, pages)
                place = Buckets(server, server, f"documents-of-{kind.replace(' ', '-')}")
                place.fill(scratch / "in")
                series = Throughput(f"moto's S3 and SQS, {kind}", place, count, pages, scratch)
                series.play(rounds)
                series.print_table()


def bench_requests(_rounds):
    """What docmill asks for, by operation, as the fault proxy saw it."""
    counts = {}
    with moto() as server, FaultProxy(server) as proxy, tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name, "in")
        write_documents(folder, REQUESTS_DOCUMENTS, 1)
        place = Buckets(server, proxy.url, "documents")
        place.fill(folder)
        queue = place.queue("queue")
        for title, words in (("sweep, new", sweep_words(place, "swept")), ("sweep, unchanged", sweep_words(place, "swept")),
                             ("worker, new", worker_words(place, "worked", queue)),
                             ("worker, duplicate", worker_words(place, "worked", queue))):
            if title.startswith("worker"):
                enqueue(place, queue)
            proxy.clear()
            run(place, *words)
            counts[title] = collections.Counter(operation_of(entry) for entry in proxy.history())
    print_requests(counts)


def print_requests(counts):
    operations = sorted({operation for count in counts.values() for operation in count})
    print(f"\nrequests for a document, of {REQUESTS_DOCUMENTS} of one page")
    print(f"{'':20}" + "".join(f"{operation:>{len(operation) + 2}}" for operation in operations) + f"{'all':>7}")
    for title, count in counts.items():
        cells = (f"{count[operation] / REQUESTS_DOCUMENTS:{len(operation) + 2}.2f}" for operation in operations)
        print(f"{title:20}" + "".join(cells) + f"{count.total() / REQUESTS_DOCUMENTS:7.2f}", flush=True)


def bench_memory(_rounds):
    """A line through the memory of a worker and its children, over the second half of the messages."""
    with tempfile.TemporaryDirectory(prefix="docmill-cloud-") as name:
        place = Folders(pathlib.Path(name))
        place.source.mkdir()
        make_documents.tiny(place.source, MEMORY_MESSAGES)
        queue = place.queue("queue")
        enqueue(place, queue)
        worker = subprocess.Popen([DOCMILL, *worker_words(place, "out", queue), "--log-level", "error"],
                                  stdout=subprocess.DEVNULL)
        samples = memory_of(worker)
    if worker.returncode != 0:
        sys.exit(f"cloud: the worker ended with {worker.returncode}")
    print_memory(samples)


def memory_of(worker):
    """(seconds, MiB of the tree, files open), while it runs."""
    process, started, samples = psutil.Process(worker.pid), time.monotonic(), []
    while worker.poll() is None:
        try:
            samples.append((time.monotonic() - started, proportional_mib([process, *process.children(recursive=True)]),
                            process.num_fds()))
        except psutil.Error:
            break
        time.sleep(SAMPLE_S)
    worker.wait()
    return samples


def print_memory(samples):
    elapsed = samples[-1][0]
    half = [(at / elapsed * MEMORY_MESSAGES / 10_000, mib) for at, mib, _ in samples if elapsed / 2 < at < elapsed * 0.95]
    print(f"\nmemory of a worker and its children over {MEMORY_MESSAGES:,} messages of one line each, {len(samples)} samples")
    print(f"{'seconds':>10}{'MiB at a half':>15}{'MiB at most':>13}{'MiB for 10,000 more':>21}{'files open':>12}")
    print(f"{elapsed:10.1f}{half[0][1]:15.1f}{max(mib for _, mib, _ in samples):13.1f}{slope(half):21.2f}"
          f"{max(files for _, _, files in samples):12}", flush=True)


PARTS = {"folders": bench_folders, "moto": bench_moto, "requests": bench_requests, "memory": bench_memory}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", default=5, type=int)
    parser.add_argument("--only", nargs="+", default=[*PARTS], choices=[*PARTS])
    args = parser.parse_args()
    print_machine(len(os.sched_getaffinity(0)), ("moto", "boto3"))
    for part in args.only:
        PARTS[part](args.rounds)


if __name__ == "__main__":
    main()
