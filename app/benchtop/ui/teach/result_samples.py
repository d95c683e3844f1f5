"""The same prompts, answered without the adapter and with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from benchtop.domain.training import SamplePoint
from benchtop.ui.teach.answer_pair import AnswerPair
from benchtop.ui.teach.result_rows import Known, ResultRow
from benchtop.ui.theme import set_tone

_BASE = -1
"""The step of the base's own answers."""


class ResultSamples(QWidget):
    """Hidden where nobody was asked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.result.samples")
        self._pairs: list[AnswerPair] = []
        title = QLabel(self.tr("The same prompts, without and with it"), self)
        set_tone(title, "title")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(title)

    def show_row(self, row: ResultRow) -> None:
        """Show the base's answers beside those of the step that was kept, or of the last one there is."""
        prompts = {one.place: one.prompt for one in row.samples}
        base = _texts(row.samples, _BASE)
        steps = {one.step for one in row.samples} - {_BASE}
        kept = row.run.result.best_step if row.run.result is not None else _BASE
        step = kept if kept in steps else max(steps, default=_BASE)
        after = _texts(row.samples, step) if steps else {}
        heads = (row.model_name or self.tr("Base"), self.tr("With the adapter"))
        earlier_head = self.tr("With the earlier adapter")
        for number, key in enumerate(sorted(prompts)):
            if number == len(self._pairs):
                self._pairs.append(AnswerPair(number, self))
                self._column.addWidget(self._pairs[number])
            kind = self._kind_words(row.splits.get(prompts[key]))
            answers = base.get(key), after.get(key)
            earlier = row.earlier.get(prompts[key])
            between = (earlier_head, earlier) if earlier is not None else None
            both = (heads[0], self.tr("With the new adapter")) if between is not None else heads
            self._pairs[number].show_pair(prompts[key], both, answers, kind, between)
        for number, pair in enumerate(self._pairs):
            pair.setVisible(number < len(prompts))
        self.setVisible(bool(prompts))

    def _kind_words(self, known: Known | None) -> str:
        if known is None:
            return ""
        return {
            "holdout": self.tr("held out: it never learnt from this question"),
            "train": self.tr("learnt from: the answer may be known by heart"),
            "before": self.tr(
                "held out, but an earlier adapter learnt from it: the answer may be known by heart"
            ),
            "unknown": self.tr(
                "held out of this run; whether what it began from had learnt it is not known"
            ),
        }[known]


def _texts(samples: Sequence[SamplePoint], step: int) -> dict[int, str]:
    return {one.place: one.text for one in samples if one.step == step}
