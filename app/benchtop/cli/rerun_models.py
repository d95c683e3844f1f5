"""The models of a card, as they are found here: on the list, or where the file was."""

from __future__ import annotations

from dataclasses import replace

from benchtop.cli.common import chosen_model, opened_store
from benchtop.domain.adapters import inspect_adapter
from benchtop.domain.cards import CardModel
from benchtop.domain.contests import Contestant
from benchtop.domain.errors import BenchtopError, ModelUnknown
from benchtop.domain.generation import AdapterUse
from benchtop.domain.models import ModelFile
from benchtop.services.contest_entry import Entry
from benchtop.services.data_folder import DataFolder
from benchtop.services.library import check_present, starter


def entry_again(folder: DataFolder, one: Contestant) -> Entry:
    """A contestant with all its settings. Raises ModelUnknown, ModelFileMissing and their like."""
    uses = tuple(AdapterUse(adapter.path, adapter.scale) for adapter in one.adapters)
    model, params = _by_place(folder, one), one.params.checked()
    for adapter in one.adapters:
        inspect_adapter(adapter.path)
    return Entry(model, uses, one.system_prompt, params, one.seed, one.name)


def usable_seed(seed: int) -> int:
    """A seed that a worker takes; ValueError for another number."""
    if not 0 <= seed < 2**32:
        raise ValueError(seed)
    return seed


def model_again(folder: DataFolder, one: CardModel) -> ModelFile:
    """The model on the list with the same content, else with the same name, called as it was then.

    Raises ModelUnknown and ModelFileMissing.
    """
    with opened_store(folder) as store:
        models = [starter(store), *store.models.all()]
    same = [model for model in models if one.sha256 and model.sha256 == one.sha256]
    called = [model for model in same or models if model.name.casefold() == one.name.casefold()]
    found = next(iter((*called, *same)), None)
    if found is None:
        raise ModelUnknown(model=one.name)
    return replace(check_present(found), name=one.name)


def _by_place(folder: DataFolder, one: Contestant) -> ModelFile:
    """The model of the list by its id, else the file where it was, else by its name."""
    troubles: list[BenchtopError] = []
    for wanted in (one.model_id, one.path, one.name):
        try:
            return chosen_model(folder, wanted)
        except BenchtopError as error:
            troubles.append(error)
    raise troubles[1]
