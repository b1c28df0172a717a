"""Pictures of the page for the documents: the drawn demo shop, in a real browser.

    python tools/make_pictures.py

Writes docs/images/{shop,product,photo,duplicates}.jpg. Needs what `make test-tools` installs.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import sync_playwright

from lookalike.catalog import open_catalog
from lookalike.demo.shop import draw_shop, street_photos
from lookalike.index import Index
from lookalike.products import Product
from lookalike.testing.copied_shop import copied_shop
from lookalike.testing.serving import listening

IMAGES = Path(__file__).parents[1] / "docs" / "images"
WIDE = {"width": 1360, "height": 850}
QUALITY = 84
ASKING = "stella floral"
PHOTO = "photo-03.jpg"
COPIED = {"mirrored": 0, "light -30%": 0, "crop to 80%": 1, "half size": 2, "turned 15°": 3, "watermark": 4}
"""What is done to pictures put up a second time, and to which of the chosen products."""
CHOSEN = 5  # products with copies
_FAR = 23  # products from one chosen one to the next, so that they are of several kinds
_SETTLED = "main:not([aria-busy]) .view:not(:has([aria-busy]))"


def main() -> None:
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        table = draw_shop(Path(folder) / "shop")
        photos = street_photos(Path(folder) / "shop").with_suffix("")
        index = Index.create(Path(folder) / "index")
        index.add(table)
        asking = index.browse(text=ASKING).products[0].product.id
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with listening(Path(folder) / "index") as address:
            context = browser.new_context(viewport=WIDE, base_url=address, reduced_motion="reduce")
            page = context.new_page()
            keep(page, "/?category=Clothing&colour=blue", "shop")
            page.goto(f"/product/{asking}?cheaper=true&kind=same")
            page.wait_for_selector(_SETTLED, state="attached")
            heading = page.get_by_role("heading", name="Looks like this")
            heading.evaluate("(one) => scrollTo(0, one.getBoundingClientRect().top + scrollY - 110)")
            kept(page, "product")
            page.goto("/photo")
            page.set_input_files("input[type=file]", photos / PHOTO)
            page.wait_for_url("**/photo?key=*")
            kept(page, "photo")
        with listening(copies(table, Path(folder) / "copies")) as address:
            page = browser.new_page(viewport=WIDE, base_url=address, reduced_motion="reduce")
            page.goto("/duplicates")
            page.wait_for_selector(_SETTLED, state="attached")
            page.locator(".strip").evaluate("(one) => one.scrollIntoView()")
            kept(page, "duplicates")
        browser.close()


def copies(table: Path, folder: Path) -> Path:
    """An index of the shop with some pictures there twice; other views of a product are left out."""
    products = [
        replace(one, pictures=one.pictures[:1]) for one in open_catalog(table) if isinstance(one, Product)
    ]
    chosen = [one.id for one in products[2 * _FAR :: _FAR][:CHOSEN]]
    shop = copied_shop(products, list(COPIED), [chosen[at] for at in COPIED.values()])
    index = Index.create(folder)
    index.add([one for one in shop.products if one.id in {*chosen, *shop.origin}])
    index.duplicates()
    return folder


def keep(page: Any, address: str, name: str) -> None:
    """Open an address and keep a picture of it."""
    page.goto(address)
    kept(page, name)


def kept(page: Any, name: str) -> None:
    """Keep a picture of what is shown, once its pictures are there."""
    page.wait_for_selector(_SETTLED, state="attached")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    page.screenshot(path=IMAGES / f"{name}.jpg", type="jpeg", quality=QUALITY)
    print(f"docs/images/{name}.jpg")


if __name__ == "__main__":
    main()
