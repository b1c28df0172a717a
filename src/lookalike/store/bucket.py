"""An index in object storage: a bucket of S3, or of a service that speaks its language.

Small documents lie below ``documents/``, of which one listing tells all changes, leases below ``locks/``;
tables lie where Lance looks for them. What is replaced is replaced only where it still is what was read
(``If-Match``), so that two processes lose nothing of each other. Needs the extra ``s3``.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lookalike import settings
from lookalike.errors import BadArgument, IndexLocked, LookalikeError, StorageAway, StorageError
from lookalike.store.aws_profile import KEYS, profile
from lookalike.store.base import Change
from lookalike.store.bucket_failing import storage_refusal
from lookalike.store.bucket_objects import Objects
from lookalike.store.damage import shown
from lookalike.store.failing import writing
from lookalike.store.following import Following
from lookalike.store.lease import Lease, hold_lease
from lookalike.store.place import Address, Hold
from lookalike.store.shared import Shared

_DOCUMENTS = "documents"
_LOCKS = "locks"
_OWN = {_DOCUMENTS, _LOCKS}
_TRIES = 50  # of a change that others were quicker with each time


class Bucket:
    """A place in object storage; see `lookalike.store.place.Place`. Made by `Bucket.at`."""

    path: Path | None = None

    def __init__(self, address: str, objects: Objects, options: Mapping[str, str]) -> None:
        self._address = address
        self._objects = objects
        self._options = options
        self._following = Following(self._marks, settings.follow_seconds())
        digest = hashlib.blake2b(f"{options.get('aws_endpoint_url')}\n{address}".encode(), digest_size=12)
        self._home = settings.cache_folder() / "indexes" / digest.hexdigest()

    @classmethod
    def at(cls, address: str) -> Bucket:
        """The place at an address such as "s3://bucket/shop". Raises `BadArgument`."""
        parts = urlsplit(address)
        if not parts.netloc or not parts.path.strip("/") or ".." in parts.path.split("/"):
            raise BadArgument(
                f"{shown(address)} names no place for an index.",
                next_step="Name a bucket and a folder in it, such as s3://bucket/shop.",
            )
        whole = f"{parts.scheme}://{parts.netloc}/{parts.path.strip('/')}"
        options = _options(parts.scheme)
        return cls(whole, Objects(whole, options), options)

    def __str__(self) -> str:
        return self._address

    @property
    def trouble(self) -> LookalikeError | None:
        """What hinders the storage from answering just now."""
        return self._following.trouble

    def refusal(self, error: BaseException) -> StorageError | None:
        """The `StorageError` this failure is, or None when the storage did not refuse."""
        return storage_refusal(error, self._address)

    def is_there(self) -> bool:
        """Whether any object lies below the address."""
        with self._asking():
            return self._objects.is_any("")

    def is_folder(self) -> bool:
        """Anything below an address can be an index."""
        return True

    def require_plain(self) -> None:
        """Raise `BadArgument` for an address that is hard to write."""
        if not self._address.isprintable() or any(c in self._address for c in '\\{}^%`[]"<>~#|?* '):
            raise BadArgument(
                f"The address {shown(self._address)} holds characters that object storage does not take.",
                next_step="Use letters, digits, hyphens, dots and underscores.",
            )

    def make(self) -> None:
        """Nothing is to be made: folders are only the beginnings of names."""

    def table(self, name: str) -> Address:
        """Where Lance finds a table."""
        return Address(f"{self._address}/{name}", self._options)

    def read(self, name: str) -> bytes | None:
        """A document, None where there is none."""
        with self._asking():
            found = self._objects.get(f"{_DOCUMENTS}/{name}")
            return None if found is None else found[0]

    def replace(self, name: str, data: bytes) -> None:
        """Replace a document, whatever it is now."""
        with self._asking():
            mark = self._objects.put(f"{_DOCUMENTS}/{name}", data)
        self._following.learn(name, mark)

    def change(self, name: str, make: Change) -> bytes:
        """Replace a document by what is made of it, again where others were quicker."""
        for _ in range(_TRIES):
            with self._asking():
                found = self._objects.get(f"{_DOCUMENTS}/{name}")
            before, mark = (None, None) if found is None else found
            data = make(before)
            if data == before:
                return data
            with self._asking():
                made = self._objects.put_if(f"{_DOCUMENTS}/{name}", data, mark)
            if made is not None:
                self._following.learn(name, made)
                return data
        raise IndexLocked(
            f"Other processes take notes of the index at {shown(self)} all the time.",
            next_step="Wait until they are done, and try again.",
        )

    def mark(self, name: str) -> str:
        """A text that changes when a document does, "" where there is none; at most a second old."""
        return self._following.marks().get(name, "")

    def names(self, folder: str) -> set[str]:
        """The names of the documents in a folder."""
        found = self._marks()
        return {name.removeprefix(f"{folder}/") for name in found if name.startswith(f"{folder}/")}

    def remove(self, names: Collection[str]) -> None:
        """Delete documents; one that is not there is passed over."""
        with self._asking():
            self._objects.delete([f"{_DOCUMENTS}/{name}" for name in names])
        for name in names:
            self._following.learn(name, None)

    @contextmanager
    def lock(self, room: str, wait: float, doing: str) -> Iterator[BucketHold]:
        """Hold the lease of a room, or raise `IndexLocked` after ``wait`` seconds."""
        objects = LeaseObjects(self, f"{_LOCKS}/{room or 'write'}/")
        with hold_lease(objects, shown(self), doing, wait, settings.lease_seconds()) as lease:
            self._following.forget()
            yield BucketHold(self, lease, {})

    def entries(self) -> set[str]:
        """The names directly below the address, but for documents and locks."""
        with self._asking():
            return self._objects.below("") - _OWN

    def sizes(self, folder: str) -> dict[str, int]:
        """The objects in a folder of a table, and their bytes."""
        with self._asking():
            return {name: found.size for name, found in self._objects.list(f"{folder}/").items()}

    def size(self) -> int:
        """Bytes of the whole index."""
        with self._asking():
            return sum(found.size for found in self._objects.list("").values())

    def delete(self, name: str) -> None:
        """Delete everything below a name."""
        with self._asking():
            self._objects.delete([f"{name}/{one}" for one in self._objects.list(f"{name}/")])

    def flush(self, table: str, since: float) -> None:
        """Nothing is to be done: what storage has acknowledged is there."""

    def sweep(self, tables: Mapping[str, Any], hold: Hold) -> None:
        """Delete data that no version of these tables names.

        It was there while the lock was held: another writer's, if there is one by now, came later.
        """
        with self._asking():
            for name, table in tables.items():
                there = [one for one in self._objects.list(f"{name}/") if one.startswith(("data/", "_del"))]
                hold.require()
                named = {
                    path
                    for version in table.versions()
                    for fragment in table.checkout_version(version["version"]).get_fragments()
                    for path in (
                        *(f"data/{file.path}" for file in fragment.data_files()),
                        fragment.deletion_file() or "",
                    )
                }
                self._objects.delete([f"{name}/{one}" for one in there if one not in named])

    def inside(self, name: str) -> Bucket:
        """A place within this one."""
        return Bucket(f"{self._address}/{name}", self._objects.inside(name), self._options)

    def beside(self, name: str) -> Path:
        """Something in the folder of this machine for this address."""
        self._home.mkdir(parents=True, exist_ok=True)
        return self._home / name

    def local(self, name: str) -> Path:
        """A folder of this machine with what was shared under this name, fetched once."""
        return self._shared(name).fetched()

    def share(self, name: str, folder: Path | None, *, beside: bool = False) -> None:
        """Let other machines fetch a folder, the only one of this name from now on, or one of several."""
        with self._asking():
            self._shared(name).publish(folder, beside=beside)
        self.replace(name, b"" if folder is None else folder.name.encode())

    def _shared(self, name: str) -> Shared:
        return Shared(self._objects.inside(name), self._home / name, self.refusal)

    def _marks(self) -> dict[str, str]:
        with self._asking():
            found = self._objects.list(f"{_DOCUMENTS}/")
            return {name: one.mark for name, one in found.items()}

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Turn what the storage says into `StorageError`."""
        with writing(_Said(self)):
            yield


