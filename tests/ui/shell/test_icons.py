"""Every icon draws something, in the theme's colour, and follows it."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QColor, QIcon, QImage, QPixmapCache
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

import benchtop
from benchtop.resources import resource
from benchtop.ui import icons
from benchtop.ui.action_table import ACTIONS
from benchtop.ui.icons import SIZES, app_icon, icon, icon_names, pixmap, set_icon
from benchtop.ui.theme import ThemeController, dark_tokens, light_tokens

# fmt: off
PROMISED = {
    "chat", "check", "chevron-down", "chevron-right", "close", "compare", "continue", "copy",
    "edit", "export", "external", "folder", "folder-plus", "help", "import", "info", "keyboard",
    "link", "model", "models", "moon", "more", "next", "offline", "online", "pin", "plus",
    "previous", "regenerate", "rename", "reset", "retry", "save", "search", "send", "settings",
    "sidebar", "sliders", "star", "stop", "sun", "system-prompt", "teach", "thumb-down",
    "thumb-up", "trash", "undo", "warning",
}
# fmt: on


def inked(image: QImage) -> int:
    """Pixels that are not transparent."""
    return sum(
        image.pixelColor(x, y).alpha() > 100
        for x in range(image.width())
        for y in range(image.height())
    )


def strongest(image: QImage) -> QColor:
    """The colour of the most opaque pixel."""
    return max(
        (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())),
        key=QColor.alpha,
    )


def near(one: QColor, other: QColor) -> bool:
    parts = zip(one.toRgb().getRgb()[:3], other.toRgb().getRgb()[:3], strict=True)
    return all(abs(a - b) <= 3 for a, b in parts)


def test_every_promised_icon_exists() -> None:
    assert set(icon_names()) >= PROMISED


def test_every_name_used_in_the_source_exists() -> None:
    """A wrong name would fail only when its page is opened; so the source is read."""
    names = set(icon_names())
    used = {spec.icon for spec in ACTIONS if spec.icon}
    call = re.compile(
        r"""\b(?:set_icon\(\s*[\w.\[\]]+(?:\(\))?,|icon\(|pixmap\()\s*"([a-z-]+)"[,)]"""
    )
    for path in Path(benchtop.__file__).parent.joinpath("ui").rglob("*.py"):
        used |= set(call.findall(path.read_text(encoding="utf-8")))
    assert len(used) > 20
    assert used <= names


@pytest.mark.parametrize("name", icon_names())
def test_files_are_ours_in_form(name: str) -> None:
    root = ElementTree.parse(resource("icons", f"{name}.svg")).getroot()
    assert root.get("viewBox") == "0 0 16 16"
    colours = {e.get(key) for e in root.iter() for key in ("stroke", "fill")} - {None, "none"}
    assert colours == {"currentColor"}


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_icons_draw_in_the_themes_colour(theme: ThemeController, choice: str) -> None:
    theme.set_choice(choice)
    text = (dark_tokens() if choice == "dark" else light_tokens()).text
    for name in icon_names():
        for size in (16, 24):
            image = icon(name).pixmap(QSize(size, size), 1.0).toImage()
            assert image.size() == QSize(size, size), name
            assert inked(image) >= 4, name
        assert near(strongest(icon(name).pixmap(QSize(24, 24), 1.0).toImage()), text), name


def test_disabled_icons_are_fainter(theme: ThemeController) -> None:
    shown = icon("chat")
    plain = strongest(shown.pixmap(QSize(24, 24), 1.0, QIcon.Mode.Normal).toImage())
    faint = strongest(shown.pixmap(QSize(24, 24), 1.0, QIcon.Mode.Disabled).toImage())
    assert faint.lightness() > plain.lightness() + 40


def test_dense_screens_get_their_own_pixels(theme: ThemeController) -> None:
    sharp = icon("chat").pixmap(QSize(16, 16), 2.0)
    assert sharp.size() == QSize(32, 32)
    assert sharp.devicePixelRatio() == 2.0
    assert {16, 20, 24, 32} <= set(SIZES)


def test_a_set_icon_follows_the_theme_on_buttons_and_actions(
    theme: ThemeController, qtbot: QtBot
) -> None:
    button = QToolButton()
    qtbot.addWidget(button)
    action = QAction(button)
    for target in (button, action):
        set_icon(target, "warning", "warning")
    theme.set_choice("dark")
    for target in (button, action):
        colour = strongest(target.icon().pixmap(QSize(24, 24), 1.0).toImage())
        assert near(colour, dark_tokens().warning)


def test_setting_another_icon_replaces_the_first(theme: ThemeController, qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    set_icon(button, "send")
    set_icon(button, "stop")
    theme.set_choice("dark")
    wanted = icon("stop").pixmap(QSize(24, 24), 1.0).toImage()
    assert button.icon().pixmap(QSize(24, 24), 1.0).toImage() == wanted
    assert len(button.children()) == 1


def test_an_unknown_name_is_found_out_at_once(theme: ThemeController) -> None:
    with pytest.raises(FileNotFoundError):
        pixmap("no-such-icon", QColor("#000"), 16)


@pytest.mark.parametrize("size", [16, 24, 32, 48, 64, 128, 256])
def test_the_app_icon_draws_at_every_size(theme: ThemeController, size: int) -> None:
    image = app_icon().pixmap(QSize(size, size), 1.0).toImage()
    assert image.width() == size
    colours = {image.pixelColor(x, y).name() for x in range(size) for y in range(0, size, 2)}
    assert {"#3b5bdb", "#ffffff"} <= colours


def test_they_are_drawn_though_their_files_have_gone(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As when the package is removed under the open window."""
    names = icon_names()
    icons.read_icons()
    monkeypatch.setattr(icons, "resource", tmp_path.joinpath)
    QPixmapCache.clear()
    for name in names:
        assert inked(icon(name).pixmap(QSize(24, 24)).toImage())
