"""The welcome in the window: when it is shown, and what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from benchtop.domain.errors import BenchtopError
from benchtop.domain.models import STARTER_ID, bytes_text
from benchtop.services.data_folder import DataFolder
from benchtop.services.reply_stream import explain
from benchtop.services.store_thread import StoreThread
from benchtop.ui.chat.chat_page import ChatPage
from benchtop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from benchtop.services.chat_import import BroughtIn
    from benchtop.services.other_programs import OtherProgram, OtherPrograms
    from benchtop.ui.welcome.welcome_page import WelcomePage
    from benchtop.ui.welcome.welcome_steps import Step

NEWS_MS = 12_000


class WelcomeWiring(QObject):
    """Made with the window; the page and what looks for other programs are made when they are first shown."""

    def __init__(
        self, window: MainWindow, chat: ChatPage, store: StoreThread, folder: DataFolder
    ) -> None:
        super().__init__(window)
        self._window, self._chat, self._store, self._folder = window, chat, store, folder
        self._settings = chat.services.settings
        self._page: WelcomePage | None = None
        self._others: OtherPrograms | None = None
        self._found: list[OtherProgram] = []
        self._parts: list[str] = []
        self._all_of: list[str] = []
        self._brought: tuple[list[str], list[str]] = ([], [])
        self._awaited = 0
        self._is_bad = False
        window.add_page("welcome", self._make)
        window.page_shown.connect(self._page_shown)
        self._settings.changed.connect(self._setting_changed)

    @property
    def due(self) -> bool:
        """Whether this is the first start of a window on this data folder: none was closed before."""
        values = self._settings.values
        return not (values.welcomed or values.window or self._settings.problem)

    def show(self) -> None:
        """Show the welcome from its beginning."""
        self._window.go_to("welcome")
        assert self._page is not None
        assert self._others is not None
        self._page.begin()
        if not self._awaited:  # looked for while the first steps are read
            self._page.others.set_searching()
            self._others.look()

    def close(self) -> None:
        """Look for nothing more."""
        if self._others is not None:
            self._others.close()

    def _make(self) -> QWidget:
        # Imported when it is first shown: not before the first paint.
        from benchtop.services.other_programs import OtherPrograms  # noqa: PLC0415
        from benchtop.ui.welcome.welcome_page import WelcomePage  # noqa: PLC0415

        page = self._page = WelcomePage()
        page.stays.set_folder(str(self._folder.root))
        page.stays.set_offline(offline=self._settings.offline)
        page.stays.offline_changed.connect(lambda on: self._settings.set("offline", on))
        page.finished.connect(lambda: self._window.go_to("chat"))
        page.step_shown.connect(self._step_shown)
        page.others.bring_requested.connect(self._bring)
        others = self._others = OtherPrograms(self._store, self._chat.services.models, self)
        others.found.connect(self._show_found)
        others.models_done.connect(self._models_done)
        others.models_refused.connect(self._models_refused)
        others.chats_so_far.connect(self._chats_so_far)
        others.chats_done.connect(self._chats_done)
        return page

    def _page_shown(self, key: str) -> None:
        """Whatever else is looked at, the welcome has been seen."""
        if key != "welcome" and self._page is not None:
            self._settings.set("welcomed", True)

    def _setting_changed(self, name: str, _value: object) -> None:
        if name == "offline" and self._page is not None:
            self._page.stays.set_offline(offline=self._settings.offline)

    def _step_shown(self, step: Step) -> None:
        assert self._page is not None
        if step is self._page.tips:
            self._page.tips.set_starter(self._starter_facts())

    def _starter_facts(self) -> str:
        starter = self._chat.services.models.by_id(STARTER_ID)
        if starter is None or not starter.parameters:
            return ""
        words = self.tr("{millions} million parameters, {size}")
        return words.format(
            millions=f"{starter.parameters / 1e6:.1f}", size=bytes_text(starter.bytes)
        )

    # Other programs

    def _show_found(self, found: list[OtherProgram]) -> None:
        from benchtop.ui.welcome.others_step import ProgramRow  # noqa: PLC0415

        assert self._page is not None
        assert self._others is not None
        self._found = found
        rows = [
            ProgramRow(one.name, len(one.models), bytes_text(one.bytes), one.chats) for one in found
        ]
        self._page.others.set_found(rows, is_whole=self._others.is_whole)

    def _bring(self, models_of: list[str], chats_of: list[str]) -> None:
        assert self._page is not None
        assert self._others is not None
        models = [model for one in self._found if one.name in models_of for model in one.models]
        self._parts, self._all_of, self._is_bad = [], [], False
        self._brought = (models_of, chats_of)
        self._awaited = bool(models) + bool(chats_of)
        self._page.others.set_busy(busy=True)
        self._page.others.tell(self.tr("Bringing them in…"))
        self._others.bring_in(models, chats_of)

    def _models_refused(self, error: BenchtopError) -> None:
        self._parts.insert(0, explain(error))
        self._is_bad, self._brought = True, ([], self._brought[1])
        self._part_done()

    def _models_done(self, new: int) -> None:
        if new == 1:
            words = self.tr("One model is on the list now.")
        elif new:
            words = self.tr("{n} models are on the list now.").format(n=f"{new:,}")
        else:
            words = self.tr("The models were on the list already.")
        self._parts.insert(0, words)
        self._part_done()

    def _chats_so_far(self, done: BroughtIn) -> None:
        assert self._page is not None
        words = self.tr("Bringing them in… {n} chats so far.")
        self._page.others.tell(words.format(n=f"{done.count:,}"), spoken=False)

    def _chats_done(self, done: BroughtIn) -> None:
        from benchtop.ui.welcome.brought_words import brought_list, brought_words  # noqa: PLC0415

        self._parts.append(brought_words(done))
        self._all_of = brought_list(done)
        self._is_bad = self._is_bad or bool(self._all_of or done.refused)
        if done.refused is not None:
            self._brought = (self._brought[0], [])
        self._chat.services.conversations.refresh()
        self._part_done()

    def _part_done(self) -> None:
        assert self._page is not None
        self._awaited -= 1
        if self._awaited:
            return
        words = " ".join(self._parts)
        self._page.others.set_busy(busy=False)
        self._page.others.set_brought(*self._brought)
        self._page.others.tell(words, "warning" if self._is_bad else "good", self._all_of)
        if not self._page.others.isVisible():  # it may have been left by Next meanwhile
            self._post(words)

    def _post(self, words: str) -> None:
        """Tell it where the person is now, with a way to the list of what was not brought in."""
        bar = self._window.info_bar
        if not self._is_bad:
            bar.post("info", words, timeout_ms=NEWS_MS)
        elif len(self._all_of) > 1:
            bar.post("warning", words, self.tr("Show the list"), self._show_others)
        else:
            bar.post("warning", words)

    def _show_others(self) -> None:
        assert self._page is not None
        self._window.go_to("welcome")
        self._page.show_others()
