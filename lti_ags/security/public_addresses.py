"""
Connections to the outside that cannot be turned to the inside.

A name is looked up once, each address it has is judged, and the connection goes to an address that passed. What the
name means to anyone a moment later does not matter, so DNS rebinding gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from itertools import islice
from typing import Final

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

#: How many addresses of a host are tried: a name may have thousands, each of which takes its time to be silent.
MAX_ADDRESSES: Final = 4
#: Addresses that carry an IPv4 address for a translator (RFC 6052).
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
#: Addresses that lead to an IPv4 address by a tunnel: 6to4 and Teredo, both historic.
_TUNNELS: Final = (ipaddress.ip_network("2002::/16"), ipaddress.ip_network("2001::/32"))


class PrivateAddress(OSError):
    """A host has no address that is open to everybody."""


def is_public(address: IpAddress) -> bool:
    """Whether an address belongs to the open internet: not private, loopback, link-local, multicast or reserved."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _carried(address)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local or any(address in tunnel for tunnel in _TUNNELS):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that a packet to ``address`` ends at, where there is one."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64 or int(address) < 2**32:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _is_open(where: tuple[object, ...]) -> bool:
    """Judge the address of a socket; an IPv6 one may name its interface after a ``%``."""
    return is_public(ipaddress.ip_address(str(where[0]).partition("%")[0]))


def connect(
    host: str, port: int, *, timeout: float, allow_private: bool, is_given_up: Callable[[], bool] = lambda: False
) -> socket.socket:
    """
    Open a TCP connection to the first address of ``host`` that is public and answers, out of the first few.

    Arguments:
        timeout: for each address, in seconds; it stays on the socket.
        allow_private: take any address.
        is_given_up: asked before each address whether nobody waits for the connection any more.

    Raises:
        PrivateAddress: the host has none that is public.
        TimeoutError: it was given up.
        OSError: none of them answers, or there is no such host.
    """
    failure: OSError = PrivateAddress("the host has no public address")
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    allowed = (address for address in found if allow_private or _is_open(address[4]))
    for family, kind, protocol, _, where in islice(allowed, MAX_ADDRESSES):
        if is_given_up():
            raise TimeoutError
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(timeout)
            connection.connect(where)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure
