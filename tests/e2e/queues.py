"""Queues as a client other than docmill sees them."""

import json
import sqlite3
import time
import uuid


class SqliteQueue:
    """The queue of a file, by its tables alone."""

    def __init__(self, path):
        self.path = path
        self.uri = f"sqlite://{path}"

    def _connect(self):
        return sqlite3.connect(self.path, timeout=30, isolation_level=None)

    def make(self, machine):
        """docmill makes the file; nothing else knows its tables."""
        machine.run("worker", "--queue", self.uri, "--in", machine.source, "--out", machine.out, "--exit-when-empty",
                    "--receive-wait", "0s")
        return self

    def send(self, body, delay_s=0):
        now = time.time_ns() // 1000
        text = body if isinstance(body, str) else json.dumps(body)
        with self._connect() as connection:
            connection.execute(
                "INSERT INTO queue_messages (queue, id, body, attributes, sent_at_us, visible_at_us) "
                "SELECT name, ?, ?, '{}', ?, ? FROM queues WHERE dead_letters IS NOT NULL",
                (str(uuid.uuid4()), text, now, now + int(delay_s * 1_000_000)))

    def _rows(self, condition):
        with self._connect() as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(
                f"SELECT m.* FROM queue_messages m JOIN queues q ON q.name = m.queue WHERE {condition}")]

    def messages(self):
        return self._rows("q.dead_letters IS NOT NULL")

    def dead_letters(self):
        return self._rows("q.dead_letters IS NULL")


def request(machine, name, **more):
    """docmill's own message for a file of the source folder."""
    return {"bucket": "file://", "key": f"{machine.source}/{name}", **more}
