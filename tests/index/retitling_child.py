"""A process that writes versions of an index in which every title names the version, until none is left.

Arguments: the index, and how many versions. It rests between them, so that somebody can read them.
"""

import sys
import time
from dataclasses import replace
from decimal import Decimal

from lookalike.products import Price
from lookalike.store.lance import LanceStore


def main(path: str, versions: int) -> None:
    store = LanceStore.open(path)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _ in range(versions):
        with store.writer() as writer:
            version = writer.reader.manifest.version + 1
            products = writer.reader.products([f"{number:02}" for number in range(40)])
            price = Price(Decimal(version), "EUR")
            writer.commit([replace(p, title=f"state {version}", price=price) for p in products.values()])
        time.sleep(0.15)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
