"""The page's files: read from the package, named by a digest over all of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "web"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
    ".json": "application/json",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class WebFile:
    """One file of the page as it is sent."""

    data: bytes
    media_type: str


class WebFiles:
    """All files of the page in memory, by their path; read again when one of them changed."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._stamps: dict[str, tuple[int, int]] = {}
        self._files: dict[str, WebFile] = {}
        self.digest = ""
        self.refresh()

    def refresh(self) -> None:
        """Read the files again if any has another time or size."""
        stamps = {
            path.relative_to(self._folder).as_posix(): (path.stat().st_mtime_ns, path.stat().st_size)
            for path in sorted(self._folder.rglob("*"))
            if path.is_file() and path.suffix in _TYPES
        }
        if stamps == self._stamps:
            return
        digest = hashlib.blake2b(digest_size=8)
        files = {}
        for name in stamps:
            path = self._folder / name
            data = path.read_bytes()
            digest.update(f"{name}\0{len(data)}\0".encode() + data)
            files[name] = WebFile(data, _TYPES[path.suffix])
        self._stamps, self._files, self.digest = stamps, files, digest.hexdigest()

    def get(self, name: str) -> WebFile | None:
        """A file by its path below the folder, or None."""
        return self._files.get(name)

    def page(self) -> bytes:
        """index.html with the digest, by which it names its assets, in it; empty where there is none."""
        page = self._files.get("index.html")
        return b"" if page is None else page.data.replace(b"{{assets}}", self.digest.encode())
