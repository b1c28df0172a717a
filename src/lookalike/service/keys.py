"""Who may read and who may write: keys, the page's cookie, and this machine."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import time
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers

from lookalike.errors import BadArgument
from lookalike.service.config import ServiceConfig
from lookalike.service.problems import NoKey, NotAllowed

COOKIE = "lookalike-session"
SESSION_SECONDS = 7 * 24 * 3600

_FORWARDED = ("forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip")
_KEY_STEP = "Send the header Authorization: Bearer KEY, with a key of the service."


async def may_read(request: Request) -> None:
    """Let a request through that may read; else raise `NoKey`."""
    config: ServiceConfig = request.app.state.config
    if not config.read_keys:
        return
    if not holds(request, (*config.read_keys, *config.write_keys)):
        given = given_key(request.headers)
        raise NoKey(
            "The service does not know this key." if given else "Reading needs a key.", next_step=_KEY_STEP
        )


async def may_see(request: Request) -> None:
    """Like `may_read`, for what an ``<img>`` loads, which sends no header: ``?key=`` counts as well."""
    config: ServiceConfig = request.app.state.config
    given = request.query_params.get("key", "") if config.read_keys else ""
    if not given or not is_one_of(given, (*config.read_keys, *config.write_keys)):
        await may_read(request)


async def may_write(request: Request) -> None:
    """Let a request through that may write; else raise `NoKey` or `NotAllowed`.

    Without a write key only this machine may: the connection, the ``Host`` it names and the page it comes
    from, if any, are all local, and no proxy stands between.
    """
    config: ServiceConfig = request.app.state.config
    if not config.write_keys:
        await may_read(request)
        if not from_this_machine(request):
            raise NotAllowed(
                "Without a write key only this machine may write.",
                next_step="Start the service with --write-key, and send that key.",
            )
        return
    if not holds(request, config.write_keys):
        raise _refused(request, config)
    asks = request.method == "GET"  # which browsers send without an origin, and which changes nothing
    if not given_key(request.headers) and not same_origin(request, required=not asks):
        raise NotAllowed("Another site's page may not write.", next_step="Write from the service's own page.")


def _refused(request: Request, config: ServiceConfig) -> NoKey | NotAllowed:
    if holds(request, config.read_keys):
        return NotAllowed("This key may only read.", next_step="Send a write key.")
    return NoKey("Writing needs a write key.", next_step=_KEY_STEP)


def holds(request: Request, keys: tuple[str, ...]) -> bool:
    """Whether a request carries one of these keys, or the cookie of a session opened with one.

    Where a key is given the cookie counts for nothing.
    """
    given = given_key(request.headers)
    if given:
        return is_one_of(given, keys)
    cookie = request.cookies.get(COOKIE, "")
    return bool(cookie) and _opened_with(cookie, keys)


def given_key(headers: Headers) -> str:
    """The key in a request's headers, or an empty text."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "")


def is_one_of(given: str, keys: tuple[str, ...]) -> bool:
    """Whether a text is one of the keys; takes as long for a near miss as for any other."""
    found = False
    for key in keys:
        found |= hmac.compare_digest(given.encode(), key.encode())
    return found


def session_cookie(key: str, now: float | None = None) -> str:
    """A cookie's value that says, until it ends, that its holder showed this key; the key is not in it."""
    until = str(int(time.time() if now is None else now) + SESSION_SECONDS)
    return f"{until}.{_signed(until, key)}"


def _opened_with(cookie: str, keys: tuple[str, ...]) -> bool:
    until, _, signature = cookie.partition(".")
    if not until.isascii() or not until.isdecimal() or len(until) > 12 or int(until) < time.time():
        return False
    found = False
    for key in keys:
        found |= hmac.compare_digest(signature.encode(), _signed(until, key).encode())
    return found


def _signed(until: str, key: str) -> str:
    digest = hmac.new(key.encode(), b"lookalike session " + until.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def from_this_machine(request: Request) -> bool:
    """Whether connection, named host and page of origin are all of this machine, and no proxy is between."""
    client = request.client
    return (
        client is not None
        and is_loopback(client.host)
        and len(hosts := request.headers.getlist("host")) == 1
        and is_loopback(_host(hosts[0]))
        and not any(name in _FORWARDED or name.startswith("x-forwarded-") for name in request.headers)
        and same_origin(request, required=False)
    )


def same_origin(request: Request, *, required: bool) -> bool:
    """Whether a browser says that one of this service's own pages sent the request.

    Requests without an origin, as programs send them, pass unless one is ``required``.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return not required or request.headers.get("sec-fetch-site") == "same-origin"
    return urlsplit_or_none(origin) == request.headers.get("host", "").lower()


def urlsplit_or_none(origin: str) -> str | None:
    """Host and port of an origin as it stands there, or None where it is no http origin."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    return parts.netloc.lower() if parts.scheme in ("http", "https") else None


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own: 127.0.0.0/8, ::1 or localhost."""
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _host(header: str) -> str:
    """The host of a ``Host`` header without its port; empty where it is none that a client may send."""
    try:
        return "" if "@" in header else urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def require_key(config: ServiceConfig, key: object) -> str:
    """A key as somebody typed it, if it is one. Raises `NoKey`, `BadArgument`."""
    if not isinstance(key, str):
        raise BadArgument("key is no text.", next_step='Send {"key": "..."}.')
    if not is_one_of(key, (*config.read_keys, *config.write_keys)):
        raise NoKey("This key is not known.", next_step="Ask who runs the service.")
    return key
