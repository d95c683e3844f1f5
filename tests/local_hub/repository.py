"""A model repository as a test describes it: files, commits, tags, gating, and what its card says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from local_hub.stored_file import Content, StoredFile

CARD = "README.md"
THE_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
BETWEEN_COMMITS = timedelta(hours=1)


@dataclass(frozen=True)
class Commit:
    """The files of a repository at one time. ``sha`` is 40 hexadecimal digits."""

    sha: str
    title: str
    date: datetime
    files: Mapping[str, StoredFile]


@dataclass
class Repository:
    """A model repository, and its history from here on.

    ``files`` maps paths to contents; nothing checks the paths, so that a test can serve ``../evil``.
    ``card`` becomes README.md, below front matter made of the fields; without it there is none.
    ``gguf`` is what the Hub read from a GGUF header (``total`` parameters, ``architecture``,
    ``context_length``; see folder.gguf_facts). ``readers`` are the names of those who may read a private
    repository or have been let into a gated one, ``waiting`` of those who have asked.
    ``xet`` names the files' Xet hashes, as the Hub does for most repositories; there is no Xet here.
    """

    id: str
    files: Mapping[str, Content] = field(default_factory=dict)
    licence: str = ""
    languages: Sequence[str] = ()
    tags: Sequence[str] = ()
    base_model: str = ""
    pipeline: str = "text-generation"
    library: str = ""
    card: str | None = None
    card_extra: Mapping[str, Any] = field(default_factory=dict)
    gguf: Mapping[str, Any] | None = None
    gated: Literal[False, "auto", "manual"] = False
    private: bool = False
    disabled: bool = False
    readers: Collection[str] = ()
    waiting: Collection[str] = ()
    downloads: int = 0
    likes: int = 0
    trending: float = 0
    created: datetime = THE_BEGINNING
    last_modified: datetime = THE_BEGINNING
    xet: bool = False

    def __post_init__(self) -> None:
        self.commits: list[Commit] = []
        self.named: dict[str, str] = {}
        self._add(self._with_card(self.files), "initial commit", self.last_modified)

    @property
    def head(self) -> Commit:
        """What ``main`` points to."""
        return self.commits[-1]

    @property
    def author(self) -> str:
        """The name before the slash; empty for an old repository that has none."""
        return self.id.rpartition("/")[0]

    def at(self, revision: str) -> Commit | None:
        """The commit of a branch, a tag or a whole sha."""
        if revision in ("main", "refs/heads/main"):
            return self.head
        sha = self.named.get(revision, revision)
        return next((commit for commit in self.commits if commit.sha == sha), None)

    def commit(
        self,
        changes: Mapping[str, Content | None],
        title: str = "Update",
        date: datetime | None = None,
    ) -> Commit:
        """Change files on main (None removes one); what older commits hold can still be fetched."""
        files: dict[str, StoredFile] = dict(self.head.files)
        for path, content in changes.items():
            if content is None:
                files.pop(path, None)
            else:
                files[path] = StoredFile(path, content)
        return self._add(files, title, date or self.last_modified + BETWEEN_COMMITS)

    def tag(self, name: str) -> None:
        """Give the newest commit a name."""
        self.named[name] = self.head.sha

    @property
    def all_tags(self) -> list[str]:
        """The tags as the Hub derives them: a language is bare ("en"), a licence is not ("license:mit")."""
        derived = ["gguf"] if any(path.endswith(".gguf") for path in self.head.files) else []
        derived += [word for word in (self.library, self.pipeline) if word]
        derived += list(self.tags)
        derived += [f"base_model:{self.base_model}"] if self.base_model else []
        derived += list(self.languages)
        derived += [f"license:{self.licence}"] if self.licence else []
        return list(dict.fromkeys([*derived, "region:us"]))

    def card_data(self) -> dict[str, Any]:
        """The front matter of the card, by its names on the Hub."""
        said: dict[str, Any] = {
            "license": self.licence,
            "language": list(self.languages),
            "tags": list(self.tags),
            "base_model": self.base_model,
            "library_name": self.library,
            "pipeline_tag": self.pipeline,
            **self.card_extra,
        }
        return {key: value for key, value in said.items() if value}

    def _with_card(self, files: Mapping[str, Content]) -> dict[str, StoredFile]:
        contents = dict(files)
        if self.card is not None:
            contents.setdefault(CARD, self._card_text(self.card).encode())
        return {path: StoredFile(path, content) for path, content in contents.items()}

    def _card_text(self, body: str) -> str:
        if body.startswith("---"):
            return body
        # A JSON value is a YAML value too.
        lines = [f"{key}: {json.dumps(value)}" for key, value in self.card_data().items()]
        return "\n".join(["---", *lines, "---", "", body])

    def _add(self, files: Mapping[str, StoredFile], title: str, date: datetime) -> Commit:
        name = f"{self.id} {len(self.commits)} {title}"
        sha = hashlib.sha1(name.encode()).hexdigest()
        self.commits.append(Commit(sha, title, date, files))
        self.last_modified = date
        return self.commits[-1]
