"""The model files that other programs already have on this disk, so that nothing is fetched twice.

Nothing is written, and no file is read further than its header.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchtop.domain.gguf import GgufHeader, read_header
from benchtop.domain.model_errors import ModelFileError
from benchtop.services.local_candidates import Candidate, in_folder, in_hub_cache
from benchtop.services.local_jan import in_jan
from benchtop.services.local_ollama import in_ollama
from benchtop.services.local_places import Place
from benchtop.services.local_walk import Cancelled, Identity, identity_of, never

_LAYOUTS = {
    "hub": in_hub_cache,
    "ollama": in_ollama,
    "jan": in_jan,
    "publisher": in_folder,
    "folder": in_folder,
}
_PROJECTORS = frozenset({"clip"})
_NO_LANGUAGE_MODELS = _PROJECTORS | {"", "controlvector", "imatrix"}


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model of another program. ``path`` is what llama.cpp is given: of shards the first.

    ``bytes`` counts all its parts. ``repo``, ``revision`` (a commit) and ``remote_path`` say where on the
    Hub it is, and ``sha256`` what the name of its bytes promises of the first file: each is empty where
    the place does not tell it. ``own_name`` says that ``name`` is the program's own for it.
    """

    path: Path
    name: str
    program: str
    bytes: int
    identity: Identity
    architecture: str = ""
    parameters: int = 0
    quantisation: str = ""
    repo: str = ""
    revision: str = ""
    remote_path: str = ""
    sha256: str = ""
    projector: Path | None = None
    own_name: bool = False


def find_local(places: Iterable[Place], cancelled: Cancelled = never) -> Iterator[LocalModel]:
    """The models in these places, each file once however many names it has.

    Left out is what cannot be used as a model: adapters, projectors alone, bare vocabularies,
    unfinished downloads, damaged files. Raises nothing.
    """
    seen: set[Identity] = set()
    for place in places:
        for candidate in _LAYOUTS[place.layout](place, cancelled):
            if cancelled():
                return
            identity = identity_of(candidate.files[0])
            if identity is None or identity in seen:
                continue
            seen.add(identity)
            if model := _judged(candidate, place.program, identity):
                yield model


def _judged(candidate: Candidate, program: str, identity: Identity) -> LocalModel | None:
    try:
        headers = [read_header(path) for path in candidate.files]
        size = sum(path.stat().st_size for path in candidate.files)
    except (ModelFileError, OSError):
        return None
    first = headers[0]
    if not is_language_model(first) or not any(header.tensors for header in headers):
        return None
    return LocalModel(
        path=candidate.files[0],
        name=candidate.name,
        program=program,
        bytes=size,
        identity=identity,
        architecture=first.architecture,
        parameters=sum(header.parameters for header in headers),
        quantisation=first.quantisation,
        repo=candidate.repo,
        revision=candidate.revision,
        remote_path=candidate.remote_path,
        sha256=candidate.sha256,
        projector=_projector(candidate.projector),
        own_name=candidate.own_name,
    )


def is_language_model(header: GgufHeader) -> bool:
    """Whether llama.cpp could run the file: no adapter, projector or matrix, and it has a tokenizer.

    Image generators are kept as GGUF files too; they are the ones without a tokenizer. The kinds are
    GGUFType's in gguf-py's constants.py; files from before them carry none.
    """
    kind = header.text("general.type").lower()
    if kind not in ("", "model") or header.architecture in _NO_LANGUAGE_MODELS:
        return False
    tokenizer = ("tokenizer.ggml.model", "tokenizer.ggml.tokens")
    return any(key in header.metadata for key in tokenizer)


def _projector(path: Path | None) -> Path | None:
    """The projector, if that is what its header says it is."""
    if path is None:
        return None
    try:
        header = read_header(path)
    except ModelFileError:
        return None
    is_one = header.architecture in _PROJECTORS or header.text("general.type") == "mmproj"
    return path if is_one else None
