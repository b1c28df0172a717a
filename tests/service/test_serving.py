"""`lookalike serve` as a process: where it is, how it ends, and that it follows what others write."""

from __future__ import annotations

import http.client
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lookalike.cli.main import main as command_line
from lookalike.index import Index
from lookalike.testing.tiny_shop import tiny_shop, write_tiny_shop

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@dataclass
class Process:
    """A service of its own process."""

    popen: subprocess.Popen[str]
    port: int
    log: Path

    def lines(self) -> list[str]:
        """What it wrote to standard error."""
        return self.log.read_text(encoding="utf-8").splitlines()

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(
                method, path, body, {name.replace("_", "-"): text for name, text in headers.items()}
            )
            answer = connection.getresponse()
            data = answer.read()
            return answer.status, json.loads(data) if "json" in answer.headers[
                "content-type"
            ] else data.decode()
        finally:
            connection.close()

    def wait_until_ready(self) -> None:
        until = time.monotonic() + 60
        while any(self.ask("/health/ready")[0] != 200 for _ in range(8)):  # of each worker
            assert time.monotonic() < until
            time.sleep(0.02)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.popen.send_signal(how)
        return self.popen.wait(60)


@contextmanager
def serving(*options: str) -> Iterator[Process]:
    command = [sys.executable, "-m", "lookalike", "serve", "--port", "0", *options]
    quiet = {**os.environ, "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as home, (Path(home) / "log").open("w") as log:
        popen = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=quiet)
        try:
            assert popen.stdout is not None
            said = popen.stdout.readline()
            assert "http://127.0.0.1:" in said, (Path(home) / "log").read_text()
            port = int(said.split("http://127.0.0.1:")[1].split("/")[0])
            process = Process(popen, port, Path(home) / "log")
            process.wait_until_ready()
            yield process
        finally:
            popen.kill()
            popen.communicate()


def refused(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    with pytest.raises(SystemExit) as ended:
        command_line(["serve", *options])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny shop as files, and half of it in an index of the default encoder."""
    home = tmp_path_factory.mktemp("serving")
    table = write_tiny_shop(home)
    lines = table.read_text(encoding="utf-8").splitlines()
    half = home / "half.csv"
    half.write_text("\n".join(lines[:20]) + "\n", encoding="utf-8")
    Index.create(home / "index").add(half)
    return home


def test_a_taken_port_no_index_no_workers_and_no_address_are_one_line_each(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = ("--index", str(folder / "index"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert f"Port {port} is taken" in refused(capsys, *index, "--port", port)
    assert "no index" in refused(capsys, "--index", str(folder / "nothing"))
    assert "--workers" in refused(capsys, *index, "--workers", "0")
    assert "nonsense" in refused(capsys, *index, "--host", "nonsense.invalid")


def test_a_request_under_way_is_answered_before_the_service_ends(folder: Path) -> None:
    body = b'{"requests": [{"id": "0007", "k": 1}]}'
    with serving("--index", str(folder / "index"), "--log", "json") as process:
        with socket.create_connection(("127.0.0.1", process.port), timeout=30) as connection:
            head = f"POST /v1/similar HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
            connection.sendall(f"{head}Expect: 100-continue\r\n\r\n".encode() + body[:10])
            assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")  # it is under way
            process.popen.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            connection.sendall(body[10:])
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert process.popen.wait(60) == 0
        last = json.loads(process.lines()[-1])
        assert (last["route"], last["status"]) == ("/v1/similar", 200)


def test_ctrl_c_ends_it_as_every_other_verb(folder: Path) -> None:
    with serving("--index", str(folder / "index")) as process:
        assert process.end(signal.SIGINT) == 130
        assert process.lines()[-1] == "Stopped."


def test_readers_follow_a_writer_without_a_failed_request(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "index", tmp_path / "index")
    late = tiny_shop().products[-1].id
    answers: list[tuple[int, int]] = []
    over = threading.Event()

    def ask() -> None:
        while not over.wait(0.01):
            status, document = process.ask("/v1/similar/0007?k=5")
            answers.append((status, document.get("version", -1)))

    def every_worker_says(status: int) -> None:
        until = time.monotonic() + 60
        while any(process.ask(f"/v1/products/{late}")[0] != status for _ in range(8)):
            assert time.monotonic() < until
            time.sleep(0.02)

    with serving("--index", str(tmp_path / "index"), "--workers", "2") as process:
        clients = [threading.Thread(target=ask, daemon=True) for _ in range(4)]
        for client in clients:
            client.start()
        try:
            every_worker_says(404)
            index = Index.open(tmp_path / "index")
            index.add(list(tiny_shop().products[20:]))
            every_worker_says(200)
            index.remove([late])
            every_worker_says(404)
        finally:
            over.set()
        for client in clients:
            client.join(30)
        assert {status for status, _ in answers} == {200}
        assert len({version for _, version in answers}) >= 2
        assert counted(process, "/v1/similar/{id}") == len(answers)
        assert process.end() == 0


def test_workers_end_with_their_supervisor_even_when_it_is_killed(folder: Path) -> None:
    with serving("--index", str(folder / "index"), "--workers", "2") as process:
        process.end(signal.SIGKILL)
        until = time.monotonic() + 30
        with pytest.raises(ConnectionRefusedError):
            while time.monotonic() < until:
                socket.create_connection(("127.0.0.1", process.port), timeout=5).close()
                time.sleep(0.05)


def counted(process: Process, route: str) -> float:
    """How many answers all workers together have counted."""
    page: str = process.ask("/metrics")[1]
    lines = [line for line in page.splitlines() if line.startswith("lookalike_requests_total{")]
    return sum(float(line.split()[-1]) for line in lines if f'route="{route}"' in line)


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="memory is read from /proc")
def test_memory_returns_after_many_large_photos(folder: Path) -> None:
    sink = io.BytesIO()
    Image.linear_gradient("L").resize((3000, 3000)).convert("RGB").save(sink, "PNG")
    form = (
        b'--cut\r\nContent-Disposition: form-data; name="image"; filename="p.png"\r\n\r\n'
        + sink.getvalue()
        + b"\r\n--cut--\r\n"
    )

    with serving("--index", str(folder / "index")) as process:

        def search() -> None:
            kind = "multipart/form-data; boundary=cut"
            assert process.ask("/v1/search?k=1", "POST", form, content_type=kind)[0] in (200, 429)

        def memory() -> float:
            status = Path(f"/proc/{process.popen.pid}/status").read_text(encoding="ascii")
            (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
            return int(line.split()[1]) / 1024

        for _ in range(3):
            search()
        before = memory()
        threads = [threading.Thread(target=search, daemon=True) for _ in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert memory() - before < 150  # MiB; 24 such photos take 650 decoded
        assert process.ask("/health/ready")[0] == 200
