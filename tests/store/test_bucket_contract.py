"""A store in object storage does what every store does; moto stands in for the storage."""

from pathlib import Path

import pytest

from lookalike.store.base import Store
from lookalike.store.lance import LanceStore
from lookalike.testing.contracts import SPACE, StoreContract
from lookalike.testing.object_storage import BUCKET


@pytest.mark.usefixtures("storage")
class TestBucketStore(StoreContract):
    test_notes_of_fitted_things_go_when_no_version_names_them = None
    """Seventy commits: half a minute here, for code that a folder is held to."""

    def make(self, folder: Path) -> Store:
        return LanceStore.create(f"s3://{BUCKET}/{folder.parent.name}/{folder.name}", SPACE, "test")
