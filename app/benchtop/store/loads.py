"""The table of loads: what memory each load of a model took, and how fast the model was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from benchtop.domain.memory import MeasuredLoad
from benchtop.store.rows import clean, fitting
from benchtop.store.table import TableFamily


@dataclass(frozen=True, slots=True)
class LoadRecord:
    """One load of a model. ``when`` is seconds since 1970, UTC; ``context`` in tokens.

    ``predicted`` (before any correction) and ``measured`` are bytes of memory. ``tokens_per_second``
    is the speed of generation, None before any was measured.
    """

    model_id: str
    architecture: str
    when: float
    context: int
    predicted: int
    measured: int
    tokens_per_second: float | None = None


# "when" is a word of SQL: the column is called loaded.
_COLUMNS = ", ".join("loaded" if f.name == "when" else f.name for f in fields(LoadRecord))


class LoadTable(TableFamily):
    """Every load, of models that are gone as well. Methods may raise the errors of a Connection."""

    def record(
        self,
        model_id: str,
        architecture: str,
        when: float,
        *,
        context: int,
        predicted: int,
        measured: int,
        tokens_per_second: float | None = None,
    ) -> None:
        """Keep one load; the parameters are those of LoadRecord."""
        numbers = (fitting(context), fitting(predicted), fitting(measured))
        values = (clean(model_id), clean(architecture), when, *numbers, tokens_per_second)
        with self._connection.writing() as database:
            database.execute(f"insert into loads ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?)", values)

    def recent(self, limit: int = 200) -> list[MeasuredLoad]:
        """The latest loads of all models, the newest first."""
        rows = self._rows(
            "select architecture, predicted, measured from loads"
            " order by loaded desc, seq desc limit ?",
            limit,
        )
        return [MeasuredLoad(*row) for row in rows]

    def last_of(self, model_id: str) -> LoadRecord | None:
        """The latest load of a model, or None before the first."""
        return next(iter(self.of(model_id, 1)), None)

    def of(self, model_id: str, limit: int = 100) -> list[LoadRecord]:
        """The latest loads of a model, the newest first."""
        rows = self._rows(
            f"select {_COLUMNS} from loads where model_id = ?"
            " order by loaded desc, seq desc limit ?",
            clean(model_id),
            limit,
        )
        return [LoadRecord(*row) for row in rows]

    def add_speed(self, model_id: str, when: float, tokens_per_second: float) -> None:
        """Note how fast a model was at a time: it belongs to its latest load up to then.

        A speed without such a load is dropped.
        """
        with self._connection.writing() as database:
            database.execute(
                "update loads set tokens_per_second = ? where seq = (select seq from loads"
                " where model_id = ? and loaded <= ? order by loaded desc, seq desc limit 1)",
                (tokens_per_second, clean(model_id), when),
            )

    def speeds(self) -> dict[str, float]:
        """The latest speed that was measured of each model, in tokens per second, by its id."""
        rows = self._rows(
            "select model_id, tokens_per_second, max(loaded) from loads"
            " where tokens_per_second > 0 group by model_id"
        )
        return {model_id: speed for model_id, speed, _when in rows}

    def _rows(self, query: str, *parameters: str | int) -> Sequence[Sequence[Any]]:
        with self._connection.reading() as database:
            rows: Sequence[Sequence[Any]] = database.execute(query, parameters).fetchall()
        return rows
