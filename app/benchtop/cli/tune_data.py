"""What `benchtop tune` learns from: a data set, or a file that becomes one."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NoReturn

from benchtop.cli.common import one_line
from benchtop.cli.data_texts import broken_lines_text
from benchtop.cli.data_unfinished import unfinished_text
from benchtop.domain.examples import Dataset
from benchtop.domain.personal_data import personal_of
from benchtop.domain.teach_errors import DatasetUnknown
from benchtop.services.datasets import find_dataset, import_examples
from benchtop.services.example_files import ReadExample, read_examples
from benchtop.store.database import Store

MOST_LOOKED_AT = 20_000
"""Examples that are looked through before training: of more `benchtop data check` tells."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in the first examples of a data set (``of`` of them): some with ``personal`` data, some
    with a rejected answer (``pairs``)."""

    of: int
    personal: int
    pairs: int


def dataset_of(
    store: Store, wanted: str, part: float | None, refuse: Callable[[str], NoReturn]
) -> Dataset:
    """A data set by its name or id, else a file, which becomes a data set unless it is one already. ``part``
    is what is held out of a file; ``refuse`` is told where that is asked of a data set."""
    try:
        known = find_dataset(store, wanted)
    except DatasetUnknown:
        path = Path(wanted).expanduser().absolute()
        if not path.is_file():
            raise
    else:
        if part is not None:
            refuse(
                f"--holdout-part is of a file: the data set “{one_line(known.name)}” keeps what it "
                f"holds out, {known.holdout_part:g}"
            )
        return known
    again = _same_file(store, path)
    if again is not None:
        if part is not None:
            store.datasets.set_holdout_part(again.id, part)
        sys.stderr.write(f"{path.name} is the data set “{one_line(again.name)}” already\n")
        return again
    imported = import_examples(store, path.stem, path, holdout_part=part)
    sys.stderr.write(broken_lines_text(imported.report))
    return imported.dataset


def look_over(store: Store, dataset: Dataset, *, preference: bool) -> None:
    """Say on stderr what a person may want to know of examples before a model learns them."""
    sys.stderr.write(unfinished_text(dataset, store.imports.unfinished(dataset.id)))
    found = _looked(store, dataset)
    name = shlex.quote(one_line(dataset.name))
    of_first = f" of the first {found.of:,}" if found.of >= MOST_LOOKED_AT else ""
    if found.personal:
        count = f"{found.personal:,} example{'s' * (found.personal != 1)}{of_first}"
        sys.stderr.write(
            f"{count} may hold personal data or a secret, which the model would learn: "
            f"`benchtop data check {name}` names them, `benchtop data redact {name}` takes it out\n"
        )
    if found.pairs and not preference:
        count = f"{found.pairs:,} example{'s' * (found.pairs != 1)}{of_first}"
        sys.stderr.write(f"{count} with a rejected answer: --preference learns from those too\n")
    sys.stderr.flush()


def _looked(store: Store, dataset: Dataset) -> Looked:
    of = personal = pairs = 0
    for one in islice(store.examples.each(dataset.id), MOST_LOOKED_AT):
        if not one.included or one.state == "draft":
            continue
        of += 1
        personal += bool(personal_of(one))
        pairs += bool(one.rejected)
    return Looked(of, personal, pairs)


def _same_file(store: Store, path: Path) -> Dataset | None:
    """The data set that came of this file before, whatever it is called, when both still hold the same."""
    here = sorted(one.example.sum for one in read_examples(path) if isinstance(one, ReadExample))
    if not here:
        return None
    return next(
        (
            known
            for known in store.datasets.all()
            if known.examples == len(here)
            and here == sorted(example.sum for example in store.examples.each(known.id))
        ),
        None,
    )
