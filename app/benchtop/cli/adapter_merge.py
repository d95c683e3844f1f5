"""Merging from a command: the workers at work, Ctrl+C heard, the new model on the list at the end."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchtop.cli.chat_inputs import MOST_SCALE
from benchtop.cli.common import one_line, opened_store
from benchtop.cli.event_wait import EventWait
from benchtop.domain.adapters import AdapterFile, inspect_adapter
from benchtop.domain.errors import BadParameter, BenchtopError, Interrupted, PromptError
from benchtop.domain.generation import AdapterUse
from benchtop.domain.models import ModelFile
from benchtop.domain.teach_errors import AdapterUnknown
from benchtop.protocol.encode_messages import QuantKind
from benchtop.services.adapter_merging import AdapterMerging
from benchtop.services.adapters import find_adapter, models_for, with_noted_sums
from benchtop.services.data_folder import DataFolder
from benchtop.services.library import all_models, check_present, find_model, import_model
from benchtop.services.merge_files import Merge, sweep, usual_kind

if TYPE_CHECKING:
    from benchtop.store.database import Store


def merge_into(
    folder: DataFolder, wanted: str, base: str | None, target: Path, kind: QuantKind | None
) -> ModelFile:
    """Make the new model and put it on the list.

    Raises what AdapterMerging tells and find_adapter() raises, BadParameter for a scale that is none,
    PromptError where it is not clear which model is meant, and Interrupted.
    """
    sweep(folder)
    if target.suffix.lower() != ".gguf":
        target = target.with_name(f"{target.name}.gguf")
    with opened_store(folder) as store:
        adapter, scale = _adapter(store, wanted)
        model = check_present(_base(folder, store, adapter, base))
    use = AdapterUse(adapter.path, scale)
    made, sha256 = _Run(folder).merge(Merge(model, (use,), target, kind or usual_kind(model)))
    with opened_store(folder) as store:
        return store.models.change(
            import_model(store, made).id, sha256=sha256, verified=None, damaged=None, newer=""
        )


def _adapter(store: Store, wanted: str) -> tuple[AdapterFile, float]:
    """A known adapter or a file, and how strongly it is merged (A:SCALE; 1 as trained)."""
    try:
        return _known(store, wanted), 1.0
    except AdapterUnknown as unknown:
        name, _colon, after = wanted.rpartition(":")
        try:
            adapter = _known(store, name)
        except AdapterUnknown:
            raise unknown from None
    try:
        scale = float(after)
    except ValueError:
        scale = float("nan")
    if not abs(scale) <= MOST_SCALE:  # no number, too
        allowed = f"{-MOST_SCALE:g} to {MOST_SCALE:g}, 1 as trained"
        raise BadParameter(name=f"the scale of {adapter.name}", value=after, allowed=allowed)
    return adapter, scale


def _known(store: Store, wanted: str) -> AdapterFile:
    try:
        return find_adapter(store, wanted)
    except AdapterUnknown:
        if not Path(wanted).expanduser().is_file():
            raise
        return inspect_adapter(wanted)


def _base(folder: DataFolder, store: Store, adapter: AdapterFile, wanted: str | None) -> ModelFile:
    if wanted is not None:
        return find_model(store, wanted)
    fitting = models_for(adapter, with_noted_sums(folder, all_models(store)))
    if not fitting:
        name = one_line(adapter.name)
        detail = f"no model on the list fits {name}: import its base, or name it by --model."
        raise PromptError(detail=detail)
    if len(fitting) > 1:
        names = ", ".join(one_line(model.name) for model in fitting)
        raise PromptError(detail=f"say by --model which of these is meant, which all fit: {names}.")
    return fitting[0]


class _Run:
    """Waits for one merge."""

    def __init__(self, folder: DataFolder) -> None:
        self._events = EventWait(folder.logs)
        self._merging = AdapterMerging(folder)
        self._merging.progress.connect(self._tell)
        self._merging.done.connect(self._done)
        self._merging.failed.connect(self._fail)
        self._made = ""
        self._error: BenchtopError | None = None

    def merge(self, merge: Merge) -> tuple[str, str]:
        """Where the new model lies, and the sum of its file."""
        try:
            self._events.wait(lambda: self._merging.begin(merge), self._merging.stop, self._fail)
        finally:
            self._merging.close()
        if not self._made:
            raise self._error or Interrupted
        return self._made, self._merging.sha256

    def _tell(self, fraction: float) -> None:
        if sys.stderr.isatty():
            end = "\r" if fraction < 1 else "\r\033[K"
            sys.stderr.write(f"merging: {fraction:.0%}{end}")
            sys.stderr.flush()

    def _done(self, path: str) -> None:
        self._made = path
        self._events.end()

    def _fail(self, error: BenchtopError) -> None:
        self._error = error
        self._events.end()
