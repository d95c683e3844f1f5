"""The palettes are complete, every text can be read, and the controller follows choices."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui import theme as theme_module
from benchtop.ui.colours import disabled_text
from benchtop.ui.theme import (
    Kind,
    ThemeController,
    Tokens,
    contrast,
    dark_tokens,
    figures_font,
    icon_side,
    light_tokens,
    make_palette,
    set_kind,
    set_tone,
    style_sheet,
    tokens,
)

LEAST = 4.5
GROUNDS = ("window", "surface", "user_card", "code_ground", "hover", "selection")
PAIRS = [
    *product(("text", "muted"), GROUNDS),
    *product(("accent", "good", "warning", "bad"), ("window", "surface", "code_ground")),
    ("on_primary", "primary"),
]


@pytest.mark.parametrize("made", [light_tokens, dark_tokens], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(made, text: str, ground: str) -> None:
    t: Tokens = made()
    assert contrast(getattr(t, text), getattr(t, ground)) >= LEAST


@pytest.mark.parametrize("made", [light_tokens, dark_tokens], ids=["light", "dark"])
@pytest.mark.parametrize("line", ["outline", "accent"])
def test_lines_that_must_be_seen_stand_out(made, line: str) -> None:
    """WCAG 2.2, 1.4.11: three to one for the frame of a field and the focus ring."""
    t: Tokens = made()
    assert contrast(getattr(t, line), t.window) >= 3
    assert contrast(getattr(t, line), t.surface) >= 3


def test_contrast_knows_the_standards_ends() -> None:
    assert contrast(QColor("#000"), QColor("#fff")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#fff")) == pytest.approx(4.48, abs=0.005)


ROLES = [
    r
    for r in QPalette.ColorRole
    if r not in {QPalette.ColorRole.NoRole, QPalette.ColorRole.NColorRoles}
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_palettes_set_every_role_of_every_group(dark: bool) -> None:
    palette = make_palette(dark=dark)
    groups = QPalette.ColorGroup
    unset = [
        (group.name, role.name)
        for group in (groups.Active, groups.Inactive, groups.Disabled)
        for role in ROLES
        if not palette.isBrushSet(group, role)
    ]
    assert unset == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_disabled_text_looks_disabled(dark: bool) -> None:
    palette = make_palette(dark=dark)
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        active = palette.color(QPalette.ColorGroup.Active, role)
        assert palette.color(QPalette.ColorGroup.Disabled, role) != active


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", ["normal", "primary", "quiet", "danger"])
def test_disabled_buttons_look_disabled(
    theme: ThemeController, qtbot: QtBot, kind: Kind, dark: bool
) -> None:
    """Nothing on a disabled button is drawn with more contrast than disabled text has."""
    theme.set_choice("dark" if dark else "light")
    ground = QWidget()
    qtbot.addWidget(ground)
    button = QPushButton("Send", ground)
    set_kind(button, kind)
    ground.resize(button.sizeHint())
    t = dark_tokens() if dark else light_tokens()

    def strongest() -> float:
        shot = ground.grab().toImage()
        pixels = ((x, y) for x in range(shot.width()) for y in range(shot.height()))
        return max(contrast(shot.pixelColor(x, y), t.window) for x, y in pixels)

    most = contrast(disabled_text(t), t.window) + 0.05
    assert strongest() > most
    button.setEnabled(False)
    assert strongest() <= most


def test_tokens_belong_to_the_palette() -> None:
    assert tokens(make_palette(dark=True)) == dark_tokens()
    assert tokens(make_palette(dark=False)) == light_tokens()


def test_the_style_sheet_has_no_name_left_and_is_understood(
    theme: ThemeController, qtbot: QtBot
) -> None:
    """Qt warns of a style sheet it cannot parse, and a warning fails a test."""
    sheet = style_sheet(light_tokens(), 10)
    assert "$" not in sheet
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setStyleSheet(sheet)
    widget.ensurePolished()
    arrows = [part.split('")')[0] for part in sheet.split('url("')[1:]]
    assert arrows
    assert all(Path(path).is_file() for path in arrows)


def test_choices_change_the_palette_and_say_so(
    qapp: QApplication, theme: ThemeController, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.set_choice("dark")
    assert theme.dark
    assert qapp.palette().color(QPalette.ColorRole.Window) == dark_tokens().window
    with qtbot.waitSignal(theme.changed):
        theme.toggle()
    assert theme.choice == "light"
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_choice("light")
    theme.set_choice("no such theme")
    assert theme.choice == "system"


def test_system_follows_the_system_until_a_theme_is_chosen(
    qapp: QApplication, theme: ThemeController
) -> None:
    """The offscreen platform has no scheme of its own, so the test is the system here."""
    system = {"dark": False}
    follower = ThemeController(qapp, "system", system_is_dark=lambda: system["dark"])
    assert not follower.dark
    system["dark"] = True
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert follower.dark
    follower.set_choice("light")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert not follower.dark
    follower.set_choice("system")
    assert follower.dark
    follower.deleteLater()


def test_text_size_scales_the_application_and_stays_in_bounds(
    qapp: QApplication, theme: ThemeController, qtbot: QtBot
) -> None:
    normal = qapp.font().pointSizeF()
    label = QLabel("words")
    qtbot.addWidget(label)
    label.show()
    height = label.sizeHint().height()
    theme.set_text_size(150)
    assert qapp.font().pointSizeF() == pytest.approx(normal * 1.5)
    assert label.sizeHint().height() > height
    theme.set_text_size(1_000)
    assert theme.text_size == theme_module.TEXT_SIZE_HIGH
    theme.larger()
    assert theme.text_size == theme_module.TEXT_SIZE_HIGH
    theme.normal_size()
    theme.smaller()
    assert theme.text_size == 90
    theme.set_text_size(1)
    assert theme.text_size == theme_module.TEXT_SIZE_LOW


def test_tones_follow_text_size_and_theme(theme: ThemeController, qtbot: QtBot) -> None:
    label = QLabel("words")
    qtbot.addWidget(label)
    set_tone(label, "muted")
    label.show()
    body = QApplication.font().pointSizeF()
    assert label.font().pointSizeF() == pytest.approx(body * 0.9, abs=0.06)
    theme.set_text_size(200)
    assert label.font().pointSizeF() == pytest.approx(body * 1.8, abs=0.06)


def test_a_style_sheet_follows_the_theme(theme: ThemeController, qtbot: QtBot) -> None:
    """Qt resolves palette() once; without setting the sheet again the old colour would stay."""
    button = QPushButton("")
    qtbot.addWidget(button)
    button.resize(80, 40)
    button.show()

    def ground() -> QColor:
        return button.grab().toImage().pixelColor(20, 20)

    assert ground() == light_tokens().surface
    theme.set_choice("dark")
    assert ground() == dark_tokens().surface
    set_kind(button, "primary")
    assert ground() == dark_tokens().primary


def test_a_focused_button_shows_its_ring(theme: ThemeController, qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    button = QPushButton("Press", holder)
    button.resize(80, 40)
    holder.show()
    holder.activateWindow()
    qtbot.waitUntil(holder.isActiveWindow)
    button.clearFocus()
    before = button.grab().toImage()
    button.setFocus()
    ring = button.grab().toImage().pixelColor(40, 0)
    assert before.pixelColor(40, 0) != ring
    assert ring == light_tokens().accent


def test_nothing_is_animated(qapp: QApplication, theme: ThemeController) -> None:
    effects = Qt.UIEffect
    for effect in (effects.UI_AnimateMenu, effects.UI_AnimateCombo, effects.UI_AnimateTooltip):
        assert not QApplication.isEffectEnabled(effect)


def test_figures_have_digits_of_one_width(qapp: QApplication) -> None:
    font = figures_font(qapp.font())
    assert [tag.toString() for tag in font.featureTags()] == [b"tnum"]


@pytest.mark.parametrize(("points", "side"), [(9, 16), (10, 16), (11, 20), (13.5, 24), (20, 32)])
def test_icons_grow_with_text_in_crisp_steps(points: float, side: int) -> None:
    assert icon_side(points) == side


def test_a_spin_box_keeps_its_text_off_the_frame(theme: ThemeController, qtbot: QtBot) -> None:
    box = QSpinBox()
    qtbot.addWidget(box)
    theme_module.pad_spin_box(box)
    assert box.lineEdit().textMargins().left() >= 4
