"""The end of a run: its adapter goes to its place and onto the list, and the holdout tells what it is worth.

Whoever dies in between finds the run "running" with its adapter kept: it goes on, has no step left to make,
and is finished again.
"""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from benchtop.domain.adapters import CARD_KEY, AdapterFile
from benchtop.domain.errors import FileNotWritten
from benchtop.domain.generation import AdapterUse
from benchtop.domain.models import ModelFile
from benchtop.domain.token_lines import TokenExample
from benchtop.domain.training import TrainingResult, TrainingRun
from benchtop.domain.training_verdict import TuningVerdict
from benchtop.evaluation.holdout_change import HoldoutChange
from benchtop.protocol.tuning_messages import TrainingEnded
from benchtop.services.adapter_card import adapter_facts
from benchtop.services.adapters import import_adapter
from benchtop.services.data_folder import DataFolder
from benchtop.services.gguf_texts import replace_texts
from benchtop.services.holdout_reading import Changes, changes_steps, held_out, verdict_of
from benchtop.services.model_run import ModelRun
from benchtop.services.teach_room import TeachRoom
from benchtop.services.training_request import START, TOKENS
from benchtop.store.whole_file import copy_file

if TYPE_CHECKING:
    from benchtop.store.database import Store


class TrainingFinish(QObject):
    """One run. After ``start`` comes either ``done`` or ``failed``, once."""

    done = Signal(object)
    """The TrainingRun with its result."""
    failed = Signal(object)
    """A BenchtopError."""

    def __init__(
        self,
        run: TrainingRun,
        ended: TrainingEnded,
        room: TeachRoom,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._run, self._ended, self._folder = run, ended, room.folder
        self._workers, self._store, self._disk = room.workers, room.store, room.disk
        self._reading: ModelRun | None = None
        self._against_parent: HoldoutChange | None = None
        self.energy_joules: float | None = None
        self.energy_scope = ""

    def start(self) -> None:
        """Begin."""
        if not self._ended.adapter:  # stopped before there was anything worth keeping
            self._end(None, "")
            return
        self._disk.run(self._placed, self._register, self.failed.emit)

    def _placed(self) -> tuple[Path, list[TokenExample]]:
        folder = self._folder.training / self._run.id
        return place_adapter(self._ended.adapter, self._folder, self._run), held_out(
            folder / TOKENS
        )

    def _register(self, found: tuple[Path, list[TokenExample]]) -> None:
        path, examples = found
        run = self._run

        def register(store: Store) -> AdapterFile:
            adapter = replace(
                import_adapter(store, path),
                name=run.name,
                base=str(run.model["name"]),
                base_sha256=str(run.model["sha256"]),
                run_id=run.id,
            )
            store.adapters.put(adapter)
            return adapter

        self._store.run(register, lambda one: self._read(one, examples), self.failed.emit)

    def _read(self, adapter: AdapterFile, examples: list[TokenExample]) -> None:
        model = self._run.model
        base = ModelFile(
            str(model["id"]), str(model["name"]), str(model["path"]), int(model["bytes"])
        )
        start = self._folder.training / self._run.id / START
        earlier = (AdapterUse(str(start)),) if start.is_file() else None
        steps = changes_steps(examples, (AdapterUse(adapter.path),), earlier)
        self._workers.context_length = max(512, self._run.settings.context_length)
        reading = self._reading = ModelRun(self._workers, [base], steps, self)
        reading.done.connect(lambda changes: self._judged(changes, adapter.id))
        # The adapter is there and can be used: that it was not judged is no reason to lose it.
        reading.failed.connect(lambda _error: self._end(None, adapter.id))
        reading.start()

    def _judged(self, changes: Changes, adapter_id: str) -> None:
        change, self._against_parent = changes
        self._end(verdict_of(change), adapter_id)

    def _end(self, verdict: TuningVerdict | None, adapter_id: str) -> None:
        run = self._ended_run(verdict, adapter_id)
        if not adapter_id:
            self.done.emit(run)
            return

        # The card is told last: that it cannot be written is no reason to lose what was taught.
        def tell(_done: object) -> None:
            self.done.emit(run)

        self._store.run(lambda store: write_card(store, run), tell, tell)

    def _ended_run(self, verdict: TuningVerdict | None, adapter_id: str) -> TrainingRun:
        e = self._ended
        result = TrainingResult(
            loss=e.loss,
            holdout_before=e.holdout_before,
            holdout_after=e.holdout_after,
            best_step=e.best_step,
            steps=e.step,
            tokens=e.tokens,
            seconds=e.seconds,
            tokens_per_second=e.tokens / e.seconds if e.seconds > 0 else 0.0,
            peak_memory_bytes=e.peak_memory_bytes,
            stopped_early=e.how == "early",
            energy_joules=self.energy_joules,
            energy_scope=self.energy_scope if self.energy_joules is not None else "",
            verdict=verdict.to_json() if verdict is not None else None,
            against_parent=asdict(self._against_parent) if self._against_parent else None,
        )
        state = "stopped" if e.how == "stopped" else "done"
        return replace(self._run, state=state, error="", result=result, adapter_id=adapter_id)  # type: ignore[arg-type]


def write_card(store: Store, run: TrainingRun) -> None:
    """Put the card of a run into its adapter's file and onto the list. Raises the errors of a Connection, and
    FileNotWritten."""
    adapter = next((one for one in store.adapters.all() if one.id == run.adapter_id), None)
    version = next((v for v in store.versions.of(run.dataset_id) if v.id == run.version_id), None)
    if adapter is None or version is None:
        return
    names = {one.id: one.name for one in store.datasets.all()}
    steps = store.training_runs.train_points(run.id)
    holdout = store.training_runs.holdout_points(run.id)
    facts = adapter_facts(run, version, names.get(run.dataset_id, ""), steps, holdout)
    try:
        replace_texts(Path(adapter.path), facts)
    except OSError as error:
        detail = (error.strerror or str(error)).lower()
        raise FileNotWritten(path=adapter.path, detail=detail) from error
    size = Path(adapter.path).stat().st_size
    store.adapters.put(replace(adapter, card=facts.get(CARD_KEY, ""), bytes=size))


def place_adapter(source: str, folder: DataFolder, run: TrainingRun) -> Path:
    """Copy a run's adapter to where adapters lie, under its name: whole or not at all. Raises
    FileNotWritten."""
    name = re.sub(r"[^\w.-]+", "-", run.name).strip("-.")[:80] or "adapter"
    target = folder.adapters / f"{name}-{run.id[:8]}.gguf"
    try:
        folder.adapters.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy_file(Path(source), target)
    except OSError as error:
        detail = (error.strerror or str(error)).lower()
        raise FileNotWritten(path=str(target), detail=detail) from error
    return target
