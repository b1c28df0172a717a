"""The picture of the guide to words: the drawn demo shop, half of which has lost its texts.

    python tools/picture_of_words.py

Writes docs/images/words.jpg. Needs what `make test-tools` installs.
"""

from __future__ import annotations

import base64
import shutil
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from lookalike.catalog import open_catalog
from lookalike.demo.shop import draw_shop, street_photos
from lookalike.index import Index
from lookalike.products import Product
from lookalike.recommend.answer import Answer

IMAGE = Path(__file__).parents[1] / "docs" / "images" / "words.jpg"
ASKED = ("striped lamp", "blue sneakers", "floral dress", "green sofa")
WITH_A_PHOTO = ("photo-03.jpg", "in blue")
SHOWN, QUALITY = 7, 86
STYLE = """
body { margin: 0; padding: 18px 22px; width: 1316px; font: 15px/1.35 system-ui, sans-serif; }
section { display: grid; grid-template-columns: 190px repeat(7, 148px); gap: 12px; margin-bottom: 16px; }
h2 { font-size: 19px; margin: 0 0 8px; } figure { margin: 0; }
img { width: 148px; height: 148px; object-fit: contain; } .photo img { width: 120px; height: 120px; }
figcaption { font-size: 13px; color: #333; } .silent { color: #b3261e; }
"""


def main() -> None:
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        table = draw_shop(Path(folder) / "shop")
        photos = street_photos(Path(folder) / "shop").with_suffix("")
        index = Index.create(Path(folder) / "index")
        products = [one for one in open_catalog(table) if isinstance(one, Product)]
        index.add(silenced(products))
        rows = [row(f"“{text}”", index.search(text=text, k=SHOWN)) for text in ASKED]
        photo, text = WITH_A_PHOTO
        answer = index.search(photos / photo, SHOWN, text=text)
        shown = f'<div class="photo">{image((photos / photo).read_bytes())}</div>'
        rows.append(row(f"this photo, “{text}”", answer, shown))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1360, "height": 400})
        page.set_content(f"<style>{STYLE}</style>{''.join(rows)}")
        page.screenshot(path=IMAGE, type="jpeg", quality=QUALITY, full_page=True)
        browser.close()
    print(IMAGE.relative_to(Path.cwd()) if IMAGE.is_relative_to(Path.cwd()) else IMAGE)


def silenced(products: list[Product]) -> list[Product]:
    """The products; of every second style nothing is left but id, group, price and pictures."""
    groups = {group: number for number, group in enumerate(dict.fromkeys(one.group for one in products))}
    return [
        Product(one.id, one.pictures, price=one.price, group=one.group) if groups[one.group] % 2 else one
        for one in products
    ]


def row(asked: str, answer: Answer, more: str = "") -> str:
    """A question and its results."""
    thumbnails = answer.thumbnails([(result.id, 0) for result in answer])
    figures = [
        f"<figure>{image(thumbnails[result.id, 0])}<figcaption>"
        + (
            escape(result.product.title)
            if result.product.title
            else '<span class="silent">has no text</span>'
        )
        + "</figcaption></figure>"
        for result in answer
    ]
    return f"<section><div><h2>{escape(asked)}</h2>{more}</div>{''.join(figures)}</section>"


def image(content: bytes) -> str:
    return f'<img src="data:image/jpeg;base64,{base64.b64encode(content).decode()}">'


if __name__ == "__main__":
    main()
