"""Builds every object of the window once and hands it down; nothing is global.

Before the first paint only Qt and the standard library are imported. The database, the Markdown
parser and the rest come after it, when a person already sees where to type.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack

from PySide6.QtCore import QEvent, QObject, QTimer

from benchtop.domain.errors import BenchtopError, StoreBusy
from benchtop.domain.opening import OpenWish
from benchtop.services.chat_session import ChatSession
from benchtop.services.conversations import Conversations
from benchtop.services.crash_reports import CrashReport, CrashReports
from benchtop.services.data_folder import DataFolder, find_data_folder
from benchtop.services.end_signals import EndSignals
from benchtop.services.engine import Engine
from benchtop.services.hub_services import HubServices
from benchtop.services.message_edits import MessageEdits
from benchtop.services.model_list import ModelList
from benchtop.services.program_file import (
    ProgramFile,
    can_start_again,
    frozen_program,
    start_again,
)
from benchtop.services.settings import SettingsKeeper
from benchtop.services.single_instance import SingleInstance
from benchtop.services.store_thread import TRY_AGAIN_MS, StoreThread
from benchtop.ui.application import QApplication, make_application
from benchtop.ui.chat.chat_page import ChatPage, ChatServices
from benchtop.ui.close_guard import CloseGuard
from benchtop.ui.compare_wiring import CompareWiring
from benchtop.ui.enter_keys import EnterKeys
from benchtop.ui.icons import read_icons
from benchtop.ui.main_window import MainWindow
from benchtop.ui.quiet_collector import QuietCollector
from benchtop.ui.teach_wiring import TeachWiring
from benchtop.ui.theme import ThemeController
from benchtop.ui.update_notice import UpdateNotice
from benchtop.ui.window_wiring import WindowWiring

TURN_SECONDS = 0.0001
"""How long another thread may keep the window's waiting, each time it has let go of the interpreter for
a moment: Qt lets go at every call that may block, hundreds of times in one picture of a table.
Python's own is fifty times as long."""


