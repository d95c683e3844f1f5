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


def test_a_removed_preset_can_be_put_back(store: Store) -> None:
    preset = store.presets.save("Mine", "Be kind.", {"top_k": 3})
    assert store.presets.remove(preset.id) == preset
    assert store.presets.all() == []
    store.presets.put(preset)
    assert store.presets.all() == [preset]


def test_a_preset_is_renamed_but_not_onto_another(store: Store) -> None:
    mine, other = store.presets.save("Mine", "", {}), store.presets.save("Other", "", {})
    assert store.presets.rename(mine.id, "Ours") == replace(mine, name="Ours")
    with pytest.raises(StoreError, match="another preset called “Other”"):
        store.presets.rename(mine.id, "Other")
    with pytest.raises(StoreError, match="another preset called “Other”"):
        store.presets.put(replace(mine, name="Other"))
    assert {p.name for p in store.presets.all()} == {"Ours", "Other"}
    assert other in store.presets.all()


def test_unknown_presets_are_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="no preset with the id gone"):
        store.presets.rename("gone", "x")
    with pytest.raises(StoreError, match="no preset with the id gone"):
        store.presets.remove("gone")
