"""Downloading the file of a model anew that is on the list, but missing or damaged here."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from benchtop.domain.hub_errors import RemoteFileUnknown
from benchtop.domain.models import ModelFile
from benchtop.domain.repo_files import group_files
from benchtop.protocol.hub_messages import AskRepository, RepositoryFacts
from benchtop.services.downloads import Downloads
from benchtop.services.hub_service import HubService


class FetchAgain(QObject):
    """Asks the Hub for the very files that the model came from, and puts them into the queue."""

    refused = Signal(object)
    """A BenchtopError: why there is nothing to download."""

    def __init__(
        self, hub: HubService, downloads: Downloads, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._hub, self._downloads = hub, downloads

    def fetch(self, model: ModelFile) -> None:
        """Download it again. Bytes that are here and right are not fetched twice."""
        question = AskRepository("", model.repo, model.revision or "main")
        self._hub.ask(question, lambda facts: self._answered(model, facts), self.refused.emit)

    def _answered(self, model: ModelFile, facts: RepositoryFacts) -> None:
        for choice in group_files(facts.files):
            if choice.files[0].path == model.remote_path:
                if not any(companion.projector for companion in model.companions):
                    choice = replace(choice, mmproj=None)  # noqa: PLW2901  (left out before as well)
                self._downloads.add(facts.repository, choice)
                return
        self.refused.emit(
            RemoteFileUnknown(repo=model.repo, file=model.remote_path, host="the Hub")
        )
