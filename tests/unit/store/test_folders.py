from __future__ import annotations

import pytest

from benchtop.domain.errors import StoreError
from benchtop.store.database import Store
from unit.store.makers import conversation


def test_folders_keep_the_persons_order(store: Store) -> None:
    a, b, c = (store.folders.add(name) for name in ("A", "B", "C"))
    assert store.folders.all() == [a, b, c]
    store.folders.order([c.id, a.id])
    assert [f.name for f in store.folders.all()] == ["C", "A", "B"]
    assert [f.position for f in store.folders.all()] == [0, 1, 2]
    store.folders.add("D")
    assert [f.name for f in store.folders.all()] == ["C", "A", "B", "D"]


def test_a_folder_is_renamed(store: Store) -> None:
    folder = store.folders.add("Wrok")
    store.folders.rename(folder.id, "Work")
    assert [f.name for f in store.folders.all()] == ["Work"]


def test_conversations_move_out_of_a_removed_folder(store: Store) -> None:
    folder = store.folders.add("Work")
    store.conversations.add(conversation(folder_id=folder.id))
    store.folders.remove(folder.id)
    assert store.folders.all() == []
    assert store.conversations.get("talk").folder_id is None


def test_unknown_folders_are_refused(store: Store) -> None:
    store.conversations.add(conversation())
    with pytest.raises(StoreError, match="no folder with the id gone"):
        store.folders.rename("gone", "x")
    with pytest.raises(StoreError, match="no folder with the id gone"):
        store.folders.remove("gone")
    with pytest.raises(StoreError, match="FOREIGN"):
        store.conversations.change("talk", folder_id="gone")
