"""What can be done with an answer: buttons beneath it, and the same in its menu."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.compare.compare_texts import plain_tip
from benchtop.ui.icons import spaced
from benchtop.ui.widgets.flow_layout import FlowLayout


class AnswerFoot(QWidget):
    """Take into Chat, and Copy; hidden while neither makes sense."""

    take = Signal()
    copy = Signal()

    def __init__(self, place: int, style: ChatStyle, parent: QWidget | None = None) -> None:
        """``place`` is the position of the answer from the left, from 0."""
        super().__init__(parent)
        self._style = style
        self._flow = FlowLayout(self, gap=4)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._take = self._make(f"compare.column.{place}.take", self.tr("Take into Chat"), "chat")
        self._copy = self._make(f"compare.column.{place}.copy", self.tr("Copy"), "copy")
        tip = self.tr("Go on with this conversation in Chat, with this model")
        self._take.setToolTip(plain_tip(tip))
        self._copy.setToolTip(self.tr("Copy the answer as Markdown"))
        self._take.clicked.connect(lambda _on=False: self.take.emit())
        self._copy.clicked.connect(lambda _on=False: self.copy.emit())

    def offer(self, name: str, *, take: bool, copy: bool) -> None:
        """Show what makes sense with the answer of ``name``."""
        self._take.setVisible(take)
        self._copy.setVisible(copy)
        self.setVisible(take or copy)
        of_take, of_copy = (
            self.tr("Take the answer of {name} into Chat"),
            self.tr("Copy the answer of {name}"),
        )
        self._take.setAccessibleName(of_take.format(name=name))
        self._copy.setAccessibleName(of_copy.format(name=name))

    def stops(self) -> list[QWidget]:
        """What the Tab key visits."""
        return [self._take, self._copy]

    def fit(self, width: int) -> int:
        """The height it takes in ``width`` pixels."""
        return self._flow.heightForWidth(width)

    def menu(self, selected: str, parent: QWidget) -> QMenu:
        """What can be done with the answer, and with what is selected in it; may be empty."""
        menu = QMenu(parent)
        menu.setObjectName("compare.column.menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if selected:
            put = self.tr("Copy the selected text")
            menu.addAction(put, lambda: QGuiApplication.clipboard().setText(selected))
        if not self._copy.isHidden():
            menu.addAction(self.tr("Copy the answer"), self.copy.emit)
        if not self._take.isHidden():
            menu.addAction(self.tr("Take into Chat"), self.take.emit)
        return menu

    def _make(self, name: str, text: str, icon_name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setText(spaced(text))
        button.setFont(self._style.small)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIcon(self._style.icon(icon_name))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._flow.addWidget(button)
        return button
