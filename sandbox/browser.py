"""A browser without a screen: keeps cookies, follows redirects, and fills in forms as a person would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import requests

_TIMEOUT_SECONDS: Final = 30
_VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr"})
_INLINE: Final = frozenset({"a", "abbr", "b", "code", "em", "i", "small", "span", "strong"})
_UNSEEN: Final = frozenset({"script", "style", "template", "title"})


class BrowserError(Exception):
    """The page is not what the person at the browser expected."""


@dataclass
class Form:
    """A form with the values that its fields have already; a button has a value only when it is pressed."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """A page as the browser shows it. ``notices``: what it says in its status and alert regions."""

    url: str
    status: int
    html: str
    text: str
    notices: tuple[str, ...]
    forms: tuple[Form, ...]
    links: tuple[str, ...]

    def form(self, *, action: str = "") -> Form:
        """
        Return the first form whose address contains ``action``.

        Raises:
            BrowserError: there is none.
        """
        for form in self.forms:
            if action in form.action:
                return form
        raise BrowserError(f"{self.url} ({self.status}) has no form for {action!r}. It says: {self.text[:500]}")

    def link(self, part: str) -> str:
        """
        Return the first address that contains ``part`` and to which a link or a frame leads.

        Raises:
            BrowserError: there is none.
        """
        for link in self.links:
            if part in link:
                return link
        raise BrowserError(f"{self.url} ({self.status}) has no link to {part!r}. It says: {self.text[:500]}")


class Browser:
    """
    One person's browser.

    Cookies are kept by host and not by port, as real browsers do: the servers of the sandbox share 127.0.0.1.
    """

    def __init__(self) -> None:
        self.session = requests.Session()

    def close(self) -> None:
        """Let go of every connection."""
        self.session.close()

    def open(self, url: str) -> Page:
        """Go to an address and follow redirects."""
        return _page(self.session.get(url, timeout=_TIMEOUT_SECONDS))

    def read_json(self, url: str) -> dict[str, Any]:
        """Return what is at an address that is for programs."""
        answer = self.session.get(url, timeout=_TIMEOUT_SECONDS)
        answer.raise_for_status()
        members: dict[str, Any] = answer.json()
        return members

    def submit(self, form: Form, *, values: Mapping[str, str] | None = None, origin: str = "") -> Page:
        """
        Send a form, with some of its fields filled in.

        Arguments:
            origin: the page that holds the form; told to the server as browsers do.
        """
        data = {**form.values, **(values or {})}
        if form.method == "get":
            return _page(self.session.get(form.action, params=data, timeout=_TIMEOUT_SECONDS))
        headers = {"Origin": _origin(origin), "Referer": origin} if origin else {}
        return _page(self.session.post(form.action, data=data, headers=headers, timeout=_TIMEOUT_SECONDS))

    def sign_in(self, login_url: str, *, username: str) -> Page:
        """
        Pick a person on the sandbox's log-in page.

        Raises:
            BrowserError: the page knows nobody of this name.
        """
        page = self.open(login_url)
        answer = self.submit(page.form(action="login"), values={"username": username}, origin=page.url)
        if answer.status != 200:
            raise BrowserError(f"{username} was not let in ({answer.status}). The page says: {answer.text[:500]}")
        return answer

    def launch(self, start_url: str) -> Page:
        """
        Go where a course page's link to a tool leads, and send the form that the platform makes the browser send.

        Raises:
            BrowserError: the platform shows something else, such as why it does not launch.
        """
        page = self.open(start_url)
        while len(page.forms) == 1 and {"id_token", "error"} & page.forms[0].values.keys():
            page = self.submit(page.forms[0], origin=page.url)
        return page


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _page(response: requests.Response) -> Page:
    reader = _Reader(response.url)
    reader.feed(response.text)
    notices = tuple(_squeezed(words) for words in reader.notices)
    return Page(
        url=response.url,
        status=response.status_code,
        html=response.text,
        text=_squeezed(reader.words),
        notices=notices,
        forms=tuple(reader.forms),
        links=tuple(reader.links),
    )


def _squeezed(words: list[str]) -> str:
    return " ".join("".join(words).split())


class _Reader(HTMLParser):
    """Collects the forms, the links and the visible words of a page."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.notices: list[list[str]] = []
        self._notice_depth = 0
        self._base = base
        self._open: list[str] = []
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append(tag)
        if tag not in _INLINE:
            self._hear(" ")
        if attributes.get("role") in ("status", "alert") and not self._notice_depth:
            self._notice_depth = len(self._open)
            self.notices.append([])
        if tag == "form":
            action = urljoin(self._base, attributes.get("action") or self._base)
            self.forms.append(Form(action, attributes.get("method", "get").lower()))
        elif tag in ("a", "iframe"):
            target = attributes.get("href" if tag == "a" else "src")
            if target:
                self.links.append(urljoin(self._base, target))
        elif self.forms and "form" in self._open:
            self._read_field(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag not in _INLINE:
            self._hear(" ")
        if len(self._open) < self._notice_depth:
            self._notice_depth = 0
        if tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[-1].values[self._textarea] += data
        if not _UNSEEN & set(self._open):
            self._hear(data)

    def _hear(self, words: str) -> None:
        """Add to what a person reads, on the page and in its notice."""
        self.words.append(words)
        if self._notice_depth:
            self.notices[-1].append(words)

    def _read_field(self, tag: str, attributes: dict[str, str]) -> None:
        values, name = self.forms[-1].values, attributes.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "textarea" and name:
            self._textarea = name
            values[name] = ""
        elif tag == "option" and self._select:
            if "selected" in attributes or self._select not in values:
                values[self._select] = attributes.get("value", "")
        elif tag == "input" and name:
            kind = attributes.get("type", "text")
            if kind in ("checkbox", "radio"):
                if "checked" in attributes:
                    values[name] = attributes.get("value", "on")
            elif kind not in ("submit", "button", "image", "file"):
                values[name] = attributes.get("value", "")
