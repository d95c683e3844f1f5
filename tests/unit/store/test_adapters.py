"""The table of adapters."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.adapters import AdapterFile
from benchtop.store.database import Store
from benchtop.store.rows import clean
from unit.store.makers import ODD_TEXT, TIMES, new_store


def add(store: Store, name: str, **changes: Any) -> AdapterFile:
    adapter = replace(AdapterFile(name, name, f"/adapters/{name}.gguf", 10), **changes)
    store.adapters.put(adapter)
    return adapter


@settings(max_examples=30, deadline=None)
@given(text=ODD_TEXT, path=st.binary(max_size=20).map(os.fsdecode), when=st.none() | TIMES)
def test_any_adapter_comes_back(text: str, path: str, when: float | None) -> None:
    words = clean(text)
    adapter = AdapterFile(text, text, path, 1, text, text, 2, 3, 4, 5, 6.0, when, text, text, text)
    kept = replace(
        adapter, id=words, name=words, architecture=words, base=words, base_sha256=words, run_id=words,
        card=words,
    )  # fmt: skip
    with new_store() as store:
        store.adapters.put(adapter)
        assert store.adapters.by_path(path) == kept
        assert store.adapters.all() == ([] if when is not None else [kept])


def test_the_bin_gives_back_and_forgets(store: Store) -> None:
    one, other = add(store, "b"), add(store, "A")
    assert store.adapters.all() == [other, one]
    store.adapters.delete("b")
    assert store.adapters.all() == [other]
    store.adapters.restore("b")
    assert store.adapters.all() == [other, one]
    store.adapters.delete("b")
    assert store.adapters.empty_bin(1.0) == 0
    assert store.adapters.empty_bin(1e12) == 1
    assert store.adapters.by_path(one.path) is None


def test_what_is_put_again_is_changed(store: Store) -> None:
    one = add(store, "b")
    store.adapters.put(replace(one, rank=8))
    assert store.adapters.all() == [replace(one, rank=8)]


def test_one_is_found_by_its_id_in_the_bin_too(store: Store) -> None:
    one = add(store, "b", base_sha256="a" * 64, run_id="run", card='{"x": "ü"}')
    assert store.adapters.get("b") == one
    store.adapters.delete("b")
    found = store.adapters.get("b")
    assert found is not None
    assert found.deleted is not None
    assert (found.base_sha256, found.run_id, found.card) == ("a" * 64, "run", '{"x": "ü"}')
    assert store.adapters.get("none") is None
