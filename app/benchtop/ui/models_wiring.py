"""The Models page: made when it is first shown, and what goes on while it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from benchtop.domain.models import ModelFile
from benchtop.services.hub_services import HubServices
from benchtop.services.library import is_missing
from benchtop.ui.chat.chat_page import ChatPage
from benchtop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from benchtop.ui.models.models_page import ModelsPage


class ModelsWiring(QObject):
    """Makes the page, and says elsewhere in the window what happens to models."""

    def __init__(self, window: MainWindow, chat: ChatPage, services: HubServices) -> None:
        super().__init__(window)
        self._window, self._chat, self._services = window, chat, services
        self._page: ModelsPage | None = None
        window.add_page("models", self._make)
        services.models.removed.connect(self._removed)
        services.downloads.changed.connect(lambda _queue: self._watch_downloads())
        services.models.changed.connect(lambda _models: self._watch_downloads())
        self._watched = False
        window.status.job_clicked.connect(self._job_clicked)

    def _make(self) -> QWidget:
        # Imported when it is first shown: not before the first paint.
        from benchtop.ui.models.discover_wiring import DiscoverWiring  # noqa: PLC0415
        from benchtop.ui.models.download_wiring import DownloadWiring  # noqa: PLC0415
        from benchtop.ui.models.ledger_wiring import LedgerWiring  # noqa: PLC0415
        from benchtop.ui.models.library_wiring import LibraryWiring  # noqa: PLC0415
        from benchtop.ui.models.models_page import ModelsPage  # noqa: PLC0415

        page = self._page = ModelsPage()
        services, info = self._services, self._window.info_bar
        DiscoverWiring(page.discover, services, info)
        DownloadWiring(page.downloads, services, page.set_download_count)
        LedgerWiring(page.ledger, services, info)
        LibraryWiring(
            page.library,
            services,
            self._chat.services.session,
            info,
            use=self._use,
            import_file=self._chat.header_wiring.import_model,
        )
        page.downloads.find_requested.connect(lambda: page.show_tab("discover"))
        return page

    def _watch_downloads(self) -> None:
        """The store is open: from now on the window tells of what arrives."""
        if not self._watched:
            from benchtop.ui.models.download_wiring import DownloadNotices  # noqa: PLC0415

            self._watched = True
            DownloadNotices(self._window, self._services, self._use)

    def _job_clicked(self, job: str) -> None:
        if job == "downloads":
            self._window.go_to("models")
            assert self._page is not None
            self._page.show_tab("downloads")

    def _use(self, model_id: str) -> None:
        self._chat.header_wiring.choose(model_id)
        self._window.show_page("chat")

    def _removed(self, model: ModelFile) -> None:
        words = self.tr("{name} is off the list; its file stays where it is.")
        if is_missing(model):
            words = self.tr("{name} is off the list; its file is not in its place any more.")
        text = words.format(name=model.name)
        put_back = self._services.models.put_back
        self._chat.undo_stack.push(text, lambda _left: put_back(model))
