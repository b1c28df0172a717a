"""Uploads: what they may hold, and where their pictures may lie."""

from __future__ import annotations

import http.server
import io
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet
import pytest
from fastapi.testclient import TestClient

from lookalike.index import Index
from lookalike.service.app import create_app
from lookalike.service.config import ServiceConfig
from lookalike.service.jobs import uploaded

from .wares import CSV, inline, left_in, picture, report_of, rows, send, table, until


def test_a_table_and_the_pictures_beside_it(client: TestClient, index: Index, folder: Path) -> None:
    files = {
        "shop/products.csv": table(
            "id,title,image", "1,One,images/1.png", "2,Two,b.png", "3,Three,c%20d.png"
        ),
        "shop/images/1.png": picture(1),
        "shop/images/b.png": picture(2),
        "shop/c d.png": picture(3),
        "shop/.DS_Store": b"\0\1",
    }
    assert report_of(send(client, files))["added"] == 3
    assert index.product("1").title == "One"
    assert [p.uri for p in index.product("2").pictures] == ["shop/images/b.png"]
    again = report_of(send(client, files))
    assert (again["unchanged"], again["pictures"]) == (3, {"encoded": 0, "reused": 0})
    until(lambda: not any((job / "upload").exists() for job in folder.iterdir()))
    assert index.verify().found == 3  # though nothing of the upload is left, the originals are kept


def test_a_table_in_a_folder_of_its_own_may_name_pictures_of_another(
    client: TestClient, index: Index
) -> None:
    files = {
        "shop/data/list.csv": table("id,image", "1,../pictures/1.png"),
        "shop/pictures/1.png": picture(1),
    }
    assert report_of(send(client, files))["added"] == 1
    assert [p.uri for p in index.product("1").pictures] == ["shop/pictures/1.png"]


def test_pictures_sent_without_the_folder_that_the_table_names(client: TestClient, index: Index) -> None:
    files = {
        "products.csv": table("id,image", "1,pics/1.png", "2,pics\\Two.PNG", "3,pics/3.png", "4,4.png"),
        "1.png": picture(1),
        "two.png": picture(2),
        "deep/down/4.png": picture(4),
    }
    report = report_of(send(client, files))
    assert (report["added"], report["reasons"]) == (3, {"outside": 1})
    (problem,) = report["problems"]
    assert problem["id"] == "3"
    assert problem["detail"].startswith("pics/3.png was not among the files sent; send it too")
    assert [p.uri for p in index.product("1").pictures] == ["pics/1.png"]
    folders = {"products.csv": files["products.csv"], "pics/1.png": picture(1), "pics/Two.PNG": picture(2)}
    assert report_of(send(client, folders))["pictures"] == {"encoded": 0, "reused": 0}


def test_a_file_that_two_paths_may_mean_is_neither(client: TestClient) -> None:
    files = {
        "products.csv": table("id,image", "1,red/1.png", "2,blue/1.png", "3,red/3.png", "4,4.png"),
        "1.png": picture(1),
        "blue/3.png": picture(3),
        "a/4.png": picture(4),
        "b/4.png": picture(5),
    }
    report = report_of(send(client, files))
    assert (report["added"], report["reasons"]) == (0, {"outside": 4})


def test_an_upload_without_a_table_is_called_what_was_sent(client: TestClient) -> None:
    many = {f"{n}.png": picture(n) for n in range(3)}
    sent = [many, {"hat.png": picture(4)}, {f"hats/{name}": data for name, data in many.items()}]
    assert [send(client, files).json()["job"]["name"] for files in sent] == ["3 files", "hat.png", "hats"]


