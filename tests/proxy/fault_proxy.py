"""A proxy that does to HTTP what networks and services do to it, by rule and by seed, and writes down what it saw.

    proxy = FaultProxy("http://127.0.0.1:5000", seed=7).start()
    proxy.add(Rule("status", method="PUT", path=r"^/bucket/", probability=0.3, status=503, body=SLOW_DOWN))
    ...                                     # the client talks to proxy.url
    proxy.count("PUT", r"^/bucket/out/")    # what came by

As a program: fault_proxy.py UPSTREAM [--port N] [--seed N] [--rules FILE] [--history FILE]; rules are a JSON list of
objects with the fields of Rule, the history is one JSON object a line. It speaks HTTP/1.1 with Content-Length or
chunked requests, and knows nothing of what it carries: signatures stay valid, for no header is changed.
"""

import argparse
import dataclasses
import email.message
import http.client
import http.server
import json
import pathlib
import random
import re
import socket
import struct
import sys
import threading
import time
import urllib.parse

SLOW_DOWN = ("<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message>"
             "<RequestId>injected</RequestId></Error>")

FAULTS = ("delay", "status", "rst_before", "rst_after_bytes", "drop_reply_after_forward", "truncate", "flip", "drip",
          "duplicate_forward", "rewrite", "black_hole")


@dataclasses.dataclass
class Rule:
    """One fault, and the requests that meet it. The first rule that fits a request is the one applied."""
    fault: str
    method: str = ""           # empty: any
    path: str = ""             # regular expression, searched in the target ("/bucket/key?list-type=2")
    nth: tuple = ()            # of the requests that fit, counted from 1; empty: each
    times: int | None = None   # no more often
    probability: float = 1.0
    seconds: float = 0.0       # delay
    status: int = 503          # status
    body: str = ""             # status
    headers: dict = dataclasses.field(default_factory=dict)  # status
    bytes: int = 0             # rst_after_bytes, truncate: what gets through; flip: which one; drip: a second
    fraction: float | None = None  # the same as a part of the body
    answer: object = None      # rewrite: a function from Answer to Answer, or [regular expression, replacement]
    fits: int = dataclasses.field(default=0, init=False)
    applied: int = dataclasses.field(default=0, init=False)

    def __post_init__(self):
        if self.fault not in FAULTS:
            raise ValueError(f"unknown fault {self.fault!r}; known are {', '.join(FAULTS)}")

    def place_in(self, body):
        return self.bytes if self.fraction is None else int(len(body) * self.fraction)


@dataclasses.dataclass
class Request:
    method: str
    target: str
    headers: email.message.Message
    body: bytes
    began: float  # when it was here as a whole; time.monotonic()


@dataclasses.dataclass
class Answer:
    status: int
    reason: str
    headers: list
    body: bytes

    def header(self, name):
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)


class FaultProxy:
    """`before(request)` and `after(request, answer)` may be set to functions: they run in the thread of the connection,
    before a request is forwarded and before its answer is sent back, and may change the world meanwhile."""

    def __init__(self, upstream, seed=0, history=None, port=0):
        self.upstream = urllib.parse.urlsplit(upstream)
        self.before = lambda request: None
        self.after = lambda request, answer: None
        self._rules = []
        self._random = random.Random(seed)
        self._history = []
        self._history_file = open(history, "a", encoding="utf-8", buffering=1) if history else None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._server = _Server(("127.0.0.1", port), self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self):
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self):
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        if self._history_file:
            self._history_file.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *exception):
        self.stop()

    def add(self, rule):
        with self._lock:
            self._rules.append(rule)
        return rule

    def clear(self):
        """No rules, no history."""
        with self._lock:
            self._rules.clear()
            self._history.clear()

    def history(self, method="", path=""):
        with self._lock:
            return [entry for entry in self._history
                    if method in ("", entry["method"]) and re.search(path, entry["target"])]

    def count(self, method="", path=""):
        return len(self.history(method, path))

    def rule_for(self, request):
        """The rule that is to be applied to this request, counted."""
        with self._lock:
            for rule in self._rules:
                if rule.method not in ("", request.method) or not re.search(rule.path, request.target):
                    continue
                rule.fits += 1
                if rule.nth and rule.fits not in rule.nth or rule.applied == rule.times:
                    continue
                if rule.probability < 1 and self._random.random() >= rule.probability:
                    continue
                rule.applied += 1
                return rule
        return None

    def write_down(self, request, answer, rule, forwarded):
        """Before the answer goes back, so that whatever follows from an answer began after its `ended`. What a POST says
        is written down too: those are calls, not objects."""
        entry = {"time": time.time(), "method": request.method, "target": request.target,
                 "headers": {name.lower(): value for name, value in request.headers.items()},
                 "forwarded": forwarded, "status": answer.status if answer else None,
                 "answer_bytes": len(answer.body) if answer else 0, "fault": rule.fault if rule else None,
                 "began": request.began, "ended": time.monotonic()}
        if request.method == "POST":
            entry["said"] = request.body.decode(errors="replace")
            entry["answered"] = answer.body.decode(errors="replace") if answer else ""
        with self._lock:
            entry["number"] = len(self._history)
            self._history.append(entry)
            if self._history_file:
                self._history_file.write(json.dumps(entry) + "\n")

    def wait_for_client(self, connection):
        """Until the client goes away, or the proxy stops."""
        connection.settimeout(0.1)
        while not self._stopping.is_set():
            try:
                if not connection.recv(1):
                    return
            except TimeoutError:
                continue
            except OSError:
                return


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address, proxy):
        self.proxy = proxy
        super().__init__(address, _Connection)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (OSError, http.client.HTTPException)):
            super().handle_error(request, client_address)


