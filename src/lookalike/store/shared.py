"""Folders that one machine made and all may have: kept in object storage, fetched once by each machine."""

from __future__ import annotations

import json
import logging
import secrets
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from lookalike.errors import StorageError
from lookalike.store.bucket_objects import Objects

logger = logging.getLogger("lookalike.store")

_THREADS = 8
_WAIT = 600.0  # seconds for another process of this machine that fetches
_SAYS = ".json"


class Shared:
    """The folders of one name: here in ``home``, and in storage, each with a notice that is written last."""

    def __init__(
        self, objects: Objects, home: Path, refusal: Callable[[BaseException], StorageError | None]
    ) -> None:
        self._objects = objects
        self._home = home
        self._refusal = refusal

    def fetched(self) -> Path:
        """The folder on this machine, with what is shared; what cannot be fetched is left out, and logged."""
        try:
            names = self._names()
            if any(not (self._home / name).is_dir() for name in names):
                self._home.mkdir(parents=True, exist_ok=True)
                with FileLock(self._home.with_name(f"{self._home.name}.lock"), timeout=_WAIT):
                    self._fetch(names)
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except (Exception, Timeout) as error:  # the tables have all that is in it
            logger.warning("%s was not fetched: %s", self._home.name, self._refusal(error) or error)
        return self._home

    def publish(self, folder: Path | None, *, beside: bool) -> None:
        """Store a folder, then delete the others unless it lies beside them; None stores nothing."""
        others = self._names()
        if folder is not None:
            files = {
                file.relative_to(folder).as_posix(): file.stat().st_size
                for file in sorted(folder.rglob("*"))
                if file.is_file()
            }
            with ThreadPoolExecutor(_THREADS) as pool:
                list(pool.map(lambda name: self._objects.put(f"{folder.name}/{name}", folder / name), files))
            self._objects.put(f"{folder.name}{_SAYS}", json.dumps(files).encode())
            others.discard(folder.name)
        if beside:
            return
        self._objects.delete([f"{name}{_SAYS}" for name in others])
        keep = () if folder is None else (f"{folder.name}/", f"{folder.name}{_SAYS}")
        self._objects.delete([name for name in self._objects.list("") if not name.startswith(keep)])

    def _names(self) -> set[str]:
        """The names of the folders in storage that are whole."""
        return {name.removesuffix(_SAYS) for name in self._objects.below("") if name.endswith(_SAYS)}

    def _fetch(self, names: set[str]) -> None:
        """Fetch what is not here, and delete earlier versions."""
        for name in names:
            if (self._home / name).is_dir():  # another process was quicker
                continue
            said = self._objects.get(f"{name}{_SAYS}")
            if said is None:
                continue
            new = self._home.with_name(f".new-{secrets.token_hex(8)}")
            new.mkdir(parents=True)
            try:
                with ThreadPoolExecutor(_THREADS) as pool:
                    list(pool.map(partial(self._fetch_file, name, new), json.loads(said[0])))
                new.rename(self._home / name)
            finally:
                shutil.rmtree(new, ignore_errors=True)
        if names:
            for entry in list(self._home.iterdir()):
                if entry.name not in names and 0 <= _number(entry.name) < max(map(_number, names)):
                    shutil.rmtree(entry, ignore_errors=True)

    def _fetch_file(self, name: str, new: Path, file: str) -> None:
        (new / file).parent.mkdir(parents=True, exist_ok=True)
        self._objects.fetch(f"{name}/{file}", new / file)


def _number(name: str) -> int:
    """The version that a folder is of."""
    first = name.partition("-")[0]
    return int(first) if first.isdecimal() else -1
