"""A new model of one on the list with an adapter inside it: where to, how far, and what came of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from benchtop.domain.adapters import AdapterFile
from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.generation import AdapterUse
from benchtop.domain.models import ModelFile, bytes_text
from benchtop.services.adapter_merging import AdapterMerging
from benchtop.services.library import Imported
from benchtop.services.merge_files import Merge, usual_kind
from benchtop.services.reply_stream import explain

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchtop.services.data_folder import DataFolder
    from benchtop.services.model_list import ModelList
    from benchtop.ui.main_window import MainWindow
    from benchtop.ui.widgets.info_bar import Notice

JOB = "merge"


class MergeWiring(QObject):
    """One merge at a time; it goes on when the page is left. ``use`` lets a model answer in the chat."""

    def __init__(
        self,
        window: MainWindow,
        models: ModelList,
        folder: DataFolder,
        *,
        use: Callable[[str], object],
    ) -> None:
        super().__init__(window)
        self._window, self._models, self._use = window, models, use
        self._merging = AdapterMerging(folder, self)
        self._merging.progress.connect(self._progressed)
        self._merging.done.connect(self._done)
        self._merging.failed.connect(self._failed)
        self._notice: Notice | None = None
        self._words = ""

    def ask(self, adapter_id: str, model_id: str) -> None:
        """Ask where the new model is to lie, and make it."""
        adapter, model = self._models.adapters.by_id(adapter_id), self._models.by_id(model_id)
        if adapter is None or model is None:
            return
        if self._merging.is_busy:
            self._window.info_bar.post(
                "warning", self.tr("Another model is being merged: wait for it, or stop it first.")
            )
            return
        name = f"{model.name}-{adapter.name}".replace("/", "-")
        path, _filter = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Merge {adapter} into a new model").format(adapter=adapter.name),
            str(Path(model.path).with_name(f"{name}.gguf")),
            self.tr("Models (*.gguf)"),
        )
        if path:
            self._begin(adapter, model, Path(path), usual_kind(model))

    def begin(self, adapter_id: str, model_id: str, target: str, kind: str) -> None:
        """Make a new model at ``target`` in this quantisation."""
        adapter, model = self._models.adapters.by_id(adapter_id), self._models.by_id(model_id)
        if adapter is not None and model is not None and not self._merging.is_busy:
            self._begin(adapter, model, Path(target), kind)

    def close(self) -> None:
        """End what is under way; nothing of it is left behind."""
        self._merging.close()

    def _begin(self, adapter: AdapterFile, model: ModelFile, target: Path, kind: str) -> None:
        if target.suffix.lower() != ".gguf":
            target = target.with_name(f"{target.name}.gguf")
        self._words = self.tr("Merging {adapter} into {model}").format(
            adapter=adapter.name, model=model.name
        )
        info = self._window.info_bar
        self._notice = info.post("info", f"{self._words}…", self.tr("Stop"), self._merging.stop)
        self._progressed(0.0)
        self._merging.begin(Merge(model, (AdapterUse(adapter.path),), target, kind))

    def _progressed(self, fraction: float) -> None:
        self._window.status.set_job(JOB, self._words, fraction)

    def _end(self) -> None:
        self._window.status.end_job(JOB)
        notice, self._notice = self._notice, None
        if notice is not None:
            self._window.info_bar.remove(notice)

    def _done(self, path: str) -> None:
        self._end()
        self._models.import_files([path], self._imported)

    def _imported(self, imported: Imported) -> None:
        for error in imported.refused:
            self._window.info_bar.post("error", explain(error))
        for model in (*imported.new, *imported.known):
            self._models.set_made(model, self._merging.sha256)
            words = self.tr("{name} is on the list now: {size}, with the adapter inside it.")
            text = words.format(name=model.name, size=bytes_text(model.bytes))
            use = partial(self._use, model.id)
            self._window.info_bar.post("info", text, self.tr("Chat with it"), use)

    def _failed(self, error: BenchtopError) -> None:
        self._end()
        if not isinstance(error, Interrupted):
            self._window.info_bar.post("error", explain(error))
