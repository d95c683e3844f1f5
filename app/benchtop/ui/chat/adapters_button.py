"""The header's button for adapters: the names of those that are attached, and the list beneath it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from benchtop.ui.chat.adapter_rows import AdapterRow
from benchtop.ui.chat.adapters_popover import AdaptersPopover
from benchtop.ui.chat.header_button import HeaderButton
from benchtop.ui.icons import set_icon

_NAMED = 2
"""Of more than these only the number is said."""


class AdaptersButton(HeaderButton):
    """``wanted`` comes before the list opens: the moment to look at the disk. ``changed`` carries all rows
    as they stand."""

    wanted = Signal()
    changed = Signal(list)
    more_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("chat.adapters", "adapter", parent, arrow=True, least=14)
        self._popover: AdaptersPopover | None = None
        self._rows: tuple[AdapterRow, ...] = ()
        self._model = ""
        self._attached = False
        self.set_adapters((), "")
        self.clicked.connect(lambda _on=False: self.open())

    @property
    def attached(self) -> bool:
        """Whether any is attached: then its name says more than those of other buttons."""
        return self._attached

    def set_adapters(self, rows: Sequence[AdapterRow], model: str) -> None:
        """The adapters there are and those attached, for the model of this name."""
        self._rows, self._model = tuple(rows), model
        if self._popover is not None:
            self._popover.set_adapters(rows, model)
        self._say([row for row in rows if row.on])

    def open(self) -> None:
        """Open the list and give it the keyboard."""
        self.wanted.emit()
        popover = self._popover = self._popover or self._make()
        popover.set_adapters(self._rows, self._model)
        popover.open_beneath(self)

    def _make(self) -> AdaptersPopover:
        """When it is first wanted."""
        made = AdaptersPopover(self)
        made.changed.connect(self._on_changed)
        made.more_requested.connect(self.more_requested)
        return made

    def _on_changed(self, rows: list[AdapterRow]) -> None:
        self._rows = tuple(rows)
        self._say([row for row in rows if row.on])
        self.changed.emit(rows)

    def _say(self, on: Sequence[AdapterRow]) -> None:
        self._attached = bool(on)
        broken = any(row.problem for row in on)
        set_icon(self, "warning" if broken else "adapter", "warning" if broken else "text")
        self.set_dotted(bool(on) and not broken)
        if not on:
            text = self.tr("Adapters")
            self.say(text, text, self.tr("Attach what was learnt to the model that answers"))
            return
        text = " + ".join(row.name for row in on)
        if len(on) > _NAMED:
            text = self.tr("{n} adapters").format(n=len(on))
        lines = [self._line(row) for row in on]
        spoken = self.tr("Adapters: {names}").format(names=", ".join(lines))
        self.say(text, spoken, "\n".join(lines))

    def _line(self, row: AdapterRow) -> str:
        if row.problem:
            return self.tr("{name}: {problem}").format(name=row.name, problem=row.problem)
        return self.tr("{name} at {scale}").format(name=row.name, scale=f"{row.scale:g}")
