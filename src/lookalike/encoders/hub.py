"""Files of the Hugging Face hub: fetched once, checked against the hub's own hashes, pinned to a commit.

The cache is the hub's own (``HF_HOME``), and so are the ways to sign in (``HF_TOKEN``), to use a mirror
(``HF_ENDPOINT``) and to stay offline (``HF_HUB_OFFLINE``): the library huggingface_hub reads them.
"""

from __future__ import annotations

import difflib
import errno
import hashlib
import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from lookalike.encoders.onnx_file import sha256_of
from lookalike.encoders.words import Tokenise
from lookalike.errors import EncoderError, LookalikeError, StorageError

_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REFUSED_BY_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)
_NO_NETWORK = (
    "Connect and try again; or fetch it where there is a network and copy the cache (the folder HF_HOME) "
    "here; or download the .onnx file and use onnx:PATH with a card."
)
_AGREE = "Agree on its page, make a token there, and give it as HF_TOKEN or with `hf auth login`."
_REVISIONS = "Name a branch, a tag or a commit of it, or leave @REVISION out."
_ELSEWHERE = "Take another repository or revision."
_SIGN = "Check the name; for a private one give a token as HF_TOKEN or with `hf auth login`."
_SECONDS = 10.0
_T = TypeVar("_T")


class Repository:
    """One commit of a model repository. Files come from the cache where they are there, else from the hub."""

    def __init__(self, name: str, commit: str, hashes: dict[str, str] | None = None) -> None:
        """``hashes`` is what the hub says of every file: its sha256, or the git hash of a small one."""
        self.name = name
        self.commit = commit
        self._hashes = hashes

    @classmethod
    def open(cls, name: str, revision: str, anchor: str) -> Repository:
        """The commit that ``revision`` is now; where the hub cannot be reached, the one that was cached last.

        ``anchor`` is a file that every repository of use has. A full commit hash is not asked for. Raises
        `EncoderError` when there is no such repository or revision, or it may not be read.
        """
        if _COMMIT.fullmatch(revision):
            return cls(name, revision)
        try:
            commit, hashes = _listing(name, revision)
        except _Unreachable as error:
            kept = _cached(name, revision, anchor)
            if kept is None:
                raise EncoderError(error.message, next_step=error.next_step) from None
            return cls(name, kept.parent.name)
        if (
            anchor in hashes
        ):  # fetched by the revision's name, so that the cache remembers which commit it was
            _fetched(name, revision, anchor)
        return cls(name, commit, hashes)

    def has(self, file: str) -> bool:
        """Whether the commit has a file. Raises `EncoderError` when that cannot be found out."""
        if self._hashes is None and _cached(self.name, self.commit, file) is not None:
            return True
        return file in self.files()

    def files(self) -> dict[str, str]:
        """Every file of the commit with its hash, as the hub says. Raises `EncoderError`."""
        if self._hashes is None:
            self._hashes = _listing(self.name, self.commit)[1]
        return self._hashes

    def first(self, files: tuple[str, ...], what: str) -> str:
        """The first of several files that the commit has. Raises `EncoderError` naming ``what`` was sought.

        Offline it is the first that is in the cache.
        """
        try:
            present = self.files()
        except _Unreachable:
            present = {file: "" for file in files if _cached(self.name, self.commit, file) is not None}
            if not present:
                raise
        found = next((file for file in files if file in present), None)
        if found is None:
            others = sorted(file for file in present if file.endswith(".onnx"))
            step = (
                f"It has {', '.join(others[:8])}: name one, #FILE.onnx."
                if others
                else ("Take another repository, or export the model to ONNX and use onnx:PATH with a card.")
            )
            raise EncoderError(f"{self.name} has no {what} as ONNX.", next_step=step)
        return found

    def get(self, file: str) -> Path:
        """Where a file is on this machine now, checked. Raises `EncoderError`, `StorageError`."""
        path = _cached(self.name, self.commit, file)
        if path is None:
            if file not in self.files():
                near = difflib.get_close_matches(file, self.files(), n=3, cutoff=0.3)
                raise EncoderError(
                    f"{self.name} has no file {file} at {self.commit[:12]}.",
                    next_step=f"Near it are: {', '.join(near)}." if near else "Look at its list of files.",
                )
            path = _fetched(self.name, self.commit, file)
        self._check(file, path)
        return path

    def document(self, file: str) -> Any:
        """What a JSON file holds. Raises `EncoderError`."""
        path = self.get(file)
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise EncoderError(f"{file} of {self.name} is not JSON.", next_step=_ELSEWHERE) from None

    def _check(self, file: str, path: Path) -> None:
        """Compare a file with its announced hash; a cached one bears that hash as the name of its blob."""
        blob = path.readlink().name if path.is_symlink() else ""
        expected = (self._hashes or {}).get(file) or blob
        if _SHA256.fullmatch(expected):
            found = sha256_of(path)
        elif _COMMIT.fullmatch(expected):
            content = path.read_bytes()
            found = hashlib.sha1(b"blob %d\0%s" % (len(content), content), usedforsecurity=False).hexdigest()
        else:  # copied without its links: what the index remembers of the weights still has to agree
            return
        if found != expected:
            raise EncoderError(
                f"{file} of {self.name} is damaged: its hash is {found}, the hub says {expected}.",
                next_step=f"Delete {path.resolve()} and try again, to fetch it anew.",
            )


