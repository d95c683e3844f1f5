"""Whether torch and what belongs to it are here: for everyone, or set up for Benchtop alone."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from importlib import invalidate_caches
from importlib.machinery import PathFinder
from importlib.util import find_spec

from benchtop.domain.teach_errors import PeftMissing, TrainingToolsMissing
from benchtop.domain.training import PEFT_TOOLS, TRAINABLE_BY_TRANSFORMERS
from benchtop.services.data_folder import DataFolder

NEEDED = ("torch", "numpy", "gguf")
SIZE_BYTES = 940_000_000
"""What they take on the disk (the build for processors, measured)."""
PEFT_SIZE_BYTES = 150_000_000
"""What PEFT_TOOLS and their parts take beside these (measured)."""


def needed_tools(architecture: str = "") -> tuple[str, ...]:
    """What a model of this architecture is trained with; without one, what every training needs."""
    return (*NEEDED, *PEFT_TOOLS) if architecture in TRAINABLE_BY_TRANSFORMERS else NEEDED


def missing_tools(folder: DataFolder, architecture: str = "") -> tuple[str, ...]:
    """Which of them are not there; nothing is imported."""
    return missing_of(folder, needed_tools(architecture))


def missing_of(folder: DataFolder, names: Sequence[str]) -> tuple[str, ...]:
    """Which of these are not there; nothing is imported."""
    invalidate_caches()  # they may have been set up since the last look
    own = [str(place) for place in (folder.training_tools, folder.peft_tools)]
    return tuple(
        name
        for name in names
        if PathFinder.find_spec(name, own) is None and find_spec(name) is None
    )


def check_tools(folder: DataFolder, architecture: str = "", model: str = "") -> None:
    """Raises TrainingToolsMissing, or PeftMissing where only those are missing that some models need."""
    missing = missing_tools(folder, architecture)
    if any(name in NEEDED for name in missing):
        raise TrainingToolsMissing
    if missing:
        raise PeftMissing(model=model, tools=", ".join(missing))


def tools_size(names: Collection[str]) -> int:
    """Bytes on the disk of the sets that these belong to."""
    of_all = SIZE_BYTES if any(name in NEEDED for name in names) else 0
    return of_all + (PEFT_SIZE_BYTES if any(name in PEFT_TOOLS for name in names) else 0)


def tools_command(names: Collection[str]) -> str:
    """What sets them up from a terminal."""
    more = " --all" if any(name in PEFT_TOOLS for name in names) else ""
    return f"benchtop training-tools setup{more} --online"


def tools_environment(folder: DataFolder) -> dict[str, str]:
    """What the trainer's process must be told, so that it finds them.

    Threads that wait for each other sleep: with another program on the same cores they would spin at every
    barrier, which made training fifteen times slower.
    """
    waiting = {"OMP_WAIT_POLICY": os.environ.get("OMP_WAIT_POLICY", "passive")}
    own = [str(one) for one in (folder.training_tools, folder.peft_tools) if one.is_dir()]
    if not own:
        return waiting
    before = os.environ.get("PYTHONPATH", "")
    return waiting | {"PYTHONPATH": os.pathsep.join(filter(None, (*own, before)))}
