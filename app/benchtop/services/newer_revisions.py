"""Whether the Hub has other files by now than those on the list: asked for, never by itself.

What is learned in passing, when a repository is opened, is kept as well.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.domain.hub import HubRepository
from benchtop.domain.hub_errors import RepositoryGated, RepositoryUnknown
from benchtop.domain.models import ModelFile
from benchtop.domain.repo_files import RepoFile
from benchtop.protocol.hub_messages import AskRepository, RepositoryFacts
from benchtop.services.hub_service import HubService
from benchtop.services.model_list import ModelList


class NewerRevisions(QObject):
    """Asks for one repository after another."""

    ended = Signal(int, object, bool)
    """How many models have newer files on the Hub, the BenchtopError that stopped it or None, and
    whether a person waits for it."""

    def __init__(self, hub: HubService, models: ModelList, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hub, self._models = hub, models
        self._waiting: deque[str] = deque()
        self._busy = False
        self._wanted = False

    def check_all(self, *, wanted: bool = True) -> None:
        """Ask for every repository that a model on the list came from; ``ended`` follows.

        ``wanted``: a person pressed a button for it.
        """
        if self._busy:
            return
        self._busy, self._wanted = True, wanted
        self._waiting = deque(
            dict.fromkeys(model.repo for model in self._models.models if model.repo)
        )
        self._next()

    def learn(self, repository: HubRepository, files: Sequence[RepoFile]) -> None:
        """Compare the models of a repository with the files it has now."""
        sums = {file.path: file.sha256 for file in files}
        self._models.set_newer(
            {
                model.id: repository.revision if _differs(model, sums) else ""
                for model in self._models.models
                if model.repo == repository.id
            }
        )

    def _next(self) -> None:
        if not self._waiting:
            self._end(None)
            return
        repo = self._waiting.popleft()
        self._hub.ask(AskRepository("", repo, updates=True), self._answered, self._refused)

    def _answered(self, facts: RepositoryFacts) -> None:
        self.learn(facts.repository, facts.files)
        self._next()

    def _refused(self, error: BenchtopError) -> None:
        """One repository may be gone; without the Hub the others need not be asked for."""
        if isinstance(error, RepositoryUnknown | RepositoryGated):
            self._next()
        else:
            self._end(error)

    def _end(self, error: BenchtopError | None) -> None:
        self._waiting.clear()
        self._busy = False
        self._models.after_refresh(
            lambda models: self.ended.emit(
                sum(bool(model.newer) for model in models), error, self._wanted
            )
        )


def _differs(model: ModelFile, sums: dict[str, str]) -> bool:
    """A file that the repository has no more, or that nobody knows the sum of, is no newer one."""
    folder, slash, _name = model.remote_path.rpartition("/")
    known = {model.remote_path: model.sha256}
    for companion in model.companions:  # the other parts lie beside the first, there as here
        if not companion.projector:
            known[f"{folder}{slash}{Path(companion.path).name}"] = companion.sha256
    return any(here and sums.get(path) and sums[path] != here for path, here in known.items())
