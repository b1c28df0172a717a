"""A real Ray cluster makes the index that this machine makes, whatever dies on the way."""

from __future__ import annotations

import logging
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lookalike.cli.main import main
from lookalike.errors import BadArgument, ClusterError
from lookalike.index import Index
from lookalike.ingest import ray as rays
from lookalike.neighbours import listing, lists, making
from lookalike.products import Product
from lookalike.testing.drawn import assert_same_index, counts, draw
from lookalike.testing.grid import GridEncoder
from lookalike.testing.keeping import keep_always
from lookalike.testing.ray_cluster import LocalCluster
from lookalike.testing.tiny_shop import write_tiny_shop

CHILD = Path(__file__).with_name("driving_child.py")
COUNT = 300
SLOW = 0.02
"""Seconds a picture takes: workers are at it for some seconds."""


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Product]:
    return draw(tmp_path_factory.mktemp("drawn") / "pictures", COUNT)


@pytest.fixture(scope="module")
def here(rows: list[Product], tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The index that this machine makes of the rows."""
    index = Index.create(tmp_path_factory.mktemp("here") / "index", GridEncoder())
    index.add(rows, fit=False, duplicates=False)
    return index


@contextmanager
def closed() -> Iterator[int]:
    """A port at which nobody answers."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        yield one.getsockname()[1]


@contextmanager
def silent() -> Iterator[int]:
    """A port that takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def talking() -> Iterator[int]:
    """A port of a server that is none of Ray's."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(100)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def indexed(folder: Path, rows: list[Product], address: str, watch: Callable[[int], None]) -> Index:
    """The index that a cluster makes of them, slowly; every row is added once."""
    index = Index.create(folder / "index", GridEncoder(seconds=SLOW))
    report = index.add(rows, on=address, fit=False, duplicates=False, progress=watch)
    assert (report.rows, report.added, report.encoded) == (COUNT, COUNT, COUNT)
    return index


def test_a_cluster_makes_the_index_that_one_machine_makes(
    tmp_path: Path, ray_cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = write_tiny_shop(tmp_path / "shop")
    here, there = Index.create(tmp_path / "here"), Index.create(tmp_path / "there")
    expected = here.add(table, fit=False)
    monkeypatch.setenv("RAY_ADDRESS", ray_cluster.client)
    found = there.add(table, on="auto", fit=False)
    assert counts(found) == counts(expected)
    assert found.copies == expected.copies
    assert_same_index(there, here)
    again = there.sync(table, on=ray_cluster.address, fit=False)
    assert (again.unchanged, again.encoded) == (expected.added, 0)


def test_a_worker_that_is_killed_costs_no_row(
    tmp_path: Path, ray_cluster: LocalCluster, rows: list[Product], here: Index
) -> None:
    killed: list[bool] = []

    def watch(done: int) -> None:
        if done > COUNT // 6 and sum(killed) < 2:
            killed.append(ray_cluster.kill_worker())

    assert_same_index(indexed(tmp_path, rows, ray_cluster.address, watch), here)
    assert sum(killed) == 2


def test_a_node_that_is_killed_costs_no_row(
    tmp_path: Path, ray_cluster: LocalCluster, rows: list[Product], here: Index
) -> None:
    killed: list[int] = []

    def watch(done: int) -> None:
        if done > COUNT // 6 and not killed:
            killed.append(done)
            ray_cluster.kill_node()

    try:
        assert_same_index(indexed(tmp_path, rows, ray_cluster.address, watch), here)
    finally:
        ray_cluster.add(gpus=1)
    assert killed


@contextmanager
def driving(folder: Path, address: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that indexes the shop; it says how many rows are done, and how many stored."""
    command = [sys.executable, str(CHILD), str(folder), str(COUNT), address]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as child:
        try:
            yield child
        finally:
            child.kill()


def told(child: subprocess.Popen[str], place: int, least: int) -> int:
    """Wait until the child says at least so much."""
    assert child.stdout is not None
    for line in child.stdout:
        if (said := int(line.split()[place])) > least:
            return said
    raise AssertionError("it ended early")


def test_workers_make_lists_of_neighbours_that_find_the_nearest(
    tmp_path: Path,
    ray_cluster: LocalCluster,
    rows: list[Product],
    here: Index,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep_always(monkeypatch)
    monkeypatch.setenv("LOOKALIKE_NEIGHBOURS", "lists")
    monkeypatch.setattr(making, "_ASKERS", COUNT // 10)
    for module in (listing, lists):
        monkeypatch.setattr(module, "PART", COUNT // 4)
    sent: list[object] = []
    each = rays.RayCluster.each

    def watched(self: rays.RayCluster, do: Any, shared: Any, pieces: Any, **how: float) -> Any:
        return (sent.append(one) or one for one in each(self, do, shared, pieces, **how))

    monkeypatch.setattr(rays.RayCluster, "each", watched)
    assert here.path is not None
    shutil.copytree(here.path, tmp_path / "index")
    index = Index.open(tmp_path / "index", GridEncoder(), search="approximate")
    report = index.add(rows, on=ray_cluster.address, fit=False, duplicates=False)
    assert (report.unchanged, report.problems) == (COUNT, ())
    assert sorted(one.number for one in sent if isinstance(one, listing.Sorted)) == [0, 1, 2, 3]
    index = Index.open(tmp_path / "index", GridEncoder(), search="approximate")
    found, exact = index.similar(rows[0].id), here.similar(rows[0].id)
    assert found.explain["plan"]["by"] == "lists"
    assert [one.score for one in found] == [one.score for one in exact]


def test_a_driver_that_is_killed_is_gone_on_with(
    tmp_path: Path, ray_cluster: LocalCluster, here: Index
) -> None:
    with driving(tmp_path, ray_cluster.address) as child:
        told(child, 1, 100)
        child.send_signal(signal.SIGKILL)
    index = Index.open(tmp_path / "index")
    kept = len(index)
    assert 100 < kept < COUNT
    assert index._store.reader().check() == []
    index = Index(index._store, GridEncoder(), tmp_path / "index")
    report = index.add(
        draw(tmp_path / "pictures", COUNT), on=ray_cluster.address, fit=False, duplicates=False
    )
    assert (report.unchanged, report.added, report.encoded) == (kept, COUNT - kept, COUNT - kept)
    found, expected = index._store.reader(), here._store.reader()
    assert found.metadata_hashes() == expected.metadata_hashes()
    assert found.check() == []


def test_ctrl_c_keeps_what_is_whole(tmp_path: Path, ray_cluster: LocalCluster) -> None:
    with driving(tmp_path, ray_cluster.address) as child:
        done = told(child, 0, 60)
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=60)
    assert "Interrupted" in said
    index = Index.open(tmp_path / "index", GridEncoder())
    assert done <= len(index) < COUNT
    assert index._store.reader().check() == []


def test_what_is_no_cluster_is_told_within_seconds(tmp_path: Path, ray_cluster: LocalCluster) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    with silent() as mute, closed() as nobody, talking() as other:
        for address, said in (
            (f"127.0.0.1:{nobody}", "No cluster answers"),
            (f"ray://127.0.0.1:{nobody}", "No cluster answers"),
            (f"127.0.0.1:{mute}", "No cluster answers"),
            (f"127.0.0.1:{other}", "no cluster of Ray"),
            ("no-such-host.invalid:6379", "No cluster answers"),
        ):
            began = time.monotonic()
            with pytest.raises(ClusterError, match=said) as error:
                index.add([], on=address)
            assert "ray start" in error.value.next_step
            assert time.monotonic() - began < 15


@contextmanager
def guarded() -> Iterator[int]:
    """A port of a server that takes no token, and says so as those of Ray do."""
    import grpc

    class Refusing(grpc.ServerInterceptor):
        def intercept_service(self, continuation: object, details: object) -> object:
            def refuse(_: object, context: grpc.ServicerContext) -> None:
                context.abort(grpc.StatusCode.UNAUTHENTICATED, "InvalidAuthToken")

            return grpc.unary_unary_rpc_method_handler(refuse)

    server = grpc.server(ThreadPoolExecutor(1), interceptors=[Refusing()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield port
    finally:
        server.stop(0)


def test_a_cluster_that_wants_another_token_says_which_variable_holds_it(
    tmp_path: Path, ray_cluster: LocalCluster
) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    with guarded() as port:
        for address in (f"127.0.0.1:{port}", f"ray://127.0.0.1:{port}"):
            with pytest.raises(ClusterError, match="token") as error:
                index.add([], on=address)
            assert "RAY_AUTH_TOKEN" in error.value.next_step


@contextmanager
def occupied(cluster: LocalCluster, until: Path) -> Iterator[None]:
    """Other people's tasks have every processor until a file is there."""
    import ray

    def idle(until: Path) -> None:
        while not until.exists():
            time.sleep(0.05)

    ray.init(cluster.address, log_to_driver=False, logging_level=logging.ERROR)
    try:
        idling = [ray.remote(num_cpus=1, max_retries=0)(idle).remote(until) for _ in range(2)]
        while ray.available_resources().get("CPU", 0) >= 1:
            time.sleep(0.05)
        yield
        until.touch()
        ray.get(idling)
    finally:
        ray.shutdown()


def test_what_is_waited_for_is_said(
    tmp_path: Path,
    ray_cluster: LocalCluster,
    rows: list[Product],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    import ray

    monkeypatch.setattr(rays, "_PATIENCE", 0.1)
    free = tmp_path / "free"

    class Until(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            free.touch()

    with occupied(ray_cluster, free):
        index = Index.create(tmp_path / "index", GridEncoder())
        with monkeypatch.context() as empty, pytest.raises(ClusterError, match="no processors") as error:
            empty.setattr(ray, "cluster_resources", dict)
            empty.setattr(rays, "_EMPTY_SECONDS", 0.3)
            index.add(rows[:4], on=ray_cluster.address, fit=False, duplicates=False)
        assert "ray start" in error.value.next_step
        rays.logger.addHandler(until := Until())
        try:
            report = index.add(rows[:4], on=ray_cluster.address, fit=False, duplicates=False)
        finally:
            rays.logger.removeHandler(until)
    assert report.added == 4
    assert [record.getMessage() for record in caplog.records if record.name == "lookalike.ingest"] == [
        "Waiting for a processor of the cluster: it has no processors just now.",
        "Waiting for a processor of the cluster: no work has begun.",
    ]


def test_a_cluster_with_a_card_shares_it_among_the_workers_that_want_one(
    tmp_path: Path,
    ray_cluster: LocalCluster,
    rows: list[Product],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The card is one in name alone: who is given it is seen, and that what cannot use it says so."""
    import ray

    asked: list[dict[str, float]] = []
    remote = ray.remote

    def watched(**needs: float) -> object:
        asked.append(needs)
        return remote(**needs)

    monkeypatch.setattr(ray, "remote", watched)
    monkeypatch.setenv("LOOKALIKE_CARD_SHARE", "0.5")
    for device, index in (
        ("cpu", Index.create(tmp_path / "cpu", GridEncoder())),
        ("auto", Index.create(tmp_path / "auto")),
    ):
        monkeypatch.setenv("LOOKALIKE_DEVICE", device)
        assert index.add(rows[:4], on=ray_cluster.address, fit=False, duplicates=False).added == 4
    assert [needs.get("num_gpus") for needs in asked] == [None, None, 0.5, 0.5]
    assert "its network runs on processors" in caplog.text


def test_where_is_local_unless_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    assert rays.cluster_address(None) is rays.cluster_address("auto") is rays.cluster_address("local") is None
    monkeypatch.setenv("RAY_ADDRESS", "head:6379")
    assert rays.cluster_address("auto") == "head:6379"
    monkeypatch.setenv("LOOKALIKE_ON", "ray://head:10001")
    assert rays.cluster_address(None) == "ray://head:10001"
    for wrong in ("head", "http://head:1", "ray://head", "head:port", "head:6379/x"):
        with pytest.raises(BadArgument, match="names no cluster"):
            rays.cluster_address(wrong)


def test_without_ray_the_next_step_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    table = write_tiny_shop(tmp_path / "shop")
    done = CliRunner().invoke(
        main, ["add", str(table), "--index", str(tmp_path / "index"), "--on", "head:6379"]
    )
    assert done.exit_code != 0
    assert "pip install 'lookalike[ray]'" in str(done.exception) + done.output
