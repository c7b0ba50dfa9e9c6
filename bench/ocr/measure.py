"""Run commands, some at a time, and watch the memory that they take together."""

import concurrent.futures
import os
import queue
import resource
import subprocess
import threading
import time

import psutil

SAMPLE_S = 0.5  # reading a tree of ten processes costs some milliseconds of the processor that is measured
FIRST_SAMPLE_S = 0.15  # short runs have a peak, too
PAGE_TIMEOUT_S = 300


def tree_pss_bytes(root):
    """Proportional set sizes of all descendants of `root`: what is shared among them counts once."""
    total = 0
    for process in root.children(recursive=True):
        try:
            total += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            pass
    return total


def children_cpu_s():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Watch:
    """Wall and processor time, and the peak memory of this process's descendants while the block runs."""

    def __enter__(self):
        self.peak_bytes = 0
        self._cpu_s = children_cpu_s()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._start = time.perf_counter()
        self._thread.start()
        return self

    def _sample(self):
        root = psutil.Process()
        wait_s = FIRST_SAMPLE_S
        while not self._stop.wait(wait_s):
            self.peak_bytes = max(self.peak_bytes, tree_pss_bytes(root))
            wait_s = SAMPLE_S

    def __exit__(self, *_):
        self.wall_s = time.perf_counter() - self._start
        self.cpu_s = children_cpu_s() - self._cpu_s
        self._stop.set()
        self._thread.join()


def one_thread_env():
    """Every peer gets one thread a process: with two processes on two cores more threads only stand in each other's way."""
    return os.environ | {"OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}


def checked(command, **options):
    """stdout of a command that must succeed."""
    run = subprocess.run(command, capture_output=True, text=True, env=one_thread_env(), timeout=PAGE_TIMEOUT_S, **options)
    if run.returncode != 0:
        raise RuntimeError(f"exit code {run.returncode}: {run.stderr.strip()[-300:]}")
    return run.stdout


def map_in_processes(task, pages, processes):
    """task(page) for every page, so many at a time; each runs a process of its own. Gives {page: text or Exception}."""
    def attempt(page):
        try:
            return task(page)
        except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
            return error

    with concurrent.futures.ThreadPoolExecutor(processes) as pool:
        return dict(zip(pages, pool.map(attempt, pages)))


def start_worker(command):
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                            env=one_thread_env())


def map_in_workers(command, pages, processes, answer):
    """Workers that read one path a line and print one line for each. Gives {page: answer(line) or Exception}.

    A worker that dies costs its page, and another one takes its place.
    """
    waiting = queue.SimpleQueue()
    for page in pages:
        waiting.put(page)
    results = {}

    def feed():
        worker = start_worker(command)
        while True:
            try:
                page = waiting.get_nowait()
            except queue.Empty:
                break
            try:
                worker.stdin.write(f"{page.path}\n")
                worker.stdin.flush()
                results[page] = answer(worker.stdout.readline())
            except (ValueError, OSError) as error:
                worker.kill()
                worker.wait()
                results[page] = error
                worker = start_worker(command)
        worker.stdin.close()
        worker.wait()

    threads = [threading.Thread(target=feed) for _ in range(processes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
