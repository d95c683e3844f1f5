"""What the Hugging Face Hub says of repositories, in our own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Gating = Literal["", "auto", "manual"]
"""Whether the makers ask for agreement: not at all, given at once, or given by a person."""
HubSort = Literal["downloads", "likes", "updated"]
Purpose = Literal[
    "search", "repository", "card", "header", "download", "updates", "account", "tools", "unknown"
]  # fmt: skip
"""Why a connection is made, as the ledger of connections says it."""
KeptIn = Literal["", "keyring", "file"]
"""Where Benchtop keeps an access token for a Hub: nowhere, in the system's keyring, in a file of its own."""
TokenSource = Literal["none", "environment", "keyring", "file", "hub login"]
"""Where the token that is used comes from: HF_TOKEN, what Benchtop keeps, or `hf auth login`."""


@dataclass(frozen=True, slots=True)
class HubRepository:
    """A model repository. ``updated`` is seconds since 1970, UTC; ``parameters`` and
    ``context_length`` (tokens) are 0, and every text is empty, where the Hub does not know it.

    ``revision`` is the commit that was looked at: 40 hexadecimal digits.
    """

    id: str
    revision: str = ""
    downloads: int = 0
    likes: int = 0
    updated: float = 0.0
    licence: str = ""
    gating: Gating = ""
    architecture: str = ""
    parameters: int = 0
    context_length: int = 0
    languages: tuple[str, ...] = ()
    base_models: tuple[str, ...] = ()

    @property
    def owner(self) -> str:
        """Who published it."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """Its name without the owner's."""
        return self.id.partition("/")[2] or self.id


@dataclass(frozen=True, slots=True)
class HubFilters:
    """What a search is narrowed to; empty and None narrow nothing. Sizes are parameters."""

    architecture: str = ""
    licence: str = ""
    language: str = ""
    gated: bool | None = None
    least_parameters: int = 0
    most_parameters: int = 0


@dataclass(frozen=True, slots=True)
class Connection:
    """One attempt to reach another machine, for the ledger.

    ``began`` is seconds since 1970, UTC; ``received`` counts the bytes of bodies that came. ``host`` is
    who was meant, ``via`` the proxy that was connected to in its place; empty without one.
    """

    id: str
    began: float
    host: str
    purpose: Purpose
    subject: str
    state: Literal["begun", "ended", "refused", "failed"] = "begun"
    received: int = 0
    detail: str = ""
    via: str = ""
