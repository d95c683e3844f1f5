"""The dialog about one model: filled at once with what is known, then with what is read for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from benchtop.domain.adapters import AdapterFile
from benchtop.domain.models import ModelFile
from benchtop.services.adapter_card import learnt_from
from benchtop.services.hub_services import HubServices
from benchtop.ui.models.library_detail import LibraryDetailDialog
from benchtop.ui.models.library_rows import LibraryDetail, LibraryRow, ModelAdapter, PastLoad
from benchtop.ui.models.library_view import LibraryView

if TYPE_CHECKING:
    from benchtop.store.loads import LoadRecord


class LibraryDetails(QObject):
    """``row_of`` makes the row of a model; ``reveal`` shows its file in its folder."""

    adapter_wanted = Signal(str, str, str)
    """A wish (see AdaptersPart), the adapter's id and that of the model on show."""

    def __init__(
        self,
        view: LibraryView,
        services: HubServices,
        *,
        row_of: Callable[[ModelFile], LibraryRow],
        reveal: Callable[[str], object],
    ) -> None:
        super().__init__(view)
        self._view, self._models, self._judge = view, services.models, services.judge
        self._checker = services.checker
        self._row_of, self._reveal = row_of, reveal
        self._dialog: LibraryDetailDialog | None = None
        self._shown: LibraryDetail | None = None
        view.details_requested.connect(self._show)
        view.notes_requested.connect(lambda model_id: self._show(model_id, part="notes"))
        view.adapters_requested.connect(lambda model_id: self._show(model_id, part="adapters"))
        self._models.adapters.changed.connect(self._adapters_changed)
        self._checker.metadata_read.connect(self._metadata_read)
        self._models.changed.connect(lambda _models: self._follow())
        self._judge.learned.connect(self._read_loads)

    def _show(self, model_id: str, *, part: str = "") -> None:
        model = self._models.by_id(model_id)
        if model is None:
            return
        dialog = self._dialog = self._dialog or self._make()
        self._shown = self._detail_of(model)
        dialog.set_detail(self._shown)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        if part == "notes":
            dialog.show_notes()
        elif part == "adapters":
            dialog.show_adapters()
        self._checker.read_metadata(model)
        self._read_loads()

    def _make(self) -> LibraryDetailDialog:
        dialog = LibraryDetailDialog(self._view)
        dialog.notes_typed.connect(self._models.note)
        dialog.use_requested.connect(self._view.use_requested)
        dialog.reveal_requested.connect(self._reveal)
        dialog.adapter_wanted.connect(self._adapter_wanted)
        return dialog

    def _detail_of(self, model: ModelFile) -> LibraryDetail:
        adapters = self._models.adapters
        fitting = [one for one in adapters.adapters if adapters.belongs(one, model)]
        rows = tuple(_adapter_row(one, missing=adapters.is_missing(one)) for one in fitting)
        return LibraryDetail(self._row_of(model), model.sha256, model.verified, rows)

    def _is_on_show(self, model_id: str) -> bool:
        visible = self._dialog is not None and self._dialog.isVisible()
        return visible and self._shown is not None and self._shown.row.id == model_id

    def _change(self, **changes: object) -> None:
        assert self._dialog is not None
        assert self._shown is not None
        self._shown = replace(self._shown, **changes)  # type: ignore[arg-type]  # by field name
        self._dialog.set_detail(self._shown)

    def _follow(self) -> None:
        """What is known of the model may be more now: a check has ended, a name was given."""
        model = self._models.by_id(self._shown.row.id) if self._shown is not None else None
        if model is not None and self._is_on_show(model.id):
            new = self._detail_of(model)
            self._change(
                row=new.row, sha256=new.sha256, verified=new.verified, adapters=new.adapters
            )

    def _metadata_read(self, model_id: str, pairs: list[tuple[str, str]]) -> None:
        if self._is_on_show(model_id):
            self._change(metadata=tuple(pairs))

    def _adapters_changed(self) -> None:
        model = self._models.by_id(self._shown.row.id) if self._shown is not None else None
        if model is not None and self._is_on_show(model.id):
            self._change(adapters=self._detail_of(model).adapters)

    def _adapter_wanted(self, wish: str, adapter_id: str) -> None:
        if self._shown is None:
            return
        if wish == "import":
            self._view.import_requested.emit()
            return
        if wish == "use" and self._dialog is not None:
            self._dialog.close()  # the chat comes on show, behind it
        self.adapter_wanted.emit(wish, adapter_id, self._shown.row.id)

    def _read_loads(self) -> None:
        if self._shown is not None and self._is_on_show(self._shown.row.id):
            model_id = self._shown.row.id
            self._judge.read_loads(model_id, lambda loads: self._loads_read(model_id, loads))

    def _loads_read(self, model_id: str, loads: list[LoadRecord]) -> None:
        if self._is_on_show(model_id):
            self._change(loads=tuple(_past(load) for load in loads))


def _adapter_row(adapter: AdapterFile, *, missing: bool) -> ModelAdapter:
    return ModelAdapter(
        adapter.id,
        adapter.name,
        adapter.path,
        adapter.bytes,
        adapter.rank,
        adapter.added,
        learnt_from=learnt_from(adapter.card),
        missing=missing,
        has_card=bool(adapter.card),
    )


def _past(load: LoadRecord) -> PastLoad:
    return PastLoad(load.when, load.context, load.predicted, load.measured, load.tokens_per_second)
