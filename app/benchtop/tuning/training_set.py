"""What is learnt from, read from its file of tokens."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from benchtop.domain.errors import FileUnreadable
from benchtop.domain.token_lines import Spans, TokenExample, TokenHead, read_token_lines


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """``sum`` is the SHA-256 of the file."""

    head: TokenHead
    train: tuple[TokenExample, ...]
    holdout: tuple[TokenExample, ...]
    anchors: tuple[TokenExample, ...]
    sum: str

    @property
    def pairs(self) -> tuple[TokenExample, ...]:
        """Those with a rejected answer."""
        return tuple(one for one in self.train if one.rejected_ids)


def read_training_set(path: Path) -> TrainingSet:
    """The examples of a file; those without anything to learn are left out. Raises FileUnreadable."""
    try:
        with path.open("rb") as raw:
            digest = hashlib.file_digest(raw, "sha256").hexdigest()
        with path.open(encoding="utf-8") as stream:
            head, examples = read_token_lines(stream)
    except OSError as error:
        raise FileUnreadable(path=str(path), detail=(error.strerror or str(error))) from error
    except ValueError as error:
        raise FileUnreadable(path=str(path), detail=str(error)) from error
    some = [one for one in examples if one.learnt]
    return TrainingSet(
        head,
        tuple(one for one in some if one.use == "train"),
        tuple(one for one in some if one.use == "holdout"),
        tuple(one for one in some if one.use == "anchor"),
        digest,
    )


def highest_token(examples: TrainingSet) -> int:
    """The highest id of all; -1 where there are none."""
    every = (*examples.train, *examples.holdout, *examples.anchors)
    return max(
        (max(ids) for one in every for ids in (one.ids, one.rejected_ids) if ids), default=-1
    )


def chosen(example: TokenExample) -> tuple[tuple[int, ...], Spans]:
    """The tokens of the answer that is to be learnt."""
    return example.ids, example.spans


def rejected(example: TokenExample) -> tuple[tuple[int, ...], Spans]:
    """The tokens of the answer that is not."""
    return example.rejected_ids, example.rejected_spans
