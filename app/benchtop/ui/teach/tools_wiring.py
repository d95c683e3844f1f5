"""The card of the training tools with pip behind it: those that the chosen model needs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.services.data_folder import DataFolder
from benchtop.services.tools_setup import ToolsSetup
from benchtop.services.training_tools import (
    NEEDED,
    missing_tools,
    needed_tools,
    tools_command,
    tools_size,
)
from benchtop.ui.teach.train_rows import ToolsRow, ToolsState
from benchtop.ui.teach.train_view import TrainView


class ToolsWiring(QObject):
    """Shows what is missing for the model whose ``architecture`` is told, and sets it up when asked."""

    def __init__(
        self,
        view: TrainView,
        folder: DataFolder,
        tools: ToolsSetup,
        say: Callable[[BenchtopError], object],
        architecture: Callable[[], str],
    ) -> None:
        super().__init__(view)
        self._view, self._folder, self._tools, self._say = view, folder, tools, say
        self._architecture = architecture
        self._shown = ""
        view.installEventFilter(self)
        view.setup_requested.connect(self._set_up)
        view.setup_cancelled.connect(tools.cancel)
        tools.progressed.connect(self._progressed)
        tools.done.connect(self._done)
        tools.failed.connect(self._failed)
        self._show_what_is()

    def look(self) -> None:
        """Another model may have been chosen, which needs other tools."""
        if self._architecture() != self._shown and not self._tools.busy:
            self._show_what_is()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """They may have been removed, or set up by a command, since the view was last shown."""
        if event.type() == QEvent.Type.Show and not self._tools.busy:
            self._show_what_is()
        return super().eventFilter(watched, event)

    def _set_up(self) -> None:
        self._tools.start(missing_tools(self._folder, self._architecture()))

    def _show_what_is(self) -> None:
        self._shown = self._architecture()
        self._show("missing" if missing_tools(self._folder, self._shown) else "ready")

    def _done(self) -> None:
        self._view.info_bar.clear("error")
        self._show_what_is()

    def _progressed(self, what: str, fraction: float) -> None:
        self._view.info_bar.clear("error")  # it is tried again
        words = {
            "looking": self.tr("Looking what is needed…"),
            "fetching": self.tr("Fetching…"),
            "installing": self.tr("Installing…"),
        }
        progress = fraction if fraction >= 0 else None
        self._show("installing", words.get(what, ""), progress)

    def _failed(self, error: BenchtopError) -> None:
        self._show_what_is()
        if not isinstance(error, Interrupted):
            self._say(error)

    def _show(self, state: ToolsState, words: str = "", progress: float | None = None) -> None:
        names = missing_tools(self._folder, self._shown) or needed_tools(self._shown)
        of_all = any(name in NEEDED for name in names)
        self._view.set_tools(
            ToolsRow(
                state,
                tools_size(names),
                str(self._folder.training_tools if of_all else self._folder.peft_tools),
                names,
                tools_command(names),
                progress,
                words,
            )
        )
