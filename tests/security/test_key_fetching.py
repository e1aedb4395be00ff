"""Fetching from servers that may be slow, hostile, or inside the site's own network."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Final

import pytest

from lti_ags.security.key_fetching import KeySetUnavailable, fetch_key_set
from tests.support.key_server import KeyServer, drip, key_server, make_certificate

BODY: Final = b'{"keys": []}'


@pytest.fixture(autouse=True)
def _settings(settings: Any) -> None:
    settings.LTI_AGS_ALLOW_PRIVATE_ADDRESSES = True
    settings.LTI_AGS_TOOL_KEYS_CONNECT_TIMEOUT = 1
    settings.LTI_AGS_TOOL_KEYS_READ_TIMEOUT = 0.5
    settings.LTI_AGS_TOOL_KEYS_TOTAL_TIMEOUT = 1


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with key_server() as served:
        yield served


def refusal(url: str) -> str:
    with pytest.raises(KeySetUnavailable) as caught:
        fetch_key_set(url)
    return caught.value.message


def test_query_string_is_sent_and_credentials_are_not(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password secret")
    monkeypatch.setenv("NETRC", str(netrc))

    fetched = fetch_key_set(f"{server.origin}/keys?client=7")

    path, headers = server.requests[0]
    assert fetched.value == {"keys": []}
    assert path == "/keys?client=7"
    assert headers["host"] == server.origin.removeprefix("http://")
    assert "authorization" not in headers


def test_proxies_of_the_environment_are_not_used(server: KeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with key_server() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.origin)

        fetch_key_set(server.url)

        assert (server.count, proxy.count) == (1, 0)


# --- Time ----------------------------------------------------------------------------------------------------------


def wait(seconds: float) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda handler: time.sleep(seconds)


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    drip(handler, b"HTTP/1.0 200 OK\r\n" + b"X-Filler: abcdefghijklmnopqrstuvwxyz\r\n" * 50, pause=0.1, seconds=4)


def drip_body(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
    drip(handler, b" " * 1000, pause=0.1, seconds=4)


@pytest.mark.parametrize("respond", [wait(4), drip_headers, drip_body], ids=["silence", "headers", "body"])
def test_slow_answer_is_given_up_within_the_time_for_the_whole(
    respond: Callable[[BaseHTTPRequestHandler], None], server: KeyServer
) -> None:
    server.respond = respond
    begin = time.monotonic()

    refusal(server.url)

    assert time.monotonic() - begin < 3.5


def test_line_is_cut_when_the_time_is_up(server: KeyServer) -> None:
    was_cut = threading.Event()

    def respond(handler: BaseHTTPRequestHandler) -> None:
        try:
            drip_headers(handler)
        except OSError:
            was_cut.set()

    server.respond = respond

    assert "within 1 s" in refusal(server.url)
    assert was_cut.wait(30)


def test_name_that_is_found_when_the_time_is_up_is_not_asked_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    is_given_up = threading.Event()
    look_up = socket.getaddrinfo

    def slow_look_up(*args: Any, **kwargs: Any) -> Any:
        is_given_up.wait(30)
        return look_up(*args, **kwargs)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setattr(socket, "getaddrinfo", slow_look_up)

        assert "within 1 s" in refusal(f"http://localhost:{listening.getsockname()[1]}/")

        fetching = [thread for thread in threading.enumerate() if thread.name.startswith("lti_ags-key-set")]
        is_given_up.set()
        for thread in fetching:
            thread.join(30)
        assert fetching
        listening.setblocking(False)
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_line_that_comes_about_when_the_time_is_up_is_cut_unused(monkeypatch: pytest.MonkeyPatch) -> None:
    is_given_up = threading.Event()
    usual = socket.socket

    class SlowSocket(usual):
        def connect(self, address: Any) -> None:
            is_given_up.wait(30)
            super().connect(address)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(30)
        monkeypatch.setattr(socket, "socket", SlowSocket)

        assert "within 1 s" in refusal(f"http://127.0.0.1:{listening.getsockname()[1]}/")

        monkeypatch.setattr(socket, "socket", usual)
        is_given_up.set()
        line, _ = listening.accept()
        with line:
            line.settimeout(30)
            assert line.recv(1) == b""


def test_server_that_accepts_and_never_speaks_tls_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begin = time.monotonic()

        refusal(f"https://127.0.0.1:{silent.getsockname()[1]}/")

        assert time.monotonic() - begin < 3.5


def test_port_where_nobody_listens_is_a_refusal() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert "nothing answers" in refusal(f"http://127.0.0.1:{port}/")


# --- Size and form -------------------------------------------------------------------------------------------------


def test_endless_answer_is_cut(server: KeyServer, settings: Any) -> None:
    settings.LTI_AGS_TOOL_KEYS_TOTAL_TIMEOUT = 10

    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
        for _ in range(10_000):
            handler.wfile.write(b" " * 65_536)

    server.respond = respond

    assert "larger than 262144 bytes" in refusal(server.url)


def test_answer_that_ends_early_is_refused(server: KeyServer) -> None:
    server.body, server.headers = b'{"keys": [', {"Content-Length": "100"}

    assert refusal(server.url)


def test_compressed_answer_is_refused(server: KeyServer) -> None:
    server.headers = {"Content-Encoding": "gzip"}

    assert "compressed" in refusal(server.url)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n\xff\xff",
    ],
    ids=["nothing", "blank", "ssh", "status", "many-headers", "long-header", "chunks", "length", "binary"],
)
def test_answer_that_is_no_http_is_refused(answer: bytes, server: KeyServer) -> None:
    server.respond = lambda handler: handler.wfile.write(answer) and None

    assert refusal(server.url)


@pytest.mark.parametrize(
    "line",
    [b"\x1b]0;owned\x07\x1b[2J\x1b[1;1Hpass  tool_keys: all is well", "\x9b31m\u202e".encode(), b"\rpass\x08\x00"],
    ids=["escapes", "other escapes", "over the line"],
)
def test_what_a_server_sends_for_an_answer_moves_nothing_on_a_terminal(line: bytes, server: KeyServer) -> None:
    server.respond = lambda handler: handler.wfile.write(line + b"\r\n\r\n") and None

    told = refusal(server.url)

    assert told.isascii()
    assert told.isprintable()
    assert told.startswith("BadStatusLine")


def test_chunked_answer_is_read(server: KeyServer) -> None:
    server.respond = lambda handler: (
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nc\r\n" + BODY + b"\r\n0\r\n\r\n")
        and None
    )

    assert fetch_key_set(server.url).value == {"keys": []}


# --- Redirects -----------------------------------------------------------------------------------------------------


def redirect_to(location: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        if handler.path.startswith("/there"):
            handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n" + BODY)
        else:
            handler.wfile.write(f"HTTP/1.0 302 Found\r\nLocation: {location}\r\n\r\n".encode())

    return respond


@pytest.mark.parametrize("location", ["/there", "there?a=b", "{origin}/there"])
def test_redirect_in_the_same_scheme_is_followed(location: str, server: KeyServer) -> None:
    server.respond = redirect_to(location.format(origin=server.origin))

    assert fetch_key_set(server.url).value == {"keys": []}
    assert server.count == 2


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("https://tool.example/jwks", "another scheme"),
        ("file:///etc/passwd", "another scheme"),
        ("ftp://127.0.0.1/", "another scheme"),
        ("gopher://127.0.0.1/", "another scheme"),
        ("/again", "more than 3 times"),
        ("", "more than 3 times"),
        ("http://", "more than 3 times"),
        ("http://[::1", "ValueError"),
        ("http://127.0.0.1:99999/", "ValueError"),
        ("http:///jwks", "more than 3 times"),
        ("/a b", "InvalidURL"),
    ],
)
def test_redirect_elsewhere_is_refused(location: str, reason: str, server: KeyServer) -> None:
    server.respond = redirect_to(location)

    assert reason in refusal(server.url)


@pytest.mark.parametrize("url", ["jwks.json", "//tool.example/jwks", "https:///jwks", "ftp://tool.example/jwks", ""])
def test_address_that_is_no_whole_web_address_is_refused(url: str) -> None:
    assert "not an absolute http or https URL" in refusal(url)


# --- Addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0", "[::ffff:7f00:1]"])
def test_private_address_is_not_connected_to(host: str, server: KeyServer, settings: Any) -> None:
    settings.LTI_AGS_ALLOW_PRIVATE_ADDRESSES = False
    port = server.origin.rpartition(":")[2]

    assert "no public address" in refusal(f"https://{host}:{port}/jwks.json")
    assert server.count == 0


def test_plain_http_is_for_private_addresses_only(server: KeyServer, settings: Any) -> None:
    settings.LTI_AGS_ALLOW_PRIVATE_ADDRESSES = False

    assert "https://" in refusal(server.url)
    assert server.count == 0


# --- TLS -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return make_certificate(tmp_path / "localhost.pem")


def test_https_is_spoken_with_the_name(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))

    with key_server(certificate=certificate, host="localhost") as server:
        assert fetch_key_set(server.url).value == {"keys": []}
        assert server.requests[0][1]["host"] == server.origin.removeprefix("https://")


def test_certificate_of_an_unknown_authority_is_refused(certificate: Path) -> None:
    with key_server(certificate=certificate, host="localhost") as server:
        assert "certificate is not trusted" in refusal(server.url)
        assert server.count == 0


def test_authorities_may_be_a_folder_and_an_empty_one_trusts_nobody(
    certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "authorities"
    folder.mkdir()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder))

    with key_server(certificate=certificate, host="localhost") as server:
        assert "certificate is not trusted" in refusal(server.url)
        assert server.count == 0


def test_certificate_of_another_host_is_refused(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))

    with key_server(certificate=certificate, host="127.0.0.1") as server:
        assert "certificate is not trusted" in refusal(server.url)
        assert server.count == 0


def test_redirect_from_https_to_http_is_refused(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))

    with key_server() as plain, key_server(certificate=certificate, host="localhost") as server:
        server.respond = redirect_to(plain.url)

        assert "another scheme" in refusal(server.url)
        assert plain.count == 0
