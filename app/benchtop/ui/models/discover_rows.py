"""The files of an open repository as rows: judged in slices, and only what changed made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.domain.hub import HubRepository
from benchtop.domain.memory import FreeMemory, ModelShape, rough_shape
from benchtop.domain.quantisations import rough_bytes
from benchtop.domain.repo_files import Choice
from benchtop.services.hub_browser import MOST_HEADERS
from benchtop.services.hub_services import HubServices
from benchtop.services.library import is_missing
from benchtop.services.reply_stream import explain
from benchtop.ui.models.discover_order import Outlook
from benchtop.ui.models.row_making import choice_row
from benchtop.ui.models.rows import ChoiceRow, FitRow

SLICE = 0.005
"""Seconds of work at a time; then the window has its turn."""
_ENOUGH = 1_000_000_000  # parameters: to know what one takes in a quantisation


class ChoiceRows(QObject):
    """``made`` carries all rows, as soon as every one of them is judged."""

    made = Signal(list)

    def __init__(self, services: HubServices, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._repository = HubRepository("")
        self._choices: Sequence[Choice] = ()
        self._labels: list[str] = []
        self._models: Counter[str] = Counter()
        self._shapes: dict[str, ModelShape | BenchtopError] = {}
        self._rows: list[ChoiceRow] = []
        self._context = 0
        self._work: Iterator[ChoiceRow] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)

    @property
    def choices(self) -> Sequence[Choice]:
        """What the rows stand for, in the same order."""
        return self._choices

    def open(self, repository: HubRepository, choices: Sequence[Choice], context: int) -> None:
        """Judge the files of another repository, or of none."""
        self._repository, self._choices = repository, choices
        self._labels = labels_of(choices)
        self._models = Counter(choice.base for choice in choices)
        self._shapes = {}
        self.judge(context)

    def learn(self, base: str, shape: ModelShape | BenchtopError) -> None:
        """What the header of a model said, or why it could not be read."""
        self._shapes[base] = shape
        self.judge(self._context)

    def judge(self, context: int) -> None:
        """Make every row anew, for a context of so many tokens."""
        self._context, self._rows = context, []
        self._work = self._judged()
        self._timer.start()

    def update_states(self) -> None:
        """Make those anew whose files came nearer; the verdicts stay."""
        if self._work is not None:
            return  # they will be as new
        states = _States(self._services, self._repository, self._choices)
        for at, choice in enumerate(self._choices):
            self._rows[at] = states.put(self._rows[at], choice)
        self.made.emit(list(self._rows))

    def _go_on(self) -> None:
        until = perf_counter() + SLICE
        while self._work is not None and perf_counter() < until:
            row = next(self._work, None)
            if row is None:
                self._work = None
                self._timer.stop()
                self.made.emit(list(self._rows))
                return
            self._rows.append(row)

    def _judged(self) -> Iterator[ChoiceRow]:
        free, outlook = self._services.judge.free(), Outlook(self._services)
        states = _States(self._services, self._repository, self._choices)
        for choice, label in zip(self._choices, self._labels, strict=True):
            fit = FitRow() if choice.trouble else self._fit(choice, free, outlook)
            speed = outlook.shown_speed(choice.model_bytes, fit)
            yield states.put(choice_row(choice, fit, label=label, speed=speed), choice)

    def _fit(self, choice: Choice, free: FreeMemory, outlook: Outlook) -> FitRow:
        known = self._shapes.get(choice.base)
        if isinstance(known, ModelShape):
            return outlook.fit(known, choice.model_bytes, free, self._context)
        shape = rough_shape(self._parameters(choice), self._repository.context_length)
        reason = self._why_rough(known)
        return outlook.fit(shape, choice.model_bytes, free, self._context, rough=True, why=reason)

    def _parameters(self, choice: Choice) -> int:
        """The Hub tells them of one model: where there are several, the sizes of files say more."""
        if self._repository.parameters and len(self._models) == 1:
            return self._repository.parameters
        bytes_each = rough_bytes(_ENOUGH, choice.quantisation or "Q8_0") / _ENOUGH
        return round(choice.model_bytes / (bytes_each or 1.0))

    def _why_rough(self, failed: BenchtopError | None) -> str:
        guess = self.tr("This is a rough guess from the size of its file.")
        if failed is not None:
            why = self.tr("Its header could not be read: {sentence}").format(
                sentence=explain(failed)
            )
            return f"{guess} {why}"
        if len(self._models) > MOST_HEADERS:
            few = self.tr("Of a repository with many models, Benchtop reads the headers of a few.")
            return f"{guess} {few}"
        return guess


class _States:
    """Which files of a repository are here or on their way, looked up once for all its choices."""

    def __init__(
        self, services: HubServices, repository: HubRepository, choices: Sequence[Choice]
    ) -> None:
        wanted = {choice.files[0].sha256 for choice in choices} - {""}
        models = [
            model
            for model in services.models.models
            if (model.repo == repository.id or model.sha256 in wanted)  # the disk is asked last
            and model.damaged is None
            and not is_missing(model)
        ]
        self._paths = {m.remote_path: m.sha256 for m in models if m.repo == repository.id}
        self._sums = {model.sha256 for model in models if model.sha256}
        self._wait_of = services.downloads.wait_of
        self._downloads = {
            file: download
            for download in services.downloads.queue
            if download.state != "done"
            for file in download.files
        }

    def put(self, row: ChoiceRow, choice: Choice) -> ChoiceRow:
        """The row of a choice, with the state of the moment."""
        first = choice.files[0]
        known = self._paths.get(first.path)  # a sum that only one side knows says nothing
        if first.sha256 in self._sums or (known is not None and not (known and first.sha256)):
            return replace(row, state="here", progress=1.0)
        download = self._downloads.get(first)
        if download is None:
            return replace(row, state="absent", progress=0.0)
        progress = download.done_bytes / max(1, download.total_bytes)
        wait = self._wait_of(download.id)
        return replace(row, state="downloading", progress=progress, queue=download.state, wait=wait)


def labels_of(choices: Sequence[Choice]) -> list[str]:
    """What tells the files of one quantisation apart: their names, or else their paths. Empty for
    those that are the only ones of theirs."""
    kinds = Counter(choice.quantisation for choice in choices)
    stems = [choice.stem for choice in choices]
    names = Counter(stems)
    return [
        ""
        if kinds[choice.quantisation] == 1
        else stem
        if names[stem] == 1
        else choice.files[0].path
        for choice, stem in zip(choices, stems, strict=True)
    ]
