"""Objects below one address, by way of obstore; the only file that knows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from lookalike.errors import BadArgument

_CLIENT = {"connect_timeout": "3s", "timeout": "60s", "user_agent": "lookalike"}
_RETRIES: dict[str, Any] = {
    "max_retries": 4,
    "retry_timeout": timedelta(seconds=7),
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=1), "base": 2},
}
_BATCH = 1000  # objects that S3 deletes at once
_KNOWN = (
    "access_key_id",
    "secret_access_key",
    "session_token",
    "region",
    "endpoint_url",
    "virtual_hosted_style_request",
    "skip_signature",
    "unsigned_payload",
    "checksum_algorithm",
    "container_credentials_relative_uri",
    "container_credentials_full_uri",
    "container_authorization_token_file",
    "web_identity_token_file",
    "role_arn",
    "role_session_name",
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a listing says of an object; ``written`` is in seconds since 1970, by the storage's clock."""

    size: int
    mark: str
    written: float


class Objects:
    """Objects below an address, by their names from there. Raises what obstore raises."""

    def __init__(self, address: str, options: Mapping[str, str], prefix: str = "", store: Any = None) -> None:
        self._address = address
        self._options = options
        self._prefix = prefix
        self._store = _opened(address, options) if store is None else store

    def inside(self, name: str) -> Objects:
        """The objects below a name."""
        return Objects(self._address, self._options, f"{self._prefix}{name}/", self._store)

    def get(self, name: str) -> tuple[bytes, str] | None:
        """An object and its mark, None where there is none."""
        try:
            found = self._store.get(self._prefix + name)
        except FileNotFoundError as error:
            _require_bucket(error)
            return None
        return bytes(found.bytes()), str(found.meta["e_tag"])

    def put(self, name: str, data: bytes | Path) -> str:
        """Write an object, or a file as one; returns its mark."""
        return str(self._store.put(self._prefix + name, data)["e_tag"])

    def put_if(self, name: str, data: bytes, mark: str | None) -> str | None:
        """Write an object if it still has this mark, or is not there for None; None where it is otherwise."""
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        mode: Any = "create" if mark is None else {"e_tag": mark}
        try:
            return str(self._store.put(self._prefix + name, data, mode=mode)["e_tag"])
        except (AlreadyExistsError, PreconditionError):
            return None
        except FileNotFoundError as error:  # what was to be replaced is gone
            _require_bucket(error)
            return None

    def written(self, name: str) -> float:
        """When an object was written, by the storage's clock."""
        return float(self._store.head(self._prefix + name)["last_modified"].timestamp())

    def fetch(self, name: str, file: Path) -> None:
        """Write an object into a file."""
        with file.open("wb") as opened:
            for part in self._store.get(self._prefix + name).stream(min_chunk_size=8 << 20):
                opened.write(part)

    def list(self, folder: str) -> dict[str, Found]:
        """All objects below a folder, "" or with a slash at its end."""
        whole = self._prefix + folder
        cut = len(whole)
        return {
            one["path"][cut:]: Found(one["size"], str(one["e_tag"]), one["last_modified"].timestamp())
            for batch in self._store.list(whole.rstrip("/") or None)
            for one in batch
            if one["path"].startswith(whole)
        }

    def is_any(self, folder: str) -> bool:
        """Whether any object lies below a folder."""
        whole = self._prefix + folder
        return any(True for batch in self._store.list(whole.rstrip("/") or None, chunk_size=1) for _ in batch)

    def below(self, folder: str) -> set[str]:
        """The names directly below a folder: of objects, and of what lies deeper."""
        whole = self._prefix + folder
        found = self._store.list_with_delimiter(whole.rstrip("/") or None)
        paths = [*found["common_prefixes"], *(one["path"] for one in found["objects"])]
        return {path.rstrip("/").removeprefix(whole) for path in paths}

    def delete(self, names: Collection[str]) -> None:
        """Delete objects; one that is not there is passed over."""
        paths = [self._prefix + name for name in names]
        for start in range(0, len(paths), _BATCH):
            self._store.delete(paths[start : start + _BATCH])


def _opened(address: str, options: Mapping[str, str]) -> Any:
    try:
        from obstore.store import from_url
    except ImportError:
        raise BadArgument(
            f"{address} is in object storage, and what reads it is not installed.",
            next_step="pip install 'lookalike[s3]'",
        ) from None
    client: dict[str, Any] = {**_CLIENT}
    if options.get("aws_allow_http", "").lower() in ("1", "true"):
        client["allow_http"] = True
    config = {name: value for name, value in options.items() if name.removeprefix("aws_") in _KNOWN}
    config = config if address.startswith("s3") else {}
    try:
        opening: Any = from_url
        return opening(address, config=config or None, client_options=client, retry_config=_RETRIES)
    except Exception as error:  # obstore's own
        said = str(error).splitlines()[0]
        raise BadArgument(f"{address} cannot be used: {said}.", next_step="Correct it.") from error


def _require_bucket(error: FileNotFoundError) -> None:
    """Raise a missing object's error where the whole bucket is missing."""
    if "NoSuchBucket" in str(error):
        raise error