class FirstPaint(QObject):
    """Calls back once, right after a window has painted itself for the first time."""

    def __init__(self, window: QObject, done: Callable[[], None]) -> None:
        super().__init__(window)
        self._done: Callable[[], None] | None = done
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Watch for the paint; take nothing away."""
        if event.type() == QEvent.Type.Paint and self._done is not None:
            done, self._done = self._done, None
            QTimer.singleShot(0, self, done)
            watched.removeEventFilter(self)
        return False


class Program(QObject):
    """Everything of one window on one data folder."""

    def __init__(self, app: QApplication, folder: DataFolder) -> None:
        super().__init__(app)
        self._app = app
        self.folder = folder
        sys.setswitchinterval(TURN_SECONDS)
        self.settings = SettingsKeeper(folder, self)
        self.theme = ThemeController(
            app, self.settings.values.theme, self.settings.values.text_size
        )
        self.enter_keys = EnterKeys(app, self)
        self.store = StoreThread(folder.database, self)
        self.engine = Engine(folder, self.settings, self)
        self.models = ModelList(self.store, self)
        self.conversations = Conversations(self.store, self)
        self.session = ChatSession(self.store, self.engine, self)
        self.edits = MessageEdits(self.store, self)
        self.window = MainWindow(self.theme)
        services = ChatServices(
            self.session, self.conversations, self.edits, self.models, self.engine, self.settings
        )
        self.chat = ChatPage(services, self.window.info_bar)
        self.hub = HubServices(
            folder,
            settings=self.settings,
            store=self.store,
            engine=self.engine,
            models=self.models,
            parent=self,
        )
        self.wiring = WindowWiring(
            self.window, self.chat, self.hub, self.theme, store=self.store, folder=folder
        )
        self.compare = CompareWiring(self.window, self.chat, self.store, folder)
        self.teach = TeachWiring(
            self.window,
            self.chat,
            self.store,
            folder,
            hub=self.hub,
            compare=self.compare,
            models=self.wiring.models,
        )
        self.wiring.settings_made.connect(self.teach.fill_settings)
        self.store.failed.connect(self.chat.show_error)
        self.store.held.connect(self.chat.errors.say_held)
        self.store.saved_again.connect(self.chat.errors.say_saved_again)
        self.guard = CloseGuard(self.window, self.chat, self.store, folder)
        self.window.may_close = lambda: self._closed or self.guard.may_close()
        self.window.closing.connect(self.close)
        app.commitDataRequest.connect(self._session_ends)
        self._closed = False
        self.collector: QuietCollector | None = None  # from the first paint on
        self.wishes: list[OpenWish] = []
        """What is to be shown as soon as the models are known."""
        self._are_models_known = False
        self.folder_problem: BenchtopError | None = None  # why nothing in the folder can be used
        self.crash_report: CrashReport | None = None  # of the run before this one
        self.greets = False
        """Whether the welcome is shown where this is the first start."""
        self.starts_again = False
        """Whether another window is to be opened when this one has ended."""

    def show(self, painted: Callable[[], None] | None = None) -> None:
        """Show the window; everything else begins after its first paint."""

        def begin() -> None:
            if painted is not None:
                painted()
            self.start()

        FirstPaint(self.window, begin)
        self.window.show_page("chat")
        self.window.restore_state(self.settings.values.window)
        self.window.show()

    def start(self) -> None:
        """Open the store, show the lists and the last conversation, and load the model."""
        self.collector = QuietCollector(self.window.windowHandle(), self)
        self.window.action_set.dress()
        read_icons()
        self._watch_program()
        if self.crash_report is not None:
            self.wiring.tell_crash(self.crash_report)
        if self.folder_problem is not None:
            self._store_refused(self.folder_problem)  # one reason for everything in it
            return
        if self.greets and self.wiring.welcome.due:
            self.wiring.welcome.show()
        if self.settings.problem is not None:
            self.chat.show_error(self.settings.problem)
        self._open_store()

    def come_forward(self, wish: OpenWish) -> None:
        """Bring the window before the others, and show what is asked for."""
        if self.window.isMinimized():
            self.window.showNormal()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self.wishes.append(wish)
        self._take_wishes()

    def close(self) -> None:
        """Keep what is on the screen and end every process; blocks until it is done."""
        if self._closed:
            return
        self._closed = True
        with ExitStack() as steps:
            # Called from the last to the first, each of them whatever another raises.
            if self.collector is not None:
                steps.callback(self.collector.close)
            steps.callback(self.guard.rescue_left)
            steps.callback(self.store.close)
            steps.callback(self.settings.write_now)
            steps.callback(self.engine.close)
            steps.callback(self.chat.adapters_wiring.close)
            steps.callback(self.compare.close)
            steps.callback(self.teach.close)
            steps.callback(self.hub.close)
            steps.callback(self.wiring.models.close)
            steps.callback(self.wiring.welcome.close)
            steps.callback(lambda: self.settings.set("window", self.window.save_state()))
            steps.callback(self.session.close)
            steps.callback(self.chat.keep_typed)

    def end(self) -> None:
        """The system ends the program: close without a question, even from inside of one."""
        self.guard.is_ending = True
        self.close()
        self.window.close()
        self._app.exit(0)

    def restart(self) -> None:
        """Close, and start the program that is installed now."""
        if can_start_again():
            self.starts_again = self.window.close()
        else:
            words = self.tr(
                "Benchtop cannot be started from {path} any more: close the window and install it again."
            )
            self.window.info_bar.post("error", words.format(path=sys.executable))

    def _watch_program(self) -> None:
        path = frozen_program()
        if path is not None:
            program = ProgramFile(path, self)
            # Its own method, which Qt forgets with it: the application may outlive this window.
            self._app.applicationStateChanged.connect(program.look_soon)
            UpdateNotice(program, self.window.info_bar, self.restart)

    def _session_ends(self) -> None:
        """The person logs out. They may take it back, so everything stays as it is."""
        if not self._closed:
            self.guard.rescue()

    def _open_store(self) -> None:
        self.store.run(lambda _store: None, lambda _: self._store_open(), self._store_refused)

    def _store_open(self) -> None:
        self.chat.set_store_open()
        self.edits.load()  # before the first conversation, which shows them
        self.models.changed.connect(self._models_known)
        self.models.refresh()
        self.hub.open()
        self.conversations.refresh()
        self.conversations.refresh_presets()
        self.conversations.changed_elsewhere.connect(self.models.refresh)
        self.conversations.changed_elsewhere.connect(self.hub.changed_elsewhere)
        self.conversations.watch()
        self.conversations.empty_bin(self.settings.values.bin_days)

    def _models_known(self) -> None:
        self.models.changed.disconnect(self._models_known)
        self.chat.header_wiring.take_defaults()
        self.chat.open_conversation(self.settings.values.conversation_id, or_new=True)
        model = self.models.default(self.settings.values.model_id)
        if model is not None:
            self.engine.choose(model)
        if self.window.current_page != "welcome":
            self.chat.composer.focus_input()
        self._are_models_known = True
        self._take_wishes()

    def _take_wishes(self) -> None:
        while self._are_models_known and self.wishes:
            wish = self.wishes.pop(0)
            if wish.new_chat:
                self.window.show_page("chat")
                self.chat.new_chat()
            if wish.page:
                self.window.show_page(wish.page)
            if wish.files:
                self.wiring.models.take_files(wish.files)

    def _store_refused(self, error: BenchtopError) -> None:
        self.chat.set_store_problem(error)
        if isinstance(error, StoreBusy):  # it passes
            QTimer.singleShot(TRY_AGAIN_MS, self, self._open_store)


def run_window(painted: Callable[[], None] | None = None, wish: OpenWish | None = None) -> int:
    """Open the window and run until it is closed; the exit status.

    A second start on the same data folder brings the first one's window forward, with what is wished for,
    and ends.
    ``painted`` is called after the first paint.
    """
    app = make_application()
    folder = find_data_folder()
    instance = SingleInstance(folder)
    problem: BenchtopError | None = None
    reports, report = CrashReports(folder.crashes), None
    try:
        folder.prepare()
        if not instance.claim():
            instance.call_first(wish or OpenWish())
            return 0
        report = reports.start()
    except BenchtopError as error:
        problem = error
    program = Program(app, folder)
    program.crash_report, program.greets = report, wish in (None, OpenWish())
    program.folder_problem = problem
    program.wishes.append(wish or OpenWish())
    instance.raise_requested.connect(program.come_forward)
    app.opened.connect(program.come_forward)
    ends = EndSignals(program)
    ends.requested.connect(program.end)
    program.show(painted)
    with ExitStack() as steps:
        steps.callback(reports.end)
        steps.callback(ends.release)
        steps.callback(lambda: start_again() if program.starts_again else None)
        steps.callback(instance.release)
        steps.callback(program.close)
        return app.exec()
