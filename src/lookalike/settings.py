"""The only reader of the environment and of ``lookalike.toml``."""

from __future__ import annotations

import os
import sys
import tomllib
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from lookalike.errors import BadArgument

DEFAULT_INDEX = Path("lookalike-index")
_CONTAINER = Path("/sys/fs/cgroup/memory.max")
IndexPath = str | Path
"""Where an index is: a folder, or a text, an address in object storage such as "s3://bucket/shop"."""
SERVE: dict[str, type] = {
    "host": str,
    "port": int,
    "workers": int,
    "read_keys": tuple,
    "write_keys": tuple,
    "cors": tuple,
    "log": str,
    "allow_private": bool,
    "max_body": int,
    "max_picture_bytes": int,
    "max_picture_pixels": int,
    "body_seconds": float,
    "photo_threads": int,
    "photo_queue": int,
    "refresh_seconds": float,
    "events": str,
}
"""What may be set of ``lookalike serve``, and as what; a tuple is several texts."""


def index_path(stated: str | None = None) -> IndexPath:
    """Where the index is: as stated, else ``LOOKALIKE_INDEX``, else ./lookalike-index."""
    stated = stated or os.environ.get("LOOKALIKE_INDEX")
    return stated if stated and "://" in stated else Path(stated or DEFAULT_INDEX)


def events() -> str | None:
    """The URL of the database of shoppers' events unless a caller says so: ``LOOKALIKE_EVENTS``.

    None leaves them in the folder of the index.
    """
    return os.environ.get("LOOKALIKE_EVENTS") or None


def lease_seconds() -> float:
    """How long a writer of an index in object storage is waited for that does not renew its lease.

    ``LOOKALIKE_LEASE_SECONDS``, else 60. Raises `BadArgument`.
    """
    return _seconds("LOOKALIKE_LEASE_SECONDS", 60.0)


def follow_seconds() -> float:
    """How long what is known of an index in object storage is taken for true: ``LOOKALIKE_FOLLOW_SECONDS``.

    Else one second. Raises `BadArgument`.
    """
    return _seconds("LOOKALIKE_FOLLOW_SECONDS", 1.0)


def storage() -> dict[str, str]:
    """How object storage is reached: the variables of AWS, Google Cloud and Azure, by their names."""
    kinds = ("AWS_", "GOOGLE_", "AZURE_")
    return {name: value for name, value in os.environ.items() if name.startswith(kinds) and value}


def search() -> str | None:
    """How the best products are found unless a caller says so: ``LOOKALIKE_SEARCH``, such as "exact"."""
    return os.environ.get("LOOKALIKE_SEARCH") or None


def neighbours() -> str:
    """What finds the nearest pictures of a large index: ``LOOKALIKE_NEIGHBOURS``, else "auto".

    "graph" is one in memory, "lists" are read from files; auto takes these where memory is short of the
    other. Raises `BadArgument`.
    """
    stated = os.environ.get("LOOKALIKE_NEIGHBOURS") or "auto"
    if stated not in ("auto", "graph", "lists"):
        raise BadArgument(f"LOOKALIKE_NEIGHBOURS is {stated!r}.", next_step="Set it to auto, graph or lists.")
    return stated


def on() -> str:
    """Where catalogues are indexed unless a caller says so: ``LOOKALIKE_ON``, else "local"."""
    return os.environ.get("LOOKALIKE_ON") or "local"


def ray_address() -> str | None:
    """The cluster that Ray's own ``RAY_ADDRESS`` names."""
    return os.environ.get("RAY_ADDRESS") or None


def ray_tls() -> bool:
    """Whether Ray speaks to its cluster in TLS: its own ``RAY_USE_TLS``."""
    return os.environ.get("RAY_USE_TLS", "").lower() in {"1", "true"}


def device() -> str:
    """Where networks run: ``LOOKALIKE_DEVICE``, else "cpu"; "cuda" is a graphics card, "auto" one if any.

    Raises `BadArgument`.
    """
    stated = os.environ.get("LOOKALIKE_DEVICE") or "cpu"
    if stated not in {"cpu", "cuda", "auto"}:
        raise BadArgument(f"LOOKALIKE_DEVICE is {stated!r}.", next_step="Say cpu, cuda or auto.")
    return stated


def use_device(name: str) -> None:
    """Let networks that are loaded from now on run there, as `device` says it."""
    if device() != name:
        os.environ["LOOKALIKE_DEVICE"] = name


def card_share() -> float:
    """The share of a graphics card that one worker of a cluster takes: ``LOOKALIKE_CARD_SHARE``, else 0.25.

    Raises `BadArgument`.
    """
    try:
        share = float(os.environ.get("LOOKALIKE_CARD_SHARE") or 0.25)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise BadArgument("LOOKALIKE_CARD_SHARE is no share above 0, up to 1.", next_step="Correct it.")
    return share


