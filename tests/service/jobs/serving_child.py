"""A service in a process of its own, with an encoder that takes its time, and so does looking for copies.

It says its port. Arguments: folder of the index, seconds for each picture, seconds before they are compared.
"""

import socket
import sys
from pathlib import Path

import uvicorn

from lookalike.index import Index
from lookalike.service.app import create_app

sys.path.insert(0, str(Path(__file__).parent))

from wares import PatientEncoder, looks_slowly  # type: ignore[import-not-found]


def main(folder: str, seconds: str, looking: str) -> None:
    looks_slowly(float(looking))
    app = create_app(Index.open(folder, PatientEncoder(float(seconds))))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
