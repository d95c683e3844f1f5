"""The table of a person's own presets; built-in ones are resources and never in the store."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from benchtop.domain.chat import Preset
from benchtop.domain.errors import StoreError
from benchtop.store.rows import clean, pack, unpack
from benchtop.store.table import TableFamily, marks

_SELECT = "select id, name, system_prompt, params, deleted from presets"


class PresetTable(TableFamily):
    """Named system prompts and parameters. Every method may raise the errors of a Connection."""

    def all(self) -> list[Preset]:
        """Those not in the bin, by name."""
        return self._select("where deleted is null order by name collate nocase, rowid")

    def in_bin(self) -> list[Preset]:
        """Those in the bin, the last deleted first."""
        return self._select("where deleted is not null order by deleted desc, rowid desc")

    def save(self, name: str, system_prompt: str, params: Mapping[str, Any]) -> Preset:
        """Keep these under a name, in place of what that name stood for."""
        name, system_prompt = clean(name), clean(system_prompt)
        with self._connection.writing() as database:
            known = self._select("where name = ? and deleted is null", name)
            preset = Preset(known[0].id if known else uuid.uuid4().hex, name, system_prompt, params)
            database.execute(
                "insert into presets (id, name, system_prompt, params) values (?, ?, ?, ?)"
                " on conflict (id) do update set"
                " system_prompt = excluded.system_prompt, params = excluded.params",
                (preset.id, name, system_prompt, pack(params)),
            )
        return preset

    def rename(self, preset_id: str, name: str) -> Preset:
        """Give a preset another name; StoreError for an unknown one or a name that is taken."""
        name = clean(name)
        with self._connection.writing() as database:
            if self._select("where name = ? and id <> ? and deleted is null", name, preset_id):
                raise StoreError(
                    path=str(self._connection.path),
                    detail=f"there is another preset called “{name}”: choose another name.",
                )
            database.execute("update presets set name = ? where id = ?", (name, preset_id))
            return self._get(preset_id)

    def remove(self, preset_id: str) -> Preset:
        """Move a preset to the bin and return it; StoreError for an unknown one."""
        with self._connection.writing() as database:
            database.execute(
                "update presets set deleted = ? where id = ? and deleted is null",
                (time.time(), preset_id),
            )
            return self._get(preset_id)

    def restore(self, ids: Sequence[str]) -> None:
        """Take out of the bin those of the ids that are in it.

        One whose name is taken by now comes back as "Name 2", or with the next number that is free.
        """
        with self._connection.writing() as database:
            for preset in self.in_bin():
                if preset.id in ids:
                    database.execute(
                        "update presets set deleted = null, name = ? where id = ?",
                        (self._free_name(preset.name), preset.id),
                    )

    def empty_bin(self, older_than: float) -> int:
        """Remove for good what was deleted before that time (seconds since 1970); how many."""
        return self._purge("deleted < ?", (older_than,))

    def purge(self, ids: Sequence[str]) -> int:
        """Remove for good those of the ids that are in the bin; how many."""
        return self._purge(f"deleted is not null and id in ({marks(len(ids))})", tuple(ids))

    def _purge(self, which: str, values: tuple[float | str, ...]) -> int:
        with self._connection.writing() as database:
            removed = database.execute(f"delete from presets where {which}", values).rowcount
        if removed:
            self._connection.cut_log()
        return removed

    def _free_name(self, name: str) -> str:
        taken = {preset.name for preset in self.all()}
        names = [name, *(f"{name} {number}" for number in range(2, len(taken) + 3))]
        return next(one for one in names if one not in taken)

    def _get(self, preset_id: str) -> Preset:
        found = self._select("where id = ?", preset_id)
        if not found:
            raise self._unknown("preset", preset_id)
        return found[0]

    def _select(self, rest: str, *parameters: str) -> list[Preset]:
        with self._connection.reading() as database:
            rows = database.execute(f"{_SELECT} {rest}", parameters).fetchall()
        return [
            Preset(one, name, system, unpack(params), deleted=deleted)
            for one, name, system, params, deleted in rows
        ]
