"""What is attached to the conversation on show: kept when it is another, and when it is called otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.generation import AdapterUse
from benchtop.domain.models import ModelFile
from benchtop.services.branch_on_show import BranchOnShow
from benchtop.services.store_thread import StoreThread
from benchtop.store.database import open_store

USE = AdapterUse("/adapters/owls.gguf", 0.5)


@pytest.fixture
def thread(qtbot: QtBot, tmp_path: Path) -> Iterator[StoreThread]:
    made = StoreThread(tmp_path / "benchtop.sqlite3")
    yield made
    made.close()


@pytest.fixture
def branch(thread: StoreThread) -> BranchOnShow:
    """A conversation that was just begun, with one adapter."""
    made = BranchOnShow(thread)
    made.set_adapters((USE,))
    made.create("Do owls sleep?", ModelFile("m", "/m.gguf", "M", 1))
    return made


def kept(thread: StoreThread, tmp_path: Path) -> list[tuple[str, float, str]]:
    """What the store says by now is attached."""
    thread.write_now()
    with open_store(tmp_path / "benchtop.sqlite3") as store:
        (conversation,) = store.conversations.all()
        return [(one.path, one.scale, one.name) for one in conversation.adapters]


@pytest.mark.parametrize("change", [{"name": "Owls"}, {"scale": 1.5}, {"path": "/other.gguf"}])
def test_any_change_of_it_is_kept_also_of_its_name_alone(
    branch: BranchOnShow, thread: StoreThread, tmp_path: Path, change: dict[str, Any]
) -> None:
    changed = replace(USE, **change)
    branch.set_adapters((changed,))
    assert kept(thread, tmp_path) == [changed.kept]
    assert [one.kept for one in branch.adapters] == [changed.kept]


def test_what_is_attached_already_is_not_written_again(
    branch: BranchOnShow, thread: StoreThread, tmp_path: Path
) -> None:
    writes = branch.writes
    branch.set_adapters((replace(USE),))
    assert branch.writes == writes
    assert kept(thread, tmp_path) == [USE.kept]
    branch.set_adapters(())
    assert branch.writes > writes
    assert kept(thread, tmp_path) == []
