"""How much of a chat a model should have in mind: the context that verdicts are given for."""

from __future__ import annotations

from PySide6.QtCore import Signal

from benchtop.ui.models.model_words import context_text
from benchtop.ui.settings.setting_row import CalmComboBox

CONTEXTS = (2_048, 4_096, 8_192, 16_384, 32_768)
"""Tokens that are offered beside the most that the model takes."""
DEFAULT_CONTEXT = 4_096


class ContextChoice(CalmComboBox):
    """``chosen`` carries tokens: when a person chooses, and when a model does not take the choice."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("models.repository.context")
        self.setAccessibleName(self.tr("Context to judge by"))
        self.setSizeAdjustPolicy(CalmComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setToolTip(
            self.tr(
                "How many tokens of a chat the model should have in mind. A larger context needs "
                "more memory; 1,000 tokens are about 750 English words."
            )
        )
        self._wanted = DEFAULT_CONTEXT
        self.offer(0)
        self.activated.connect(lambda _index: self._on_chosen())
        self.currentIndexChanged.connect(lambda _index: self.chosen.emit(self.tokens))

    @property
    def tokens(self) -> int:
        """What is chosen."""
        tokens: int = self.currentData()
        return tokens

    def offer(self, most: int) -> None:
        """Offer what a model of ``most`` tokens takes; 0 is not known.

        What a person chose comes back with the next model that takes it.
        """
        before = self.currentData()
        blocked = self.blockSignals(True)
        self.clear()
        for tokens in CONTEXTS:
            if not most or tokens < most:
                self.addItem(context_text(tokens), tokens)
        if most:
            words = self.tr("{size}, the most it takes").format(size=context_text(most))
            self.addItem(words, most)
        fitting = [self.itemData(at) for at in range(self.count())]
        self.choose(max((t for t in fitting if t <= self._wanted), default=fitting[0]))
        self.blockSignals(blocked)
        if before is not None and self.tokens != before:
            self.chosen.emit(self.tokens)

    def _on_chosen(self) -> None:
        self._wanted = self.tokens
