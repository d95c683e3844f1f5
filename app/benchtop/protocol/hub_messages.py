"""The messages between the window (or a command) and the hub worker.

    client                                hub worker
    Hello          ->                     Hello, then
    NetworkRules   ->                     (no answer: it holds for all that follows)
    SearchHub      ->                     FoundRepositories | Failed
    AskRepository  ->                     RepositoryFacts   | Failed
    AskCard        ->                     Card              | Failed
    AskHeader      ->                     HeaderFacts       | Failed
    AskAccount     ->                     Account           | Failed
    KeepToken      ->                     Account           | Failed
    ForgetToken    ->                     Account           | Failed
    Fetch          -> Fetching...,        Fetched           | Failed
    Discard        ->                     Discarded         | Failed
    Cancel         ->                     Failed (Interrupted) of what it stopped

Before each attempt to reach another machine comes a Reached with state "begun" (or "refused"), and
after it one with the same id that says how it ended. Requests are served side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from benchtop.domain.hub import Connection, HubFilters, HubRepository, HubSort, KeptIn, TokenSource
from benchtop.domain.memory import ModelShape
from benchtop.domain.repo_files import RepoFile


@dataclass(frozen=True, slots=True)
class NetworkRules:
    """Whether connections are refused."""

    offline: bool


@dataclass(frozen=True, slots=True)
class SearchHub:
    """Find repositories with GGUF files. ``cursor`` is that of FoundRepositories, to go on."""

    request_id: str
    words: str
    filters: HubFilters = field(default_factory=HubFilters)
    sort: HubSort = "downloads"
    limit: int = 30
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class AskRepository:
    """Ask for a repository and its files. ``revision`` is a branch, a tag or a commit; ``updates`` says
    that it is asked whether anything is newer there, for the ledger."""

    request_id: str
    repo: str
    revision: str = "main"
    updates: bool = False


@dataclass(frozen=True, slots=True)
class AskCard:
    """Ask for the model card, which is Markdown."""

    request_id: str
    repo: str
    revision: str = "main"


@dataclass(frozen=True, slots=True)
class AskHeader:
    """Ask what the header of a GGUF file says, without fetching the file. ``size`` in bytes."""

    request_id: str
    repo: str
    revision: str
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class AskAccount:
    """Ask whose access token is used and where it comes from. Without ``check`` the Hub is not asked,
    and no keyring opened: what is known here is told, also offline."""

    request_id: str
    check: bool = True


@dataclass(frozen=True, slots=True)
class KeepToken:
    """Keep an access token for this Hub, in the system's keyring or else in a file. Online, the Hub is
    asked first whose it is, and one that it refuses is not kept; offline it is kept unchecked."""

    request_id: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ForgetToken:
    """Remove the access token that is kept for this Hub."""

    request_id: str


@dataclass(frozen=True, slots=True)
class Fetch:
    """Download one file to ``target``, an absolute path; what is there already is gone on with.

    ``lock`` is the path of the lock that whoever writes this file holds.
    """

    request_id: str
    repo: str
    revision: str
    file: RepoFile
    target: str
    lock: str


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Where a file is written, under which lock, and where it is found after that: absolute paths."""

    target: str
    lock: str
    found: str


@dataclass(frozen=True, slots=True)
class Discard:
    """Delete what is here of these files: unfinished bytes, and whole files that were written after
    ``since`` (seconds since 1970, UTC). Nothing that another process is writing."""

    request_id: str
    places: tuple[FilePlace, ...]
    since: float


@dataclass(frozen=True, slots=True)
class FoundRepositories:
    """A page of results; an empty ``cursor`` means that there are no more."""

    request_id: str
    repositories: tuple[HubRepository, ...]
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class RepositoryFacts:
    """A repository at one commit, and all its files."""

    request_id: str
    repository: HubRepository
    files: tuple[RepoFile, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A model card, cut where it is very long."""

    request_id: str
    text: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class HeaderFacts:
    """What a remote header says; ``fetched_bytes`` were transferred for it."""

    request_id: str
    shape: ModelShape
    fetched_bytes: int


@dataclass(frozen=True, slots=True)
class Account:
    """Which token is used for ``host`` and whose it is; never the token itself.

    ``name`` is empty where the Hub was never asked; ``checked``: it said so just now. ``kept_in`` is
    where Benchtop keeps one, also while the environment's goes before it; ``file`` is its path if it
    lies in a file.
    """

    request_id: str
    name: str
    source: TokenSource = "none"
    host: str = ""
    kept_in: KeptIn = ""
    file: str = ""
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Fetching:
    """How many bytes of a file are on the disk."""

    request_id: str
    done: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file is whole at its target, its size and its SHA-256 as the Hub has them."""

    request_id: str
    sha256: str
    transferred: int


@dataclass(frozen=True, slots=True)
class Discarded:
    """What could be deleted is gone."""

    request_id: str


@dataclass(frozen=True, slots=True)
class Reached:
    """A line of the ledger of connections, new or brought up to date by its id."""

    connection: Connection


HubRequest = (
    NetworkRules | SearchHub | AskRepository | AskCard | AskHeader | AskAccount | KeepToken
    | ForgetToken | Fetch | Discard
)  # fmt: skip
HubAnswer = (
    FoundRepositories | RepositoryFacts | Card | HeaderFacts | Account | Fetching | Fetched | Discarded
    | Reached
)  # fmt: skip
HubMessage = HubRequest | HubAnswer
HUB_MESSAGES: tuple[type[HubMessage], ...] = (
    NetworkRules, SearchHub, AskRepository, AskCard, AskHeader, AskAccount, KeepToken,
    ForgetToken, Fetch, Discard,
    FoundRepositories, RepositoryFacts, Card, HeaderFacts, Account, Fetching, Fetched,
    Discarded, Reached,
)  # fmt: skip
