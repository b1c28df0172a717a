"""A process that counts in a note until it is killed, saying each number that was acknowledged.

Arguments: folder of the index, how often, how often each document says its number.
"""

import sys

from lookalike.store.lance import LanceStore


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def main(folder: str, times: int, size: int) -> None:
    notes = LanceStore.open(folder).notes

    def number(data: bytes | None) -> int:
        return 0 if data is None else int(data[: len(data) // size])

    say("ready")
    for _ in range(times):
        say(str(number(notes.change("count.txt", lambda before: b"%d" % (number(before) + 1) * size))))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
