"""Benchtop's own line icons: ``resources/icons/NAME.svg``, tinted for the theme on show.

Each file is drawn in 16 units with ``currentColor``. ``icon`` renders it for the palette of the
moment; ``set_icon`` also renders it again whenever the palette changes.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, Protocol

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from benchtop.resources import resource
from benchtop.ui.theme import tokens

Tint = Literal["text", "muted", "accent", "on_primary", "good", "warning", "bad"]
SIZES = (16, 20, 24, 32, 48)
"""Device pixels an icon is rendered at: 16, 20 and 24 on a plain screen, the rest on a dense one."""
_KEY = "benchtop-icon"


class HasIcon(Protocol):
    """A button, an action: anything with setIcon that is a QObject."""

    def setIcon(self, icon: QIcon, /) -> None: ...


def icon_names() -> list[str]:
    """The names of every icon there is, sorted."""
    return sorted(path.stem for path in resource("icons").glob("*.svg") if path.stem != "benchtop")


def read_icons() -> None:
    """Have them all in memory: a package may be replaced or removed while the window is open."""
    for name in icon_names():
        _drawing(name)


def icon(name: str, tint: Tint = "text") -> QIcon:
    """The icon in the application's palette of the moment, with its disabled look.

    Raises FileNotFoundError for an unknown name: a slip of ours, never a person's.
    """
    palette = QGuiApplication.palette()
    colour = getattr(tokens(palette), tint)
    faded = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText)
    made = QIcon()
    for size in SIZES:
        plain = pixmap(name, colour, size)
        made.addPixmap(plain, QIcon.Mode.Normal)
        # Selections are soft grounds here, so a selected icon keeps its colour.
        made.addPixmap(plain, QIcon.Mode.Selected)
        made.addPixmap(pixmap(name, faded, size), QIcon.Mode.Disabled)
    return made


def pixmap(name: str, colour: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon drawn in ``colour``, ``size`` logical pixels square, for a screen of ``ratio``."""
    pixels = max(1, round(size * ratio))
    key = f"{_KEY}/{name}/{pixels}/{colour.name(QColor.NameFormat.HexArgb)}"
    drawn = QPixmap()
    if not QPixmapCache.find(key, drawn):
        drawn = _tinted(_shape(name, pixels), colour)
        QPixmapCache.insert(key, drawn)
    drawn.setDevicePixelRatio(pixels / size)
    return drawn


def set_icon(target: HasIcon, name: str, tint: Tint = "text") -> None:
    """Give a button or an action an icon that follows the theme; a later call replaces it."""
    assert isinstance(target, QObject)
    tinter = target.findChild(_Tinter, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if tinter is None:
        tinter = _Tinter(target)
    tinter.show(name, tint)


def spaced(text: str) -> str:
    """The text of a push button with an icon, a thin step away from it: Qt leaves no gap there."""
    return f"\u2009{text}"


def app_icon() -> QIcon:
    """The program's own icon, in full colour."""
    return QIcon(str(resource("icons", "benchtop.svg")))


class _Tinter(QObject):
    """Lives as a child of a widget or action and renders its icon anew when the palette changes."""

    def __init__(self, target: QObject) -> None:
        super().__init__(target)
        self._name = ""
        self._tint: Tint = "text"
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.paletteChanged.connect(self._retint)

    def show(self, name: str, tint: Tint) -> None:
        self._name, self._tint = name, tint
        self._retint()

    def _retint(self) -> None:
        target = self.parent()
        set_to = getattr(target, "setIcon", None)
        if set_to is not None:
            set_to(icon(self._name, self._tint))


def _shape(name: str, pixels: int) -> QPixmap:
    """The icon in black, which ``_tinted`` colours: parsing an SVG costs more than filling it."""
    drawn = QPixmap()
    if QPixmapCache.find(f"{_KEY}/{name}/{pixels}", drawn):
        return drawn
    renderer = QSvgRenderer(QByteArray(_drawing(name)))
    for size in {*SIZES, pixels}:
        shape = QPixmap(size, size)
        shape.fill(Qt.GlobalColor.transparent)
        painter = QPainter(shape)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        QPixmapCache.insert(f"{_KEY}/{name}/{size}", shape)
        if size == pixels:
            drawn = shape
    return drawn


@cache
def _drawing(name: str) -> bytes:
    return resource("icons", f"{name}.svg").read_bytes()


def _tinted(shape: QPixmap, colour: QColor) -> QPixmap:
    """``shape`` filled with ``colour`` where it is not transparent."""
    drawn = QPixmap(shape)
    painter = QPainter(drawn)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(drawn.rect(), colour)
    painter.end()
    return drawn