class _Unreachable(EncoderError):
    """The hub was not reached; what is in the cache may still do."""


def _listing(name: str, revision: str) -> tuple[str, dict[str, str]]:
    hub = _library().HfApi(library_name="lookalike")
    ask = partial(hub.model_info, name, revision=revision, files_metadata=True, timeout=_SECONDS)
    info = _asked(name, revision, "", ask)
    hashes = {}
    for sibling in info.siblings or ():
        hashes[sibling.rfilename] = (sibling.lfs.sha256 if sibling.lfs else sibling.blob_id) or ""
    return str(info.sha), hashes


def _fetched(name: str, revision: str, file: str) -> Path:
    fetch = partial(_library().hf_hub_download, name, file, revision=revision, library_name="lookalike")
    return Path(_asked(name, revision, file, fetch))


def _cached(name: str, revision: str, file: str) -> Path | None:
    look = partial(_library().try_to_load_from_cache, name, file, revision=revision)
    path = _asked(name, revision, file, look)
    return Path(path) if isinstance(path, str) else None


def _library() -> Any:
    try:
        import huggingface_hub
    except ImportError:
        raise EncoderError(
            "Encoders of the Hugging Face hub need the package huggingface_hub.",
            next_step="pip install 'lookalike[hub]'",
        ) from None
    return huggingface_hub


def _asked(name: str, revision: str, file: str, ask: Callable[[], _T]) -> _T:
    """What ``ask`` gives; what the library raises becomes an error that says what to do."""
    try:
        return ask()
    except Exception as error:  # the library raises its own, its HTTP client's, and the system's
        raise _refusal(error, name, revision, file) from None


def _refusal(error: BaseException, name: str, revision: str, file: str) -> LookalikeError:
    from huggingface_hub import errors

    if isinstance(error, errors.LocalEntryNotFoundError) and error.__cause__ is not None:
        error = error.__cause__
    for kind, (message, step) in {  # a kind comes before those it is one of
        errors.HFValidationError: ("{name} is not the name of a repository.", "Use hub:OWNER/NAME."),
        errors.GatedRepoError: ("{name} is gated: its owner asks for an agreement first.", _AGREE),
        errors.RevisionNotFoundError: ("{name} has no revision {revision}.", _REVISIONS),
        errors.RepositoryNotFoundError: (
            "There is no repository {name} on the hub, or it is private.",
            _SIGN,
        ),
    }.items():
        if isinstance(error, kind):
            return EncoderError(message.format(name=name, revision=revision), next_step=step)
    if isinstance(error, errors.HfHubHTTPError):
        return _answered(error.response.status_code, name, file)
    if isinstance(error, OSError) and error.errno in _REFUSED_BY_DISK:
        return StorageError(
            f"The hub's cache cannot be written: {error.strerror}.",
            next_step="Free some space, or set HF_HOME to a folder on another disk.",
        )
    what = f"{file} of {name} was not fetched" if file else "The hub cannot be reached"
    return _Unreachable(f"{what}: {_first_line(error)}.", next_step=_NO_NETWORK)


def _answered(status: int, name: str, file: str) -> EncoderError:
    what = f"{file} of {name}" if file else name
    if status in (401, 403):
        return EncoderError(
            f"{what} may not be read: the hub answers {status}.",
            next_step="Give a token that may read it, as HF_TOKEN or with `hf auth login`.",
        )
    if status == 404:
        return EncoderError(f"{what} is not on the hub.", next_step="Look at the repository's list of files.")
    return _Unreachable(f"The hub answers {status} for {what}.", next_step=f"Try again later. {_NO_NETWORK}")


def tokeniser(path: Path, origin: str, *, longest: int | None, fills: bool, filler: str) -> Tokenise:
    """The tokenizer in a ``tokenizer.json``, cutting off at ``longest`` tokens and filling up to it if asked.

    ``filler`` is the token to fill up with; where it is empty or unknown, the file's own. Raises
    `EncoderError`.
    """
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise EncoderError(
            "Words for encoders of the hub need the package tokenizers.",
            next_step="pip install 'lookalike[hub]'",
        ) from None
    try:
        made: Any = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exceptions
        raise EncoderError(f"{origin} is no tokenizer: {_first_line(error)}.", next_step=_ELSEWHERE) from None
    own: dict[str, Any] = made.padding or {}
    longest = longest or (made.truncation or {}).get("max_length") or own.get("length")
    if longest is not None:
        made.enable_truncation(longest)
    made.no_padding()
    if fills or own.get("length"):
        number = made.token_to_id(filler) if filler else None
        number = own.get("pad_id") if number is None else number
        if longest is None or number is None:
            missing = "how long texts are" if longest is None else "what to fill them up with"
            raise EncoderError(f"{origin} does not say {missing}.", next_step=_ELSEWHERE)
        made.enable_padding(length=longest, pad_id=number)

    def tokenise(text: str) -> tuple[list[int], list[int]]:
        encoding = made.encode(text)
        return encoding.ids, encoding.attention_mask

    return tokenise


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
