"""Files of a multipart body, written to a folder as they arrive, however many and large they are."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import IO

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from lookalike.errors import BadArgument
from lookalike.service.jobs.names import relative_name
from lookalike.service.problems import HalfBody, TooLarge

MOST_FILES = 20_000

_NEXT_STEP = "Send each file as a part named file, as curl -F file=@NAME does."
_Step = tuple[str, bytes]


class MultipartFiles:
    """Takes a body in pieces and writes its files below ``folder``.

    `feed` and `close` block on the disk: call them outside of an event loop. Raises `BadArgument`,
    `TooLarge`, `HalfBody` and what the disk raises.
    """

    def __init__(self, content_type: str, folder: Path) -> None:
        self._folder = folder
        self._steps: list[_Step] = []
        self._header, self._value, self._disposition = b"", b"", b""
        self._file: IO[bytes] | None = None
        self._ended = False
        self.files = 0
        boundary = parse_options_header(content_type)[1].get(b"boundary")
        if not boundary:
            raise BadArgument("The multipart body names no boundary.", next_step=_NEXT_STEP)
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._part_begin,
                    "on_header_field": self._header_field,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": lambda: self._steps.append(("open", self._disposition)),
                    "on_part_data": lambda data, start, end: self._steps.append(("data", data[start:end])),
                    "on_part_end": lambda: self._steps.append(("close", b"")),
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise _malformed(error) from error

    def feed(self, piece: bytes) -> None:
        """Take the next piece of the body."""
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise _malformed(error) from error
        finally:
            steps, self._steps = self._steps, []
        for step, data in steps:
            if step == "open":
                self._open(data)
            elif step == "data" and self._file is not None:
                self._file.write(data)
            elif step == "close":
                self._close_file()

    def finish(self) -> None:
        """Say that the body is over. Raises `HalfBody` when it is not."""
        if not self._ended:
            raise HalfBody(
                "The multipart body ends before its last boundary.", next_step="Send it again, whole."
            )
        if not self.files:
            raise BadArgument("The body holds no file.", next_step=_NEXT_STEP)

    def close(self) -> None:
        """Close what is open."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None

    def _part_begin(self) -> None:
        self._header, self._value, self._disposition = b"", b"", b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _end(self) -> None:
        self._ended = True

    def _open(self, disposition: bytes) -> None:
        options = parse_options_header(disposition)[1]
        given = options.get(b"filename")
        if given is None:
            field = _text(options.get(b"name", b""))[:80]
            raise BadArgument(f"The part {field!r} of the body is no file.", next_step=_NEXT_STEP)
        if not given:  # a form whose file field was left empty
            return
        name = relative_name(_text(given))
        if name is None:
            return
        self.files += 1
        if self.files > MOST_FILES:
            raise TooLarge(
                f"There are more than {MOST_FILES:,} files.",
                next_step="Send them in several requests, or one table that names URLs.",
            )
        path = self._folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("xb")
        except (FileExistsError, NotADirectoryError):
            raise BadArgument(
                f"The name {name!r} is given twice.", next_step="Give each file a name of its own."
            ) from None

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _text(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("latin-1")


def _malformed(error: FormParserError) -> BadArgument:
    return BadArgument(f"The multipart body is malformed: {error}.", next_step=_NEXT_STEP)
