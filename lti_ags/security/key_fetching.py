"""
Fetching a tool's key set over HTTP.

The other side may be slow, hostile or both. Time to connect, time between two packets, the time of the whole and the
size are limited; proxies, cookies and credentials of the environment are not used; redirects are few and stay in their
scheme; and every connection, redirected or not, goes to a public address.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.translation import gettext_noop as _
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from lti_ags import __version__
from lti_ags.conf import app_settings
from lti_ags.exceptions import LtiAgsError
from lti_ags.security.public_addresses import PrivateAddress, connect
from lti_ags.security.reasons import ReasonedError

T = TypeVar("T")

MAX_REDIRECTS: Final = 3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_HEADERS: Final = {
    "Accept": "application/jwk-set+json, application/json;q=0.9, */*;q=0.1",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": f"lti-ags/{__version__}",
}
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class KeySetUnavailable(ReasonedError, LtiAgsError):
    """A key set could not be had; the message says why and is for operators, not for whoever asked for a token."""


class KeyServerUnreachable(KeySetUnavailable):
    """No line to the server came about, or it broke. Why is for operators: it tells who is in the site's network."""


@dataclass(frozen=True, slots=True)
class FetchedKeySet:
    """What came: a JSON value, and the seconds for which the server lets it be kept, None when it does not say."""

    value: Any
    max_age: float | None


