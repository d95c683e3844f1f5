"""From a wish to a run that can be trained: a version of the data, the base's sum, tokens, anchors."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError, FileNotWritten, Interrupted
from benchtop.domain.examples import Dataset, DatasetVersion, Example, Split
from benchtop.domain.holdout import LearntBefore
from benchtop.domain.teach_errors import TooFewExamples
from benchtop.domain.training import TrainingRun
from benchtop.services.adapters import free_name
from benchtop.services.anchors import (
    FEW,
    MANY,
    anchor_prompts,
    anchor_steps,
    keep_answers,
    kept_answers,
)
from benchtop.services.ggml_library import ggml_library
from benchtop.services.learnt_before import learnt_before, merged_runs, run_behind, run_named_in
from benchtop.services.measures import Steps
from benchtop.services.model_run import ModelRun
from benchtop.services.run_folders import forget_run_folder
from benchtop.services.start_adapter import check_start
from benchtop.services.teach_room import TeachRoom
from benchtop.services.training_request import START, TOKENS, keep_request, train_request
from benchtop.services.training_tokens import Tokens, token_steps, write_tokens
from benchtop.services.training_tools import check_tools
from benchtop.services.training_wish import Prepared, TrainingWish, model_facts
from benchtop.store.whole_file import copy_file

if TYPE_CHECKING:
    from benchtop.store.database import Store

Entries = Sequence[tuple[Example, str, Split]]
_ANCHORS_END = 0.6
"""The share of the engine's work that the base's own answers take, where none of them is known."""


class TrainingPreparation(QObject):
    """One wish. After ``start`` comes either ``done`` or ``failed``, once. Without ``keep`` the run is not in
    the store."""

    progressed = Signal(str, float)
    """What is done (loading, asking, encoding), and the fraction of it."""
    done = Signal(object)
    """A Prepared; its run is in the store, in the state "preparing"."""
    failed = Signal(object)
    """A BenchtopError; Interrupted after cancel()."""

    def __init__(
        self,
        wish: TrainingWish,
        room: TeachRoom,
        parent: QObject | None = None,
        *,
        keep: bool = True,
    ) -> None:
        super().__init__(parent)
        self._wish, self._folder, self._keeps = wish, room.folder, keep
        self._workers, self._store, self._disk = room.workers, room.store, room.disk
        self._facts: Mapping[str, Any] = {}
        self._version: DatasetVersion | None = None
        self._dataset: Dataset | None = None
        self._name = ""
        self._parent_id = wish.parent_id
        self._entries: Entries = ()
        self._plan = wish.plan
        self._engine: ModelRun | None = None
        self._asks = self._over = False

    def start(self) -> None:
        """Begin; each part goes to the thread that it needs."""
        wish = self._wish

        def look() -> tuple[Mapping[str, Any], str, str]:
            check_tools(self._folder, wish.model.architecture, wish.model.name)
            wish.settings.checked()
            facts, named = model_facts(self._folder, wish.model), ""
            if wish.start:
                layers = int(facts["layers"])
                check_start(self._folder, wish.model, layers, wish.settings, wish.start)
                named = run_named_in(wish.start)
            return facts, ggml_library(), named

        self._disk.run(look, self._looked, self._fail)

    def cancel(self) -> None:
        """Stop; ``failed`` follows with Interrupted."""
        if self._engine is not None:
            self._engine.cancel()
        else:
            self._fail(Interrupted())

    def _looked(self, found: tuple[Mapping[str, Any], str, str]) -> None:
        if self._over:
            return
        self._facts, self._library, named = found
        wish = self._wish

        def read(store: Store) -> tuple[Dataset, DatasetVersion, Entries]:
            if wish.start and not wish.parent_id:
                self._parent_id = run_behind(store, wish.start, named)
            before = learnt_before(
                store, self._parent_id, merged_runs(self._facts), began=bool(wish.start)
            )
            version = store.versions.make_version(wish.dataset_id)
            entries = [(e.example, e.sum, e.split) for e in store.versions.read_version(version.id)]
            unseen = without_known(entries, before)
            self._plan = replace(
                wish.plan,
                repeats=store.versions.repeats(version),
                learnt_before=len(entries) - len(unseen),
                start_unknown=not before.known,
            )
            dataset = store.datasets.get(wish.dataset_id)
            self._name = free_name(store, f"{dataset.name} on {wish.model.name}")
            return dataset, version, unseen

        self._store.run(read, self._read, self._fail)

    def _read(self, found: tuple[Dataset, DatasetVersion, Entries]) -> None:
        if self._over:
            return
        self._dataset, self._version, self._entries = found
        if not any(split == "train" for *_, split in self._entries):
            self._fail(self._too_few("it has no example that is included and not held out"))
            return
        sha256 = str(self._facts["sha256"])
        self._disk.run(lambda: kept_answers(self._folder, sha256), self._ask, self._fail)

    def _ask(self, known: dict[str, str]) -> None:
        if self._over:
            return
        settings = self._wish.settings
        self._workers.context_length = max(512, settings.context_length)
        run = self._engine = ModelRun(
            self._workers, [self._wish.model], self._steps(known), parent=self
        )
        run.loading.connect(lambda _model, done: self.progressed.emit("loading", done))
        run.progressed.connect(self._tell)
        run.done.connect(self._encoded)
        run.failed.connect(self._fail)
        run.start()

    def _steps(self, known: dict[str, str]) -> Steps[tuple[dict[str, str], Tokens]]:
        settings = self._wish.settings
        prompts: list[str] = []
        if settings.general > 0:
            prompts = anchor_prompts(FEW if settings.preset == "quick" else MANY)
        self._asks = any(prompt not in known for prompt in prompts)
        asked = yield from anchor_steps(prompts, known, 0.0, _ANCHORS_END)
        every = known | asked
        answers = {prompt: every[prompt] for prompt in prompts if every[prompt]}
        length = min(settings.context_length, int(self._facts["context_length"] or 1 << 20))
        tokens = yield from token_steps(
            self._entries, length, answers, pairs=settings.preference,
            begins=_ANCHORS_END if asked else 0.0,
        )  # fmt: skip
        return asked, tokens

    def _tell(self, done: float) -> None:
        asking = self._asks and done < _ANCHORS_END
        self.progressed.emit("asking" if asking else "encoding", done)

    def _encoded(self, found: tuple[dict[str, str], Tokens]) -> None:
        self._engine = None
        asked, tokens = found
        if self._over:
            return
        if not tokens.count("train"):
            why = "none of its examples can be learnt from"
            if tokens.skipped:
                why = f"the first of its examples cannot be used because {tokens.skipped[0].why}"
            self._fail(self._too_few(why))
            return
        run = self._new_run(tokens)
        path = self._folder.training / run.id / TOKENS
        sha256 = str(self._facts["sha256"])

        def write() -> Path:
            write_tokens(path, tokens)
            if self._wish.start:
                _copy(Path(self._wish.start), path.with_name(START))
            keep_request(train_request(self._folder, run, self._library))
            if asked:
                keep_answers(self._folder, sha256, asked)
            return path

        self._disk.run(write, lambda _path: self._keep(run, tokens), self._fail)

    def _keep(self, run: TrainingRun, tokens: Tokens) -> None:
        assert self._version is not None
        prepared = Prepared(
            self._wish,
            run,
            self._version,
            self._library,
            tuple(tokens.skipped),
            tokens.prefix_stable,
        )
        if not self._keeps or self._over:
            self._end(prepared)
            return
        self._store.run(
            lambda store: store.training_runs.put(run), lambda _: self._end(prepared), self._fail
        )

    def _new_run(self, tokens: Tokens) -> TrainingRun:
        wish = self._wish
        assert self._dataset is not None
        assert self._version is not None
        settings = wish.settings
        trained = int(self._facts["context_length"] or 0)
        if trained:
            settings = replace(settings, context_length=min(settings.context_length, trained))
        name = wish.name or self._name
        return TrainingRun(
            id=uuid.uuid4().hex,
            name=name,
            model=self._facts,
            dataset_id=wish.dataset_id,
            version_id=self._version.id,
            settings=settings,
            parent_id=self._parent_id,
            plan=replace(
                self._plan,
                tokens=sum(tokens.lengths("train")),
                longest=max(tokens.lengths("train")),
                train=tokens.count("train"),
                holdout=tokens.count("holdout"),
                cut=tokens.cut,
                skipped=len({one.sum for one in tokens.skipped}),
                pairs=sum(bool(one.rejected_ids) for one in tokens.examples),
            ),
            created=time.time(),
        )

    def _too_few(self, detail: str) -> TooFewExamples:
        dataset = self._dataset.name if self._dataset is not None else self._wish.dataset_id
        return TooFewExamples(dataset=dataset, model=self._wish.model.name, detail=detail)

    def _end(self, prepared: Prepared) -> None:
        if self._over:  # cancelled while its files were written: nobody will train them
            run_id, keeps = prepared.run.id, self._keeps
            folder = self._folder
            self._disk.run(lambda: forget_run_folder(folder, run_id), lambda _none: None)
            if keeps:
                self._store.run(lambda store: store.training_runs.delete(run_id))
            return
        self._over = True
        self.done.emit(prepared)

    def _fail(self, error: BenchtopError) -> None:
        if not self._over:
            self._over = True
            self.failed.emit(error)


def without_known(entries: Entries, before: LearntBefore) -> Entries:
    """Without what is held out and was learnt from before: it is not read, and not learnt from either."""
    return [
        (example, one, split)
        for example, one, split in entries
        if split == "train" or not before.holds(example, one)
    ]


def _copy(source: Path, target: Path) -> None:
    try:
        copy_file(source, target)
    except OSError as error:
        detail = (error.strerror or str(error)).lower()
        raise FileNotWritten(path=str(target), detail=detail) from error
