"""The Models page: the list of models, and what its buttons do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from benchtop.domain.models import ModelFile
from benchtop.services.library import is_missing
from benchtop.ui.chat.chat_page import ChatPage
from benchtop.ui.chat.header_wiring import model_detail
from benchtop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from benchtop.ui.models_panel import ModelsPanel


class ModelsWiring(QObject):
    """Makes the Models page when it is first shown, and keeps it up to date."""

    def __init__(self, window: MainWindow, chat: ChatPage) -> None:
        super().__init__(window)
        self._window = window
        self._chat = chat
        self._panel: ModelsPanel | None = None
        window.add_page("models", self._make)
        models = chat.services.models
        models.changed.connect(lambda _models: self._show())
        models.removed.connect(self._removed)
        chat.services.session.model_changed.connect(lambda _model: self._show())

    def _make(self) -> QWidget:
        # Imported when it is first shown: not before the first paint.
        from benchtop.ui.models_panel import ModelsPanel  # noqa: PLC0415

        self._panel = ModelsPanel()
        self._panel.chosen.connect(self._use)
        self._panel.remove_requested.connect(self._chat.services.models.remove)
        self._panel.import_requested.connect(self._chat.header_wiring.import_model)
        self._show()
        return self._panel

    def _show(self) -> None:
        if self._panel is None:
            return
        from benchtop.ui.models_panel import ModelRow  # noqa: PLC0415

        current = self._chat.services.session.model
        rows = []
        for model in self._chat.services.models.models:
            in_use = current is not None and current.id == model.id
            state = "missing" if is_missing(model) else "in use" if in_use else ""
            starter = model.source == "starter"
            row = ModelRow(
                model.id,
                model.name,
                model_detail(model),
                model.path,
                state,
                removable=not starter,
                purpose=self._starter_purpose() if starter else "",
            )
            rows.append(row)
        self._panel.set_models(rows)

    def _starter_purpose(self) -> str:
        return self.tr(
            "Comes with Benchtop, to try everything with at once: it knows very little. "
            "For real work find a better one, and import its GGUF file here."
        )

    def _use(self, model_id: str) -> None:
        self._chat.header_wiring.choose(model_id)
        self._window.show_page("chat")

    def _removed(self, model: ModelFile) -> None:
        text = self.tr("{name} is off the list; its file stays where it is.").format(
            name=model.name
        )
        put_back = self._chat.services.models.put_back
        self._chat.undo_stack.push(text, lambda _left: put_back(model))
