"""What the library shows and does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from benchtop.domain.memory import FreeMemory
from benchtop.domain.models import ModelFile
from benchtop.services.fit_judge import DEFAULT_CONTEXT, shape_for
from benchtop.services.hub_services import HubServices
from benchtop.services.model_places import Disk, Places
from benchtop.ui.models.library_checks import LibraryChecks
from benchtop.ui.models.library_details import LibraryDetails
from benchtop.ui.models.library_news import LibraryNews
from benchtop.ui.models.library_rows import DiskShare, LibraryRow
from benchtop.ui.models.library_view import LibraryView
from benchtop.ui.models.row_making import fit_row, library_row
from benchtop.ui.widgets.info_bar import InfoBar
from benchtop.ui.widgets.when_visible import WhenVisible

if TYPE_CHECKING:
    from benchtop.services.chat_session import ChatSession

SLICE = 0.005
"""Seconds of work at a time; then the window has its turn."""
_END = object()


class LibraryWiring(QObject):
    """Keeps the list up to date and does what it wishes."""

    adapter_wanted = Signal(str, str, str)
    """See LibraryDetails."""

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
        self._view, self._services, self._session = view, services, session
        self._models = services.models
        self._places = Places()
        self._same: dict[str, str] = {}
        self._work: Iterator[None] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)
        self._soon = WhenVisible(view, self.show)
        self._look_soon = WhenVisible(view, self._look)
        self._checks = LibraryChecks(view, services, info, self._soon.ask)
        details = LibraryDetails(view, services, row_of=self._row, reveal=self._reveal)
        details.adapter_wanted.connect(self.adapter_wanted)
        LibraryNews(view, services, info, use=use)
        view.use_requested.connect(use)
        view.import_requested.connect(import_file)
        view.remove_requested.connect(self._remove)
        view.rename_requested.connect(self._models.rename)
        view.reveal_requested.connect(self._reveal)
        view.shown.connect(self._look_soon.ask)
        services.checker.looked.connect(self._looked)
        services.checker.checked.connect(lambda *_: self._look_soon.ask())
        services.removal.refused.connect(lambda _error: self._look_soon.ask())
        services.judge.learned.connect(self._soon.ask)
        services.settings.changed.connect(self._setting_changed)
        self._models.changed.connect(lambda _models: self._changed())
        self._models.adapters.changed.connect(self._soon.ask)
        session.model_changed.connect(lambda _model: self._soon.ask())
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._returned)
        for _step in self._filled(self._models.models):
            pass  # the first time at once: an empty page would flash up
        self._look_soon.ask()

    @property
    def is_filling(self) -> bool:
        """Whether what the list shows is older than what it was asked to show."""
        return self._work is not None

    def show(self) -> None:
        """Fill the list anew, in slices: what is asked for meanwhile begins from the start."""
        self._work = self._filled(self._models.models)
        self._timer.start()

    def _go_on(self) -> None:
        until = perf_counter() + SLICE
        while self._work is not None and perf_counter() < until:
            if next(self._work, _END) is _END:
                self._work = None
        if self._work is None:
            self._timer.stop()

    def _filled(self, models: Sequence[ModelFile]) -> Iterator[None]:
        """Show these; each step is a turn in which the window may do something else."""
        self._same = _same_files(models, self._places)
        free, rows = self._services.judge.free(), []
        for model in models:
            rows.append(self._row(model, free))
            yield
        self._view.set_rows(rows)
        yield
        self._view.set_disks([_share(disk, models) for disk in self._places.disks])

    def _changed(self) -> None:
        self._soon.ask()
        self._look_soon.ask()

    def _setting_changed(self, name: str, _value: object) -> None:
        if name == "context_length":  # what is judged
            self._soon.ask()

    def _look(self) -> None:
        self._services.checker.look(self._models.models)

    def _looked(self, places: Places) -> None:
        if places != self._places:
            self._places = places
            self._soon.ask()

    def _returned(self, state: Qt.ApplicationState) -> None:
        """A person who comes back may have moved files, or plugged in a disk."""
        if state == Qt.ApplicationState.ApplicationActive:
            self._look_soon.ask()

    def _row(self, model: ModelFile, free: FreeMemory | None = None) -> LibraryRow:
        judge, current, places = self._services.judge, self._session.model, self._places
        free, shape = free or judge.free(), shape_for(model)
        asked = self._context_of(model)
        fit = judge.judge(shape, model.bytes, free, asked)
        load = judge.last_load(model.id)
        return replace(
            library_row(model, fit_row(fit, asked, rough=model.shape is None)),
            purpose=self._starter_purpose() if model.source == "starter" else "",
            in_use=current is not None and current.id == model.id,
            missing=model.id in places.missing,
            checking=self._checks.progress_of(model.id),
            owned=model.source in ("hub", "imported"),
            shared=model.id in places.shared,
            files=1 + len(model.companions),
            freed=places.freed.get(model.id, model.disk_bytes),
            adapters=self._adapters_of(model),
            same_file=self._same.get(model.id, ""),
            place=str(places.firsts.get(model.id, "")),
            # What was said before that load: a prediction that knows the outcome is none.
            predicted_bytes=load.predicted if load else fit.need,
            measured_bytes=load.measured if load else 0,
            tokens_per_second=load.tokens_per_second if load else None,
        )

    def _adapters_of(self, model: ModelFile) -> int:
        library = self._models.adapters
        return sum(library.belongs(one, model) for one in library.adapters)

    def _context_of(self, model: ModelFile) -> int:
        """The tokens it is loaded with: never more than it was trained on."""
        wanted = self._services.settings.values.context_length or DEFAULT_CONTEXT
        return min(wanted, model.context_length or wanted)

    def _starter_purpose(self) -> str:
        return self.tr(
            "Comes with Benchtop, to try everything with at once: it knows very little. "
            "For real work find a better one under Discover."
        )

    def _remove(self, model_id: str, files_to_bin: bool) -> None:
        self._services.removal.remove(model_id, with_files=files_to_bin)

    def _reveal(self, model_id: str) -> None:
        model = self._models.by_id(model_id)
        if model is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(model.path).parent)))


def _same_files(models: Sequence[ModelFile], places: Places) -> dict[str, str]:
    """By id: what two files with the same bytes have in common, where there are two."""
    groups: dict[tuple[str, int], dict[str, object]] = {}
    for model in models:
        if model.sha256:
            place = places.firsts.get(model.id, model.path)
            groups.setdefault((model.sha256.lower(), model.bytes), {})[model.id] = place
    return {
        model_id: checksum
        for (checksum, _size), held in groups.items()
        if len(set(held.values())) > 1
        for model_id in held
    }


def _share(disk: Disk, models: Sequence[ModelFile]) -> DiskShare:
    names = {model.id: model.name for model in models}
    sizes = tuple((names[one], size) for one, size in disk.models.items() if one in names)
    name = f"{disk.label} ({disk.mounted})" if disk.label else disk.mounted
    return DiskShare(name, disk.total, disk.free, sizes)
