"""What several tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from goodstanding import mechanism
from goodstanding.mechanism import catalogue


@pytest.fixture
def catalogue_stays() -> Iterator[None]:
    """Mechanisms that a test defines are forgotten after it."""
    before = {folder: dict(found) for folder, found in catalogue().items()}
    yield
    for folder, found in before.items():
        mechanism._seen[folder].clear()
        mechanism._seen[folder].update(found)
