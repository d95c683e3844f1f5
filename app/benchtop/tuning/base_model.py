"""Open a model file as a base that can be trained, or say in a sentence why it cannot."""

from __future__ import annotations

from pathlib import Path

from benchtop.domain.gguf import read_header
from benchtop.domain.teach_errors import ModelNotTrainable
from benchtop.domain.training import TRAINABLE_BY_TRANSFORMERS
from benchtop.tuning.base_config import Untrainable, base_config
from benchtop.tuning.decoder import Decoder
from benchtop.tuning.packed import PackedFile, Unpacker
from benchtop.tuning.trainable_base import TrainableBase


def open_base(path: Path, unpacker: Unpacker) -> TrainableBase:
    """The model at ``path`` without adapters: in our own decoder, or else in transformers.

    Raises ModelNotTrainable, PeftMissing, UnpackedTooLarge, and what ``read_header`` raises.
    """
    if read_header(path).architecture not in TRAINABLE_BY_TRANSFORMERS:
        return open_decoder(path, unpacker)
    from benchtop.tuning.transformers_opening import open_transformers  # noqa: PLC0415  (slow to import)

    return open_transformers(path)


def open_decoder(path: Path, unpacker: Unpacker) -> Decoder:
    """The model at ``path``, its weights packed in the mapped file, without adapters.

    Raises ModelNotTrainable, and what ``read_header`` raises.
    """
    header = read_header(path)
    try:
        return Decoder(base_config(header), PackedFile(path, header, unpacker))
    except Untrainable as reason:
        raise ModelNotTrainable(path=str(path), detail=str(reason)) from reason
