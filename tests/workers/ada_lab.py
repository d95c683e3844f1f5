"""A Hub with one model, and the worker of Ada, who has a token there.

The fixtures are for tests that import them and name them in ``__all__``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local_hub.hub import LocalHub
from local_hub.repository import Repository
from workers.hub_client import HubWorker, hub_worker

NAME = "lab/one"


@pytest.fixture
def hub(starter_path: Path) -> Iterator[LocalHub]:
    """A Hub with one model and a CDN, where ada has a token."""
    repository = Repository(NAME, {"a.gguf": starter_path}, card="Hi")
    with LocalHub(repository, tokens={"hf_ada": "ada"}, lfs="cdn") as running:
        yield running


@pytest.fixture
def worker(hub: LocalHub, tmp_path: Path) -> Iterator[HubWorker]:
    """Ada's worker, which asks this Hub."""
    with hub_worker(hub, tmp_path, token="hf_ada") as started:
        yield started