class _Connection(http.server.BaseHTTPRequestHandler):
    """One client's connection, and one to the upstream. BaseHTTPRequestHandler reads the heads of requests."""
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.upstream = None

    def finish(self):
        if self.upstream:
            self.upstream.close()
        try:
            super().finish()
        except OSError:
            pass  # reset, as the rule said

    def log_message(self, *_):
        pass

    def carry(self):
        proxy = self.server.proxy
        request = Request(self.command, self.path, self.headers, self.read_body(), time.monotonic())
        rule = proxy.rule_for(request)
        fault = rule.fault if rule else None
        if fault == "delay":
            time.sleep(rule.seconds)
        if fault == "black_hole":
            proxy.write_down(request, None, rule, False)
            proxy.wait_for_client(self.connection)
            self.close_connection = True
            return
        if fault == "rst_before":
            proxy.write_down(request, None, rule, False)
            return self.reset()
        if fault == "status":
            answer = Answer(rule.status, "Injected", list(rule.headers.items()), rule.body.encode())
            proxy.write_down(request, answer, rule, False)
            return self.send(request, answer)
        proxy.before(request)
        answer = self.forward(request)
        if fault == "duplicate_forward":
            self.forward(request)
        proxy.after(request, answer)
        proxy.write_down(request, answer, rule, True)
        if fault == "drop_reply_after_forward":
            return self.reset()
        self.send(request, self.altered(answer, rule), rule)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = carry

    def read_body(self):
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    def forward(self, request):
        for attempt in (1, 2):  # the upstream may have closed a connection that waited
            if self.upstream is None:
                upstream = self.server.proxy.upstream
                self.upstream = http.client.HTTPConnection(upstream.hostname, upstream.port, timeout=60)
                self.upstream.connect()
                self.upstream.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                return self.exchange(request)
            except (http.client.RemoteDisconnected, ConnectionError, BrokenPipeError):
                self.upstream.close()
                self.upstream = None
                if attempt == 2:
                    raise

    def exchange(self, request):
        hop = ("connection", "transfer-encoding", "expect", "content-length")
        self.upstream.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers.items():
            if name.lower() not in hop:
                self.upstream.putheader(name, value)
        if request.body or request.method in ("PUT", "POST"):
            self.upstream.putheader("Content-Length", str(len(request.body)))
        self.upstream.endheaders(request.body)
        reply = self.upstream.getresponse()
        body = reply.read()
        headers = [(name, value) for name, value in reply.getheaders() if name.lower() not in hop[:2]]
        return Answer(reply.status, reply.reason, headers, body)

    @staticmethod
    def altered(answer, rule):
        if rule and rule.fault == "flip" and answer.body:
            place = min(rule.place_in(answer.body), len(answer.body) - 1)
            body = answer.body[:place] + bytes([answer.body[place] ^ 0x01]) + answer.body[place + 1:]
            return dataclasses.replace(answer, body=body)
        if rule and rule.fault == "rewrite":
            if callable(rule.answer):
                return rule.answer(answer)
            pattern, replacement = rule.answer
            return dataclasses.replace(answer, body=re.sub(pattern.encode(), replacement.encode(), answer.body))
        return answer

    def send(self, request, answer, rule=None):
        head = f"HTTP/1.1 {answer.status} {answer.reason}\r\n"
        for name, value in answer.headers:
            if name.lower() != "content-length" or request.method == "HEAD":
                head += f"{name}: {value}\r\n"
        if request.method != "HEAD" and answer.status not in (204, 304):
            head += f"Content-Length: {len(answer.body)}\r\n"
        self.wfile.write((head + "\r\n").encode("latin-1"))
        if request.method == "HEAD":
            return
        fault = rule.fault if rule else None
        if fault == "rst_after_bytes":
            self.wfile.write(answer.body[:rule.place_in(answer.body)])
            return self.reset()
        if fault == "truncate":
            self.wfile.write(answer.body[:rule.place_in(answer.body)])
            self.close_connection = True
        elif fault == "drip":
            for start in range(0, len(answer.body), max(rule.bytes // 10, 1)):
                self.wfile.write(answer.body[start:start + max(rule.bytes // 10, 1)])
                time.sleep(0.1)
        else:
            self.wfile.write(answer.body)

    def reset(self):
        """RST rather than FIN."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("upstream")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rules", type=pathlib.Path)
    parser.add_argument("--history")
    given = parser.parse_args()
    with FaultProxy(given.upstream, given.seed, given.history, given.port) as proxy:
        for rule in json.loads(given.rules.read_text()) if given.rules else []:
            proxy.add(Rule(**rule))
        print(proxy.url, flush=True)
        sys.stdin.read()  # until whoever started it goes away


if __name__ == "__main__":
    main()
