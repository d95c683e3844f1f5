"""What came of looking for models, and of files that were dropped: one sentence each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject

from benchtop.domain.adapters import AdapterFile
from benchtop.domain.errors import BenchtopError
from benchtop.domain.models import ModelFile, bytes_text
from benchtop.services.adapters import models_for
from benchtop.services.hub_services import HubServices
from benchtop.services.library import Imported
from benchtop.services.local_models import LocalModel
from benchtop.services.model_checker import Listed
from benchtop.services.reply_stream import explain
from benchtop.ui.models.library_view import LibraryView
from benchtop.ui.widgets.info_bar import InfoBar, NoticeKind

NEWS_MS = 12_000
"""How long a piece of news stays that the list shows as well."""
NAMED = 3
"""So many names are read in a sentence."""


class LibraryNews(QObject):
    """Does what a person wishes for the whole list, and says what came of it."""

    def __init__(
        self,
        view: LibraryView,
        services: HubServices,
        info: InfoBar,
        *,
        use: Callable[[str], object],
    ) -> None:
        super().__init__(view)
        self._models, self._finder, self._info = services.models, services.finder, info
        self._use = use
        self._found: list[LocalModel] = []
        view.find_local_requested.connect(self._find)
        view.newer_wanted.connect(services.newer.check_all)
        view.paths_dropped.connect(services.checker.list_files)
        services.checker.listed.connect(self._listed)
        services.models.adapters_imported.connect(self._tell_adapters)
        services.finder.found.connect(self._found_one)
        services.finder.ended.connect(self._find_ended)

    # Files that were dropped

    def _listed(self, listed: Listed) -> None:
        if not listed.paths:
            self._info.post(
                "warning",
                self.tr(
                    "There is no GGUF file in what you dropped: those are what models come in."
                ),
                timeout_ms=NEWS_MS,
            )
            return
        self._models.import_files(listed.paths, partial(self._tell_imported, listed.left_out))

    def _tell_imported(self, left_out: int, imported: Imported) -> None:
        others = imported.known or imported.refused or imported.adapters or left_out
        if len(imported.new) == 1 and not others:
            self._tell_one(imported.new[0])
            return
        parts = [
            self._new_words(len(imported.new)),
            self._known_words(len(imported.known)),
            self._adapter_words(imported.adapters),
            self._refused_words(imported.refused),
            self._left_out_words(left_out),
        ]
        bad = bool(imported.refused or left_out)
        done = imported.new or imported.adapters
        kind: NoticeKind = "info" if not bad else "warning" if done else "error"
        text = " ".join(part for part in parts if part)
        self._info.post(kind, text, timeout_ms=None if bad else NEWS_MS)

    def _tell_one(self, model: ModelFile) -> None:
        words = self.tr("{name} is on the list now: {size}; its file stays where it is.")
        text = words.format(name=model.name, size=bytes_text(model.bytes))
        self._info.post("info", text, self.tr("Chat with it"), partial(self._use, model.id))

    def _new_words(self, new: int) -> str:
        if not new:
            return ""
        if new == 1:
            return self.tr("One model is on the list now; its file stays where it is.")
        words = self.tr("{n} models are on the list now; their files stay where they are.")
        return words.format(n=f"{new:,}")

    def _known_words(self, known: int) -> str:
        if not known:
            return ""
        if known == 1:
            return self.tr("One was on the list already.")
        return self.tr("{n} were on the list already.").format(n=f"{known:,}")

    def _adapter_words(self, adapters: Sequence[AdapterFile]) -> str:
        if not adapters:
            return ""
        if len(adapters) > 1:
            words = self.tr(
                "{n} adapters are known now, and named in the details of models they fit."
            )
            return words.format(n=f"{len(adapters):,}")
        models = models_for(adapters[0], self._models.models)
        if not models:
            words = self.tr("{name} is an adapter and known now; no model on the list fits it.")
            return words.format(name=adapters[0].name)
        words = self.tr("{name} is an adapter and known now; by its measures it fits {models}.")
        return words.format(name=adapters[0].name, models=listed([model.name for model in models]))

    def _tell_adapters(self, adapters: list[AdapterFile]) -> None:
        self._info.post("info", self._adapter_words(adapters), timeout_ms=NEWS_MS)

    def _refused_words(self, refused: tuple[BenchtopError, ...]) -> str:
        if not refused:
            return ""
        if len(refused) == 1:
            return explain(refused[0])
        words = self.tr("{n} files cannot be used; the first of them: {why}")
        return words.format(n=f"{len(refused):,}", why=explain(refused[0]))

    def _left_out_words(self, left_out: int) -> str:
        if not left_out:
            return ""
        words = self.tr("{n} more files were left out: drop their folders one by one.")
        return words.format(n=f"{left_out:,}")

    # What other programs have

    def _find(self) -> None:
        self._found = []
        self._finder.start()

    def _found_one(self, local: LocalModel) -> None:
        self._found.append(local)

    def _find_ended(self, _count: int) -> None:
        found, self._found = self._found, []
        self._models.register_found(found, lambda new: self._tell_found(len(found), new))

    def _tell_found(self, found: int, new: int) -> None:
        if new == 1:
            text = self.tr("One model of another program is on the list now.")
        elif new:
            text = self.tr("{n} models of other programs are on the list now.").format(n=new)
        elif found:
            text = self.tr(
                "Every model that other programs have on this disk is on the list already."
            )
        else:
            text = self.tr("No other program has a model file on this disk.")
        self._info.post("info", text, timeout_ms=NEWS_MS)


def listed(names: Sequence[str]) -> str:
    """Names with commas, the first few of them."""
    more = len(names) - NAMED
    shown = ", ".join(names[:NAMED])
    if more <= 0:
        return shown
    words = QCoreApplication.translate("LibraryNews", "{names} and {n} more")
    return words.format(names=shown, n=more)
