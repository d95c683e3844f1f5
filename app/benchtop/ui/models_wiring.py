"""The Models page: made when it is first shown, and what goes on while it is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from benchtop.domain.adapters import AdapterFile
from benchtop.domain.errors import BenchtopError
from benchtop.services.hub_services import HubServices
from benchtop.services.model_removal import Removed
from benchtop.services.reply_stream import explain
from benchtop.ui.chat.chat_page import ChatPage
from benchtop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from benchtop.ui.models.adapters_wiring import AdaptersWiring
    from benchtop.ui.models.discover_wiring import DiscoverWiring
    from benchtop.ui.models.merge_wiring import MergeWiring
    from benchtop.ui.models.models_page import ModelsPage, Tab


class ModelsWiring(QObject):
    """Makes the page, and says elsewhere in the window what happens to models."""

    def __init__(self, window: MainWindow, chat: ChatPage, services: HubServices) -> None:
        super().__init__(window)
        self._window, self._chat, self._services = window, chat, services
        self._page: ModelsPage | None = None
        self._discover: DiscoverWiring | None = None
        self.adapters: AdaptersWiring | None = None
        self._merging: MergeWiring | None = None
        window.add_page("models", self._make)
        services.removal.removed.connect(self._removed)
        services.removal.refused.connect(self._tell)
        services.removal.not_back.connect(self._not_back)
        services.downloads.changed.connect(lambda _queue: self._watch_downloads())
        services.models.changed.connect(lambda _models: self._watch_downloads())
        self._watched = False
        window.status.job_clicked.connect(self._job_clicked)

    def _make(self) -> QWidget:
        # Imported when it is first shown: not before the first paint.
        from benchtop.ui.models.adapters_wiring import AdaptersWiring  # noqa: PLC0415
        from benchtop.ui.models.discover_wiring import DiscoverWiring  # noqa: PLC0415
        from benchtop.ui.models.download_wiring import DownloadWiring  # noqa: PLC0415
        from benchtop.ui.models.ledger_wiring import LedgerWiring  # noqa: PLC0415
        from benchtop.ui.models.library_wiring import LibraryWiring  # noqa: PLC0415
        from benchtop.ui.models.models_page import ModelsPage  # noqa: PLC0415

        page = self._page = ModelsPage()
        services, info = self._services, self._window.info_bar
        self._discover = DiscoverWiring(page.discover, services, info)
        DownloadWiring(page.downloads, services, page.set_download_count)
        LedgerWiring(page.ledger, services, info)
        library = LibraryWiring(
            page.library,
            services,
            self._chat.services.session,
            info,
            use=self._use,
            import_file=self._chat.header_wiring.import_model,
        )
        self.adapters = AdaptersWiring(
            page,
            services.models.adapters,
            info,
            self._chat.undo_stack,
            use=self._use_adapter,
        )
        library.adapter_wanted.connect(self.adapters.do)
        self.adapters.merge_requested.connect(self._merge)
        page.tab_shown.connect(lambda _tab: self._seen())
        page.downloads.find_requested.connect(lambda: page.show_tab("discover"))
        page.library.find_requested.connect(lambda: page.show_tab("discover"))
        page.library.newer_requested.connect(self._show_on_hub)
        return page

    def _show_on_hub(self, model_id: str) -> None:
        model = self._services.models.by_id(model_id)
        if model is not None and self._page is not None and self._discover is not None:
            self._page.show_tab("discover")
            self._discover.open(model.repo)

    def _watch_downloads(self) -> None:
        """The store is open: from now on the window tells of what arrives."""
        if not self._watched:
            from benchtop.ui.models.download_wiring import DownloadNotices  # noqa: PLC0415
            from benchtop.ui.models.newer_notice import NewerNotice  # noqa: PLC0415

            self._watched = True
            DownloadNotices(
                self._window,
                self._services,
                self._use,
                on_show=self._downloads_on_show,
                show=self._show_tab,
            )
            self._window.page_shown.connect(lambda _page: self._seen())
            info, newer = self._window.info_bar, self._services.newer
            NewerNotice(newer, info, lambda: self._show_tab("library"), self)

    def take_files(self, paths: Sequence[str]) -> None:
        """Put these files of the disk on the list, as if they were dropped there."""
        self._show_tab("library")
        assert self._page is not None
        self._page.library.paths_dropped.emit(list(paths))

    def show_adapters(self, model_id: str) -> None:
        """Show what is known of a model's adapters."""
        self._show_tab("library")
        assert self._page is not None
        self._page.library.adapters_requested.emit(model_id)

    def _downloads_on_show(self) -> bool:
        return self._page is not None and self._page.downloads.isVisible()

    def _seen(self) -> None:
        """Whoever looks at the rows need not be told any more that some of them failed."""
        from benchtop.ui.models.download_wiring import FAILED  # noqa: PLC0415

        if self._downloads_on_show():
            self._window.info_bar.clear_group(FAILED)

    def _show_tab(self, tab: Tab) -> None:
        self._window.go_to("models")
        assert self._page is not None
        self._page.show_tab(tab)

    def _job_clicked(self, job: str) -> None:
        if job == "downloads":
            self._show_tab("downloads")

    def _use(self, model_id: str) -> None:
        self._chat.header_wiring.choose(model_id)
        self._window.show_page("chat")

    def close(self) -> None:
        """End what would go on without the window."""
        if self._merging is not None:
            self._merging.close()

    def _merge(self, adapter_id: str, model_id: str) -> None:
        self._made_merging().ask(adapter_id, model_id)

    def merge_into(self, adapter_id: str, model_id: str, target: str, kind: str) -> None:
        """Merge an adapter into a new model at ``target``, in this quantisation."""
        self._made_merging().begin(adapter_id, model_id, target, kind)

    def _made_merging(self) -> MergeWiring:
        """Made when it is first wanted: it is a rare wish."""
        from benchtop.ui.models.merge_wiring import MergeWiring  # noqa: PLC0415

        if self._merging is None:
            folder = self._chat.services.engine.folder
            self._merging = MergeWiring(self._window, self._services.models, folder, use=self._use)
        return self._merging

    def _use_adapter(self, adapter: AdapterFile, model_id: str) -> None:
        """Attach it in the chat on show, to the model in whose details it was chosen."""
        self._chat.adapters_wiring.use_here(adapter.path, model_id)
        self._window.go_to("chat")

    def _removed(self, removed: Removed) -> None:
        if len(removed.binned) > 1:
            words = self.tr("{name} is off the list; its {n} files are in the bin.")
        elif removed.binned:
            words = self.tr("{name} is off the list; its file is in the bin.")
        elif removed.was_missing:
            words = self.tr("{name} is off the list; its file is not in its place any more.")
        else:
            words = self.tr("{name} is off the list; its file stays where it is.")
        text = words.format(name=removed.model.name, n=len(removed.binned))
        put_back = self._services.removal.put_back
        self._chat.undo_stack.push(text, lambda _left: put_back(removed))

    def _not_back(self, removed: Removed, error: BenchtopError) -> None:
        """Who moves what is in the way, or takes the file out of the bin, can try again."""
        put_back = self._services.removal.put_back
        self._window.info_bar.post(
            "error", explain(error), self.tr("Try again"), lambda: put_back(removed)
        )

    def _tell(self, error: BenchtopError) -> None:
        self._window.info_bar.post("error", explain(error))