def workers() -> int:
    """How many threads measure pictures: ``LOOKALIKE_WORKERS``, else the processors this process may use."""
    stated = os.environ.get("LOOKALIKE_WORKERS", "")
    if stated.isdecimal() and int(stated) > 0:
        return int(stated)
    return processors()


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory() -> int | None:
    """Bytes of memory that this machine has, or this container may use; None where that is not known."""
    found: list[int] = []
    with suppress(AttributeError, ValueError, OSError):  # Windows says it otherwise
        found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    with suppress(OSError, ValueError):  # "max" where there is no limit
        found.append(int(_CONTAINER.read_text()))
    return min(found, default=None)


def cache_folder() -> Path:
    """Where files go that can be made or fetched again: ``LOOKALIKE_CACHE``, else the platform's usual place.

    That is ``$XDG_CACHE_HOME/lookalike`` or ``~/.cache/lookalike``, on macOS ``~/Library/Caches/lookalike``,
    on Windows ``%LOCALAPPDATA%\\lookalike\\Cache``. The folder may not exist yet.
    """
    stated = os.environ.get("LOOKALIKE_CACHE")
    if stated:
        return Path(stated).expanduser().absolute()
    if os.name == "nt":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "lookalike" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "lookalike"
    shared = Path(os.environ.get("XDG_CACHE_HOME", ""))  # the XDG specification: only when absolute
    return (shared if shared.is_absolute() else Path.home() / ".cache") / "lookalike"


def debug() -> bool:
    """Whether an unexpected error is shown with its traceback: ``LOOKALIKE_DEBUG``."""
    return bool(os.environ.get("LOOKALIKE_DEBUG"))


def has_screen() -> bool:
    """Whether a browser window could be shown to somebody."""
    return os.name == "nt" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def config_file() -> Path:
    """Where settings are written down: ``LOOKALIKE_CONFIG``, else ./lookalike.toml, which may not exist."""
    return Path(os.environ.get("LOOKALIKE_CONFIG") or "lookalike.toml")


def serve() -> dict[str, Any]:
    """What is set of ``lookalike serve``, by the names of `SERVE`; what is not set is not there.

    ``LOOKALIKE_SERVE_NAME`` in the environment, else ``name`` in the table ``[serve]`` of `config_file`,
    where a dash is as good as an underscore. Raises `BadArgument` for a name or a value that cannot be.
    """
    found = {name: _typed(f"serve.{name}", SERVE[name], value) for name, value in _serve_table().items()}
    for name, kind in SERVE.items():
        variable = f"LOOKALIKE_SERVE_{name.upper()}"
        if stated := os.environ.get(variable):
            found[name] = _typed(variable, kind, _parsed(kind, stated))
    return found


def share_metrics(folder: Path) -> None:
    """Let processes started from now on count together, in files of this folder."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def share_cores(processes: int) -> None:
    """Let processes started from now on, so many, calculate with so many threads that each has a core.

    A vector that is compared with a matrix is spread over threads, which wait for one another in a loop:
    more of them than cores take the time that they seem to save. ``OPENBLAS_NUM_THREADS`` wins.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", str(max(1, processors() // processes)))


def shares_metrics() -> bool:
    """Whether several processes count together."""
    return bool(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))


def _seconds(variable: str, usual: float) -> float:
    stated = os.environ.get(variable)
    try:
        seconds = float(stated) if stated else usual
    except ValueError:
        seconds = -1.0
    if 0 < seconds <= 86_400:
        return seconds
    raise BadArgument(f"{variable} is no number of seconds above 0.", next_step="Correct it.")


def _serve_table() -> dict[str, Any]:
    path = config_file()
    try:
        with path.open("rb") as file:
            document = tomllib.load(file)
    except FileNotFoundError:
        if not os.environ.get("LOOKALIKE_CONFIG"):
            return {}
        raise BadArgument(f"There is no {path}.", next_step="Correct LOOKALIKE_CONFIG.") from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadArgument(f"{path} cannot be read: {error}.", next_step="Correct it.") from None
    table = document.get("serve", {})
    if not isinstance(table, dict):
        raise BadArgument(f"serve in {path} is no table.", next_step="Write [serve], and settings below it.")
    named = {name.replace("-", "_"): value for name, value in table.items()}
    for name in named:
        if name not in SERVE:
            near = get_close_matches(name, SERVE, 1)
            step = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(SERVE)}."
            raise BadArgument(f"There is no setting {name!r} in [serve] of {path}.", next_step=step)
    return named


def _parsed(kind: type, text: str) -> Any:
    """A variable's text as a setting would stand in TOML; a text that is none stays as it is."""
    if kind is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind is bool:
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(
            text.lower(), text
        )
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            return text
    return text


def _typed(name: str, kind: type, value: Any) -> Any:
    if kind is tuple and isinstance(value, str):
        return (value,)
    if kind is tuple and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is not tuple and isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
        return value
    wanted = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", tuple: "texts"}
    raise BadArgument(f"{name} is not {wanted[kind]}.", next_step="Correct it.")  # the value may be a key
