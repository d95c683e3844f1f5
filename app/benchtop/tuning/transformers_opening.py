"""Open a model file as a base that transformers computes.

The weights are unpacked and take four bytes each. Nothing is asked of any network, and no code comes with a
model: the file alone is read, from a folder that has nothing else in it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import torch

from benchtop.domain.errors import WorkerError
from benchtop.domain.gguf import GgufHeader, read_header
from benchtop.domain.models import bytes_text
from benchtop.domain.teach_errors import ModelNotTrainable, PeftMissing, UnpackedTooLarge
from benchtop.domain.training import PEFT_TOOLS
from benchtop.tuning.base_config import Untrainable
from benchtop.tuning.transformers_base import TransformersBase
from benchtop.tuning.transformers_config import told_apart, transformers_values

_WEIGHT_BYTES = 4
_BESIDE_BYTES = 400_000_000
"""What torch and transformers take themselves. While a tensor is unpacked it is there twice."""


def open_transformers(path: Path) -> TransformersBase:
    """The model at ``path``, unpacked to 32-bit floats, without adapters.

    Raises ModelNotTrainable, PeftMissing, UnpackedTooLarge, and what ``read_header`` raises.
    """
    header = read_header(path)
    try:
        values = transformers_values(header, partial(_numbers, path, header))
        _check_memory(path, header)
        model = _loaded(path, values)
        names = _names_in_file(model, header.architecture)
        _check_all_used(model, names, header)
    except Untrainable as reason:
        raise ModelNotTrainable(path=str(path), detail=str(reason)) from reason
    return TransformersBase(model, header.architecture, names)


def _check_memory(path: Path, header: GgufHeader) -> None:
    """Said before anything is loaded: the system would end the process without a word."""
    largest = max((info.elements for info in header.tensors), default=0)
    need = (header.parameters + largest) * _WEIGHT_BYTES + _BESIDE_BYTES
    free = psutil.virtual_memory().available
    if need > free:
        raise UnpackedTooLarge(model=path.name, need=bytes_text(need), free=bytes_text(free))


def _loaded(path: Path, values: Mapping[str, Any]) -> Any:
    """transformers' model of the file; raises Untrainable and PeftMissing."""
    transformers = _imported(path)
    try:
        model, told = _read(transformers, path, values)
    except (
        Exception
    ) as error:  # (whatever a file that it was not made for makes transformers raise)
        if isinstance(error, MemoryError) or "memory" in str(error):
            raise
        why = " ".join(str(error).split()) or type(error).__name__
        raise Untrainable(f"transformers cannot read it ({why[:200].rstrip('.')})") from error
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if told.get(kind):
            raise Untrainable(f"transformers finds other tensors in it ({min(told[kind])!s})")
    return model


def _read(transformers: Any, path: Path, values: Mapping[str, Any]) -> Any:
    """The model, and what transformers tells of its tensors. It would take what lies beside the file for a
    part of it, so nothing does."""
    config = transformers.AutoConfig.for_model(**values)
    capped = bool(values.get("attn_logit_softcapping"))
    with tempfile.TemporaryDirectory(prefix="benchtop-") as folder:
        alone = Path(folder, "model.gguf")
        alone.symlink_to(path.resolve())
        return transformers.AutoModelForCausalLM.from_pretrained(
            folder,
            config=config,
            gguf_file=alone.name,
            quantization_config=transformers.GgufConfig(dequantize=True),
            dtype=torch.float32,
            attn_implementation="eager" if capped else "sdpa",
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
        )


def _imported(path: Path) -> Any:
    """transformers, quiet. Raises PeftMissing, and WorkerError for one that does not run."""
    missing = [name for name in PEFT_TOOLS if find_spec(name) is None]
    if missing:
        raise PeftMissing(model=path.name, tools=", ".join(missing))
    try:
        import peft  # noqa: F401, PLC0415  (slow to import: for such a base only)
        import transformers  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise PeftMissing(model=path.name, tools=error.name or "transformers") from error
    except (ImportError, OSError) as error:
        detail = f"transformers cannot be loaded ({' '.join(str(error).split())})."
        raise WorkerError(role="trainer", detail=detail) from error
    if not hasattr(transformers, "GgufConfig"):
        raise PeftMissing(model=path.name, tools=f"transformers after {transformers.__version__}")
    quiet: Any = transformers.logging
    quiet.set_verbosity_error()
    quiet.disable_progress_bar()
    return transformers


def _names_in_file(model: Any, architecture: str) -> dict[str, str]:
    """The names in the file (without ".weight") of all modules that have a tensor there, by their own."""
    from gguf import MODEL_ARCH_NAMES, get_tensor_name_map  # noqa: PLC0415  (it brings tqdm)

    kind = next(key for key, name in MODEL_ARCH_NAMES.items() if name == architecture)
    known = get_tensor_name_map(kind, model.config.num_hidden_layers)
    every = {name: known.get_name(name) for name, _module in model.named_modules() if name}
    return {name: found for name, found in every.items() if found is not None}


def _numbers(path: Path, header: GgufHeader, name: str) -> list[float]:
    """A row of 32-bit floats; raises Untrainable."""
    info = next((one for one in header.tensors if one.name == name), None)
    if info is None or info.type_name != "F32" or len(info.shape) != 1:
        raise Untrainable(f"it has no tensor {name} of plain numbers")
    found = np.fromfile(path, np.float32, info.elements, offset=header.data_offset + info.offset)
    return [float(one) for one in found]


def _check_all_used(model: Any, names: Mapping[str, str], header: GgufHeader) -> None:
    """transformers says nothing of a tensor that it does not know; raises Untrainable."""
    used = set()
    for key in model.state_dict():
        own, _, end = key.rpartition(".")
        used.add(f"{names.get(own, own)}.{end}")
    used |= told_apart(header)
    unknown = [info.name for info in header.tensors if info.name not in used]
    if unknown:
        raise Untrainable(f"transformers does not use its tensor {unknown[0]}")
