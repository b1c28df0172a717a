"""``lookalike demo`` as somebody meets it first, in real processes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from lookalike.index import Index
from lookalike.products import Product

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_the_demo_keeps_to_its_own_folder(lookalike: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "products.csv").write_text("id,image\n")
    done = lookalike("demo", "--folder", "mine", "--no-open")
    assert done.returncode == 2
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["products.csv"]


def test_what_was_added_to_the_demo_is_there_when_it_is_run_again(lookalike: Run, tmp_path: Path) -> None:
    assert lookalike("demo", "--products", "40", "--no-open").returncode == 0
    index = Index.open(tmp_path / "lookalike-demo" / "index")
    index.add([Product("mine", (tmp_path / "lookalike-demo" / "shop" / "images" / "00001.jpg",))])
    again = lookalike("demo", "--products", "40", "--json")
    told = json.loads(again.stdout)
    assert told["report"]["unchanged"] == 40
    assert (told["events"]["report"]["recorded"], told["events"]["report"]["repeated"] > 1000) == (0, True)
    assert "mine" in index and len(index) == 41


def test_the_demo_ends_with_the_shop_s_page(tmp_path: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "lookalike", "demo", "--products", "40", "--port", "0"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdout is not None and running.stderr is not None
    try:
        said = next(line for line in map(bytes.decode, running.stdout) if "http://" in line)
        address = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert address, said
        page = fetched(address[0])
        assert b"<title>" in page
        for _ in range(600):
            if fetched(address[0] + "health/ready"):
                break
            time.sleep(0.1)
        assert json.loads(fetched(address[0] + "v1/products?limit=1"))["total"] == 40
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 130
    finally:
        running.kill()
        running.communicate()


def fetched(address: str) -> bytes:
    """What stands at an address; nothing while it is not ready."""
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        error.close()
        return b""
