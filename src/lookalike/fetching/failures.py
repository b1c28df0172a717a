"""What went wrong on the way to a picture, in words; and whether it is the picture's fault at all."""

from __future__ import annotations

import errno
import http.client
import os
import re
import socket
import ssl
from collections.abc import Iterator

from urllib3 import exceptions as urllib3_errors

from lookalike.errors import PictureError, StorageError

_EXHAUSTED = {
    errno.EMFILE: "This process has as many open files as it may have",
    errno.ENFILE: "This machine has as many open files as it may have",
    errno.ENOMEM: "This machine has no memory left",
    errno.ENOBUFS: "This machine has no memory left for connections",
}
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_UNREACHABLE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN)
_CLOSED = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, http.client.RemoteDisconnected)
_NO_URL = (urllib3_errors.LocationValueError, urllib3_errors.LocationParseError, UnicodeError)


class Transient(Exception):
    """A failure that may pass; ``wait`` is how many seconds the server asked for."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


def readable(text: str) -> str:
    """A text for a message: control characters, and bytes that are no text, as backslash escapes."""
    return _UNPRINTABLE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    letter = found[0]
    if "\udc80" <= letter <= "\udcff":  # a byte of a file name, as Python holds it (PEP 383)
        return f"\\x{ord(letter) - 0xDC00:02x}"
    return letter.encode("unicode_escape").decode("ascii")


def shown(url: str) -> str:
    """A URL for a message: without password and query, which may be secret, and not endless."""
    short = readable(re.sub(r"//[^/@]*@", "//", url.split("?", 1)[0]))
    return short if len(short) <= 200 else short[:199] + "…"


def failed(url: str, detail: str) -> PictureError:
    """The error for a URL that gave no picture."""
    return PictureError(
        f"{shown(url)} could not be fetched: {detail}.",
        reason="fetch-failed",
        next_step="Check the address and the network, then run again.",
    )


def failure(url: str, error: Exception, timeout: float) -> StorageError | PictureError | Transient:
    """What to raise for an error of the network: `StorageError` where no other picture could be read either.

    `Transient` where another try may help. ``timeout`` is how many seconds a picture was given.
    """
    if (fault := machine_fault(error)) is not None:
        return fault
    said = in_words(error, timeout)
    lasting = isinstance(error, (urllib3_errors.SSLError, *_NO_URL))
    return failed(url, said) if lasting else Transient(said)


def machine_fault(error: BaseException) -> StorageError | None:
    """The error that stops a run because this machine is out of open files or memory; None for others."""
    said = ""
    for cause in _causes(error):
        if isinstance(cause, MemoryError):
            said = said or _EXHAUSTED[errno.ENOMEM]
        elif isinstance(cause, OSError):
            number = _no_socket() if isinstance(cause, socket.gaierror) else cause.errno
            said = said or _EXHAUSTED.get(number or 0, "")
    if not said:
        return None
    return StorageError(
        f"{said}; no picture can be read.",
        next_step="Close other programs, or allow more open files (ulimit -n 4096), then run again.",
    )


def _no_socket() -> int | None:
    """Why no socket can be opened: a name that is not found may only mean that none was left to ask with."""
    try:
        socket.socket().close()
    except OSError as error:
        return error.errno
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and those that it came from, the outermost first."""
    waiting: list[BaseException] = [error]
    met: set[int] = set()
    while waiting:
        cause = waiting.pop(0)
        if id(cause) not in met:
            met.add(id(cause))
            yield cause
            context = None if cause.__suppress_context__ else cause.__context__
            held = (*cause.args, getattr(cause, "reason", None), cause.__cause__, context)
            waiting += [inner for inner in held if isinstance(inner, BaseException)]


def in_words(error: BaseException, timeout: float) -> str:
    """What an error of the network means, without its class and its arguments."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not valid ({readable(cause.verify_message).rstrip('.')})"
    for cause in reversed(causes):  # the innermost knows best
        if said := _word(cause, timeout):
            return said
    return f"the connection failed ({type(error).__name__})"


def _word(error: BaseException, timeout: float) -> str:  # noqa: PLR0911
    if isinstance(error, socket.gaierror):
        unknown = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
        return "no such host" if unknown else "its host could not be looked up (is there a network?)"
    if isinstance(error, TimeoutError | urllib3_errors.TimeoutError):
        return f"timed out after {timeout:g} s"
    if isinstance(error, ConnectionRefusedError):
        return "the server refused the connection"
    if isinstance(error, _CLOSED):
        return "the server closed the connection"
    if isinstance(error, http.client.IncompleteRead):
        return "the server closed the connection before the end of the picture"
    if isinstance(error, ssl.SSLError | urllib3_errors.SSLError):
        return "no encrypted connection could be made"
    if isinstance(error, OSError) and error.errno in _UNREACHABLE:
        return "its server cannot be reached"
    if isinstance(error, _NO_URL):
        return "the address is not a valid URL"
    if isinstance(error, http.client.HTTPException | urllib3_errors.InvalidHeader):
        return "its answer is not HTTP"
    if isinstance(error, urllib3_errors.DecodeError):
        return "its answer cannot be unpacked"
    if isinstance(error, OSError) and error.errno:
        return f"the connection failed ({os.strerror(error.errno)})"
    return ""