class _Call:
    """One fetch, and the means to end it from outside whatever it is waiting for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_aborted = False
        self._line: socket.socket | None = None

    def hold(self, connection: socket.socket) -> None:
        """Keep a second handle: wrapping a socket for TLS takes the first one away."""
        with self._lock:
            self._release()
            if self._is_aborted:
                raise TimeoutError
            self._line = connection.dup()

    def _release(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def is_aborted(self) -> bool:
        """Whether nobody waits for the answer any more."""
        with self._lock:
            return self._is_aborted

    def abort(self) -> None:
        """Cut the line; whoever waits on it gets an error at once."""
        with self._lock:
            self._is_aborted = True
            if self._line is not None:
                with suppress(OSError):  # the other side may have closed it in the meantime
                    self._line.shutdown(socket.SHUT_RDWR)
                self._release()


class _Connection(http.client.HTTPConnection):
    """A connection to a checked address; TLS and the Host header use the name."""

    def __init__(self, parts: SplitResult, *, call: _Call) -> None:
        self._call = call
        self._tls = _tls_context() if parts.scheme == "https" else None
        self.default_port = _DEFAULT_PORTS[parts.scheme]
        super().__init__(parts.hostname or "", parts.port or self.default_port)

    def connect(self) -> None:
        """Connect within the time limit, then wait for each packet within its own."""
        connection = connect(
            self.host,
            self.port,
            timeout=app_settings.seconds("LTI_AGS_TOOL_KEYS_CONNECT_TIMEOUT"),
            allow_private=bool(app_settings.value("LTI_AGS_ALLOW_PRIVATE_ADDRESSES")),
            is_given_up=self._call.is_aborted,
        )
        try:
            self._call.hold(connection)
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_hostname=self.host)
            connection.settimeout(app_settings.seconds("LTI_AGS_TOOL_KEYS_READ_TIMEOUT"))
        except BaseException:
            connection.close()
            raise
        self.sock = connection


def fetch_key_set(url: str) -> FetchedKeySet:
    """
    Fetch the JSON at ``url``.

    Raises:
        KeySetUnavailable: it did not come, not in time, not whole, or is not JSON.
    """
    seconds = app_settings.seconds("LTI_AGS_TOOL_KEYS_TOTAL_TIMEOUT")
    return _within(seconds, lambda call: _fetch(url, call=call))


def _within(seconds: float, work: Callable[[_Call], T]) -> T:
    """
    Run ``work`` in a thread, and cut its line when the time is up.

    Looking a name up, a TLS handshake or a header that comes drop by drop know no limit of their own.
    """
    call = _Call()
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lti_ags-key-set")
    waiting = executor.submit(work, call)
    executor.shutdown(wait=False)
    try:
        return waiting.result(timeout=seconds)
    except TimeoutError:
        raise KeyServerUnreachable(_("no complete answer within {seconds} s"), seconds=f"{seconds:g}") from None
    finally:
        call.abort()


def _fetch(url: str, *, call: _Call) -> FetchedKeySet:
    scheme = urlsplit(url).scheme
    try:
        for _hop in range(MAX_REDIRECTS + 1):
            answer, body = _get(url, call=call)
            if answer.status not in _REDIRECTS:
                return _read(answer, body)
            url = urljoin(url, answer.headers.get("Location", ""))
            if urlsplit(url).scheme != scheme:
                raise KeySetUnavailable(_("it redirects to another scheme"))
    except TimeoutError as error:
        raise KeyServerUnreachable(_("the server is too slow")) from error
    except (http.client.HTTPException, ssl.SSLCertVerificationError) as error:
        raise _because(error, kind=KeySetUnavailable) from error
    except OSError as error:
        raise _because(error, kind=KeyServerUnreachable) from error
    except ValueError as error:
        raise _because(error, kind=KeySetUnavailable) from error
    raise KeySetUnavailable(_("it redirects more than {limit} times"), limit=MAX_REDIRECTS)


def _because(error: Exception, *, kind: type[KeySetUnavailable]) -> KeySetUnavailable:
    """
    Say what the common failures mean; the others by their own words.

    These may be the server's, which must not move the cursor of whoever reads a log or the doctor's answer.
    """
    if isinstance(error, PrivateAddress):
        return kind(_("its host has no public address"))
    if isinstance(error, socket.gaierror):
        return kind(_("there is no such host"))
    if isinstance(error, ConnectionRefusedError):
        return kind(_("nothing answers there"))
    if isinstance(error, ssl.SSLCertVerificationError):
        return kind(_("its certificate is not trusted, {words}"), words=error.verify_message)
    return kind("{name}: {words!a}", name=type(error).__name__, words=str(error)[:200])


def _get(url: str, *, call: _Call) -> tuple[http.client.HTTPResponse, bytes]:
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise KeySetUnavailable(_("its address is not an absolute http or https URL"))
    if parts.scheme == "http" and not app_settings.value("LTI_AGS_ALLOW_PRIVATE_ADDRESSES"):
        raise KeySetUnavailable(_("its address must start with https://"))
    limit = app_settings.integer("LTI_AGS_TOOL_KEYS_MAX_BYTES")
    connection = _Connection(parts, call=call)
    try:
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), headers=_HEADERS)
        with connection.getresponse() as answer:
            body = answer.read(limit + 1)
    finally:
        connection.close()
    if len(body) > limit:
        raise KeySetUnavailable(_("it is larger than {limit} bytes"), limit=limit)
    return answer, body


def _read(answer: http.client.HTTPResponse, body: bytes) -> FetchedKeySet:
    if answer.status != http.client.OK:
        raise KeySetUnavailable(_("the server answers with status {status}"), status=answer.status)
    if answer.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
        raise KeySetUnavailable(_("it came compressed, which was not asked for"))
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise KeySetUnavailable(_("it is not JSON")) from error
    return FetchedKeySet(value, _max_age(answer.headers))


def _max_age(headers: http.client.HTTPMessage) -> float | None:
    """Read for how long the answer may be kept (RFC 9111 section 5.2.2); 0 when it should not be."""
    directives = ",".join(headers.get_all("Cache-Control", [])).lower()
    if re.search(r"\bno-(?:store|cache)\b", directives):
        return 0.0
    found = re.search(r'\bmax-age\s*=\s*"?(\d{1,9})\b', directives)
    if found is None:
        return None
    age = headers.get("Age", "0").strip()
    return max(0.0, float(found[1]) - (float(age) if re.fullmatch(r"\d{1,9}", age) else 0.0))


def _tls_context() -> ssl.SSLContext:
    """Trust the authorities that ``requests`` trusts, which is what the rest of the platform does."""
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or DEFAULT_CA_BUNDLE_PATH
    if os.path.isdir(bundle):
        return ssl.create_default_context(capath=bundle)
    return ssl.create_default_context(cafile=bundle)
