"""What is trained: the model, the data set, and what it begins from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.domain.adapter_layout import AdapterLayout
from benchtop.ui.chat.parameter_row import rich_tip
from benchtop.ui.icons import set_icon
from benchtop.ui.teach.train_rows import AdapterChoice, DatasetChoice, ModelChoice
from benchtop.ui.teach.train_texts import (
    Caution,
    counts_words,
    parent_words,
    refused_words,
    warnings_of,
)
from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.breaking_label import BreakingLabel, with_breaks

_ID = Qt.ItemDataRole.UserRole


class TrainChoices(QWidget):
    """``changed``: a person chose another of the three. ``look_requested`` carries a data set's id and what
    there is to look at in it: personal, drafts, few, holdout or empty. ``models``, ``datasets``
    and ``adapters`` are what is offered, to read."""

    changed = Signal()
    look_requested = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.models: tuple[ModelChoice, ...] = ()
        self.datasets: tuple[DatasetChoice, ...] = ()
        self.adapters: tuple[AdapterChoice, ...] = ()
        self._model, self._dataset, self._parent = QComboBox(), QComboBox(), QComboBox()
        self._refused, self._counts = BreakingLabel("", self), QLabel(self)
        self._about_parent = QLabel(self)
        self._cautions = QVBoxLayout()
        self._cautions.setSpacing(4)
        self._rows: list[QWidget] = []
        self._lay_out()
        self._model.activated.connect(lambda _index: self._on_model())
        for box in (self._dataset, self._parent):
            box.activated.connect(lambda _index: self._on_chosen())

    def set_models(self, models: Sequence[ModelChoice], chosen: str = "") -> None:
        """Offer these; those with a ``trouble`` are greyed and cannot be taken."""
        wanted = chosen or self.model_id
        self.models = tuple(models)
        items = [
            (one.id, " · ".join(filter(None, (one.name, one.detail))), one.trouble)
            for one in sorted(models, key=lambda one: bool(one.trouble))
        ]
        _fill(self._model, items, wanted)
        words = refused_words(self.models)
        self._refused.setText(with_breaks(words))
        self._refused.setVisible(bool(words))
        self._offer_adapters(self.parent_id)

    def set_datasets(self, datasets: Sequence[DatasetChoice], chosen: str = "") -> None:
        """Offer these data sets."""
        wanted = chosen or self.dataset_id
        self.datasets = tuple(datasets)
        _fill(self._dataset, [(one.dataset.id, one.dataset.name, "") for one in datasets], wanted)
        self._show_dataset()

    def set_adapters(self, adapters: Sequence[AdapterChoice], chosen: str | None = None) -> None:
        """Offer to go on from these, where they belong to the model that is chosen. ``chosen``: one of
        them, or empty for none."""
        self.adapters = tuple(adapters)
        self._offer_adapters(self.parent_id if chosen is None else chosen)

    @property
    def model_id(self) -> str:
        """The chosen model; empty where there is none."""
        return self._model.currentData(_ID) or ""

    @property
    def dataset_id(self) -> str:
        """The chosen data set; empty where there is none."""
        return self._dataset.currentData(_ID) or ""

    @property
    def parent_id(self) -> str:
        """The adapter to begin from; empty for a new one."""
        return self._parent.currentData(_ID) or ""

    @property
    def parent(self) -> AdapterChoice | None:
        """The adapter to begin from; None for a new one."""
        own = (one for one in self.adapters if one.model_id == self.model_id)
        return next((one for one in own if one.id == self.parent_id), None)

    @property
    def layout(self) -> AdapterLayout | None:
        """That of the adapter to begin from; None for a new one."""
        parent = self.parent
        return parent.layout if parent is not None else None

    @property
    def model(self) -> ModelChoice | None:
        """The chosen model."""
        return next((one for one in self.models if one.id == self.model_id), None)

    @property
    def dataset(self) -> DatasetChoice | None:
        """The chosen data set."""
        return next((one for one in self.datasets if one.dataset.id == self.dataset_id), None)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for key, label, box, below in (
            ("model", self.tr("Model"), self._model, self._refused),
            ("dataset", self.tr("Data set"), self._dataset, self._counts),
            ("parent", self.tr("Begin from"), self._parent, self._about_parent),
        ):
            words = QLabel(label, self)
            words.setBuddy(box)
            set_tone(words, "title")
            box.setObjectName(f"teach.train.{key}")
            box.setAccessibleName(label)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(20)
            below.setObjectName(f"teach.train.{key}.words")
            below.setWordWrap(True)
            set_tone(below, "muted")
            group = QVBoxLayout()
            group.setSpacing(4)
            group.addWidget(words)
            group.addWidget(box)
            group.addWidget(below)
            if box is self._dataset:
                group.addLayout(self._cautions)
            column.addLayout(group)

    def _offer_adapters(self, wanted: str = "") -> None:
        own = [one for one in self.adapters if one.model_id == self.model_id]
        items = [("", self.tr("Nothing: a new adapter"), "")]
        words = self.tr("{name}, with what is new")
        items += [
            (
                one.id,
                " · ".join(filter(None, (words.format(name=one.name), one.detail))),
                one.trouble,
            )
            for one in sorted(own, key=lambda one: bool(one.trouble))
        ]
        _fill(self._parent, items, wanted)
        self._show_parent()

    def _on_model(self) -> None:
        self._offer_adapters(self.parent_id)
        self._on_chosen()

    def _on_chosen(self) -> None:
        self._show_dataset()
        self._show_parent()
        self.changed.emit()

    def _show_parent(self) -> None:
        if self._parent.count() < 2:
            text = self.tr("Once this model has an adapter, training can go on from there.")
        elif self.parent_id:
            text = parent_words(self.layout)
        else:
            text = self.tr("Or go on from an adapter that this model already has.")
        self._about_parent.setText(text)

    def _show_dataset(self) -> None:
        for row in self._rows:
            self._cautions.removeWidget(row)
            row.hide()
            row.deleteLater()
        choice = self.dataset
        self._counts.setText(counts_words(choice) if choice is not None else "")
        found = warnings_of(choice) if choice is not None else []
        self._rows = [self._make_caution(one) for one in found]
        for row in self._rows:
            self._cautions.addWidget(row)
            row.show()
        order = [button for row in self._rows for button in row.findChildren(QPushButton)]
        before: QWidget = self._dataset
        for button in order:
            QWidget.setTabOrder(before, button)
            before = button

    def _make_caution(self, caution: Caution) -> QWidget:
        row = QWidget(self)
        row.setObjectName(f"teach.train.caution.{caution.key}")
        sign = QToolButton(row)
        sign.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        sign.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        sign.setAccessibleName(self.tr("Warning"))
        set_icon(sign, "warning", "warning")
        words = QLabel(caution.text, row)
        words.setWordWrap(True)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(sign)
        line.addWidget(words, 1)
        look = QPushButton(self.tr("Look at it"), row)
        look.setObjectName(f"teach.train.look.{caution.key}")
        look.setAccessibleName(self.tr("Look at it in the data"))
        look.setAccessibleDescription(caution.text)
        look.clicked.connect(
            lambda _on=False: self.look_requested.emit(self.dataset_id, caution.key)
        )
        line.addWidget(look)
        return row


def _fill(box: QComboBox, items: Sequence[tuple[str, str, str]], wanted: str) -> None:
    """Items of (id, words, reason why it cannot be taken); ``wanted`` is chosen, or the first that can."""
    model = QStandardItemModel(box)
    place = -1
    for number, (key, words, trouble) in enumerate(items):
        item = QStandardItem(words)
        item.setData(key, _ID)
        if trouble:
            item.setEnabled(False)
            item.setToolTip(rich_tip(trouble))
            item.setData(f"{words}: {trouble}", Qt.ItemDataRole.AccessibleTextRole)
        elif place < 0 or key == wanted:
            place = number
        model.appendRow(item)
    with QSignalBlocker(box):
        box.setModel(model)  # which deletes the one before
        box.setCurrentIndex(place)
