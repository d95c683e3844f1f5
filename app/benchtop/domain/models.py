"""Model files: what is known of one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from benchtop.domain.errors import BadParameter
from benchtop.domain.generation import SamplingParams
from benchtop.domain.gguf import GgufHeader, read_header
from benchtop.domain.memory import ModelShape, shape_of
from benchtop.domain.model_errors import ModelFileMissing, ModelIsAdapter
from benchtop.domain.split_model import parts_of

ModelSource = Literal["starter", "imported", "hub", "found"]
"""Comes with Benchtop; a file a person chose; downloaded; another program's file on this disk."""
STARTER_ID = "starter"

_SUGGESTED_KEYS = {
    "general.sampling.temp": "temperature",
    "general.sampling.top_k": "top_k",
    "general.sampling.top_p": "top_p",
    "general.sampling.min_p": "min_p",
    "general.sampling.penalty_repeat": "repeat_penalty",
    "general.sampling.penalty_last_n": "repeat_last_n",
}
"""Where a GGUF file keeps what its makers suggest (names from gguf-py's constants.py)."""


@dataclass(frozen=True, slots=True)
class Companion:
    """A file that belongs to a model beside its first one: a later part of a split model, or the
    projector through which it sees or hears. ``bytes`` is its size, ``sha256`` empty until known."""

    path: str
    bytes: int
    sha256: str = ""
    projector: bool = False


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A GGUF file on this disk. ``parameters`` and ``context_length`` (tokens) are 0 when unknown.

    ``bytes`` are those of all parts of a split model; ``path``, ``sha256`` and ``id`` are of its first.

    ``chat_template`` says whether the file brings one. ``sha256`` is empty until it was computed.
    ``added`` and ``last_used`` are seconds since 1970, UTC. ``suggested`` holds the sampling parameters
    its makers suggest, by the names of SamplingParams; most files have none.

    ``repo``, ``revision`` (a commit) and ``remote_path`` say where on the Hub the file is, as far as
    known. ``verified`` is when its SHA-256 was last found right, ``damaged`` when it was last found
    wrong, ``deleted`` when it was moved to the bin (all seconds since 1970), ``given_name`` whether a
    person chose its name. ``newer`` is a commit on the Hub whose file has other bytes, ``found_in``
    the program that brought the file here. ``shape`` is None until the header was read for it.
    """

    id: str
    name: str
    path: str
    bytes: int
    architecture: str = ""
    parameters: int = 0
    quantisation: str = ""
    context_length: int = 0
    chat_template: bool = False
    source: ModelSource = "imported"
    licence: str = ""
    sha256: str = ""
    added: float = 0.0
    last_used: float | None = None
    suggested: Mapping[str, float] = field(default_factory=dict)
    notes: str = ""
    repo: str = ""
    revision: str = ""
    remote_path: str = ""
    verified: float | None = None
    deleted: float | None = None
    given_name: bool = False
    companions: tuple[Companion, ...] = ()
    shape: ModelShape | None = None
    damaged: float | None = None
    newer: str = ""
    found_in: str = ""

    @property
    def disk_bytes(self) -> int:
        """What all its files take on the disk."""
        return self.bytes + sum(one.bytes for one in self.companions if one.projector)

    @property
    def suggested_params(self) -> SamplingParams:
        """What its makers suggest, over the defaults."""
        return SamplingParams.tolerant(self.suggested)[0]


def inspect_model(path: str | Path, *, source: ModelSource = "imported") -> ModelFile:
    """What the GGUF file at ``path`` says of itself; raises what ``read_header`` raises,
    ModelLoadFailed for a split model of which a part is missing, and ModelIsAdapter."""
    full = Path(path).expanduser().absolute()
    try:
        return _inspected(full, source)
    except FileNotFoundError as error:  # taken away while it was read
        raise ModelFileMissing(path=str(full)) from error


def _inspected(full: Path, source: ModelSource) -> ModelFile:
    header = read_header(full)
    if header.is_adapter:
        raise ModelIsAdapter(path=str(full))
    parts = [Companion(str(part), part.stat().st_size) for part in parts_of(full, header)]
    parameters = header.parameters + sum(read_header(part.path).parameters for part in parts)
    return ModelFile(
        id=model_id(full),
        name=header.text("general.name").strip() or full.stem,
        path=str(full),
        bytes=full.stat().st_size + sum(part.bytes for part in parts),
        architecture=header.architecture,
        parameters=parameters,
        quantisation=header.quantisation,
        context_length=header.of_architecture("context_length"),
        chat_template="tokenizer.chat_template" in header.metadata,
        source=source,
        licence=header.text("general.license"),
        suggested=suggested_sampling(header),
        companions=tuple(parts),
        shape=replace(shape_of(header), parameters=parameters),
    )


def suggested_sampling(header: GgufHeader) -> dict[str, float]:
    """The sampling parameters the header suggests; a value that makes no sense is no suggestion."""
    found: dict[str, float] = {}
    for key, name in _SUGGESTED_KEYS.items():
        value = header.metadata.get(key)
        if not isinstance(value, int | float):
            continue
        try:
            params = SamplingParams.from_json({name: value}).checked()
        except (BadParameter, TypeError, ValueError):
            continue
        # A 32-bit float such as 0.3 is 0.30000001192... in 64 bits: seven digits are all it holds.
        exact = getattr(params, name)
        found[name] = float(f"{exact:.7g}") if isinstance(exact, float) else exact
    return found


def model_id(path: Path) -> str:
    """A short id that stays the same for the same place on this disk."""
    stem = "".join(c if c.isalnum() or c in "._-" else "-" for c in path.stem.lower())[:40].strip(
        "-"
    )
    digest = hashlib.sha256(str(path).encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{stem or 'model'}-{digest}"


def parameters_text(count: int) -> str:
    """3,580,000 as "3.6M": how people name a model's size; empty for an unknown one."""
    for limit, unit in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")):
        if count >= limit * 0.9995:
            return f"{count / limit:.3g}{unit}"
    return str(count) if count else ""


def bytes_text(count: float) -> str:
    """1,234,567 bytes as "1.2 MB": powers of 1,000, as disks and the Hub count."""
    for limit, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= limit * 0.9995:
            value = count / limit
            return f"{value:.0f} {unit}" if value >= 99.95 else f"{value:.1f} {unit}"
    return f"{count:.0f} bytes"
