"""The table of a person's own presets; built-in ones are resources and never in the store."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from benchtop.domain.chat import Preset
from benchtop.domain.errors import StoreError
from benchtop.store.rows import clean, pack, unpack
from benchtop.store.table import TableFamily

_SELECT = "select id, name, system_prompt, params from presets"


class PresetTable(TableFamily):
    """Named system prompts and parameters. Every method may raise the errors of a Connection."""

    def all(self) -> list[Preset]:
        """Every preset, by name."""
        return self._select("order by name collate nocase, rowid")

    def save(self, name: str, system_prompt: str, params: Mapping[str, Any]) -> Preset:
        """Keep these under a name, in place of what that name stood for."""
        with self._connection.writing():
            known = self._select("where name = ?", clean(name))
            preset = Preset(
                known[0].id if known else uuid.uuid4().hex,
                clean(name),
                clean(system_prompt),
                params,
            )
            self.put(preset)
        return preset

    def put(self, preset: Preset) -> None:
        """Keep a preset under its own id: Undo of remove(). StoreError when its name is taken."""
        self._check_name(preset.name, preset.id)
        with self._connection.writing() as database:
            database.execute(
                "insert into presets (id, name, system_prompt, params) values (?, ?, ?, ?)"
                " on conflict (id) do update set name = excluded.name,"
                " system_prompt = excluded.system_prompt, params = excluded.params",
                (preset.id, clean(preset.name), clean(preset.system_prompt), pack(preset.params)),
            )

    def rename(self, preset_id: str, name: str) -> Preset:
        """Give a preset another name; StoreError for an unknown one or a name that is taken."""
        self._check_name(name, preset_id)
        with self._connection.writing() as database:
            database.execute("update presets set name = ? where id = ?", (clean(name), preset_id))
            return self._get(preset_id)

    def remove(self, preset_id: str) -> Preset:
        """Remove a preset and return it, so that put() can bring it back."""
        with self._connection.writing() as database:
            preset = self._get(preset_id)
            database.execute("delete from presets where id = ?", (preset_id,))
        return preset

    def _get(self, preset_id: str) -> Preset:
        found = self._select("where id = ?", preset_id)
        if not found:
            raise self._unknown("preset", preset_id)
        return found[0]

    def _check_name(self, name: str, preset_id: str) -> None:
        if self._select("where name = ? and id <> ?", clean(name), preset_id):
            raise StoreError(
                path=str(self._connection.path),
                detail=f"there is another preset called “{clean(name)}”: choose another name.",
            )

    def _select(self, rest: str, *parameters: str) -> list[Preset]:
        with self._connection.reading() as database:
            rows = database.execute(f"{_SELECT} {rest}", parameters).fetchall()
        return [Preset(one, name, system, unpack(params)) for one, name, system, params in rows]
