"""Workers that are killed at random until their queue is empty."""

import collections
import signal
import time

from harness import PATIENCE_S, kill_now

SEED = 20261122
WORKERS = 3
KILLS = 12


def outcomes(finished):
    """How the messages of a worker ended."""
    return collections.Counter(event["outcome"] for event in finished.events if event["event"] == "message_finished")


def stop(worker):
    """SIGTERM; the exit code, and what was logged."""
    worker.send_signal(signal.SIGTERM)
    _, stderr = worker.communicate(timeout=PATIENCE_S)
    return worker.returncode, stderr


def send_some_twice(chance, send, names):
    for name in names:
        for _ in range(2 if chance.random() < 0.1 else 1):
            send(name)


def kill_until_empty(chance, start, count, patience_s):
    """Every second or two one of the workers that `start` starts is killed, until `count` says that no message is left."""
    workers = [start() for _ in range(WORKERS)]
    deadline = time.monotonic() + patience_s
    kills = 0
    while count() > 0:
        assert time.monotonic() < deadline, f"seed {SEED}: {count()} messages are left"
        time.sleep(chance.uniform(1, 2))
        if kills < KILLS:
            victim = chance.randrange(WORKERS)
            kill_now(workers[victim])
            workers[victim] = start()
            kills += 1
    for worker in workers:
        # One that was started a moment ago may not have begun to listen to signals.
        assert stop(worker)[0] in (0, -signal.SIGTERM)
    assert kills >= 3
