"""moto's server for one test program: prints its URL and lives until its standard input ends.

moto checks the condition of a write and writes in two steps, so requests are answered one at a time: then a condition
holds when the write takes effect, as on S3. A receive that waits for a message does so outside of that. It also looks at
If-Match when an upload is completed, which moto forgets. Where IAM is enforced (iam_server.py), a batch of SQS needs the
permission of the single call, as on AWS.
"""

import io
import json
import logging
import re
import sys
import threading
import time

from moto.core.utils import utcnow  # noqa: F401  (fails here, with a clear message, where moto is not installed)
from moto.s3.models import s3_backends
from moto.server import DomainDispatcherApplication, create_backend_app
from moto.sqs.models import SQSBackend
from moto.sqs.responses import SQSResponse
from werkzeug.serving import WSGIRequestHandler, make_server

REFUSED = (b"<Error><Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not "
           b"hold</Message></Error>")


class QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections, as S3 does

    def log(self, *_):
        pass


def current_etag(bucket, key):
    backend = s3_backends["123456789012"]["aws"]
    found = backend.get_object(bucket, key) if bucket in backend.buckets else None
    return found.etag.strip('"') if found else None


def receive_at_once(receive_waiting):
    """receive() below waits, for the lock is not to be held meanwhile."""
    def receive_message(self, queue_name, count, wait_seconds_timeout, *rest, **options):
        del wait_seconds_timeout
        return receive_waiting(self, queue_name, count, 0, *rest, **options)

    return receive_message


def permission_of_batches(authorize):
    def authorize_single(self, request_class, resource="*"):
        class Request(request_class):
            def __init__(self, action, **rest):
                super().__init__(action=action.removesuffix("Batch"), **rest)

        authorize(self, Request, resource)

    return authorize_single


SQSBackend.receive_message = receive_at_once(SQSBackend.receive_message)
SQSResponse._authenticate_and_authorize_action = permission_of_batches(  # pylint: disable=protected-access
    SQSResponse._authenticate_and_authorize_action)  # pylint: disable=protected-access


def receive(application, environment, start_response, lock):
    """Long polling by short ones, between which others have their turn."""
    text = environment["wsgi.input"].read(int(environment["CONTENT_LENGTH"]))
    deadline = time.monotonic() + json.loads(text).get("WaitTimeSeconds", 0)
    while True:
        started = []
        with lock:
            answer = b"".join(application({**environment, "wsgi.input": io.BytesIO(text)},
                                          lambda *words: started.append(words)))
        if time.monotonic() >= deadline or not started[0][0].startswith("200") or json.loads(answer).get("Messages"):
            start_response(*started[0])
            return [answer]
        time.sleep(0.1)


def one_at_a_time(application):
    lock = threading.Lock()

    def answer(environment, start_response):
        if environment.get("HTTP_X_AMZ_TARGET") == "AmazonSQS.ReceiveMessage":
            return receive(application, environment, start_response, lock)
        with lock:
            wanted = environment.get("HTTP_IF_MATCH")
            if wanted and environment["REQUEST_METHOD"] == "POST" and "uploadId=" in environment["QUERY_STRING"]:
                # As it came: WSGI has it decoded, as Latin-1.
                path = environment["PATH_INFO"].encode("latin-1").decode("utf-8", "surrogateescape")
                bucket, key = re.fullmatch(r"/([^/]+)/(.*)", path, re.DOTALL).groups()
                if current_etag(bucket, key) != wanted.strip('"'):
                    start_response("412 Precondition Failed", [("Content-Type", "application/xml"),
                                                               ("Content-Length", str(len(REFUSED)))])
                    environment["wsgi.input"].read(int(environment.get("CONTENT_LENGTH") or 0))
                    return [REFUSED]
            return list(application(environment, start_response))

    return answer


def start(port=0):
    """A running server; its `url` is an attribute."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = one_at_a_time(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", port, application, threaded=True, request_handler=QuietHandler)
    server.daemon_threads = True
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


def main():
    print(start().url, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
