"""The Teach page: made when it is first shown, and ended with the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from benchtop.services.data_folder import DataFolder
from benchtop.services.hub_services import HubServices
from benchtop.services.run_folders import forget_run_folder, sweep_run_folders
from benchtop.services.store_thread import StoreThread
from benchtop.ui.chat.chat_page import ChatPage
from benchtop.ui.chat.range_wiring import RangeWiring
from benchtop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from benchtop.services.tools_removal import ToolsRemoval
    from benchtop.store.database import Store
    from benchtop.ui.compare_wiring import CompareWiring
    from benchtop.ui.models_wiring import ModelsWiring
    from benchtop.ui.settings.settings_page import SettingsPage
    from benchtop.ui.teach.data_files import DataFiles
    from benchtop.ui.teach.data_wiring import DataWiring
    from benchtop.ui.teach.teach_page import TeachPage
    from benchtop.ui.teach.teach_setup import TeachSetup


class TeachWiring(QObject):
    """Connects the page with the store, the chats and the other pages."""

    def __init__(
        self,
        window: MainWindow,
        chat: ChatPage,
        store: StoreThread,
        folder: DataFolder,
        *,
        hub: HubServices,
        compare: CompareWiring,
        models: ModelsWiring,
    ) -> None:
        super().__init__(window)
        self._window, self._chat, self._store, self._folder = window, chat, store, folder
        self._hub, self._compare, self._models = hub, compare, models
        self._setup: TeachSetup | None = None
        self.page: TeachPage | None = None
        self.data: DataWiring | None = None
        self._files: DataFiles | None = None
        self._removal: ToolsRemoval | None = None
        chat.services.models.changed.connect(self._store_open)
        chat.services.conversations.runs_forgotten.connect(self._forget_runs)
        window.add_page("teach", self._make)
        window.action_set.on("teach.new", self._new_example)
        ranges = RangeWiring(chat, store)
        ranges.added.connect(self._show_dataset)
        ranges.taken_back.connect(self._range_taken_back)

    def close(self) -> None:
        """Keep what was typed, and end what is read in the background."""
        if self._removal is not None:
            self._removal.close()
        if self._files is not None:
            self._files.close()
        if self.data is not None:
            self.data.close()
        if self._setup is not None:
            self._setup.services.close()

    def fill_settings(self, page: SettingsPage) -> None:
        """What the settings say of the training tools."""
        from benchtop.services.tools_removal import ToolsRemoval  # noqa: PLC0415  (see _make)
        from benchtop.ui.settings.tools_settings import ToolsSettings  # noqa: PLC0415

        removal = self._removal = ToolsRemoval(self._folder, self._store, self)
        ToolsSettings(page.tools, removal, self._window.info_bar)
        self._window.page_shown.connect(lambda key: removal.look() if key == "settings" else None)

    def _make(self) -> QWidget:
        # Imported when it is first shown: not before the first paint.
        from benchtop.ui.teach.data_edits import DataEdits  # noqa: PLC0415
        from benchtop.ui.teach.data_files import DataFiles  # noqa: PLC0415
        from benchtop.ui.teach.data_wiring import DataWiring  # noqa: PLC0415
        from benchtop.ui.teach.sets_wiring import SetsWiring  # noqa: PLC0415
        from benchtop.ui.teach.teach_page import TeachPage  # noqa: PLC0415

        page = self.page = TeachPage()
        chat, settings = self._chat.services, self._chat.services.settings
        self.data = DataWiring(
            page.data,
            self._store,
            self._folder.database,
            settings=settings,
            info=self._window.info_bar,
            undo=self._chat.undo_stack,
        )
        SetsWiring(self.data)
        DataEdits(self.data)
        self._files = DataFiles(self.data)
        self.setup().fill(page, self.data)
        page.show_tab(str(settings.values.teach.get("tab") or "data"))
        page.tab_shown.connect(lambda tab: settings.put("teach", "tab", tab))
        page.data.open_chat_wanted.connect(self._open_chat)
        page.data.chat_wanted.connect(lambda: self._window.go_to("chat"))
        page.data.teacher.find_wanted.connect(lambda: self._window.go_to("models"))
        chat.conversations.changed_elsewhere.connect(self.data.examples_changed)
        return page

    def _new_example(self) -> None:
        self._window.go_to("teach")
        if self.page is not None and self.data is not None:
            self.page.show_tab("data")
            self.data.type_example()

    def _show_dataset(self, dataset_id: str) -> None:
        """What was added to is on show when a person goes there."""
        if self.data is not None:
            self.data.view.flush()
            self.data.show_dataset(dataset_id)
        else:
            self._chat.services.settings.put("teach", "dataset", dataset_id)

    def _range_taken_back(self) -> None:
        if self.data is not None:
            self.data.examples_changed()

    def setup(self) -> TeachSetup:
        """The services of training with what follows them in the background, made now if need be."""
        from benchtop.services.teach_services import TeachServices  # noqa: PLC0415  (see _make)
        from benchtop.ui.teach.teach_setup import TeachSetup  # noqa: PLC0415

        if self._setup is None:
            chat = self._chat.services
            services = TeachServices(self._folder, chat.settings, self._store, chat.engine, self)
            services.tools.reached.connect(self._hub.hub.reached)
            self._setup = TeachSetup(
                self._window, self._chat, services, self._compare, self._models
            )
        return self._setup

    def _store_open(self) -> None:
        """What was being trained when the program ended goes on; models are known by now."""
        self._chat.services.models.changed.disconnect(self._store_open)

        def go_on(is_waiting: bool) -> None:
            if is_waiting:
                self.setup().go_on()

        self._store.run(self._look_at_runs, go_on, lambda _error: None)

    def _look_at_runs(self, store: Store) -> bool:
        """Whether one waits to be gone on with; what those that are over left behind goes."""
        sweep_run_folders(self._folder, store.training_runs.states())
        return store.training_runs.any_at_work()

    def _forget_runs(self, ids: list[str]) -> None:
        def forget(_store: Store) -> None:
            for one in ids:
                forget_run_folder(self._folder, one)

        self._store.run(forget)

    def _open_chat(self, conversation_id: str, message_id: str) -> None:
        self._window.go_to("chat")
        self._chat.sidebar.hit_selected.emit(conversation_id, message_id)
