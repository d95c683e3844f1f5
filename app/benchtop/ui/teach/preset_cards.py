"""The presets as three cards to choose from, each with what it will take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QLabel,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.teach.train_rows import Forecast
from benchtop.ui.teach.train_texts import forecast_words, preset_words
from benchtop.ui.theme import set_tone, tokens

_SIDE_BY_SIDE = 80
"""Letters of width from which on the cards stand beside each other."""


class PresetCard(QFrame):
    """The card of a preset; a click anywhere in it chooses it. ``radio`` is what the keyboard reaches."""

    def __init__(self, name: str, title: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._title, self._about = title, words
        self._forecast = Forecast()
        self.radio = QRadioButton(title, self)
        self.radio.setObjectName(f"teach.train.preset.{name}")
        font = QFont()
        font.setWeight(QFont.Weight.DemiBold)
        self.radio.setFont(font)
        about = self._words = QLabel(words, self)
        about.setObjectName(f"teach.train.preset.{name}.words")
        about.setWordWrap(True)
        set_tone(about, "muted")
        self._taken = QLabel(self)
        self._taken.setWordWrap(True)
        self._taken.setObjectName(f"teach.train.preset.{name}.forecast")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(6)
        column.addWidget(self.radio, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(about)
        column.addStretch(1)
        column.addWidget(self._taken)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.radio.toggled.connect(lambda _on: self.update())
        self.set_forecast(Forecast())

    def set_words(self, words: str) -> None:
        """Say what it is for."""
        self._about = words
        self._words.setText(words)
        self.set_forecast(self._forecast)

    def set_forecast(self, forecast: Forecast) -> None:
        """Say what it will take."""
        self._forecast = forecast
        words = forecast_words(forecast)
        self._taken.setText(words)
        tone = "muted" if forecast.plan is None else "normal" if forecast.fits else "bad"
        set_tone(self._taken, tone)
        self.radio.setAccessibleName(f"{self._title}. {self._about} {words}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.radio.click()
            self.radio.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mouseReleaseEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, chosen = tokens(self.palette()), self.radio.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(t.accent if chosen else t.border, 2 if chosen else 1))
        painter.setBrush(t.surface)
        edge = 1.0 if chosen else 0.5
        painter.drawRoundedRect(self.rect().toRectF().adjusted(edge, edge, -edge, -edge), 8, 8)
        painter.end()


class PresetCards(QWidget):
    """``chosen`` carries the name of the preset that a person took; choose() does not emit it."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.train.presets")
        self.setAccessibleName(self.tr("How thoroughly"))
        self._cards: dict[str, PresetCard] = {}
        self._line = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(12)
        group = QButtonGroup(self)
        for name, (title, words) in preset_words().items():
            card = PresetCard(name, title, words, self)
            group.addButton(card.radio)
            self._cards[name] = card
            self._line.addWidget(card, 1)
            card.radio.clicked.connect(lambda _on=True, name=name: self.chosen.emit(name))
        self.choose("balanced")

    @property
    def name(self) -> str:
        """The preset that is chosen."""
        return next(name for name, card in self._cards.items() if card.radio.isChecked())

    def choose(self, name: str) -> None:
        """Choose a preset; an unknown one leaves the choice as it is."""
        if name in self._cards:
            check_radio(self._cards[name].radio, [card.radio for card in self._cards.values()])

    def set_layers(self, layers: int, *, goes_on: bool) -> None:
        """Say what each is for with a model of so many layers (0: not known); see preset_words()."""
        for name, (_title, words) in preset_words(layers, goes_on=goes_on).items():
            self._cards[name].set_words(words)

    def set_forecast(self, name: str, forecast: Forecast) -> None:
        """Say what a preset will take."""
        self._cards[name].set_forecast(forecast)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: Any) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.FontChange:
            self._arrange()

    def _arrange(self) -> None:
        letters = self.width() / max(self.fontMetrics().averageCharWidth(), 1)
        way = QBoxLayout.Direction
        wanted = way.LeftToRight if letters >= _SIDE_BY_SIDE else way.TopToBottom
        if self._line.direction() != wanted:
            self._line.setDirection(wanted)


def check_radio(chosen: QRadioButton, group: Sequence[QRadioButton]) -> None:
    """Choose one of a group, which Tab then goes to: Qt sees to that only once one had the keyboard."""
    chosen.setChecked(True)
    for one in group:
        click = Qt.FocusPolicy.ClickFocus
        one.setFocusPolicy(Qt.FocusPolicy.StrongFocus if one is chosen else click)
