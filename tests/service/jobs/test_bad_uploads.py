"""An upload that cannot be is refused, and leaves nothing."""

from __future__ import annotations

import errno
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from lookalike.index import Index
from lookalike.service.jobs import multipart, receiving, uploaded

from .test_names import HOSTILE
from .wares import CSV, MULTIPART, form, inline, left_in, picture, report_of, rows, send, table


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:24])
def test_a_hostile_file_name_is_refused_and_leaves_nothing(
    client: TestClient, folder: Path, tmp_path: Path, name: str
) -> None:
    raw = name.encode("utf-8", "surrogatepass").replace(b"\\", b"\\\\")
    body = form([(b"good.png", picture(1)), (raw, picture(2))])
    answer = client.post("/v1/products?wait=20", content=body, headers={"content-type": MULTIPART})
    if name in ("", "C:\\a.jpg"):  # a field of a form left empty; a whole path as old browsers send it
        assert report_of(answer)["added"] == (2 if name else 1)
    else:
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-argument")
        assert left_in(folder) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index"]


WRONG = {
    "no id column": (b"colour,size\nred,1\n", "text/csv", "bad-catalog"),
    "header alone": (b"id,image\n", "text/csv", "bad-catalog"),
    "empty": (b"", "text/csv", "bad-argument"),
    "blanks": (b"  \n\n", "text/csv", "bad-catalog"),
    "binary": (bytes(range(256)) * 20, "text/csv", "bad-catalog"),
    "a picture": (picture(1), "text/csv", "bad-catalog"),
    "bad JSON": (b'[{"id": 1', "application/json", "bad-catalog"),
    "JSON of no list": (b"3", "application/json", "bad-catalog"),
    "an empty list": (b"[]", "application/json", "bad-catalog"),
    "nested too deep": (b"[" * 100_000, "application/json", "bad-catalog"),
    "no Parquet": (b"PAR1 not really", "application/vnd.apache.parquet", "bad-catalog"),
    "zip": (b"PK\x03\x04" + bytes(400), "text/csv", "bad-catalog"),
    "half a gzip": (gzip.compress(b"id,image\n1,a\n" * 1000)[:30], "text/csv", "bad-catalog"),
}


@pytest.mark.parametrize("harm", WRONG)
def test_what_is_no_catalogue_is_refused_at_once_and_leaves_nothing(
    client: TestClient, folder: Path, harm: str
) -> None:
    body, kind, code = WRONG[harm]
    answer = client.post("/v1/products", content=body, headers={"content-type": kind})
    document = answer.json()
    assert (answer.status_code, document["code"]) == (400, code), document
    assert document["next_step"]
    assert str(folder.parent) not in answer.text
    assert left_in(folder) == []


BROKEN = {
    "half": form([(b"a.png", picture(1))])[:-40],
    "no end": form([(b"a.png", picture(1))]).removesuffix(b"--\r\n"),
    "no file": b"--frontier--\r\n",
    "a field": b'--frontier\r\nContent-Disposition: form-data; name="mode"\r\n\r\nsync\r\n--frontier--\r\n',
    "no boundary in it": b"id,image\n1,a.png\n",
    "no disposition": b"--frontier\r\nX: y\r\n\r\nabc\r\n--frontier--\r\n",
    "a header without end": b"--frontier\r\n" + b"x" * 100_000,
    "twice": form([(b"a.png", picture(1)), (b"a.png", picture(2))]),
    "a file as a folder": form([(b"a", b"1"), (b"a/b.png", picture(2))]),
    "empty": b"",
}


@pytest.mark.parametrize("harm", BROKEN)
def test_a_broken_form_is_refused_and_leaves_nothing(client: TestClient, folder: Path, harm: str) -> None:
    answer = client.post("/v1/products", content=BROKEN[harm], headers={"content-type": MULTIPART})
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] in ("bad-argument", "half-body")
    assert left_in(folder) == []


def test_too_many_files_and_too_large_a_document_are_refused(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multipart, "MOST_FILES", 3)
    monkeypatch.setattr(receiving, "LARGEST_JSON", 5000)
    many = send(client, {f"{n}.png": picture(n) for n in range(4)})
    large = client.post("/v1/products", json=rows(range(100)))
    for answer in (many, large):
        assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert "x-ndjson" in large.json()["next_step"]
    assert left_in(folder) == []


def test_more_than_a_thousand_files_come_through(client: TestClient, index: Index, monkeypatch: Any) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    tiny = picture(1)
    files = {f"a/{n:04}.png": tiny for n in range(1010)}
    assert report_of(send(client, files))["added"] == 1010
    assert len(index) == 1010


def test_a_full_disk_accepts_nothing_by_half(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        answers = [
            send(client, {"a.png": picture(1)}),
            client.post("/v1/products", content=table("id,image", f'1,"{inline(1)}"'), headers=CSV),
        ]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (507, "storage")
        assert str(folder) not in answer.text
    assert left_in(folder) == []


def test_a_disk_that_fills_up_under_an_upload_accepts_nothing(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: multipart.MultipartFiles, _: bytes) -> None:
        (self._folder / "a.png").write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(multipart.MultipartFiles, "feed", full)
    assert send(client, {"a.png": picture(1)}).json()["code"] == "storage"
    assert left_in(folder) == []


def test_a_packed_file_that_unpacks_without_end_is_given_up(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploaded, "MOST_PROBLEMS", 1000)
    body = gzip.compress(b'id,image\n1,"' + inline(1).encode() + b'"\n' + b",\n" * 200 + b"x\n" * 500_000)
    answer = client.post("/v1/products?wait=20", content=body, headers=CSV)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-catalog")
    assert "1,000 rows" in answer.json()["detail"]
    assert answer.json()["job"]["state"] == "failed"


@pytest.mark.parametrize("name", ["list.json", "list.jsonl", "list.json.gz", "list.jsonl.gz", "list"])
def test_one_large_json_document_is_refused_whatever_it_is_called(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(uploaded, "LARGEST_JSON", 5000)
    body = json.dumps(rows(range(100))).encode()
    answer = send(client, {name: gzip.compress(body) if name.endswith(".gz") else body})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-catalog")
    assert "JSON lines" in answer.json()["next_step"]
    assert left_in(folder) == []


def test_lines_of_json_may_be_many(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploaded, "LARGEST_JSON", 5000)
    body = "\n".join(map(json.dumps, rows(range(100)))).encode()
    assert len(body) > 5000
    assert report_of(send(client, {"list.jsonl.gz": gzip.compress(body)}))["added"] == 100


def test_a_table_that_unpacks_to_very_much_is_refused(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploaded, "LARGEST_UNPACKED", 1 << 20)
    answer = send(client, {"list.csv.gz": gzip.compress(table("id,image", "1,a") + b"\n" * (3 << 20))})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-catalog")
    assert left_in(folder) == []


def test_a_body_of_another_type_is_refused(client: TestClient, app: FastAPI, folder: Path) -> None:
    for kind in ("image/png", "application/x-www-form-urlencoded", "", "text/html"):
        answer = client.post("/v1/products", content=b"id,image\n1,a", headers={"content-type": kind})
        assert (answer.status_code, answer.json()["code"]) == (415, "wrong-type")
        assert "text/csv" in answer.json()["next_step"]
    assert left_in(folder) == []
