"""What the library shows and does."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFile, QObject, QUrl
from PySide6.QtGui import QDesktopServices

from benchtop.domain.memory import MeasuredLoad, estimate_memory, rough_shape
from benchtop.domain.models import ModelFile
from benchtop.services.fit_judge import DEFAULT_CONTEXT
from benchtop.services.hub_cache import cache_folder
from benchtop.services.hub_services import HubServices
from benchtop.services.library import is_missing
from benchtop.services.local_models import LocalModel
from benchtop.ui.models.library_detail import LibraryDetailDialog
from benchtop.ui.models.library_rows import DiskShare, LibraryDetail, LibraryRow
from benchtop.ui.models.library_view import LibraryView
from benchtop.ui.models.row_making import fit_row, library_row
from benchtop.ui.widgets.info_bar import InfoBar
from benchtop.ui.widgets.when_visible import WhenVisible

if TYPE_CHECKING:
    from benchtop.services.chat_session import ChatSession


class LibraryWiring(QObject):
    """Keeps the list up to date and does what it wishes."""

    def __init__(
        self,
        view: LibraryView,
        services: HubServices,
        session: ChatSession,
        info: InfoBar,
        *,
        use: Callable[[str], object],
        import_file: Callable[[], object],
    ) -> None:
        super().__init__(view)
        self._view, self._services, self._session, self._info = view, services, session, info
        self._models = services.models
        self._checker = services.checker
        self._checking: dict[str, float] = {}
        self._loads: dict[str, MeasuredLoad] = {}
        self._detail: LibraryDetailDialog | None = None
        self._found = 0
        view.use_requested.connect(use)
        view.import_requested.connect(import_file)
        view.remove_requested.connect(self._remove)
        view.rename_requested.connect(self._models.rename)
        view.details_requested.connect(self._show_detail)
        view.notes_requested.connect(lambda i: self._show_detail(i, notes=True))
        view.reveal_requested.connect(self._reveal)
        view.verify_requested.connect(self._verify)
        view.verify_stop_requested.connect(self._checker.stop)
        view.paths_dropped.connect(self._checker.list_files)
        self._checker.listed.connect(self._models.import_files)
        view.find_requested.connect(self._find)
        self._checker.checking.connect(self._check_progress)
        self._checker.checked.connect(self._check_ended)
        self._checker.metadata_read.connect(self._metadata)
        self._checker.disks_read.connect(self._disks)
        services.finder.found.connect(self._take_found)
        services.finder.ended.connect(self._find_ended)
        self._soon = WhenVisible(view, self.show)
        services.judge.learned.connect(self._soon.ask)
        self._models.changed.connect(lambda _models: self._soon.ask())
        session.model_changed.connect(lambda _model: self._soon.ask())
        self.show()

    def show(self) -> None:
        """Fill the list anew."""
        models = self._models.models
        copies = Counter(model.sha256 for model in models if model.sha256)
        free = self._services.judge.free_bytes()
        self._view.set_rows([self._row(model, free, copies[model.sha256]) for model in models])
        self._checker.read_disks(models)

    def _row(self, model: ModelFile, free: int, copies: int = 0) -> LibraryRow:
        current = self._session.model
        shape = rough_shape(model.parameters, model.context_length)
        fit = self._services.judge.judge(shape, model.bytes, free)
        load = self._services.judge.last_load(model.id)
        return replace(
            library_row(model, fit_row(fit, DEFAULT_CONTEXT, rough=True)),
            notes=self._starter_purpose() if model.source == "starter" else model.notes,
            in_use=current is not None and current.id == model.id,
            missing=is_missing(model),
            checking=self._checking.get(model.id),
            owned=model.source == "hub" and _is_ours(model),
            same_file=model.sha256 if copies > 1 else "",
            predicted_bytes=(
                load.predicted
                if load
                else estimate_memory(shape, model.bytes, DEFAULT_CONTEXT).total
            ),
            measured_bytes=load.measured if load else 0,
            tokens_per_second=load.tokens_per_second if load else None,
        )

    def _starter_purpose(self) -> str:
        return self.tr(
            "Comes with Benchtop, to try everything with at once: it knows very little. "
            "For real work find a better one under Discover."
        )

    def _remove(self, model_id: str, file_to_bin: bool) -> None:
        model = self._models.by_id(model_id)
        if model is None:
            return
        if file_to_bin and not QFile.moveToTrash(str(Path(model.path).resolve())):
            text = self.tr("{path} could not be moved to the bin; it stays where it is.")
            self._info.post("error", text.format(path=model.path))
            return
        self._models.remove(model_id)

    def _reveal(self, model_id: str) -> None:
        model = self._models.by_id(model_id)
        if model is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(model.path).parent)))

    # Checks

    def _verify(self, model_id: str) -> None:
        model = self._models.by_id(model_id)
        if model is not None:
            self._checker.check(model)

    def _check_progress(self, model_id: str, fraction: float) -> None:
        shown = self._checking.get(model_id)
        self._checking[model_id] = fraction
        if shown is None or int(shown * 50) != int(fraction * 50):
            self._soon.ask()

    def _check_ended(self, model_id: str, found: str) -> None:
        self._checking.pop(model_id, None)
        model = self._models.by_id(model_id)
        if model is not None and found:
            self._tell_check(model, found)
        self._soon.ask()

    def _tell_check(self, model: ModelFile, found: str) -> None:
        if model.sha256 and model.sha256 != found:
            text = self.tr("{name} is not as it should be: its file was changed or damaged.")
            self._info.post("error", text.format(name=model.name))
            return
        if model.source != "starter":
            self._models.set_checked(model.id, found, time.time())
        right = self.tr("{name} is as it should be.")
        noted = self.tr("{name} had no check sum to compare with: it is noted now.")
        self._info.post("info", (right if model.sha256 else noted).format(name=model.name))

    # Details

    def _show_detail(self, model_id: str, *, notes: bool = False) -> None:
        model = self._models.by_id(model_id)
        if model is None:
            return
        if self._detail is None:
            self._detail = LibraryDetailDialog(self._view)
            self._detail.notes_typed.connect(self._models.note)
            self._detail.use_requested.connect(self._view.use_requested)
            self._detail.reveal_requested.connect(self._reveal)
        self._detail.set_detail(self._detail_of(model, ()))
        self._detail.show()
        self._detail.raise_()
        self._detail.activateWindow()
        if notes:
            self._detail.show_notes()
        self._checker.read_metadata(model)

    def _detail_of(self, model: ModelFile, metadata: tuple[tuple[str, str], ...]) -> LibraryDetail:
        row = self._row(model, self._services.judge.free_bytes())
        return LibraryDetail(row, model.sha256, model.verified, metadata=metadata)

    def _metadata(self, model_id: str, pairs: list[tuple[str, str]]) -> None:
        model = self._models.by_id(model_id)
        if model is not None and self._detail is not None and self._detail.isVisible():
            self._detail.set_detail(self._detail_of(model, tuple(pairs)))

    def _disks(self, disks: list[tuple[str, int, int, list[str]]]) -> None:
        shares = []
        for folder, total, free, ids in disks:
            files: dict[str, tuple[str, int]] = {}
            for model in self._models.models:
                if model.id in ids:
                    files[model.sha256 or model.path] = (model.name, model.bytes)
            shares.append(DiskShare(folder, total, free, tuple(files.values())))
        self._view.set_disks(shares)

    # What other programs have

    def _find(self) -> None:
        self._found = 0
        self._services.finder.start()

    def _take_found(self, local: LocalModel) -> None:
        self._found += 1
        self._models.register_found(local)

    def _find_ended(self, _count: int) -> None:
        if self._found:
            text = self.tr("{n} model files of other programs are on the list now.")
        else:
            text = self.tr("No other program has a model file on this disk.")
        self._info.post("info", text.format(n=self._found))


def _is_ours(model: ModelFile) -> bool:
    """Whether nobody else counts on the file: not in the cache that other programs share."""
    return not Path(model.path).is_relative_to(cache_folder())
