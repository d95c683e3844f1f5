"""The table of model files: where they lie and what they said of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from benchtop.domain.models import ModelFile
from benchtop.store.rows import clean, fitting, pack, pack_path, unpack, unpack_path
from benchtop.store.table import TableFamily, marks

COLUMNS = tuple(f.name for f in fields(ModelFile))
_SELECT = f"select {', '.join(COLUMNS)} from models"
_INSERT = (
    f"insert into models ({', '.join(COLUMNS)}) values ({marks(len(COLUMNS))})"
    f" on conflict (id) do update set {', '.join(f'{c} = excluded.{c}' for c in COLUMNS if c != 'id')}"
)


class ModelTable(TableFamily):
    """Registered models; files are never touched. Methods may raise the errors of a Connection."""

    def all(self) -> list[ModelFile]:
        """Every model, in the order they were added."""
        return self._select("order by added, rowid")

    def get(self, model_id: str) -> ModelFile | None:
        """The model of an id, or None."""
        found = self._select("where id = ?", clean(model_id))
        return found[0] if found else None

    def by_path(self, path: str) -> ModelFile | None:
        """The model whose file is at this path, or None."""
        found = self._select("where path = ?", pack_path(path))
        return found[0] if found else None

    def put(self, model: ModelFile) -> None:
        """Add a model, or put new facts about one in place of the old (found by its id).

        StoreError when another id has its path.
        """
        values = [_packed(name, getattr(model, name)) for name in COLUMNS]
        with self._connection.writing() as database:
            database.execute(_INSERT, values)

    def remove(self, model_id: str) -> None:
        """Take a model off the list; StoreError for an unknown one. Its file stays where it is."""
        with self._connection.writing() as database:
            if not database.execute("delete from models where id = ?", (model_id,)).rowcount:
                raise self._unknown("model", model_id)

    def touch(self, model_id: str, when: float) -> None:
        """Note when a model was last used; nothing happens for an unknown one (the starter)."""
        with self._connection.writing() as database:
            database.execute("update models set last_used = ? where id = ?", (when, model_id))

    def _select(self, rest: str, *parameters: str | bytes) -> list[ModelFile]:
        with self._connection.reading() as database:
            rows = database.execute(f"{_SELECT} {rest}", parameters).fetchall()
        return [_model(row) for row in rows]


def _packed(name: str, value: Any) -> Any:
    if name == "path":
        return pack_path(value)
    if name == "suggested":
        return pack(value)
    if isinstance(value, str):
        return clean(value)
    return fitting(value) if isinstance(value, int) else value


def _model(row: Sequence[Any]) -> ModelFile:
    values = dict(zip(COLUMNS, row, strict=True))
    values["path"] = unpack_path(values["path"])
    values["chat_template"] = bool(values["chat_template"])
    values["suggested"] = unpack(values["suggested"])
    return ModelFile(**values)
