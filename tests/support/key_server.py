"""A tool's key server: real HTTP or HTTPS on 127.0.0.1, as well-behaved or as hostile as a test needs."""

from __future__ import annotations

import ipaddress
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.support.tools import public_jwk, rsa_key

Respond = Callable[[BaseHTTPRequestHandler], None]


class KeyServer:
    """
    Serves a key set at every path, and counts.

    ``keys``, ``headers``, ``status`` and ``body`` may be changed at any time. ``respond`` takes over the answer.
    ``requests`` are the paths and headers that were asked for.
    """

    def __init__(self, port: int, *, scheme: str = "http", host: str = "127.0.0.1") -> None:
        self.origin = f"{scheme}://{host}:{port}"
        self.keys: list[dict[str, Any]] = []
        self.headers: dict[str, str] = {}
        self.status = 200
        self.body: bytes | None = None
        self.respond: Respond | None = None
        self.requests: list[tuple[str, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"{self.origin}/jwks.json"

    @property
    def count(self) -> int:
        return len(self.requests)

    def publish(self, *kids: str) -> None:
        """Serve the keys with the numbers 0, 1, … under these names."""
        self.keys = [public_jwk(rsa_key(number), kid=kid) for number, kid in enumerate(kids)]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.requests.append((handler.path, {name.lower(): value for name, value in handler.headers.items()}))
        if self.respond is not None:
            self.respond(handler)
            return
        body = self.body if self.body is not None else json.dumps({"keys": self.keys}).encode()
        handler.send_response(self.status)
        for name, value in {"Content-Length": str(len(body)), **self.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 50

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what some tests are about."""


@contextmanager
def key_server(*, certificate: Path | None = None, host: str = "127.0.0.1") -> Iterator[KeyServer]:
    """Serve on a free port; with a certificate (and its key in the same file), by HTTPS and under ``host``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.answer(self)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = _Server(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    served = KeyServer(server.server_address[1], scheme="https" if certificate else "http", host=host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_certificate(path: Path, *, host: str = "localhost") -> Path:
    """Write a certificate for ``host`` that signs itself, and its key, to one file."""
    key: rsa.RSAPrivateKey = rsa_key(8)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        alternative = x509.DNSName(host)
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(pem + certificate.public_bytes(Encoding.PEM))
    return path


def drip(handler: BaseHTTPRequestHandler, data: bytes, *, pause: float, seconds: float = 30) -> None:
    """Send one byte after the other."""
    end = time.monotonic() + seconds
    for byte in data:
        if time.monotonic() > end:
            return
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(pause)
