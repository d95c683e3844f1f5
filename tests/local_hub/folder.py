"""Repositories from folders: FOLDER/ORG/NAME/..., with what else there is to say in a .hub.json.

.hub.json holds fields of Repository, for example {"licence": "mit", "languages": ["en"], "downloads": 7}.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from benchtop.domain.errors import BenchtopError
from benchtop.domain.gguf import read_header
from local_hub.repository import Repository

ABOUT = ".hub.json"
NOT_IN_JSON = {"id", "files", "created", "last_modified"}


def repositories(folder: Path) -> list[Repository]:
    """One for each folder two levels down; ValueError for a .hub.json that cannot be used."""
    return [repository(home, folder) for home in sorted(folder.glob("*/*")) if home.is_dir()]


def repository(home: Path, folder: Path) -> Repository:
    """The repository that a folder holds, called as its place below ``folder``."""
    files = {
        path.relative_to(home).as_posix(): path
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.name != ABOUT
    }
    said = _about(home / ABOUT)
    facts = (gguf_facts(path) for name, path in files.items() if name.endswith(".gguf"))
    said.setdefault("gguf", next(filter(None, facts), None))
    return Repository(id=home.relative_to(folder).as_posix(), files=dict(files), **said)


def gguf_facts(path: Path) -> dict[str, Any] | None:
    """What the Hub tells of a GGUF file's header; None if it cannot be read."""
    try:
        header = read_header(path)
    except BenchtopError:
        return None
    context = header.of_architecture("context_length")
    return {
        "total": header.parameters,
        "architecture": header.architecture,
        "context_length": context,
    }


def _about(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
    known = {field.name for field in dataclasses.fields(Repository)} - NOT_IN_JSON
    if not isinstance(said, dict) or not known.issuperset(said):
        raise ValueError(f"{path} may only have these names: {', '.join(sorted(known))}")
    return said
