"""Measurements of a card done again: the properties of a model, and the lens over a text."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, get_args

from benchtop.cli.common import one_line, prepared_folder
from benchtop.cli.event_wait import EventWait
from benchtop.cli.rerun_models import model_again
from benchtop.cli.worker_room import worker_room
from benchtop.domain.cards import Card
from benchtop.domain.compare_errors import EnergyUnmeasurable
from benchtop.domain.errors import BenchtopError, Interrupted, PromptError
from benchtop.domain.generation import AdapterUse
from benchtop.domain.models import ModelFile
from benchtop.services.contest_entry import Entry
from benchtop.services.data_folder import DataFolder
from benchtop.services.lens_card import lens_card
from benchtop.services.lens_reading import LensReading, LensWish
from benchtop.services.lens_service import LensService
from benchtop.services.measure_card import measure_card
from benchtop.services.measure_kinds import BenchmarkSizes
from benchtop.services.measure_results import Kind, MeasureResult
from benchtop.services.measure_service import MeasureService, MeasureWish


def measurement_again(card: Card) -> tuple[Card, Card]:
    """The card, less what this machine cannot measure (which is told), and that of now.

    Raises KeyError, TypeError or ValueError for a card without what is needed, and what measuring raises.
    """
    folder = prepared_folder()
    models = [model_again(folder, one) for one in card.models]
    if card.inputs["measure"] == "lens":
        return _lens(card, folder, models)
    if card.inputs["measure"] == "properties":
        return _properties(card, folder, models)
    raise ValueError(card.inputs["measure"])


def _properties(card: Card, folder: DataFolder, models: list[ModelFile]) -> tuple[Card, Card]:
    named = dict(zip((one.name for one in card.models), models, strict=True))
    found: list[MeasureResult] = []
    kept: list[Mapping[str, Any]] = []
    command = _Measuring(folder, models)
    try:
        results = card.results["measurements"]
        for one, before in zip(card.inputs["measurements"], results, strict=True):
            wish = _wish(models[0], one, before, named)
            try:
                found.append(command.measure(wish, _sizes(before["figures"])))
                kept.append(before)
            except EnergyUnmeasurable as error:
                sys.stderr.write(f"benchtop: energy is left out: {one_line(str(error))}\n")
    finally:
        command.close()
    before = replace(card, results={**card.results, "measurements": kept})
    return before, measure_card(models[0], found, models[1:], folder)


def _wish(
    model: ModelFile,
    one: Mapping[str, Any],
    before: Mapping[str, Any],
    named: Mapping[str, ModelFile],
) -> MeasureWish:
    if one["kind"] not in get_args(Kind):
        raise ValueError(one["kind"])
    if not one["text"]:
        return MeasureWish(model, one["kind"])
    against = named[one["reference"]] if one["reference"] else None
    window = int(before["figures"]["context"])
    return MeasureWish(model, one["kind"], str(one["text"]), against, window)


def _sizes(before: Mapping[str, Any]) -> BenchmarkSizes:
    """As many tokens as then, where the card says how many; energy tells the sum of them only."""
    names = ("prompt_tokens", "tokens", "repeat")
    if not all(isinstance(before.get(name), int) for name in names):
        return BenchmarkSizes()
    return BenchmarkSizes(*(before[name] for name in names))


def _lens(card: Card, folder: DataFolder, models: list[ModelFile]) -> tuple[Card, Card]:
    readers = tuple(
        Entry(model, tuple(AdapterUse(str(use["path"]), float(use["scale"])) for use in uses))
        for model, uses in zip(models, card.inputs["adapters"], strict=True)
    )
    wish = LensWish(
        str(card.inputs["prompt"]), readers, int(card.inputs["top"]), bool(card.inputs["counting"]),
        as_chat=bool(card.inputs.get("as_chat")), reply=str(card.inputs.get("reply", "")),
    )  # fmt: skip
    names = [str(row["name"]) for row in card.results["rows"]]
    command = _Reading(folder, models)
    try:
        try:
            reading = command.read(wish)
        except PromptError as error:
            if not wish.counting:
                raise
            sys.stderr.write(f"benchtop: counts are left out: {one_line(str(error))}\n")
            rows = card.results["rows"][: len(readers)]
            card = replace(card, results={**card.results, "rows": rows, "counted_tokens": 0})
            reading = command.read(replace(wish, counting=False))
    finally:
        command.close()
    return card, lens_card(reading, names[: len(readers)], names[-1], folder)


class _Command:
    """Waits for a service of the window."""

    def __init__(self, folder: DataFolder, models: list[ModelFile]) -> None:
        self.room = worker_room(folder, models)
        self.events = EventWait(folder.logs)
        self._error: BenchtopError | None = None

    def wait(self, begin: Callable[[], None], stop: Callable[[], None]) -> None:
        """Until end() or fail(); raises the error, and Interrupted after Ctrl+C."""
        interrupted = False

        def interrupt() -> None:
            nonlocal interrupted
            interrupted = True
            stop()

        self._error = None
        self.events.wait(begin, interrupt, self.fail)
        if interrupted:
            raise Interrupted
        if self._error is not None:
            raise self._error

    def fail(self, error: BenchtopError) -> None:
        """It came to nothing."""
        self._error = error
        self.events.end()


class _Measuring(_Command):
    """One measurement after another, each kept as those of the window are."""

    def __init__(self, folder: DataFolder, models: list[ModelFile]) -> None:
        super().__init__(folder, models)
        self._service = MeasureService(folder, self.room.workers, self.room.store)
        self._service.changed.connect(self._changed)
        self._wish: MeasureWish | None = None

    def measure(self, wish: MeasureWish, sizes: BenchmarkSizes) -> MeasureResult:
        """Raises what kept it from being measured."""
        self._service.sizes = sizes
        self.wait(partial(self._begin, wish), lambda: self._service.stop(wish.model.id, wish.kind))
        trouble = self._service.troubles.get(wish.key)
        if trouble is not None:
            raise trouble
        return self._service.results[-1]  # the newest stands at the end

    def close(self) -> None:
        """End the worker, and write what waits to be written."""
        self._service.close()
        self.room.close()

    def _begin(self, wish: MeasureWish) -> None:
        self._wish = wish
        self._service.measure(wish)

    def _changed(self) -> None:
        if self._wish is not None and not self._service.jobs:
            self._wish = None
            self.events.end()


class _Reading(_Command):
    """A text read once."""

    def __init__(self, folder: DataFolder, models: list[ModelFile]) -> None:
        super().__init__(folder, models)
        self._service = LensService(folder, self.room.workers, self.room.store)
        self._service.done.connect(self._done)
        self._service.failed.connect(self.fail)
        self._read: LensReading | None = None

    def read(self, wish: LensWish) -> LensReading:
        """Raises what kept it from being read."""
        self.wait(lambda: self._service.read(wish), self._service.stop)
        assert self._read is not None
        return self._read

    def close(self) -> None:
        """End the worker, and write what waits to be written."""
        self._service.close()
        self.room.close()

    def _done(self, reading: LensReading) -> None:
        self._read = reading
        self.events.end()
