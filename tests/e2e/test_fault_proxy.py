"""The fault proxy against a plain server: every fault is what its name says."""

import http.client
import http.server
import json
import threading
import time

import pytest

from fault_proxy import SLOW_DOWN, Answer, FaultProxy, Rule
from harness import PATIENCE_S

BODY = bytes(range(256)) * 64


class Upstream(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.server.seen.append((self.command, self.path, self.rfile.read(int(self.headers.get("Content-Length", 0)))))
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(BODY)

    do_GET = do_PUT = do_HEAD = answer

    def log_message(self, *_):
        pass


@pytest.fixture(name="upstream")
def _upstream():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    server.daemon_threads = True
    server.seen = []
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(name="proxy")
def _proxy(upstream, tmp_path):
    with FaultProxy(f"http://127.0.0.1:{upstream.server_address[1]}", 1, tmp_path / "history") as proxy:
        yield proxy


def ask(proxy, method="GET", target="/a", body=None):
    connection = http.client.HTTPConnection(proxy.url.removeprefix("http://"), timeout=PATIENCE_S)
    connection.request(method, target, body)
    reply = connection.getresponse()
    return reply.status, reply.read()


def test_without_rules_everything_goes_through(proxy, upstream):
    assert ask(proxy) == (200, BODY)
    assert ask(proxy, "PUT", "/x%20y?z=1", b"put") == (200, BODY)
    assert ask(proxy, "HEAD")[0] == 200
    assert upstream.seen == [("GET", "/a", b""), ("PUT", "/x%20y?z=1", b"put"), ("HEAD", "/a", b"")]


def test_history_tells_what_came_by(proxy, tmp_path):
    ask(proxy, target="/one")
    ask(proxy, "PUT", "/two", b"put")
    lines = [json.loads(line) for line in (tmp_path / "history").read_text().splitlines()]
    assert [(line["method"], line["target"], line["status"]) for line in lines] == [("GET", "/one", 200),
                                                                                    ("PUT", "/two", 200)]
    assert proxy.count("PUT") == 1 and proxy.count(path="^/one$") == 1 and proxy.count() == 2


def test_status_is_answered_without_the_upstream(proxy, upstream):
    proxy.add(Rule("status", status=503, body=SLOW_DOWN))
    assert ask(proxy) == (503, SLOW_DOWN.encode())
    assert upstream.seen == []


def test_nth_and_times_count_the_requests_that_fit(proxy):
    proxy.add(Rule("status", path="^/a", nth=(2,)))
    proxy.add(Rule("status", path="^/b", times=1))
    assert [ask(proxy, target=target)[0] for target in ("/a", "/b", "/a", "/a", "/b")] == [200, 503, 503, 200, 200]


def test_probability_is_seeded(upstream):
    def statuses():
        with FaultProxy(f"http://127.0.0.1:{upstream.server_address[1]}", seed=3) as proxy:
            proxy.add(Rule("status", probability=0.5))
            return [ask(proxy)[0] for _ in range(20)]

    assert statuses() == statuses()
    assert set(statuses()) == {200, 503}


@pytest.mark.parametrize("rule, reaches_upstream", [
    (Rule("rst_before"), False), (Rule("drop_reply_after_forward"), True), (Rule("rst_after_bytes", bytes=10), True)])
def test_resets_break_the_connection(proxy, upstream, rule, reaches_upstream):
    proxy.add(rule)
    with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
        ask(proxy)
    assert bool(upstream.seen) == reaches_upstream


def test_a_truncated_body_is_shorter_than_its_length_says(proxy):
    proxy.add(Rule("truncate", fraction=0.25))
    with pytest.raises(http.client.IncompleteRead) as error:
        ask(proxy)
    assert error.value.partial == BODY[:len(BODY) // 4]


def test_a_flipped_byte_is_one_other_byte(proxy):
    proxy.add(Rule("flip", bytes=100))
    status, body = ask(proxy)
    assert status == 200
    assert [place for place, (a, b) in enumerate(zip(body, BODY)) if a != b] == [100]


def test_delay_and_drip_take_their_time(proxy):
    proxy.add(Rule("delay", path="^/delay", seconds=0.3))
    proxy.add(Rule("drip", path="^/drip", bytes=len(BODY) * 2))
    for target in ("/delay", "/drip"):
        started = time.monotonic()
        assert ask(proxy, target=target) == (200, BODY)
        assert time.monotonic() - started >= 0.3


def test_a_duplicate_reaches_the_upstream_twice(proxy, upstream):
    proxy.add(Rule("duplicate_forward"))
    assert ask(proxy, "PUT", body=b"x") == (200, BODY)
    assert upstream.seen == [("PUT", "/a", b"x")] * 2


def test_rewrite_changes_the_answer(proxy):
    proxy.add(Rule("rewrite", path="^/f", answer=lambda answer: Answer(201, "Made", [], answer.body[:3])))
    proxy.add(Rule("rewrite", path="^/p", answer=["abc", "xyz"]))
    assert ask(proxy, target="/f") == (201, BODY[:3])
    assert ask(proxy, target="/p") == (200, BODY.replace(b"abc", b"xyz"))


def test_a_black_hole_never_answers(proxy):
    proxy.add(Rule("black_hole"))
    connection = http.client.HTTPConnection(proxy.url.removeprefix("http://"), timeout=0.3)
    connection.request("GET", "/a")
    with pytest.raises(TimeoutError):
        connection.getresponse()


def test_hooks_run_before_the_upstream_and_before_the_answer(proxy, upstream):
    order = []
    proxy.before = lambda request: order.append(("before", request.target, len(upstream.seen)))
    proxy.after = lambda request, answer: order.append(("after", answer.status, len(upstream.seen)))
    ask(proxy)
    assert order == [("before", "/a", 0), ("after", 200, 1)]


def test_an_unknown_fault_is_refused():
    with pytest.raises(ValueError, match="unknown fault 'explode'"):
        Rule("explode")
