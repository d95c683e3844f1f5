"""What a person does with models on their list: names, notes, the bin; and what finds a model."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.errors import StoreError
from benchtop.domain.memory import ModelShape
from benchtop.domain.models import Companion, ModelFile
from benchtop.store.database import Store
from benchtop.store.rows import clean
from unit.store.makers import ODD_TEXT, TIMES, new_store

SUM = "ab" * 32


def add(store: Store, model_id: str, /, **changes: Any) -> ModelFile:
    """A model on the list; it is called as its id is."""
    model = ModelFile(model_id, model_id.title(), f"/models/{model_id}.gguf", 1_000)
    model = replace(model, **{"added": 5.0} | changes)
    store.models.put(model)
    return model


def names(store: Store) -> list[str]:
    return [model.name for model in store.models.all()]


@settings(max_examples=40, deadline=None)
@given(
    text=ODD_TEXT, path=st.binary(max_size=20).map(os.fsdecode), when=st.none() | TIMES,
    source=st.sampled_from(["imported", "hub", "found"]), given_name=st.booleans(),
)  # fmt: skip
def test_any_model_comes_back(
    text: str, path: str, when: float | None, source: Any, given_name: bool
) -> None:
    model = ModelFile(
        text, text, path, 1, source=source, notes=text, repo=text, revision=text, remote_path=text,
        verified=when, deleted=when, given_name=given_name, damaged=when,
        companions=(Companion(path, 2**63, projector=given_name),),
        shape=ModelShape(text, parameters=2**70, kv_bytes=3), newer=text, found_in=text,
    )  # fmt: skip
    words = clean(text)
    kept = replace(
        model, id=words, name=words, notes=words, repo=words, revision=words, remote_path=words,
        newer=words, found_in=words,
    )  # fmt: skip
    with new_store() as store:
        store.models.put(model)
        assert store.models.get(text) == store.models.by_path(path) == kept
        assert (store.models.in_bin() if when is not None else store.models.all()) == [kept]
        assert store.models.delete(text).deleted is not None
        assert store.models.purge([text]) == 1
        assert store.models.get(text) is None


def test_fields_are_changed_by_name_and_nothing_else_is(store: Store) -> None:
    one, other = add(store, "one"), add(store, "other")
    changed = store.models.change("one", verified=7.5, sha256=SUM, path="/m/caf\udce9.gguf")
    assert changed == replace(one, verified=7.5, sha256=SUM, path="/m/caf\udce9.gguf")
    assert store.models.all() == [changed, other]
    assert store.models.change("one") == changed
    for wrong in ("id", "added", "deleted", "colour"):
        with pytest.raises(TypeError, match=wrong):
            store.models.change("one", **{wrong: 1.0})
    with pytest.raises(StoreError, match="UNIQUE"):
        store.models.change("one", notes="lost?", path=other.path)
    assert store.models.get("one") == changed


def test_notes_are_kept(store: Store) -> None:
    one = add(store, "one")
    assert store.models.note("one", "Slow,\nbut kind.") == replace(one, notes="Slow,\nbut kind.")
    assert store.models.note("one", "") == one


def test_a_model_is_renamed_but_not_onto_another(store: Store) -> None:
    one = add(store, "one")
    add(store, "other")
    assert store.models.rename("one", "Ours") == replace(one, name="Ours", given_name=True)
    assert store.models.rename("one", "OURS").name == "OURS"
    for taken in ("Other", "oTHER", "starter", "Starter"):
        with pytest.raises(StoreError, match=f"another model called “{taken}”"):
            store.models.rename("one", taken)
    assert names(store) == ["OURS", "Other"]
    store.models.delete("other")
    assert store.models.rename("one", "Other").name == "Other"


def test_a_deleted_model_lies_in_the_bin_and_comes_back_whole(store: Store) -> None:
    one = add(store, "one", notes="Kind.", sha256=SUM, repo="a/b", last_used=3.0)
    deleted = store.models.delete("one")
    assert deleted.deleted is not None
    assert replace(deleted, deleted=None) == one
    assert store.models.all() == []
    assert store.models.in_bin() == [deleted]
    assert store.models.get("one") == store.models.by_path(one.path) == deleted
    assert store.models.delete("one") == deleted, "its days do not begin again"
    assert store.models.restore("one") == one
    assert store.models.restore("one") == one, "what is not in the bin is left as it is"
    assert store.models.all() == [one]
    assert store.models.in_bin() == []


def test_the_bin_shows_the_last_deleted_first(store: Store) -> None:
    for name, when in (("a", 3.0), ("b", 9.0), ("c", 6.0)):
        add(store, name, deleted=when)
    assert [model.id for model in store.models.in_bin()] == ["b", "c", "a"]


def test_a_name_that_was_taken_meanwhile_gets_a_number(store: Store) -> None:
    add(store, "old", name="Tiny", notes="Old words.")
    store.models.delete("old")
    add(store, "new", name="tiny")
    add(store, "newer", name="TINY 2")
    assert store.models.restore("old").name == "Tiny 3"
    assert sorted(names(store)) == ["TINY 2", "Tiny 3", "tiny"]
    add(store, "named", name="Starter", deleted=1.0)
    assert store.models.restore("named").name == "Starter 2"


def test_a_file_put_again_comes_out_of_the_bin(store: Store) -> None:
    one = add(store, "one")
    store.models.delete("one")
    store.models.put(one)
    assert store.models.all() == [one]
    assert store.models.in_bin() == []


def test_only_what_is_in_the_bin_is_forgotten_and_its_words_leave_the_file(store: Store) -> None:
    kept = add(store, "kept", notes="xylophonesecret")
    add(store, "first", notes="drumsecret")
    add(store, "last", notes="bellsecret", repo="maker/flutesecret")
    deleted = store.models.delete("first").deleted
    assert deleted is not None
    store.models.delete("last")
    assert store.models.empty_bin(deleted) == 0
    assert store.models.empty_bin(deleted + 1e-6) == 1
    assert [model.id for model in store.models.in_bin()] == ["last"]
    assert store.models.purge(["kept", "last", "gone"]) == 1
    assert store.models.purge([]) == 0
    assert store.models.all() == [kept]
    for file in store.path.parent.iterdir():
        for word in (b"drumsecret", b"bellsecret", b"flutesecret"):
            assert word not in file.read_bytes()


def test_files_with_the_same_checksum_are_found(store: Store) -> None:
    other = "cd" * 32
    for name, checksum in (
        ("a", SUM), ("b", other), ("c", SUM.upper()), ("d", ""), ("e", ""), ("f", SUM), ("g", "ef" * 32),
    ):  # fmt: skip
        add(store, name, sha256=checksum)
    assert [model.id for model in store.models.by_sha256(SUM.upper())] == ["a", "c", "f"]
    assert [model.id for model in store.models.by_sha256(other)] == ["b"]
    assert store.models.by_sha256("") == [], "an unknown checksum is no checksum"
    for name in ("a", "c"):
        store.models.delete(name)
    assert [model.id for model in store.models.by_sha256(SUM)] == ["f"]


def test_unknown_models_are_refused(store: Store) -> None:
    for act in (
        lambda: store.models.change("gone", notes="x"),
        lambda: store.models.change("gone"),
        lambda: store.models.rename("gone", "x"),
        lambda: store.models.note("gone", "x"),
        lambda: store.models.delete("gone"),
        lambda: store.models.restore("gone"),
    ):
        with pytest.raises(StoreError, match="no model with the id gone"):
            act()
