"""What the Hub's answers mean, in our own words. They come from anyone: nothing in them is trusted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from benchtop.domain.hub import Gating, HubRepository
from benchtop.domain.repo_files import RepoFile

if TYPE_CHECKING:
    from huggingface_hub import ModelInfo

MOST_FILES = 20_000
MOST_TEXT = 200
"""Letters of a licence, a language or the like; more is nonsense."""


def repository_of(info: ModelInfo) -> HubRepository:
    """A repository as we speak of it."""
    gguf = info.gguf if isinstance(info.gguf, Mapping) else {}
    tags = [tag for tag in info.tags or () if isinstance(tag, str)]
    return HubRepository(
        id=_text(info.id),
        revision=_text(info.sha),
        downloads=_count(info.downloads),
        likes=_count(info.likes),
        updated=_seconds(info.last_modified),
        licence=_first(tags, "license:"),
        gating=_gating(info.gated),
        architecture=_text(gguf.get("architecture")),
        parameters=_count(gguf.get("total")),
        context_length=_count(gguf.get("context_length")),
        languages=_all(tags, "language:") or tuple(t for t in tags if _is_language(t)),
        base_models=tuple(t for t in _all(tags, "base_model:") if ":" not in t),
    )


def files_of(info: ModelInfo) -> list[RepoFile]:
    """The files of a repository; those without a size are left out."""
    files = []
    for sibling in (info.siblings or ())[:MOST_FILES]:
        size, lfs = sibling.size, sibling.lfs
        if lfs is not None:
            files.append(RepoFile(sibling.rfilename, _count(lfs.size), _text(lfs.sha256).lower()))
        elif isinstance(size, int) and size >= 0:
            files.append(RepoFile(sibling.rfilename, size))
    return files


def _is_language(tag: str) -> bool:
    """The Hub puts languages among the other tags as bare ISO 639-1 codes."""
    return len(tag) == 2 and tag.isascii() and tag.isalpha() and tag.islower()


def _first(tags: Iterable[str], prefix: str) -> str:
    return next(iter(_all(tags, prefix)), "")


def _all(tags: Iterable[str], prefix: str) -> tuple[str, ...]:
    return tuple(_text(tag.removeprefix(prefix)) for tag in tags if tag.startswith(prefix))


def _text(value: Any) -> str:
    return value[:MOST_TEXT] if isinstance(value, str) else ""


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _seconds(value: Any) -> float:
    return value.timestamp() if isinstance(value, datetime) else 0.0


def _gating(value: Any) -> Gating:
    if value in ("auto", "manual"):
        found: Gating = value
        return found
    return "manual" if value is True else ""
