"""What a person chose to compare, and what is known of it once its files were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchtop.domain.compare_errors import ContestantChanged
from benchtop.domain.contests import Contestant, UsedAdapter
from benchtop.domain.errors import AdapterFailed, BenchtopError, FileUnreadable
from benchtop.domain.generation import AdapterUse, SamplingParams
from benchtop.domain.model_errors import ModelFileMissing
from benchtop.domain.models import ModelFile
from benchtop.services.adapters import check_adapters
from benchtop.services.card_files import file_facts
from benchtop.services.data_folder import DataFolder
from benchtop.services.file_hashes import model_sha256
from benchtop.services.library import is_missing


@dataclass(frozen=True, slots=True)
class Entry:
    """A contestant as it was chosen; ``seed`` None takes a new one for each reply. ``name`` is what
    people read, empty for the model's own. ``seeds``: those of the prompts of these numbers, in the place
    of new ones, to write again what was written then."""

    model: ModelFile
    adapters: tuple[AdapterUse, ...] = ()
    system_prompt: str = ""
    params: SamplingParams = field(default_factory=SamplingParams)
    seed: int | None = None
    name: str = ""
    seeds: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """A contestant, and why it cannot take part, or None."""

    contestant: Contestant
    error: BenchtopError | None = None


def checked(folder: DataFolder, entry: Entry) -> Checked:
    """Read the sums of an entry's files (from the notes where they are unchanged since).

    A large file that was never read takes seconds: not for the window's thread.
    """
    sha256, adapters, error = "", [UsedAdapter(one.path, one.scale) for one in entry.adapters], None
    try:
        sha256 = _model_sum(folder, entry.model)
        adapters = [_with_sum(folder, one) for one in adapters]
        check_adapters(folder, entry.model, entry.adapters)
    except BenchtopError as problem:
        error = problem
    model = entry.model
    contestant = Contestant(
        model_id=model.id,
        name=entry.name or model.name,
        file=model.path.replace("\\", "/").rpartition("/")[2],
        path=model.path,
        sha256=sha256,
        adapters=tuple(adapters),
        system_prompt=entry.system_prompt,
        params=entry.params,
        seed=entry.seed,
        facts=file_facts(model) if error is None else {},
    )
    return Checked(contestant, error)


def refuse_changed(folder: DataFolder, contestant: Contestant, model: ModelFile) -> None:
    """Raise ContestantChanged for a file that is another one than the contestant was made of, and what
    reading it raises; what nobody ever summed is not compared. Not for the window's thread."""
    if contestant.sha256 and _model_sum(folder, model) != contestant.sha256:
        raise ContestantChanged(path=model.path)
    for adapter in contestant.adapters:
        if adapter.sha256 and _with_sum(folder, adapter).sha256 != adapter.sha256:
            raise ContestantChanged(path=adapter.path)


def _model_sum(folder: DataFolder, model: ModelFile) -> str:
    """The sum of the file; those of a split model's parts, joined by +."""
    if is_missing(model):
        raise ModelFileMissing(path=model.path)
    parts = [one.path for one in model.companions if not one.projector]
    try:
        return "+".join(model_sha256(folder, path) for path in (model.path, *parts))
    except OSError as error:
        detail = (error.strerror or str(error)).lower()
        raise FileUnreadable(path=error.filename or model.path, detail=detail) from error


def _with_sum(folder: DataFolder, adapter: UsedAdapter) -> UsedAdapter:
    try:
        sha256 = model_sha256(folder, adapter.path)
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise AdapterFailed(path=adapter.path, detail=detail.lower()) from error
    return UsedAdapter(adapter.path, adapter.scale, sha256)
