"""A store in an empty folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchtop.store.database import Store, open_store
from unit.store.makers import check_whole, conversation


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "benchtop.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """An open, empty store; after the test its file must be sound."""
    with open_store(path) as opened:
        yield opened
    check_whole(path)


@pytest.fixture
def talk(store: Store) -> Store:
    """A store with the conversation "talk"."""
    store.conversations.add(conversation())
    return store
