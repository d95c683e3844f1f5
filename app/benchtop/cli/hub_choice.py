"""REPOSITORY[:FILE or quantisation], as people type it, and what of a repository it means."""

from __future__ import annotations

from dataclasses import dataclass

from benchtop.cli.hub_run import HubRun
from benchtop.domain.hub import HubRepository
from benchtop.domain.hub_errors import FileChoiceUnclear
from benchtop.domain.repo_files import Choice, group_files, pick
from benchtop.protocol.hub_messages import AskRepository, RepositoryFacts


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice of a repository at one commit."""

    repository: HubRepository
    choice: Choice


def is_repository(text: str) -> bool:
    """Whether this has the form OWNER/NAME[:CHOICE] of a repository."""
    name = text.partition(":")[0]
    return name.count("/") == 1 and not name.startswith((".", "/", "~")) and name[-1:] != "/"


def choose(hub: HubRun, wanted: str, revision: str = "main") -> Chosen:
    """Ask for the repository and pick the files that are meant; raises FileChoiceUnclear."""
    repo, _, file = wanted.partition(":")
    facts: RepositoryFacts = hub.ask(AskRepository("", repo, revision))
    try:
        choice = pick(group_files(facts.files), file)
    except ValueError as error:
        raise FileChoiceUnclear(detail=str(error)) from error
    return Chosen(facts.repository, choice)
