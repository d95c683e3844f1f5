"""The table of model files: where they lie, what they said of themselves, and the bin of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from benchtop.domain.errors import StoreError
from benchtop.domain.models import STARTER_ID, ModelFile
from benchtop.store.rows import (
    clean,
    fitting,
    pack,
    pack_companions,
    pack_path,
    pack_shape,
    unpack,
    unpack_companions,
    unpack_path,
    unpack_shape,
)
from benchtop.store.table import TableFamily, marks

COLUMNS = tuple(f.name for f in fields(ModelFile))
_CHANGEABLE = frozenset(COLUMNS) - {"id", "added", "deleted"}
_SELECT = f"select {', '.join(COLUMNS)} from models"
_INSERT = (
    f"insert into models ({', '.join(COLUMNS)}) values ({marks(len(COLUMNS))})"
    f" on conflict (id) do update set {', '.join(f'{c} = excluded.{c}' for c in COLUMNS if c != 'id')}"
)


class ModelTable(TableFamily):
    """Registered models; files are never touched. Methods may raise the errors of a Connection."""

    def all(self) -> list[ModelFile]:
        """Those not in the bin, in the order they were added; the starter is none of them."""
        return self._select("where deleted is null and id <> ? order by added, rowid", STARTER_ID)

    def in_bin(self) -> list[ModelFile]:
        """Those in the bin, the last deleted first."""
        return self._select("where deleted is not null order by deleted desc, rowid desc")

    def get(self, model_id: str) -> ModelFile | None:
        """The model of an id, also one in the bin, or None."""
        found = self._select("where id = ?", clean(model_id))
        return found[0] if found else None

    def by_path(self, path: str) -> ModelFile | None:
        """The model whose file is at this path, or None.

        One path is one model: also one in the bin, which comes back when it is put without ``deleted``.
        """
        found = self._select("where path = ?", pack_path(path))
        return found[0] if found else None

    def by_sha256(self, checksum: str) -> list[ModelFile]:
        """Those not in the bin whose file has this SHA-256 (hexadecimal, any case), as in all()."""
        wanted = clean(checksum).lower()
        return [model for model in self.all() if wanted and model.sha256.lower() == wanted]

    def put(self, model: ModelFile) -> None:
        """Add a model, or put all that is given in place of what is there (found by its id).

        StoreError when another id has its path.
        """
        values = [_packed(name, getattr(model, name)) for name in COLUMNS]
        with self._connection.writing() as database:
            database.execute(_INSERT, values)

    def change(self, model_id: str, **changes: Any) -> ModelFile:
        """Set fields by name and return the new state.

        The id, ``added`` and ``deleted`` cannot be set; TypeError for those and for unknown names.
        StoreError for an unknown model, or when another has the path.
        """
        wrong = set(changes) - _CHANGEABLE
        if wrong:
            raise TypeError(f"no changeable fields of a model: {sorted(wrong)}")
        values = {name: _packed(name, value) for name, value in changes.items()}
        with self._connection.writing():
            self._assign("models", model_id, values)
            return self._get(model_id)

    def rename(self, model_id: str, name: str) -> ModelFile:
        """Give a model the name a person chose.

        StoreError for an unknown one, or a name that is taken (capitals make no difference).
        """
        name = clean(name)
        with self._connection.writing():
            if name.casefold() in self._taken_names(model_id):
                raise StoreError(
                    path=str(self._connection.path),
                    detail=f"there is another model called “{name}”: choose another name.",
                )
            return self.change(model_id, name=name, given_name=True)

    def note(self, model_id: str, notes: str) -> ModelFile:
        """Keep what a person wrote about a model; StoreError for an unknown one."""
        if model_id == STARTER_ID:
            return self.change_starter(notes=notes)
        return self.change(model_id, notes=notes)

    def change_starter(self, **changes: Any) -> ModelFile:
        """Keep what a person said or did with the model that comes with Benchtop.

        Its file belongs to the installation, so its row has no path; get() finds it, all() does not.
        """
        with self._connection.writing():
            if self.get(STARTER_ID) is None:
                self.put(ModelFile(STARTER_ID, STARTER_ID, "", 0, source="starter"))
            return self.change(STARTER_ID, **changes)

    def touch(self, model_id: str, when: float) -> None:
        """Note when a model was last used; nothing happens for an unknown one (the starter)."""
        with self._connection.writing() as database:
            database.execute("update models set last_used = ? where id = ?", (when, model_id))

    def delete(self, model_id: str) -> ModelFile:
        """Move a model to the bin and return it; StoreError for an unknown one."""
        with self._connection.writing() as database:
            database.execute(
                "update models set deleted = ? where id = ? and deleted is null",
                (time.time(), clean(model_id)),
            )
            return self._get(model_id)

    def restore(self, model_id: str) -> ModelFile:
        """Take a model out of the bin and return it; StoreError for an unknown one.

        One whose name is taken by now comes back as "Name 2", or with the next number that is free.
        """
        with self._connection.writing():
            model = self._get(model_id)
            if model.deleted is not None:
                name = self._free_name(model)
                self._assign("models", model_id, {"deleted": None, "name": name})
            return self._get(model_id)

    def remove(self, model_id: str) -> None:
        """Forget a model at once, without the bin; StoreError for an unknown one."""
        with self._connection.writing() as database:
            gone = database.execute("delete from models where id = ?", (clean(model_id),))
            if not gone.rowcount:
                raise self._unknown("model", model_id)

    def empty_bin(self, older_than: float) -> int:
        """Forget what was deleted before that time (seconds since 1970); how many."""
        return self._purge("deleted < ?", (older_than,))

    def purge(self, ids: Sequence[str]) -> int:
        """Forget those of the ids that are in the bin; how many."""
        return self._purge(
            f"deleted is not null and id in ({marks(len(ids))})", tuple(map(clean, ids))
        )

    def _purge(self, which: str, values: tuple[float | str, ...]) -> int:
        with self._connection.writing() as database:
            removed = database.execute(f"delete from models where {which}", values).rowcount
        if removed:
            self._connection.cut_log()
        return removed

    def _taken_names(self, but_of: str) -> set[str]:
        """The names of all but one, without regard to capitals; the starter has no row."""
        return {m.name.casefold() for m in self.all() if m.id != but_of} | {STARTER_ID}

    def _free_name(self, model: ModelFile) -> str:
        taken = self._taken_names(model.id)
        numbered = (f"{model.name} {number}" for number in range(2, len(taken) + 3))
        return next(name for name in (model.name, *numbered) if name.casefold() not in taken)

    def _get(self, model_id: str) -> ModelFile:
        found = self.get(model_id)
        if found is None:
            raise self._unknown("model", model_id)
        return found

    def _select(self, rest: str, *parameters: str | bytes) -> list[ModelFile]:
        with self._connection.reading() as database:
            rows = database.execute(f"{_SELECT} {rest}", parameters).fetchall()
        return [_model(row) for row in rows]


def _packed(name: str, value: Any) -> Any:
    if name == "path":
        return pack_path(value)
    if name == "suggested":
        return pack(value)
    if name == "companions":
        return pack_companions(value)
    if name == "shape":
        return pack_shape(value)
    if isinstance(value, str):
        return clean(value)
    return fitting(value) if isinstance(value, int) else value


def _model(row: Sequence[Any]) -> ModelFile:
    values = dict(zip(COLUMNS, row, strict=True))
    values["path"] = unpack_path(values["path"])
    values["chat_template"] = bool(values["chat_template"])
    values["given_name"] = bool(values["given_name"])
    values["suggested"] = unpack(values["suggested"])
    values["companions"] = unpack_companions(values["companions"])
    values["shape"] = unpack_shape(values["shape"])
    return ModelFile(**values)
