"""The list of models for the window: many files at once, and what is said of the starter."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from benchtop.domain.models import STARTER_ID
from benchtop.services.library import all_models, find_model
from benchtop.services.model_list import IMPORTED_AT_ONCE, ModelList
from benchtop.services.store_thread import StoreThread
from benchtop.store.database import open_store
from unit.services.local_layouts import model_bytes, put, put_text
from unit.services.models_kit import imported, models, settled, store

__all__ = ["models", "store"]


def test_many_files_are_told_of_once_and_counted(
    qtbot: QtBot, models: ModelList, tmp_path: Path
) -> None:
    count = 2 * IMPORTED_AT_ONCE + 3
    good = [put(tmp_path / f"{n}.gguf", model_bytes(str(n))) for n in range(count)]
    bad = [put_text(tmp_path / f"bad{n}.gguf", "no model") for n in range(5)]
    arrived: list[object] = []
    models.arrived.connect(arrived.append)
    first = imported(qtbot, models, [*bad[:2], *good[:10]])
    assert (len(first.new), len(first.known), len(first.refused)) == (10, 0, 2)
    again = imported(qtbot, models, [*good, *bad])
    assert (len(again.new), len(again.known), len(again.refused)) == (count - 10, 10, 5)
    assert "bad0.gguf" in str(again.refused[0])
    assert arrived == []
    assert len(settled(qtbot, models)) == count


def test_other_work_has_its_turn_among_many_files(
    qtbot: QtBot, models: ModelList, store: StoreThread, tmp_path: Path
) -> None:
    files = [put(tmp_path / f"{n}.gguf", model_bytes(str(n))) for n in range(IMPORTED_AT_ONCE + 1)]
    known: list[int] = []
    store.run(lambda _store: None, lambda _none: store.run(_count, known.append))
    imported(qtbot, models, files)
    assert known == [IMPORTED_AT_ONCE]


def _count(store: object) -> int:
    return len(store.models.all())  # type: ignore[attr-defined]


def test_no_file_at_all_is_told_of_too(qtbot: QtBot, models: ModelList) -> None:
    assert imported(qtbot, models, []).new == ()


def test_notes_on_the_starter_are_kept_and_it_stays_one_model(
    qtbot: QtBot, models: ModelList, tmp_path: Path
) -> None:
    failed: list[object] = []
    models.failed.connect(failed.append)
    starter = models.by_id(STARTER_ID)
    assert starter is not None
    assert starter.notes == ""
    models.note(STARTER_ID, "Good at short stories.")
    models.used(starter)
    assert settled(qtbot, models) == []
    assert failed == []
    shown = models.by_id(STARTER_ID)
    assert shown is not None
    assert (shown.notes, shown.path) == ("Good at short stories.", starter.path)
    assert shown.last_used is not None
    with open_store(tmp_path / "data" / "benchtop.sqlite3") as elsewhere:
        assert [model.id for model in all_models(elsewhere)] == [STARTER_ID]
        assert find_model(elsewhere, "starter").notes == "Good at short stories."
        assert elsewhere.models.all() == elsewhere.models.in_bin() == []
