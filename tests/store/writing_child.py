"""A process that commits batches until it is killed, saying each one that was acknowledged.

Arguments: folder of the index, a name for its ids, how many batches.
"""

import sys

from lookalike.store.lance import LanceStore
from lookalike.testing.contracts import sample_picture, sample_product


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def main(folder: str, name: str, batches: int) -> None:
    with LanceStore.open(folder).writer() as writer:
        say("ready")
        for batch in range(batches):
            ids = [f"{name}-{batch}-{i}" for i in range(10)]
            # Every product of the index has as many pictures as its title says: a torn pair would show.
            again = [f"{name}-{batch - 1}-{i}" for i in range(3)] if batch else []
            count = 1 + batch % 3
            writer.commit(
                [sample_product(i, title=str(count)) for i in ids + again],
                {i: [sample_picture(i, p) for p in range(count)] for i in ids + again},
                remove=[f"{name}-{batch - 2}-9"] if batch > 1 else [],
            )
            say(str(batch))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
