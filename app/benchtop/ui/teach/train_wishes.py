"""From what stands in the fields of the Train tab to what the services are asked for."""

from __future__ import annotations

from benchtop.domain.training import TrainingRun
from benchtop.services.model_list import ModelList
from benchtop.services.training_wish import TrainingWish
from benchtop.ui.teach.train_reading import TeachFacts
from benchtop.ui.teach.train_rows import TrainWish


def services_wish(wish: TrainWish, models: ModelList, facts: TeachFacts) -> TrainingWish | None:
    """What the services are asked for; None where the model is not on the list any more."""
    model = models.by_id(wish.model_id)
    if model is None:
        return None
    parent = next((one for one in facts.adapters if one.id == wish.parent_id), None)
    settings = wish.settings
    for one in facts.parents:
        if (one.id, one.model_id) == (wish.parent_id, model.id) and one.layout is not None:
            settings = one.layout.within(settings)
    return TrainingWish(
        model,
        wish.dataset_id,
        settings,
        parent_id=parent.run_id if parent is not None else "",
        start=parent.path if parent is not None else "",
        prompts=tuple(one for one in wish.prompts if one.strip()),
        share=wish.beside_chat == "share",
    )


def awaited_run(wish: TrainingWish) -> TrainingRun:
    """What stands for a run until it is prepared."""
    facts = {"id": wish.model.id, "name": wish.model.name}
    return TrainingRun("", "", facts, wish.dataset_id, "", wish.settings, plan=wish.plan)


def is_of(wish: TrainWish, wanted: TrainWish) -> bool:
    """Whether ``wish`` teaches what is wanted: the same to the same, from the same adapter on."""
    same = (wish.dataset_id, wish.parent_id) == (wanted.dataset_id, wanted.parent_id)
    return same and wanted.model_id in ("", wish.model_id)
