"""Workers of a Ray cluster (https://docs.ray.io): the one file that knows Ray."""

from __future__ import annotations

import logging
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any, TypeVar

from lookalike import settings
from lookalike.errors import BadArgument, ClusterError
from lookalike.ingest.portions import Outcome, Portion, Work

_ADDRESS = re.compile(r"(ray://)?([\w.\-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})")
_REACH_SECONDS = 5.0
_SETTINGS = b"\x04"  # the kind of an HTTP/2 frame, with which each side begins (RFC 9113, section 3.4)
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + _SETTINGS + bytes(5)
_RETRIES = 5  # times that a portion is begun again because its worker died
_CANCEL_SECONDS = 5.0
_PATIENCE = 10.0  # seconds without an outcome, after which is said what is waited for
_EMPTY_SECONDS = 300.0  # for which a cluster may have no processors: one that grows by itself has them then
_START = "Start it with ray start, or leave --on out to work on this machine."
_TOKEN = (
    "Set RAY_AUTH_MODE=token and RAY_AUTH_TOKEN to the token that the cluster was started with; ray start "
    "takes one from ~/.ray/auth_token, too."
)
_KNOCK = "/ray.rpc.NodeInfoGcsService/GetClusterId", b""
_KNOCK_OF_CLIENT = "/ray.rpc.RayletDriver/ClusterInfo", b"\x08\x06"  # its kind is a ping

_Shared = TypeVar("_Shared")
_Piece = TypeVar("_Piece")
_Made = TypeVar("_Made")

logger = logging.getLogger("lookalike.ingest")


def cluster_address(on: str | None) -> str | None:
    """The address of a cluster that ``on`` names, None for this machine alone.

    It is "local", "auto" (the cluster of ``RAY_ADDRESS`` if there is one), ``HOST:PORT`` or
    ``ray://HOST:PORT``; None is ``LOOKALIKE_ON``, else "local". Raises `BadArgument` for anything else.
    """
    named = (on or settings.on()).strip()
    if named == "auto":
        named = settings.ray_address() or "local"
    if named == "local":
        return None
    if named != "auto" and not _ADDRESS.fullmatch(named):
        raise BadArgument(
            f"{named!r} names no cluster.", next_step="Say local, auto, HOST:PORT or ray://HOST:PORT."
        )
    return named


@contextmanager
def cluster(address: str, workers: int | None) -> Iterator[RayCluster]:
    """A cluster, connected to; one that the caller has connected to already stays connected.

    ``workers`` is how many processors of it are used at once, None for all. Raises `BadArgument` where Ray is
    not installed, `ClusterError` where the cluster cannot be reached.
    """
    ray = _ray()
    mine = not ray.is_initialized()
    if mine:
        _require_reachable(address)
        _require_token(address)
        _connect(ray, address)
    try:
        yield RayCluster(ray, workers)
    finally:
        if mine:
            ray.shutdown()


def _connect(ray: Any, address: str) -> None:
    """Connect, and once more where that fails: a busy head may be late to start what serves a client."""
    for attempt in range(2):
        try:
            ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
        except Exception as error:  # Ray has no common base for them
            with suppress(Exception):
                ray.shutdown()
            if attempt:
                raise ClusterError(
                    f"The cluster at {address} cannot be used: {_brief(error)}",
                    next_step="Use the same Ray and the same Python here as there.",
                ) from error
        else:
            return


class RayCluster:
    """The workers of a cluster that is connected to: tasks of Ray, each for a portion, or another piece.

    Ray begins a task again, elsewhere, when its worker or its machine is lost; the pictures that the lost one
    wrote are named by no outcome, so that nobody commits them.
    """

    def __init__(self, ray: ModuleType, workers: int | None) -> None:
        self._ray: Any = ray
        self._workers = workers
        self.work: Work | None = None

    @property
    def width(self) -> int:
        """How many portions are worked on at once: one on each processor, and each share of a card."""
        there = self._ray.cluster_resources()
        share = self._share
        shares = int(there["GPU"] / share + 1e-9) if share else sys.maxsize
        return self._workers or max(1, min(int(there.get("CPU", 1)), shares))

    @property
    def _share(self) -> float:
        """The share of a card that a portion takes; 0 where none is wanted, or the cluster has none."""
        wanted = self.work is not None and self.work.device != "cpu"
        return settings.card_share() if wanted and self._ray.cluster_resources().get("GPU") else 0.0

    def outcomes(self, portions: Iterator[Portion]) -> Iterator[Outcome]:
        """One for each portion; see `lookalike.ingest.distributed.Workers`."""
        assert self.work is not None
        share = self._share
        said = ""
        if self.work.device == "cuda" and not share:
            logger.warning("The cluster has no graphics cards; networks run on processors.")
        for outcome in self.each(_index, self.work, portions, share=share):
            if share and outcome.device == "cpu" and not said:
                said = "A worker has a card, and its network runs on processors; its log says why."
                logger.warning(said)
            yield outcome

    def each(
        self,
        do: Callable[[_Shared, _Piece], _Made],
        shared: _Shared,
        pieces: Iterator[_Piece],
        *,
        share: float = 0.0,
    ) -> Iterator[_Made]:
        """What workers make of what all pieces share and of each of these, as they are done.

        ``str()`` of a piece is what a message calls it; each has ``share`` of a graphics card. Raises
        `ClusterError`; when this is closed, nobody works on a piece any more.
        """
        ray = self._ray
        needs = {"num_cpus": 1, **({"num_gpus": share} if share else {})}
        task = ray.remote(**needs, max_retries=_RETRIES)(do)
        put = ray.put(shared)
        patience = _Patience(ray, needs)
        pending: dict[Any, str] = {}  # and not the pieces: they may be large
        more = True
        try:
            while more or pending:
                while more and len(pending) < self._most():
                    piece = next(pieces, None)
                    if piece is None:
                        more = False
                    else:
                        pending[task.remote(put, ray.put(piece))] = str(piece)
                if not pending:
                    continue
                done, _ = ray.wait(list(pending), num_returns=1, timeout=_PATIENCE)
                if not done:
                    patience.run_out()
                for one in done:
                    yield self._made(one, pending.pop(one))
        finally:
            self._cancel([*pending, patience.begun])

    def _most(self) -> int:
        """How many pieces are out at once: as many wait as are worked on, unless only some may be."""
        return self._workers or 2 * self.width

    def _made(self, done: Any, piece: str) -> Any:
        try:
            return self._ray.get(done)
        except self._ray.exceptions.RayTaskError as error:
            raise ClusterError(
                f"A worker failed: {_brief(error.cause or error)}",
                next_step="Install the same lookalike on every machine of the cluster, then run it again.",
            ) from error
        except self._ray.exceptions.RayError as error:
            raise ClusterError(
                f"Workers died {_RETRIES + 1} times over {piece}: {_brief(error)}",
                next_step="Look at the memory of the machines; what was committed is stored, run it again.",
            ) from error

    def _cancel(self, pending: list[Any]) -> None:
        for one in pending:
            with suppress(Exception):
                self._ray.cancel(one, force=True)
        with suppress(Exception):
            self._ray.wait(pending, num_returns=len(pending), timeout=_CANCEL_SECONDS)


