"""A process that writes down one event after the other, saying each one that was acknowledged.

Arguments: folder or URL of the records, a name for its shopper, how many events.
"""

import sys

from lookalike.events import Event
from lookalike.records.records import Records


def main(place: str, user: str, count: int) -> None:
    records = Records.open(place)
    for number in range(count):
        done = records.append([Event(user=user, item=f"{user}-{number}", kind="viewed", time=number)])
        if done.recorded == 1:
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