@dataclass(frozen=True)
class _Said:
    """A bucket whose failures are never taken for a missing or damaged index."""

    bucket: Bucket

    def __str__(self) -> str:
        return str(self.bucket)

    def refusal(self, error: BaseException) -> StorageError | None:
        """Every failure of the storage is one to store."""
        if (
            isinstance(error, OSError | RuntimeError | ValueError)
            or type(error).__module__ == "obstore.exceptions"
        ):
            said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            return self.bucket.refusal(error) or StorageError(
                f"The storage of {shown(self)} failed: {shown(said)}.", next_step="Try again."
            )
        return None

    def is_there(self) -> bool:
        """Not asked: it may not answer."""
        return True


@dataclass(frozen=True)
class LeaseObjects:
    """The objects of a room's lease; see `lookalike.store.lease.Objects`."""

    bucket: Bucket
    folder: str

    def create(self, name: str, data: bytes) -> bool:
        """Create an object; False when there is one of this name."""
        with self.bucket._asking():
            return self.bucket._objects.put_if(self.folder + name, data, None) is not None

    def put(self, name: str, data: bytes) -> float:
        """Write an object, and return when it was written by the storage's clock."""
        with self.bucket._asking():
            self.bucket._objects.put(self.folder + name, data)
            return self.bucket._objects.written(self.folder + name)

    def get(self, name: str) -> bytes | None:
        """An object, None where there is none."""
        with self.bucket._asking():
            found = self.bucket._objects.get(self.folder + name)
            return None if found is None else found[0]

    def times(self) -> dict[str, float]:
        """The names of all objects, and when they were written."""
        with self.bucket._asking():
            return {name: one.written for name, one in self.bucket._objects.list(self.folder).items()}

    def delete(self, names: list[str]) -> None:
        """Delete objects."""
        with self.bucket._asking():
            self.bucket._objects.delete([self.folder + name for name in names])


