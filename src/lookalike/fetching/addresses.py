"""Which addresses everybody reaches, and the refusal of others."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence

import urllib3
from urllib3.connection import HTTPConnection

from lookalike.errors import PictureError
from lookalike.fetching.failures import Transient, failed, failure, readable

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _private(host: str, address: str) -> PictureError:
    return PictureError(
        f"{readable(host)} is at {address}, which is not a public address.",
        reason="private-address",
        next_step="If the server is yours, allow it: --allow-private (allow_private=True in Python).",
    )


def is_public(address: str) -> bool:
    """True for an IP address that is reachable from anywhere.

    Private, loopback, link-local, multicast and reserved addresses are not. An IPv4 address inside an IPv6
    one (mapped, 6to4, Teredo, NAT64) counts as itself.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner: Sequence[ipaddress.IPv4Address | None] = (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ()))
        if ip in _NAT64:
            inner = (ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF),)
        held = [v4 for v4 in inner if v4 is not None]
        if held:
            return all(is_public(str(v4)) for v4 in held)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def require_public(url: str, timeout: float) -> None:
    """Refuse, before any connection, a host of which one address is not public."""
    parsed = urllib3.util.parse_url(url)
    host = (parsed.host or "").strip("[]")
    if not host:
        raise failed(url, "it names no host")
    try:
        found = socket.getaddrinfo(host, parsed.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise failure(url, error, timeout) from None
    for *_, place in found:
        if not is_public(str(place[0])):
            raise _private(host, str(place[0]))


def check_peer(connection: HTTPConnection) -> None:
    """Refuse the address that the connection really reached: a name may lead elsewhere the second time."""
    if connection.sock is None:
        raise Transient("the connection was closed")
    address = str(connection.sock.getpeername()[0])
    if not is_public(address):
        connection.close()
        raise _private(connection.host, address)
