"""What gives out credentials, on this machine: an endpoint that answers by a function, and AWS's own hosts behind a proxy.

CONNECT of `AwsHosts` leads to no host of that name but to itself, under a certificate of its own, so that a program for
which it is HTTPS_PROXY, and its `ca_path` AWS_CA_BUNDLE, speaks to STS and SSO as it would anywhere.
"""

import datetime
import http.server
import ssl
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOSTS = ("sts.us-east-1.amazonaws.com", "vpce-1.sts.us-east-1.vpce.amazonaws.com", "portal.sso.us-east-1.amazonaws.com")


class Request:
    def __init__(self, handler):
        self.method, self.target, self.headers = handler.command, handler.path, handler.headers
        self.host = handler.headers.get("Host", "")
        self.body = handler.rfile.read(int(handler.headers.get("Content-Length", 0))).decode()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def reply(self):
        request = Request(self)
        self.server.seen.append(request)
        status, text = self.server.answer(request)
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_PUT = do_POST = reply

    def do_CONNECT(self):
        self.send_response(200)
        self.end_headers()
        _Handler(self.server.tls.wrap_socket(self.connection, server_side=True), self.client_address, self.server)
        self.close_connection = True

    def log_message(self, *_):
        pass


class CredentialServer:
    """`answer(request)` is the status and the text; `seen` has every request."""

    def __init__(self, answer):
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.answer = answer
        self._server.seen = self.seen = []
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class AwsHosts(CredentialServer):
    def __init__(self, answer, folder):
        super().__init__(answer)
        self.ca_path = folder / "ca.pem"
        self._server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._server.tls.load_cert_chain(_make_certificate(self.ca_path, folder / "key.pem"), folder / "key.pem")


def _make_certificate(path, key_path):
    """It signs itself, so it is the authority to be trusted too."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS]), critical=False)
        .sign(key, hashes.SHA256()))
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                           serialization.NoEncryption()))
    return path
