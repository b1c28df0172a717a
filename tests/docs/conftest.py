"""A folder in which everything the documents name is there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lookalike import Index
from lookalike.demo.shop import draw_shop, street_photos
from lookalike.testing.tiny_shop import write_tiny_shop

MUGS = ("m1", "m2", "m3", "m4")
SHIRTS = ("0007", "0008", "0009")


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny shop, indexed; a folder of pictures; a feed; a photo; what the demo draws."""
    folder = tmp_path_factory.mktemp("documents")
    table = write_tiny_shop(folder)
    shutil.copy(folder / "photos" / "photo-1.jpg", folder / "photo.jpg")
    shutil.copy(folder / "photos" / "photo-5.jpg", folder / "mug.jpg")
    for kind, ids in (("mugs", MUGS), ("shirts", SHIRTS)):
        (folder / "pictures" / kind).mkdir(parents=True)
        for product_id in ids:
            shutil.copy(folder / "images" / f"{product_id}-0.png", folder / "pictures" / kind)
    shutil.copytree(folder / "pictures", folder / "MY_FOLDER")
    rows = table.read_text(encoding="utf-8").replace("19.90 EUR", "18.90 EUR").splitlines()
    (folder / "feed.csv").write_text("\n".join(rows[:-1]) + "\n", encoding="utf-8")
    draw_shop(folder / "lookalike-demo" / "shop", products=40)
    street_photos(folder / "lookalike-demo" / "shop", count=1)
    Index.create(folder / "lookalike-index").add(table)
    return folder
