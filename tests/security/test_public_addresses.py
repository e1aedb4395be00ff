"""Which addresses are open to everybody."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from lti_ags.security.public_addresses import MAX_ADDRESSES, PrivateAddress, connect, is_public


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::7f00:1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_address_inside_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_address_of_the_open_internet_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_connection_to_the_inside_is_refused_unless_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        accepted: list[Any] = []
        thread = threading.Thread(target=lambda: accepted.append(server.accept()[0]), daemon=True)
        thread.start()

        with pytest.raises(PrivateAddress):
            connect("localhost", port, timeout=1, allow_private=False)
        assert accepted == []
        with connect("localhost", port, timeout=1, allow_private=True) as connection:
            thread.join(2)
            assert connection.getpeername() == ("127.0.0.1", port)
        accepted[0].close()


def test_unknown_host_is_an_error_of_the_look_up() -> None:
    with pytest.raises(socket.gaierror):
        connect("does-not-exist.invalid", 443, timeout=1, allow_private=True)


@pytest.fixture
def name_with(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let every name have these ports of this machine for its addresses."""

    def resolve(*ports: int) -> None:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port)) for port in ports]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: found)

    return resolve


def test_the_first_address_that_answers_is_taken(name_with: Callable[..., None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        name_with(*[silent.getsockname()[1]] * (MAX_ADDRESSES - 1), server.getsockname()[1])

        with connect("tool.example", 443, timeout=1, allow_private=True) as connection:
            assert connection.getpeername() == server.getsockname()


def test_of_many_addresses_that_do_not_answer_only_the_first_few_are_tried(name_with: Callable[..., None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        name_with(*[silent.getsockname()[1]] * MAX_ADDRESSES, server.getsockname()[1])

        with pytest.raises(ConnectionRefusedError):
            connect("tool.example", 443, timeout=1, allow_private=True)


def test_no_further_address_is_tried_once_it_is_given_up(name_with: Callable[..., None]) -> None:
    answers = iter([False, True])
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        name_with(silent.getsockname()[1], server.getsockname()[1])

        with pytest.raises(TimeoutError):
            connect("tool.example", 443, timeout=1, allow_private=True, is_given_up=lambda: next(answers))
