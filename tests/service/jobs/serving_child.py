"""A service in a process of its own, with an encoder that takes its time, and so does looking for copies.

Arguments: folder of the index, port, seconds for each picture, seconds before pictures are compared.
"""

import sys
from pathlib import Path

import uvicorn

from lookalike.index import Index
from lookalike.service.app import create_app

sys.path.insert(0, str(Path(__file__).parent))

from wares import PatientEncoder, looks_slowly  # type: ignore[import-not-found]


def main(folder: str, port: str, seconds: str, looking: str) -> None:
    looks_slowly(float(looking))
    app = create_app(Index.open(folder, PatientEncoder(float(seconds))))
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", timeout_graceful_shutdown=5)


if __name__ == "__main__":
    main(*sys.argv[1:])
