"""A folder in which everything the documents name is there."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

import pytest

from lookalike import Index
from lookalike.demo.shop import draw_shop, street_photos
from lookalike.imagining.generator_file import write_generator
from lookalike.testing.made_generator import made_generator
from lookalike.testing.tiny_shop import write_tiny_shop

MUGS = ("m1", "m2", "m3", "m4")
SHIRTS = ("0007", "0008", "0009")


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny shop, indexed; a folder of pictures; a feed; a photo; an encoder; what the demo draws.

    The index has a generator that has learnt nothing.
    """
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
    events = ["u1,0007,view,2026-11-20T10:00:00Z", "u1,0007,purchase,2026-11-20T10:09:31Z"]
    (folder / "events.csv").write_text(
        "\n".join(["user,item,event,timestamp", *events]) + "\n", encoding="utf-8"
    )
    guide = Path(__file__).parents[2] / "docs" / "guide" / "rules.md"
    _, rules = guide.read_text(encoding="utf-8").split("```toml\n", 1)
    (folder / "rules.toml").write_text(rules.split("```", 1)[0], encoding="utf-8")
    draw_shop(folder / "lookalike-demo" / "shop", products=40)
    street_photos(folder / "lookalike-demo" / "shop", count=1)
    index = Index.create(folder / "lookalike-index")
    index.add(table)
    write_generator(
        folder / "lookalike-index" / "imagine" / "generator.npz", made_generator(index.manifest.space)
    )
    write_model(folder / "model.onnx")
    return folder


def write_model(path: Path) -> None:
    """An encoder of one's own: the graph in the package, whose card says that pictures are stretched."""
    with resources.as_file(resources.files("lookalike.encoders") / "cards") as cards:
        shutil.copy(cards / "imagenet.onnx", path)
        card = (cards / "imagenet.toml").read_text(encoding="utf-8")
    head, _, _ = card.partition("[reference]")
    lines = [line for line in head.splitlines() if not line.startswith(("file", "trim"))]
    text = "\n".join(lines).replace('"imagenet"', '"model"').replace('"letterbox"', '"stretch"')
    path.with_suffix(".toml").write_text(text, encoding="utf-8")
