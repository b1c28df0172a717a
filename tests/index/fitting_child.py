"""A process that adds a product and stops for ever when it begins to fit. Argument: the index."""

import io
import sys
import time

from PIL import Image

from lookalike.index import Index
from lookalike.products import PictureSource, Product
from lookalike.testing.grid import GridEncoder


def hang(*_: int) -> None:
    sys.stdout.write("fitting\n")
    sys.stdout.flush()
    time.sleep(60)


def main(path: str) -> None:
    sink = io.BytesIO()
    Image.new("RGB", (32, 32), "orange").save(sink, "PNG")
    product = Product("new", (PictureSource(data=sink.getvalue()),), title="a scarf")
    Index.open(path, GridEncoder()).add([product], duplicates=False, fitting=hang)


if __name__ == "__main__":
    main(sys.argv[1])
