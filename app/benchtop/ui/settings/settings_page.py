"""The settings: grouped, each with one line of plain words. The page knows no service."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.settings.bin_row import BinRow
from benchtop.ui.settings.hub_card import HubCard
from benchtop.ui.settings.setting_row import CalmComboBox, CalmSpinBox, SettingCard, SettingRow
from benchtop.ui.settings.settings_view import SettingsView
from benchtop.ui.settings.tools_row import ToolsRow
from benchtop.ui.theme import TEXT_SIZE_HIGH, TEXT_SIZE_LOW, TEXT_SIZE_STEP, set_tone
from benchtop.ui.widgets.scrolled_column import ScrolledColumn
from benchtop.ui.widgets.switch import Switch

__all__ = ["LEAST_CONTEXT", "SettingsPage", "SettingsView"]

_COLUMN = 760
LEAST_CONTEXT = 256


class SettingsPage(QWidget):
    """``changed`` carries a key (theme, text_size, threads, context_length, cache_megabytes,
    language, bin_days, offline) and its new value when a person changes it, never on set_values."""

    changed = Signal(str, object)
    open_data_folder_requested = Signal()
    empty_bin_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings")
        self.setAccessibleName(self.tr("Settings"))
        self._filling = True
        self._theme = CalmComboBox()
        self.setFocusProxy(self._theme)
        self._text_size = CalmSpinBox()
        self._language = CalmComboBox()
        self._threads = CalmSpinBox()
        self._context = CalmSpinBox()
        self._cache = CalmSpinBox()
        self._bin_days = CalmSpinBox()
        self._offline = Switch()
        self._name_controls()
        self.hub = HubCard()
        self._bin = BinRow()
        self._bin.control.confirmed.connect(self.empty_bin_requested)
        tools = self._tools = ToolsRow()
        self.tools = tools.control
        self._build()
        self._connect()
        self.set_values(SettingsView())

    def set_values(self, values: SettingsView) -> None:
        """Show these values."""
        self._filling = True
        try:
            self._folder.setText(values.data_folder)
            self._theme.choose(values.theme)
            self._text_size.setValue(values.text_size)
            self._language.choose(values.language)
            self._threads.setMaximum(max(values.most_threads, 1))
            self._threads.setValue(values.threads or 0)
            self._context.setValue(values.context_length or 0)
            self._cache.setValue(values.cache_megabytes)
            self._bin_days.setValue(values.bin_days)
            self._bin.control.set_count(values.bin_count)
            self._offline.setChecked(values.offline)
            self._measured.setText(
                self._measured_words(values.measured_threads, values.threads_in_use)
            )
        finally:
            self._filling = False

    def _name_controls(self) -> None:
        for name, control in (
            ("theme", self._theme),
            ("text_size", self._text_size),
            ("language", self._language),
            ("threads", self._threads),
            ("context_length", self._context),
            ("cache_megabytes", self._cache),
            ("bin_days", self._bin_days),
            ("offline", self._offline),
        ):
            control.setObjectName(f"settings.{name}")
        for value, words in (
            ("system", self.tr("As the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            self._theme.addItem(words, value)
        self._language.addItem(self.tr("English"), "en")
        self._text_size.setRange(TEXT_SIZE_LOW, TEXT_SIZE_HIGH)
        self._text_size.setSingleStep(TEXT_SIZE_STEP)
        self._text_size.setSuffix(self.tr(" %"))
        self._threads.setRange(0, 64)
        self._threads.setSpecialValueText(self.tr("automatic"))
        self._context.setRange(0, 1_048_576)
        self._context.setSingleStep(1024)
        self._context.setSuffix(self.tr(" tokens"))
        self._context.setSpecialValueText(self.tr("automatic"))
        self._cache.setRange(0, 65_536)
        self._cache.setSingleStep(128)
        self._cache.setSuffix(self.tr(" MB"))
        self._bin_days.setRange(1, 3650)
        self._bin_days.setSuffix(self.tr(" days"))

    def _connect(self) -> None:
        self._theme.currentIndexChanged.connect(
            lambda: self._say("theme", self._theme.currentData())
        )
        self._language.currentIndexChanged.connect(
            lambda: self._say("language", self._language.currentData())
        )
        self._text_size.valueChanged.connect(lambda value: self._say("text_size", value))
        self._threads.valueChanged.connect(lambda value: self._say("threads", value or None))
        self._context.valueChanged.connect(self._on_context)
        self._cache.valueChanged.connect(lambda value: self._say("cache_megabytes", value))
        self._bin_days.valueChanged.connect(lambda value: self._say("bin_days", value))
        self._offline.toggled.connect(lambda on: self._say("offline", on))

    def _say(self, key: str, value: object) -> None:
        if not self._filling:
            self.changed.emit(key, value)

    def _on_context(self, tokens: int) -> None:
        if 0 < tokens < LEAST_CONTEXT:
            self._context.setValue(LEAST_CONTEXT)
            return
        self._say("context_length", tokens or None)

    def _build(self) -> None:
        column = QWidget()
        cards = QVBoxLayout(column)
        cards.setContentsMargins(24, 20, 24, 24)
        cards.setSpacing(20)
        title = QLabel(self.tr("Settings"), column)
        set_tone(title, "heading")
        cards.addWidget(title)
        for card in (self._appearance(), self._model(), self.hub, self._data(), self._privacy()):
            cards.addWidget(card)
        cards.addStretch(1)
        scroll = ScrolledColumn(column, _COLUMN, self)
        scroll.setObjectName("settings.scroll")
        scroll.setAccessibleName(self.tr("Settings"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _appearance(self) -> SettingCard:
        card = SettingCard(self.tr("Appearance"))
        card.add(
            SettingRow(
                self.tr("Theme"),
                self.tr("Light, dark, or whichever the system shows at the moment."),
                self._theme,
            )
        )
        card.add(
            SettingRow(
                self.tr("Text size"),
                self.tr("In percent of the system's text size. Ctrl and + or − do the same."),
                self._text_size,
            )
        )
        card.add(
            SettingRow(
                self.tr("Language"),
                self.tr("Benchtop speaks English for now."),
                self._language,
            )
        )
        return card

    def _model(self) -> SettingCard:
        card = SettingCard(self.tr("Models"))
        threads = SettingRow(
            self.tr("Threads"),
            self.tr(
                "How many processor cores work on a reply. Automatic tries a few numbers on this "
                "machine and keeps the fastest; more is often slower. Going back to automatic "
                "measures again. A change loads the model again."
            ),
            self._threads,
        )
        self._measured = QLabel(threads)
        self._measured.setObjectName("settings.measured_threads")
        self._measured.setWordWrap(True)
        set_tone(self._measured, "muted")
        column = threads.layout()
        assert column is not None
        column.addWidget(self._measured)
        card.add(threads)
        card.add(
            SettingRow(
                self.tr("Context length"),
                self.tr(
                    "How many tokens (pieces of words) a model sees at once. Automatic takes the "
                    "model's own length, at most 4,096; more takes more memory. "
                    "A change loads the model again."
                ),
                self._context,
            )
        )
        card.add(
            SettingRow(
                self.tr("Memory for kept conversations"),
                self.tr(
                    "What a model has read of your last conversations is kept in memory, so that "
                    "coming back to one starts at once. 0 keeps only the one on show."
                ),
                self._cache,
            )
        )
        return card

    def _data(self) -> SettingCard:
        card = SettingCard(self.tr("Your data"))
        folder = SettingRow(
            self.tr("Data folder"),
            self.tr(
                "Everything you write lies here. To move it, close Benchtop, move the folder, and "
                "set the environment variable BENCHTOP_HOME to its new place."
            ),
            self._folder_button(),
        )
        self._folder = QLabel(folder)
        self._folder.setObjectName("settings.data_folder")
        self._folder.setAccessibleName(self.tr("Path of the data folder"))
        self._folder.setTextFormat(Qt.TextFormat.PlainText)
        self._folder.setWordWrap(True)
        self._folder.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        column = folder.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, self._folder)
        card.add(folder)
        card.add(
            SettingRow(
                self.tr("Keep what was deleted for"),
                self.tr(
                    "A deleted chat or preset lies in the bin this long and can be brought back."
                ),
                self._bin_days,
            )
        )
        card.add(self._bin)
        card.add(self._tools)
        return card

    def _folder_button(self) -> QPushButton:
        button = QPushButton(spaced(self.tr("Open folder")))
        button.setObjectName("settings.open_data_folder")
        button.setAccessibleName(self.tr("Open the data folder"))
        set_icon(button, "folder")
        button.clicked.connect(self.open_data_folder_requested)
        return button

    def _privacy(self) -> SettingCard:
        card = SettingCard(self.tr("Privacy"))
        card.add(
            SettingRow(
                self.tr("Offline"),
                self.tr(
                    "Offline, no connection to another machine is made. Online, Benchtop may ask the "
                    "Hugging Face Hub for what you search and download; your chats stay here."
                ),
                self._offline,
            )
        )
        return card

    def _measured_words(self, speeds: Mapping[int, float], in_use: int) -> str:
        if not speeds:
            return self.tr("Not measured yet: it is done when a model is first loaded.")
        each = [
            self.tr("{threads}: {speed:,.0f}").format(threads=n, speed=speed)
            for n, speed in sorted(speeds.items())
        ]
        words = self.tr("Measured here, tokens per second by threads: {each}.").format(
            each=", ".join(each)
        )
        if in_use:
            words += " " + self.tr("In use: {threads}.").format(threads=in_use)
        return words
