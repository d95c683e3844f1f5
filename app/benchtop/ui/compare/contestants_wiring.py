"""The contestants that a person chose: kept from one start to the next, and made ready for a contest."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from benchtop.domain.adapters import AdapterFile
from benchtop.domain.generation import AdapterUse, SamplingParams
from benchtop.domain.models import ModelFile, bytes_text, parameters_text
from benchtop.services.contest_entry import Entry
from benchtop.services.library import is_missing
from benchtop.services.model_list import ModelList
from benchtop.services.settings import SettingsKeeper
from benchtop.ui.chat.model_picker import ModelChoice
from benchtop.ui.compare.compare_rows import (
    MOST_CONTESTANTS,
    AdapterChoice,
    AdapterRow,
    ContestantDraft,
    ContestantRow,
)
from benchtop.ui.compare.contestants_bar import ContestantsBar

SETTING = "compare"
_SHOWN = ("temperature", "top_k", "top_p", "min_p", "max_tokens", "seed")


class ContestantsWiring(QObject):
    """Keeps the list of contestants and shows it in ``bar``."""

    changed = Signal()
    """Others take part now, or under other settings."""
    shown = Signal(list)
    """The ContestantRows as they are shown now."""

    def __init__(
        self, bar: ContestantsBar, models: ModelList, settings: SettingsKeeper, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bar, self._models, self._settings = bar, models, settings
        self._drafts = list(_kept(settings.values.compare.get("contestants")))
        self._gone: frozenset[str] = frozenset()
        self._adapters: dict[str, tuple[AdapterChoice, ...]] = {}
        bar.added.connect(self._add)
        bar.changed.connect(self._change)
        bar.duplicated.connect(self._duplicate)
        bar.removed.connect(self._remove)
        bar.opened.connect(self._look)
        models.changed.connect(lambda _models: self._models_changed())

    @property
    def rows(self) -> list[ContestantRow]:
        """The contestants as they are shown."""
        return [self._row(draft) for draft in self._drafts]

    def entries(self) -> list[tuple[str, Entry]]:
        """The key of each contestant that can take part, and what it is."""
        found = []
        for draft in self._drafts:
            model = self._models.by_id(draft.model_id)
            if model is not None:
                uses = tuple(AdapterUse(one.path, one.scale) for one in draft.adapters)
                params = replace(draft.params, seed=None)
                name = draft.name or model.name
                entry = Entry(model, uses, draft.system_prompt, params, draft.params.seed, name)
                found.append((draft.key, entry))
        return found

    def show(self) -> None:
        """Show them as they are now."""
        rows = self.rows
        self._bar.set_contestants(rows)
        self.shown.emit(rows)

    def replace(self, drafts: Sequence[ContestantDraft]) -> list[ContestantDraft]:
        """Let these take part in the place of those that do; returns the latter, to be brought back."""
        before = self._drafts
        self._drafts = [replace(one, key=uuid.uuid4().hex) for one in drafts]
        self._keep()
        return before

    def look(self) -> None:
        """Bring models and adapters up to date; the disk is asked which files are there."""
        self._look()

    def _look(self) -> None:
        models = self._models.models
        self._gone = frozenset(model.id for model in models if is_missing(model))
        self._bar.set_models(
            [ModelChoice(m.id, m.name, _detail(m), m.id in self._gone) for m in models]
        )
        self._bar.set_suggested({m.id: m.suggested_params for m in models if m.suggested})
        for model in models:
            if model.id not in self._adapters:
                self._adapters[model.id] = ()
                self._models.read_adapters(model, partial(self._adapters_read, model.id))

    def _adapters_read(self, model_id: str, found: list[AdapterFile]) -> None:
        self._adapters[model_id] = tuple(
            AdapterChoice(one.path, one.name, self._adapter_detail(one)) for one in found
        )
        self._bar.set_adapters(self._adapters)

    def _adapter_detail(self, adapter: AdapterFile) -> str:
        rank = self.tr("rank {rank}").format(rank=adapter.rank) if adapter.rank else ""
        return " · ".join(part for part in (rank, bytes_text(adapter.bytes)) if part)

    def _models_changed(self) -> None:
        self._adapters = {}
        if self._bar.isVisible():
            self._look()
        self.show()

    def _add(self, draft: ContestantDraft) -> None:
        if len(self._drafts) < MOST_CONTESTANTS:
            self._drafts.append(replace(draft, key=uuid.uuid4().hex))
            self._keep()

    def _change(self, draft: ContestantDraft) -> None:
        self._drafts = [draft if one.key == draft.key else one for one in self._drafts]
        self._keep()

    def _duplicate(self, key: str) -> None:
        found = next((one for one in self._drafts if one.key == key), None)
        if found is not None:
            self._add(found)

    def _remove(self, key: str) -> None:
        self._drafts = [one for one in self._drafts if one.key != key]
        self._keep()

    def _keep(self) -> None:
        kept = [{**asdict(one), "params": one.params.to_json()} for one in self._drafts]
        values = {**self._settings.values.compare, "contestants": kept}
        self._settings.set(SETTING, values)
        self.show()
        self.changed.emit()

    def _row(self, draft: ContestantDraft) -> ContestantRow:
        model = self._models.by_id(draft.model_id)
        problem = ""
        if model is None:
            problem = self.tr("This model is not on the list any more: choose another one.")
        elif model.id in self._gone:
            problem = self.tr("Its file is not there any more.")
        name = model.name if model is not None else self.tr("unknown model")
        return ContestantRow(
            key=draft.key,
            name=draft.name or name,
            model_id=draft.model_id,
            model_name=name,
            detail=_detail(model) if model is not None else "",
            system_prompt=draft.system_prompt,
            params=draft.params,
            params_summary=self._summary(draft.params, model),
            adapters=draft.adapters,
            problem=problem,
        )

    def _summary(self, params: SamplingParams, model: ModelFile | None) -> str:
        """What differs from where a new contestant of this model begins."""
        usual = model.suggested_params if model is not None else SamplingParams()
        changed = [
            one.name
            for one in fields(SamplingParams)
            if getattr(params, one.name) != getattr(usual, one.name)
        ]
        words = [
            f"{name.replace('_', ' ')} {getattr(params, name)}"
            for name in _SHOWN
            if name in changed and getattr(params, name) is not None
        ]
        more = len(changed) - len(words)
        if more:
            words.append(self.tr("{count} more").format(count=more))
        return ", ".join(words)


def _kept(values: object) -> Sequence[ContestantDraft]:
    """Contestants of the settings; what is not right in them is left out."""
    drafts = []
    for one in values if isinstance(values, list) else []:
        if isinstance(one, Mapping) and isinstance(one.get("model_id"), str) and one["model_id"]:
            drafts.append(_draft(one))
    return drafts[:MOST_CONTESTANTS]


def _draft(one: Mapping[str, Any]) -> ContestantDraft:
    texts = {name: one.get(name) for name in ("name", "model_id", "system_prompt")}
    texts = {name: text for name, text in texts.items() if isinstance(text, str)}
    params = one.get("params")
    given = SamplingParams.tolerant(params)[0] if isinstance(params, Mapping) else SamplingParams()
    adapters = []
    for adapter in one.get("adapters") or ():
        path = adapter.get("path") if isinstance(adapter, Mapping) else None
        if isinstance(path, str):
            scale = adapter.get("scale")
            name = str(adapter.get("name") or Path(path).stem)
            known = float(scale) if isinstance(scale, (int, float)) else 1.0
            adapters.append(AdapterRow(path, name, known))
    return ContestantDraft(key=uuid.uuid4().hex, params=given, adapters=tuple(adapters), **texts)


def _detail(model: ModelFile) -> str:
    parts = [parameters_text(model.parameters), model.quantisation, bytes_text(model.bytes)]
    return " · ".join(part for part in parts if part)
