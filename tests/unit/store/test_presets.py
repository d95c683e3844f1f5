from __future__ import annotations

from dataclasses import replace

import pytest

from benchtop.domain.errors import StoreError
from benchtop.store.database import Store


def test_a_preset_is_saved_and_replaced_by_its_name(store: Store) -> None:
    first = store.presets.save("Mine", "Be kind.", {"temperature": 0.1, "stop": ["x"]})
    other = store.presets.save("Another", "", {})
    assert store.presets.all() == [other, first]
    second = store.presets.save("Mine", "Be brief.", {})
    assert second == replace(first, system_prompt="Be brief.", params={})
    assert store.presets.all() == [other, second]


def test_a_removed_preset_lies_in_the_bin_and_comes_back(store: Store) -> None:
    preset = store.presets.save("Mine", "Be kind.", {"top_k": 3})
    removed = store.presets.remove(preset.id)
    assert removed.deleted is not None
    assert replace(removed, deleted=None) == preset
    assert store.presets.all() == []
    assert store.presets.in_bin() == [removed]
    assert store.presets.remove(preset.id) == removed, "its days do not begin again"
    store.presets.restore([preset.id, "gone"])
    assert store.presets.all() == [preset]
    assert store.presets.in_bin() == []


def test_a_name_in_the_bin_is_free_and_nothing_is_overwritten(store: Store) -> None:
    old = store.presets.save("Mine", "Old words.", {})
    store.presets.remove(old.id)
    new = store.presets.save("Mine", "New words.", {})
    store.presets.save("Mine 2", "", {})
    assert new.id != old.id
    store.presets.restore([old.id])
    assert [(p.name, p.system_prompt) for p in store.presets.all()] == [
        ("Mine", "New words."),
        ("Mine 2", ""),
        ("Mine 3", "Old words."),
    ]


def test_only_what_is_in_the_bin_is_ended_and_its_words_leave_the_file(store: Store) -> None:
    kept = store.presets.save("Kept", "xylophonesecret one", {})
    first, last = (
        store.presets.save("A", "drumsecret", {}),
        store.presets.save("B", "bellsecret", {}),
    )
    deleted = store.presets.remove(first.id).deleted
    assert deleted is not None
    store.presets.remove(last.id)
    assert store.presets.empty_bin(deleted) == 0
    assert store.presets.empty_bin(deleted + 1e-6) == 1
    assert [p.id for p in store.presets.in_bin()] == [last.id]
    assert store.presets.purge([kept.id, last.id, "gone"]) == 1
    assert store.presets.all() == [kept]
    for file in store.path.parent.iterdir():
        assert b"drumsecret" not in file.read_bytes()
        assert b"bellsecret" not in file.read_bytes()


def test_a_preset_is_renamed_but_not_onto_another(store: Store) -> None:
    mine, other = store.presets.save("Mine", "", {}), store.presets.save("Other", "", {})
    assert store.presets.rename(mine.id, "Ours") == replace(mine, name="Ours")
    with pytest.raises(StoreError, match="another preset called “Other”"):
        store.presets.rename(mine.id, "Other")
    assert {p.name for p in store.presets.all()} == {"Ours", "Other"}
    assert other in store.presets.all()
    store.presets.remove(other.id)
    assert store.presets.rename(mine.id, "Other").name == "Other"


def test_unknown_presets_are_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="no preset with the id gone"):
        store.presets.rename("gone", "x")
    with pytest.raises(StoreError, match="no preset with the id gone"):
        store.presets.remove("gone")
