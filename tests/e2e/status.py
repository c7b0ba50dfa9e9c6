"""What a run answers over HTTP, as a monitor asks for it."""

import http.client
import json


def port_of(process):
    """Where the process listens, as its log tells."""
    return next(event["port"] for event in map(json.loads, process.stderr) if event["event"] == "http_listens")


def get(port, path, method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path)
    response = connection.getresponse()
    return response.status, response.read().decode()


def samples(text):
    """Metric lines by their name with labels."""
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
            for line in text.splitlines() if not line.startswith("#")}