class _Patience:
    """Says what is waited for when nothing comes back. ``begun`` is done once a processor was to be had.

    Ray tells nobody whether a task works or waits, so the first one that is sent does nothing.
    """

    def __init__(self, ray: Any, needs: dict[str, float]) -> None:
        self._ray = ray
        self._what = "processor and a share of a card" if "num_gpus" in needs else "processor"
        self.begun = ray.remote(**needs)(_nothing).remote()
        self._said = ""
        self._empty_since = 0.0

    def run_out(self) -> None:
        """Nothing came back for some seconds. Raises `ClusterError` where nothing will."""
        said = ""
        if not self._ray.cluster_resources().get("CPU"):
            self._empty_since = self._empty_since or time.monotonic()
            if time.monotonic() - self._empty_since >= _EMPTY_SECONDS:
                raise ClusterError(
                    "The cluster has no processors.",
                    next_step="Start a machine of it with ray start --address; what is stored stays.",
                )
            said = "it has no processors just now."
        else:
            self._empty_since = 0.0
            if not self._ray.wait([self.begun], timeout=0)[0]:
                said = "no work has begun."
        if said and said != self._said:
            logger.warning("Waiting for a %s of the cluster: %s", self._what, said)
        self._said = said


def _nothing() -> None:
    """What the first worker does."""


def _index(work: Work, portion: Portion) -> Outcome:
    """What a worker does."""
    return work.index(portion)


def _ray() -> ModuleType:
    try:
        import ray
    except ImportError:
        raise BadArgument(
            "Ray is not installed.", next_step="Run: pip install 'lookalike[ray]', or leave --on out."
        ) from None
    module: ModuleType = ray
    return module


def _require_reachable(address: str) -> None:
    """Raise `ClusterError` within seconds where no cluster answers: Ray itself would wait for a minute."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return
    _, host, port = found.groups()
    try:
        with socket.create_connection((host.strip("[]"), int(port)), _REACH_SECONDS) as connection:
            connection.sendall(_PREFACE)
            answer = connection.recv(9, socket.MSG_WAITALL)
    except (OSError, OverflowError) as error:
        raise ClusterError(
            f"No cluster answers at {address}: {getattr(error, 'strerror', None) or error}.", next_step=_START
        ) from error
    if answer[3:4] != _SETTINGS and not settings.ray_tls():
        raise ClusterError(f"What answers at {address} is no cluster of Ray.", next_step=_START)


def _require_token(address: str) -> None:
    """Raise `ClusterError` where the cluster takes no token but another: Ray would try for a minute.

    Asked with Ray's own channel, which sends what token there is; where that is not to be had Ray tells.
    """
    try:
        import grpc
        from ray._private.grpc_utils import init_grpc_channel
    except ImportError:
        return
    if not _ADDRESS.fullmatch(address):
        return
    _, _, place = address.rpartition("/")
    knock, what = _KNOCK_OF_CLIENT if address.startswith("ray://") else _KNOCK
    refused = False
    try:
        with init_grpc_channel(place) as channel:
            channel.unary_unary(knock)(what, timeout=_REACH_SECONDS)
    except grpc.RpcError as error:
        refused = error.code() == grpc.StatusCode.UNAUTHENTICATED
    except Exception as error:  # of Ray, which has no common base for them
        refused = "authentication token" in str(error)
    if refused:
        raise ClusterError(
            f"The cluster at {address} does not know the token of this command.", next_step=_TOKEN
        )


def _brief(error: BaseException) -> str:
    """What an error of Ray says, in one line: its traces of other processes are left out."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = f"{lines[0]} {lines[-1]}" if len(lines) > 1 and lines[0].endswith(":") else "".join(lines[:1])
    return told or type(error).__name__
