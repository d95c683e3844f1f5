"""A Hub and the real client of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local_hub.fixtures import hub
from local_hub.hub import LocalHub

if TYPE_CHECKING:
    from local_hub.real_client import Client

__all__ = ["hub"]


@pytest.fixture
def anyone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """The client, not pointed at any Hub yet."""
    from local_hub.real_client import real_client

    with real_client(tmp_path, monkeypatch) as client:
        yield client


@pytest.fixture
def client(anyone: Client, hub: LocalHub) -> Client:
    """The client at the Hub of the test."""
    return anyone.point(hub)
