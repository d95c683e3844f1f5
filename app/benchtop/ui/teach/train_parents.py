"""Adapters that training can go on from, each with the layout that it has to keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from benchtop.domain.adapter_layout import AdapterLayout, read_layout
from benchtop.domain.adapters import AdapterFile
from benchtop.domain.errors import BenchtopError
from benchtop.domain.models import ModelFile
from benchtop.services.adapter_library import judge
from benchtop.ui.teach.train_rows import AdapterChoice

if TYPE_CHECKING:
    from benchtop.store.database import Store


def adapter_choices(store: Store, models: Sequence[ModelFile]) -> tuple[AdapterChoice, ...]:
    """All of them: of one that was taught here its run tells the layout, of an imported one its file, which
    is offered for each of the ``models`` that it fits. Not for the window's thread."""
    runs = {run.id: run for run in store.training_runs.all()}
    found: list[AdapterChoice] = []
    for one in store.adapters.all():
        run = runs.get(one.run_id)
        if run is not None and run.model.get("id"):
            layout = AdapterLayout.of(run.settings)
            found.append(_choice(one, str(run.model["id"]), layout))
        else:
            found += [_imported(one, model) for model in models if _fits(one, model)]
    return tuple(found)


def _fits(adapter: AdapterFile, model: ModelFile) -> bool:
    return judge(adapter, model, missing=False) == "fits"


def _imported(adapter: AdapterFile, model: ModelFile) -> AdapterChoice:
    assert model.shape is not None  # it fits
    try:
        layout = read_layout(adapter.path, model.shape.layers)
    except BenchtopError as error:
        return _choice(adapter, model.id, None, str(error))
    return _choice(adapter, model.id, layout)


def _choice(
    adapter: AdapterFile, model_id: str, layout: AdapterLayout | None, trouble: str = ""
) -> AdapterChoice:
    words = QCoreApplication.translate("TrainParents", "rank {rank}")
    detail = words.format(rank=adapter.rank) if adapter.rank else ""
    return AdapterChoice(adapter.id, adapter.name, model_id, detail, layout, trouble)