def test_new_prices_of_known_products_come_with_the_names_of_pictures_but_not_the_files(
    client: TestClient, index: Index, encoder: Any
) -> None:
    def listed(price: str) -> bytes:
        return table("id,price,image", f"1,{price},pics/1.png", f"2,{price},2.png")

    send(client, {"products.csv": listed("9 EUR"), "pics/1.png": picture(1), "2.png": picture(2)})
    calls = encoder.calls
    report = report_of(
        client.post("/v1/products?wait=20", content=listed("8 EUR"), headers={"content-type": "text/csv"})
    )
    assert [str(index.product(id).price) for id in index.ids] == ["8.00 EUR", "8.00 EUR"]
    assert encoder.calls == calls
    assert (report["updated"], report["stale"], report["reasons"]) == (2, 2, {"outside": 2})
    assert report["reported"] == 0
    assert all(problem["indexed"] for problem in report["problems"])


def test_pictures_alone_are_products_of_their_names_and_folders(client: TestClient, index: Index) -> None:
    files = {"drop/Lamps/l1.png": picture(1), "drop/Mugs/m1.png": picture(2), "drop/Mugs/m2.png": picture(3)}
    assert report_of(send(client, files))["added"] == 3
    assert [(i, index.product(i).category) for i in index.ids] == [
        ("l1", "Lamps"),
        ("m1", "Mugs"),
        ("m2", "Mugs"),
    ]


def test_one_picture_alone(client: TestClient, index: Index) -> None:
    assert report_of(send(client, {"hat.png": picture(1)}))["added"] == 1
    assert index.ids == ["hat"]


def test_a_list_of_objects_beside_what_systems_leave_in_folders(client: TestClient, index: Index) -> None:
    files = {"shop/list.json": json.dumps(rows(range(2))).encode(), "shop/Thumbs.db": b"\0\1"}
    assert report_of(send(client, files))["added"] == 2
    assert index.ids == ["p0", "p1"]


def test_pictures_may_be_taken_without_the_table_beside_them(client: TestClient, index: Index) -> None:
    files = {
        "shop/products.csv": table("id,image", "1,a.png"),
        "shop/a.png": picture(1),
        "shop/b.png": picture(2),
    }
    assert report_of(send(client, files, "&format=folder"))["added"] == 2
    assert index.ids == ["a", "b"]


def test_several_parquet_files_are_one_catalogue(client: TestClient, index: Index) -> None:
    files = {}
    for part in range(2):
        sink = io.BytesIO()
        columns = {
            "id": [f"{part}-{n}" for n in range(2)],
            "image": [picture(part * 2 + n) for n in range(2)],
        }
        pyarrow.parquet.write_table(pa.table(columns), sink)
        files[f"part-{part}.parquet"] = sink.getvalue()
    assert report_of(send(client, files))["added"] == 4
    assert len(index) == 4


def test_several_tables_are_refused_with_their_names(client: TestClient, folder: Path) -> None:
    answer = send(client, {"a/x.csv": table("id,image", "1,p"), "b/y.csv": table("id,image", "1,p")})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-catalog")
    assert "a/x.csv, b/y.csv" in answer.json()["detail"]
    assert left_in(folder) == []


def test_columns_may_be_mapped_and_the_error_says_how(client: TestClient, index: Index) -> None:
    body = b'wares,look\n1,"' + inline(1).encode() + b'"\n'
    refused = client.post("/v1/products", content=body, headers=CSV)
    assert refused.status_code == 400
    assert "map=wares=id" in refused.json()["next_step"]
    answer = client.post("/v1/products?map=wares%3Did&map=look=picture&wait=20", content=body, headers=CSV)
    assert report_of(answer)["added"] == 1
    assert index.ids == ["1"]


@pytest.fixture
def secret(tmp_path: Path, folder: Path) -> Path:
    """A picture of the server that would be indexed if anybody read it."""
    path = tmp_path / "secret.png"
    path.write_bytes(picture(99))
    return path