@dataclass(frozen=True)
class BucketHold:
    """A lease in a bucket, and what its holder has read; see `lookalike.store.place.Hold`."""

    place: Bucket
    lease: Lease
    marks: dict[str, str | None]

    @property
    def clean(self) -> bool:
        """False when the last holder's lease ran out."""
        return self.lease.clean

    @property
    def token(self) -> int:
        """The number at which the lease was taken."""
        return self.lease.token

    def __str__(self) -> str:
        return str(self.place)

    def require(self) -> None:
        """Raise `IndexLocked` when another holder has taken over."""
        self.lease.require()

    def read(self, name: str) -> bytes | None:
        """A document of the place; `replace` then replaces what was read here.

        One that a later holder wrote says that this one has lost the lease: `IndexLocked`.
        """
        with self.place._asking():
            found = self.place._objects.get(f"{_DOCUMENTS}/{name}")
        data, mark = (None, None) if found is None else found
        if data is not None and _token(data) > self.token:
            self.lease.lose()
            self.require()
        self.marks[name] = mark
        return data

    def replace(self, name: str, data: bytes) -> None:
        """Replace what was read or written here last, unless somebody else has replaced it."""
        self.require()
        document = f"{_DOCUMENTS}/{name}"
        try:
            with self.place._asking():
                mark = self.place._objects.put_if(document, data, self.marks.get(name))
        except StorageAway:
            with suppress(LookalikeError), self.place._asking():  # the answer may be all that was lost
                found = self.place._objects.get(document)
                if found is not None and found[0] == data:
                    self.marks[name] = found[1]
                    self.place._following.learn(name, found[1])
                    return
            raise
        if mark is None:
            self.lease.renew()
            self.require()
            raise StorageAway(
                f"An earlier answer of the storage of {shown(self)} came late.", next_step="Try again."
            )
        self.marks[name] = mark
        self.place._following.learn(name, mark)


def _token(data: bytes) -> int:
    """The token of the writer that wrote a manifest."""
    with suppress(ValueError, TypeError, AttributeError):
        return int(json.loads(data).get("token", 0))
    return 0


def _options(scheme: str) -> dict[str, str]:
    """What Lance and obstore need to know to reach the storage, from the environment and AWS's own files."""
    found = {name.lower(): value for name, value in settings.storage().items()}
    if scheme not in ("s3", "s3a"):
        return found
    found = {name: value for name, value in found.items() if name.startswith("aws_")}
    told = profile(found)
    for name in ("aws_profile", "aws_config_file", "aws_shared_credentials_file"):
        found.pop(name, None)
    endpoint = found.pop("aws_endpoint_url_s3", None) or found.get("aws_endpoint_url")
    if endpoint := endpoint or told.pop("aws_endpoint_url", None):
        found["aws_endpoint_url"] = endpoint
        if endpoint.startswith("http://") and _is_near(urlsplit(endpoint).hostname or ""):
            found["aws_allow_http"] = "true"
    region = found.pop("aws_default_region", None) or told.pop("aws_region", None)
    if region := region or ("us-east-1" if endpoint else None):
        found.setdefault("aws_region", region)
    keys = {name: told[name] for name in KEYS if name in told}
    return {**{name: value for name, value in found.items() if not keys or name not in KEYS}, **keys}


def _is_near(host: str) -> bool:
    """Whether a name means this machine, on the way to which nobody listens."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
