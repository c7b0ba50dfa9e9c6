"""Queues as a client other than docmill sees them."""

import json
import sqlite3
import time
import uuid

import boto3


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


class SqsQueue:
    """A queue with its dead letters, as boto3 sees them; what it asks goes past the fault proxy."""

    def __init__(self, url, name, receives_max=10, admin=("test", "test")):
        options = {"endpoint_url": url, "region_name": "us-east-1", "aws_access_key_id": admin[0],
                   "aws_secret_access_key": admin[1]}
        self.boto = boto3.client("sqs", **options)
        self.dead_url = self.boto.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
        dead_arn = self.arn_of(self.dead_url)
        policy = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": receives_max})
        self.uri = self.boto.create_queue(QueueName=name, Attributes={"RedrivePolicy": policy})["QueueUrl"]
        self.arn = self.arn_of(self.uri)

    def arn_of(self, url):
        return self.boto.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def send(self, body):
        self.boto.send_message(QueueUrl=self.uri, MessageBody=body if isinstance(body, str) else json.dumps(body))

    def count(self):
        """Messages that are there, seen or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
                 "ApproximateNumberOfMessagesDelayed"]
        counts = self.boto.get_queue_attributes(QueueUrl=self.uri, AttributeNames=names)["Attributes"]
        return sum(int(counts[name]) for name in names)

    def dead_letters(self):
        """Takes them all out."""
        letters = []
        while True:
            received = self.boto.receive_message(QueueUrl=self.dead_url, MaxNumberOfMessages=10,
                                                 MessageAttributeNames=["All"]).get("Messages", [])
            if not received:
                return letters
            for letter in received:
                self.boto.delete_message(QueueUrl=self.dead_url, ReceiptHandle=letter["ReceiptHandle"])
            letters += received


def request(machine, name, **more):
    """docmill's own message for a file of the source folder."""
    return {"bucket": "file://", "key": f"{machine.source}/{name}", **more}