def escapes(secret: Path) -> list[str]:
    """Ways to name a file of the server."""
    up = "../" * 12
    whole = str(secret)
    return [
        whole,
        up + whole[1:],
        "images/" + up + whole[1:],
        "./../../../../secret.png",
        secret.as_uri(),
        "FILE:" + whole,
        "file:" + up + whole[1:],
        "file://localhost" + whole,
        quote(whole, safe=""),
        quote(up + whole[1:], safe=""),
        (up + whole[1:]).replace("/", "\\"),
        (up + whole[1:]).replace("..", "%2e%2e"),
        "images\\..\\.." + "\\.." * 10 + whole.replace("/", "\\"),
        "upload/../../../../../secret.png",
        "/proc/self/cwd" + whole,
        "/proc/self/root" + whole,
        whole + "\0.png",
        "~/secret.png",
        "$HOME/secret.png",
        f"['{whole}']",
        f"a.png|{whole}",
    ]


def test_a_picture_of_the_server_is_reported_and_never_read(
    client: TestClient, index: Index, secret: Path, encoder: Any, tmp_path: Path
) -> None:
    named = [
        *escapes(secret),
        "/etc/passwd",
        str(tmp_path / "index" / "manifest.json"),
        "../../../manifest.json",
        "../job.json",
    ]
    listed = [{"id": str(n), "image": name} for n, name in enumerate(named)]
    listed += [{"id": f"m{n}", "image": {"path": name}} for n, name in enumerate(named)]
    listed += [{"id": f"l{n}", "images": [name, inline(n)]} for n, name in enumerate(named)]
    report = report_of(client.post("/v1/products?wait=20", json=listed))
    assert report["reported"] == 2 * len(named)
    assert report["added"] == len(named) == len(index)
    assert encoder.calls == len(named)
    assert set(report["reasons"]) <= {"outside", "no-picture"}
    assert not [p["uri"] for p in report["problems"] if "/jobs/" in p["uri"] + p["detail"]]


def test_the_service_does_not_even_tell_whether_a_file_of_the_server_exists(
    client: TestClient, secret: Path
) -> None:
    up = "../" * 12
    names = [
        quote(str(secret), safe="/").replace("secret", "%73ecret"),
        (up + str(secret)[1:]).replace("/", "\\"),
        f"{secret}|b.png",
        f"{secret.parent}/a,secret.png",
        str(secret),
    ]
    shutil.copy(secret, secret.parent / "a,secret.png")

    def problems() -> list[dict[str, Any]]:
        listed = [{"id": str(n), "image": name} for n, name in enumerate(names)]
        found: list[dict[str, Any]] = report_of(client.post("/v1/products?wait=20", json=listed))["problems"]
        return found

    there = problems()
    secret.unlink()
    (secret.parent / "a,secret.png").unlink()
    assert problems() == there


def test_a_table_beside_links_of_the_server_reads_only_what_was_uploaded(
    tmp_path: Path, secret: Path
) -> None:
    root = tmp_path / "upload"
    (root / "images").mkdir(parents=True)
    (root / "images" / "1.png").symlink_to(secret)  # no upload can make one
    (root / "a.csv").write_bytes(table("id,image", "1,images/1.png", "2,images/1.png/../1.png"))
    assert [p.data for row in uploaded.open_upload(root) for p in row.pictures] == [None, None]  # type: ignore[union-attr]


@pytest.fixture
def pictures_here() -> Iterator[str]:
    """A server of pictures on this machine: a private address."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = picture(int(self.path.strip("/").split(".")[0]))
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *given: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_private_addresses_are_reported(client: TestClient, pictures_here: str) -> None:
    lines = [
        "id,image",
        f"1,{pictures_here}/1.png",
        "2,http://169.254.169.254/latest",
        "3,http://[::1]/a.png",
    ]
    report = report_of(client.post("/v1/products?wait=20", content=table(*lines), headers=CSV))
    assert report["reasons"] == {"private-address": 3}


def test_a_table_of_addresses_works_alone_where_they_are_allowed(index: Index, pictures_here: str) -> None:
    app = create_app(index, ServiceConfig(allow_private=True))
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        assert app.state.served.wait(60)
        body = table("id,image", *(f"{n},{pictures_here}/{n}.png" for n in range(3)))
        assert report_of(client.post("/v1/products?wait=20", content=body, headers=CSV))["added"] == 3
