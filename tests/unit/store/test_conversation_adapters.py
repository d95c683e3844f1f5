"""Adapters of a conversation: kept, changed, exported and imported."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from benchtop.domain.errors import ImportInvalid
from benchtop.domain.generation import AdapterUse
from benchtop.store.database import Store, open_store
from benchtop.store.export_json import export_json_text
from benchtop.store.import_json import import_json
from unit.store.makers import conversation

ODD = AdapterUse(os.fsdecode(b"/adapters/\xff.gguf"), 1.25)
USES = (AdapterUse("/adapters/mine.gguf", 0.5), ODD)


def test_they_are_kept_and_changed(store: Store) -> None:
    store.conversations.add(conversation(adapters=USES))
    assert store.conversations.get("talk").adapters == USES
    assert store.conversations.change("talk", adapters=USES[:1]).adapters == USES[:1]
    assert store.conversations.change("talk", adapters=()).adapters == ()
    assert store.conversations.all()[0].adapters == ()


def test_an_export_carries_them_and_an_import_keeps_those_that_are_missing(
    store: Store, tmp_path: Path
) -> None:
    plain = AdapterUse(str(tmp_path / "not-here.gguf"), 2.0)
    store.conversations.add(conversation(adapters=(plain, ODD)))
    text = export_json_text(store)
    assert '"scale": 2.0' in text
    with open_store(tmp_path / "other.sqlite3") as other:
        import_json(other, json.loads(text))
        kept = other.conversations.get("talk").adapters
        assert kept[0] == plain
        assert kept[1].scale == 1.25  # its name is no UTF-8, which JSON cannot hold
        assert import_json(other, json.loads(text)).conversations_added == 0


def test_an_export_of_before_has_none(store: Store) -> None:
    store.conversations.add(conversation(adapters=USES))
    data = json.loads(export_json_text(store))
    del data["conversations"][0]["adapters"]
    store.conversations.delete(["talk"])
    store.conversations.purge(["talk"])
    import_json(store, data)
    assert store.conversations.get("talk").adapters == ()


@pytest.mark.parametrize("wrong", ["x", [1], [{"scale": 1}], [{"path": "x", "scale": "y"}]])
def test_nonsense_is_refused_with_its_place(store: Store, wrong: object) -> None:
    store.conversations.add(conversation())
    data = json.loads(export_json_text(store))
    data["conversations"][0] |= {"id": "new", "adapters": wrong}
    with pytest.raises(ImportInvalid, match=r"conversations\[0\]\.adapters"):
        import_json(store, data)
