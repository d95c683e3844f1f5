"""The queue of writes that wait: in order, nothing twice, nothing lost behind another's failure."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchtop.domain.chat import Conversation, Message, MessageEdit
from benchtop.domain.errors import BenchtopError, StoreBusy, StoreError, StoreFull, StoreReadOnly
from benchtop.services.unsaved_writes import UnsavedWrites
from benchtop.store.database import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "data" / "benchtop.sqlite3") as opened:
        yield opened


class Disk:
    """Takes a folder's name at a time, unless something is the matter with it."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None

    def adds(self, name: str) -> Callable[[Store], Any]:
        def work(store: Store) -> None:
            if self.trouble is not None:
                raise self.trouble
            store.folders.add(name)

        return work


def raises(error: Exception) -> Callable[[Store], Any]:
    def work(_store: Store) -> None:
        raise error

    return work


def names(store: Store) -> list[str]:
    return [folder.name for folder in store.folders.all()]


@pytest.mark.parametrize("kind", [StoreFull, StoreReadOnly, StoreBusy])
def test_what_passes_holds_everything_in_order(store: Store, kind: type[StoreError]) -> None:
    unsaved, disk = UnsavedWrites(), Disk()
    disk.trouble = kind(path="x")
    for name in "abc":
        unsaved.add(disk.adds(name))
        assert unsaved.write(lambda: store).held_by is disk.trouble
    assert len(unsaved) == 3
    disk.trouble = None
    assert unsaved.write(lambda: store).held_by is None
    assert names(store) == ["a", "b", "c"]
    assert len(unsaved) == 0


def test_a_store_that_cannot_be_opened_yet_holds_as_well(store: Store) -> None:
    unsaved, error = UnsavedWrites(), StoreBusy(path="x")
    unsaved.add(Disk().adds("a"))

    def closed() -> Store:
        raise error

    assert unsaved.write(closed).held_by is error
    assert unsaved.write(lambda: store).held_by is None
    assert names(store) == ["a"]


def test_what_does_not_pass_is_given_up_and_the_rest_is_written(store: Store) -> None:
    unsaved, disk = UnsavedWrites(), Disk()
    refusal, fault = StoreError(path="x", detail="no."), ZeroDivisionError()
    for work in (disk.adds("a"), raises(refusal), disk.adds("b"), raises(fault), disk.adds("c")):
        unsaved.add(work)
    written = unsaved.write(lambda: store)
    assert (written.held_by, written.refused, written.faults) == (None, (refusal,), (fault,))
    assert names(store) == ["a", "b", "c"]
    assert unsaved.write(lambda: store).refused == ()


def test_a_refusal_before_a_full_disk_is_told_once(store: Store) -> None:
    unsaved = UnsavedWrites()
    refusal: BenchtopError = StoreError(path="x", detail="no.")
    unsaved.add(raises(refusal))
    unsaved.add(raises(StoreFull(path="x")))
    assert unsaved.write(lambda: store).refused == (refusal,)
    assert unsaved.write(lambda: store).refused == ()


def test_only_the_newest_of_one_key_takes_the_place_of_the_one_before(store: Store) -> None:
    unsaved, disk = UnsavedWrites(), Disk()
    for name, key in (("a", "k"), ("b", "k"), ("c", ""), ("d", ""), ("e", "k")):
        unsaved.add(disk.adds(name), key)
    unsaved.write(lambda: store)
    assert names(store) == ["b", "c", "d", "e"]


def test_the_words_that_wait_are_the_newest_of_each(store: Store) -> None:
    unsaved, disk = UnsavedWrites(), Disk()
    disk.trouble = StoreFull(path="x")
    talk = Conversation("c", "Talk", 1.0, 1.0)
    half = Message("m", "c", None, "assistant", "half", 1.0)
    whole = Message("m", "c", None, "assistant", "half and half", 1.0)
    for words in (talk, half, None, whole):
        unsaved.add(disk.adds("x"), words=words)
    unsaved.write(lambda: store)
    assert unsaved.words() == [talk, whole]
    disk.trouble = None
    unsaved.write(lambda: store)
    assert unsaved.words() == []


def test_a_message_and_an_edit_of_it_are_two_things(store: Store) -> None:
    unsaved, disk = UnsavedWrites(), Disk()
    disk.trouble = StoreFull(path="x")
    said, edit = Message("m", "c", None, "user", "old", 1.0), MessageEdit("m", "c", "new")
    for words in (said, MessageEdit("m", "c", "n"), edit, MessageEdit("given up", "c", "x")):
        unsaved.add(disk.adds("x"), words=words)
    unsaved.add(disk.adds("x"), words=MessageEdit("given up", "c", ""))
    unsaved.write(lambda: store)
    assert unsaved.words() == [said, edit]
