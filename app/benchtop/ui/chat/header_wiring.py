"""What the header of the chat page asks for: the model, the system prompt, presets, parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from benchtop.domain.chat import Conversation, Preset
from benchtop.domain.generation import SamplingParams
from benchtop.domain.models import ModelFile, bytes_text, parameters_text
from benchtop.resources import resource
from benchtop.services.branch_on_show import ChatDefaults
from benchtop.services.engine import EngineState
from benchtop.services.library import is_missing
from benchtop.ui.chat.model_picker import ModelChoice

if TYPE_CHECKING:
    from benchtop.ui.chat.chat_page import ChatPage


FROM_MODEL = "model"
"""The preset of what the model's makers suggest; its id in the settings."""


class HeaderWiring(QObject):
    """Connects the header of a chat page."""

    def __init__(self, page: ChatPage) -> None:
        super().__init__(page)
        self._page = page
        self._session = page.services.session
        self._settings = page.services.settings
        self._builtin = built_in_presets()
        self._own: list[Preset] = []
        self._chosen = self._settings.values.preset_id
        self._before: ModelFile | None = None
        self._gone: frozenset[str] = frozenset()
        self._connect_header()
        models = page.services.models
        models.changed.connect(self._models_changed)
        models.imported.connect(self._use)
        models.failed.connect(page.errors.post)
        page.services.conversations.presets_listed.connect(self._presets_listed)
        page.services.conversations.preset_removed.connect(self._preset_removed)
        self._session.model_changed.connect(lambda _model: self._show_models())
        self._session.branch.opened.connect(self._opened)
        self._session.branch.created.connect(lambda _c: self._begun())
        self._session.branch.conversation_changed.connect(lambda _c: self._show_preset())
        page.services.engine.state_changed.connect(self._engine_changed)
        self.take_defaults()

    def _engine_changed(self, state: EngineState) -> None:
        chosen = self._session.model
        if state.model is not None and chosen is not None and state.model.id == chosen.id:
            self._before = None  # the choice holds: a later failure is no reason to go back

    def take_defaults(self) -> None:
        """What new conversations start with, from the settings."""
        values = self._settings.values
        model = self._page.services.models.default(values.model_id)
        params = values.params or self._preset_params(values.preset_id, model)
        prompt = values.system_prompt or self._preset_prompt()
        attached = self._session.branch.defaults.adapters
        self._session.set_defaults(ChatDefaults(model, prompt, params, attached))
        self._show_params()

    def import_model(self) -> None:
        """Ask for a GGUF file and register it where it lies."""
        path, _filter = QFileDialog.getOpenFileName(
            self._page,
            self.tr("Import model file"),
            str(Path.home()),
            self.tr("Models (*.gguf);;All files (*)"),
        )
        if path:
            self._page.services.models.import_file(path)

    def choice_failed(self, model: ModelFile) -> None:
        """A model could not be loaded: the one before is the choice again."""
        before, self._before = self._before, None
        if before is not None and self._session.model is not None and before.id != model.id:
            self._answer_with(before)
        self._show_models()

    def _connect_header(self) -> None:
        header = self._page.header
        header.model_chosen.connect(self.choose)
        header.models_wanted.connect(self._look_at_models)
        header.import_model_requested.connect(self.import_model)
        header.system_prompt_changed.connect(self._system_prompt_changed)
        header.params_changed.connect(self._params_changed)
        header.preset_chosen.connect(self._choose_preset)
        header.preset_saved.connect(self._save_preset)
        header.preset_renamed.connect(self._page.services.conversations.rename_preset)
        header.preset_removed.connect(self._page.services.conversations.remove_preset)
        header.sidebar_toggled.connect(self._page.toggle_sidebar)

    # Models

    def _models_changed(self, _models: list[ModelFile]) -> None:
        if self._session.model is None or not self._page.services.models.by_id(
            self._session.model.id
        ):
            self.take_defaults()
        self._show_models()

    def _look_at_models(self) -> None:
        """Which files are gone is asked when the list opens: at every change that holds the window up."""
        models = self._page.services.models.models
        self._gone = frozenset(model.id for model in models if is_missing(model))
        self._show_models()

    def _show_models(self) -> None:
        current = self._session.model
        choices = [
            ModelChoice(m.id, m.name, model_detail(m), m.id in self._gone)
            for m in self._page.services.models.models
        ]
        self._page.header.set_models(choices, current.id if current else None)

    def choose(self, model_id: str) -> None:
        """Make a model of the list the one that answers."""
        model = self._page.services.models.by_id(model_id)
        if model is not None:
            self._use(model)

    def _use(self, model: ModelFile) -> None:
        """Make a model the one that answers, here and in new conversations, and load it."""
        self._before = self._session.model
        self._answer_with(model)
        self._page.services.engine.choose(model)

    def _answer_with(self, model: ModelFile) -> None:
        """Change the model; parameters that were the old one's suggestion become the new one's."""
        branch, before = self._session.branch, self._session.model
        followed = before is not None and branch.params == before.suggested_params
        self._page.adapters_wiring.take_along(before, model)
        self._session.set_model(model)
        values = self._settings
        values.set("model_id", model.id)
        params = values.values.params or self._preset_params(values.values.preset_id, model)
        defaults = branch.defaults
        branch.defaults = ChatDefaults(model, defaults.system_prompt, params, defaults.adapters)
        if branch.conversation is not None and followed and self._chosen == FROM_MODEL:
            branch.set_params(model.suggested_params)
        self._show_params()

    # The system prompt and the parameters

    def _begun(self) -> None:
        """What was set before the first message is that conversation's own; the preset is for all."""
        self._settings.set("system_prompt", "")
        self._settings.set("params", {})
        model = self._session.branch.defaults.model
        params = self._preset_params(self._settings.values.preset_id, model)
        self._session.branch.defaults = ChatDefaults(model, self._preset_prompt(), params)

    def _opened(self, _conversation: Conversation | None, _steps: object) -> None:
        self._show_params()

    def _show_params(self) -> None:
        branch = self._session.branch
        self._page.header.set_system_prompt(branch.system_prompt)
        model = self._session.model
        if model is not None:
            self._page.header.set_default_params(model.suggested_params)
        self._page.header.set_params(branch.params)
        self._show_preset()

    def _system_prompt_changed(self, text: str) -> None:
        self._session.branch.set_system_prompt(text)
        if self._session.branch.conversation is None:
            self._settings.set("system_prompt", text)
        self._show_preset()
        self._session.count_context()

    def _params_changed(self, params: SamplingParams) -> None:
        self._session.branch.set_params(params)
        if self._session.branch.conversation is None:
            self._settings.set("params", params.to_json())
        self._show_preset()

    # Presets

    def _presets_listed(self, presets: list[Preset]) -> None:
        self._own = presets
        if self._session.branch.conversation is None and self._chosen in {p.id for p in presets}:
            self.take_defaults()
        self._show_preset()

    def _presets(self) -> list[Preset]:
        model = self._session.model
        suggested = [suggestion(model)] if model is not None and model.suggested else []
        return [*suggested, *self._builtin, *self._own]

    def _preset(self, preset_id: str) -> Preset | None:
        return next((p for p in self._presets() if p.id == preset_id), None)

    def _preset_params(self, preset_id: str, model: ModelFile | None) -> Mapping[str, Any]:
        if preset_id == FROM_MODEL:
            return model.suggested if model is not None else {}
        preset = self._preset(preset_id)
        return preset.params if preset else {}

    def _preset_prompt(self) -> str:
        preset = self._preset(self._settings.values.preset_id)
        return preset.system_prompt if preset else ""

    def _show_preset(self) -> None:
        branch = self._session.branch
        same = [p for p in self._presets() if matches(p, branch.system_prompt, branch.params)]
        ids = [p.id for p in same]
        current = self._chosen if self._chosen in ids or not ids else ids[0]
        self._page.header.set_presets(self._presets(), current, not ids)

    def _choose_preset(self, preset_id: str) -> None:
        preset = self._preset(preset_id)
        if preset is None:
            return
        self._chosen = preset_id
        self._settings.set("preset_id", preset_id)
        if preset.system_prompt or not preset.builtin:
            self._system_prompt_changed(preset.system_prompt)
        self._session.branch.set_params(SamplingParams.tolerant(preset.params)[0])
        if self._session.branch.conversation is None:
            self._settings.set("params", {})  # the preset says them, also for the next model
        self._show_params()

    def _save_preset(self, name: str) -> None:
        branch = self._session.branch
        self._page.services.conversations.save_preset(
            name, branch.system_prompt, branch.params.to_json()
        )

    def _preset_removed(self, preset: Preset) -> None:
        days = self._settings.values.bin_days
        text = self.tr("The preset “{name}” is in the bin and stays there for {days} days.")
        text = text.format(name=preset.name, days=days)
        self._page.undo_stack.push(text, self._page.services.conversations.restore, [preset.id])


def matches(preset: Preset, system_prompt: str, params: SamplingParams) -> bool:
    """Whether these are the preset's values. A built-in without a system prompt asks for none."""
    if preset.system_prompt != system_prompt and not (preset.builtin and not preset.system_prompt):
        return False
    return SamplingParams.tolerant(preset.params)[0] == params


def suggestion(model: ModelFile) -> Preset:
    """What the makers of a model suggest, as a preset."""
    return Preset(FROM_MODEL, "Suggested by the model", "", model.suggested, builtin=True)


def built_in_presets() -> list[Preset]:
    """The presets that come with Benchtop, from resources/presets."""
    found = []
    for path in sorted(resource("presets").glob("*.json")):
        values = json.loads(path.read_text(encoding="utf-8"))
        found.append(
            Preset(
                path.stem,
                values["name"],
                values.get("system_prompt", ""),
                values.get("params", {}),
                builtin=True,
            )
        )
    return found


def model_detail(model: ModelFile) -> str:
    """ "3.6M · Q8_0 · 3.9 MB": what tells models apart at a glance."""
    parts = [parameters_text(model.parameters), model.quantisation, bytes_text(model.bytes)]
    return " · ".join(part for part in parts if part)
