"""The demo shop on disk: a table in Google Merchant columns and its pictures, drawn once and kept."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from lookalike.demo.photography import drawn, encoded, photographed
from lookalike.demo.plan import Item, plan_shop
from lookalike.demo.street import snapshot
from lookalike.demo.ties import merchants_links
from lookalike.demo.words import colours
from lookalike.errors import BadArgument

COLUMNS = (
    "id",
    "title",
    "description",
    "brand",
    "product_type",
    "price",
    "sale_price",
    "availability",
    "item_group_id",
    "image_link",
    "additional_image_link",
    "color",
    "material",
    "gender",
    "pattern",
    "related",
    "crosssell",
)
"""Columns of the shop's table."""

_NO_LINKS = {"related": "", "crosssell": ""}
_NOTE = "shop.json"
_DRAWING = 3
"""Raised when the same parameters make another shop, so that kept ones are drawn again."""


def draw_shop(
    folder: Path, products: int = 640, seed: int = 7, progress: Callable[[int, int], None] | None = None
) -> Path:
    """Draw the demo shop into ``folder`` and return the path of its ``products.csv``.

    The pictures lie in ``folder/images``. The same parameters always give the same shop; one that is there
    already is left as it is. ``progress`` is called with products drawn and products in all. Raises
    `BadArgument` when ``products`` is below 1 or ``folder/images`` holds something the demo did not draw.
    """
    if products < 1:
        raise BadArgument(
            f"A shop of {products} products cannot be drawn.", next_step="Ask for one product or more."
        )
    folder = Path(folder)
    wanted = {"drawing": _DRAWING, "products": products, "seed": seed}
    table, note, images = folder / "products.csv", folder / _NOTE, folder / "images"
    if _read_note(note) == {**wanted, "complete": True} and table.exists() and images.is_dir():
        return table
    if images.exists() and not note.exists():
        raise BadArgument(
            f"{images} holds pictures that the demo shop did not draw.",
            next_step="Name another folder for the demo shop.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps({**wanted, "complete": False}), encoding="utf-8")
    fresh = folder / "images.drawing"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    items = plan_shop(products, seed)
    _draw_pictures(items, fresh, progress)
    shutil.rmtree(images, ignore_errors=True)
    fresh.rename(images)
    links = merchants_links(items, seed)
    write_table(table, [{**row(item), **_NO_LINKS, **links.get(item.id, {})} for item in items])
    note.write_text(json.dumps({**wanted, "complete": True}), encoding="utf-8")
    return table


def street_photos(folder: Path, count: int = 10) -> Path:
    """Take ``count`` photos of products of the drawn shop in ``folder``; return the path of ``photos.csv``.

    The table has the columns photo (relative to ``folder``) and product_id. Photos show different kinds
    while there are enough of them. Raises `BadArgument` when there is no complete shop in ``folder``.
    """
    folder = Path(folder)
    items = kept_plan(folder)
    chosen: dict[str, Item] = {}
    for item in sorted(items, key=lambda item: item.seed):
        chosen.setdefault(item.kind.name, item)
    picked = [*chosen.values(), *(item for item in items if item not in chosen.values())][:count]
    fresh, photos = folder / "photos.drawing", folder / "photos"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    rows = []
    for number, item in enumerate(picked, start=1):
        (fresh / f"photo-{number:02d}.jpg").write_bytes(encoded(snapshot(item, number), 78))
        rows.append({"photo": f"photos/photo-{number:02d}.jpg", "product_id": item.id})
    shutil.rmtree(photos, ignore_errors=True)
    fresh.rename(photos)
    write_table(folder / "photos.csv", rows)
    return folder / "photos.csv"


def kept_plan(folder: Path) -> list[Item]:
    """The plan of the complete shop in ``folder``. Raises `BadArgument` when there is none."""
    note = _read_note(folder / _NOTE)
    if not note.get("complete") or note.get("drawing") != _DRAWING:
        raise BadArgument(
            f"There is no drawn demo shop in {folder}.", next_step="Draw it first, with draw_shop."
        )
    return plan_shop(int(note["products"]), int(note["seed"]))


def _read_note(path: Path) -> dict[str, int]:
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def picture_names(item: Item) -> list[str]:
    """File names of an item's pictures, the main one first."""
    return [f"{item.id}.jpg" if k == 0 else f"{item.id}-{k + 1}.jpg" for k in range(len(item.views))]


def _draw_pictures(items: Sequence[Item], images: Path, progress: Callable[[int, int], None] | None) -> None:
    """Draw every picture, two items at a time (the heavy steps let other threads run)."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        jobs = [pool.submit(_draw_item, item, images) for item in items]
        try:
            for done, job in enumerate(as_completed(jobs), start=1):
                job.result()
                if progress is not None:
                    progress(done, len(items))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _draw_item(item: Item, images: Path) -> None:
    canvas = drawn(item)
    for name, view in zip(picture_names(item), item.views, strict=True):
        (images / name).write_bytes(encoded(photographed(item, canvas, view)))


def row(item: Item) -> dict[str, str]:
    """The item's row of the table."""
    first, *others = (f"images/{name}" for name in picture_names(item))
    return {
        "id": item.id,
        "title": item.title,
        "description": item.description,
        "brand": item.brand,
        "product_type": item.kind.category,
        "price": f"{item.price:.2f} EUR",
        "sale_price": "" if item.sale_price is None else f"{item.sale_price:.2f} EUR",
        "availability": item.availability,
        "item_group_id": item.group,
        "image_link": first,
        "additional_image_link": ",".join(others),
        "color": colours(item.look),
        "material": item.material,
        "gender": item.gender,
        "pattern": item.look.pattern,
    }


def write_table(path: Path, rows: Sequence[dict[str, str]]) -> None:
    """Write rows as CSV under a temporary name, then give it its own: never half a table."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.DictWriter(sink, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    part.replace(path)
