"""Suites that come from files and from chats, and go to files: all of it off the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QInputDialog

from benchtop.domain.errors import BenchtopError
from benchtop.domain.suites import Suite
from benchtop.services.compare_services import CompareServices
from benchtop.services.reply_stream import explain
from benchtop.services.suite_files import export_suite, format_of, import_suite
from benchtop.services.suite_from_chats import MOST_CHATS, suite_from_chats
from benchtop.services.suites import add_suite, find_suite
from benchtop.ui.compare.suites_page import SuitesPage
from benchtop.ui.models.row_making import dated_name
from benchtop.ui.widgets.info_bar import InfoBar

_USUAL_CHATS = 20


class SuiteFilesWiring(QObject):
    """``added`` is told each Suite that is in the store now."""

    def __init__(
        self,
        page: SuitesPage,
        services: CompareServices,
        info: InfoBar,
        added: Callable[[Suite], object],
    ) -> None:
        super().__init__(page)
        self._page, self._store, self._info, self._added = page, services.store, info, added
        self._disk = services.disk
        page.list.import_requested.connect(self._choose_file)
        page.list.paths_dropped.connect(self.import_paths)
        page.list.export_requested.connect(self._export)
        page.list.from_chats_requested.connect(self._from_chats)

    def import_paths(self, paths: Sequence[str]) -> None:
        """Read suites from files, one after the other; each that cannot be read says so."""
        for path in paths:
            self._disk.run(lambda path=path: import_suite(Path(path)), self._keep, self._say)  # type: ignore[misc]

    def _choose_file(self) -> None:
        kinds = self.tr("Suites (*.csv *.tsv *.jsonl *.ndjson *.json)")
        paths, _ = QFileDialog.getOpenFileNames(self._page, self.tr("Import suites"), "", kinds)
        self.import_paths(paths)

    def _keep(self, suite: Suite) -> None:
        def kept(found: Suite) -> None:
            self._added(found)
            words = self.tr("“{name}” is on the list now, with {count} prompts.")
            count = f"{len(found.prompts):,}"
            self._info.post("info", words.format(name=found.name, count=count))

        self._store.run(lambda store: add_suite(store, suite), kept, self._say)

    def _say(self, error: BenchtopError) -> None:
        self._info.post("error", explain(error))

    def _export(self, suite_id: str, kind: str) -> None:
        self._store.run(
            lambda store: find_suite(store, suite_id),
            lambda suite: self._choose_place(suite, kind),
            self._say,
        )

    def _choose_place(self, suite: Suite, kind: str) -> None:
        filters = {
            "csv": self.tr("Table (*.csv)"),
            "jsonl": self.tr("A prompt on each line (*.jsonl)"),
            "json": self.tr("The whole suite (*.json)"),
        }
        stem = (
            "".join(c if c.isalnum() or c in " -_" else "-" for c in suite.name).strip() or "suite"
        )
        path, chosen = QFileDialog.getSaveFileName(
            self._page,
            self.tr("Export the suite"),
            dated_name(stem, kind),
            ";;".join(filters.values()),
            filters.get(kind, ""),
        )
        if not path:
            return
        named = next((key for key, words in filters.items() if words == chosen), kind)
        place, form = Path(path), format_of(Path(path)) or named

        def written(_none: None) -> None:
            words = self.tr("The suite “{name}” is in {path}.")
            self._info.post("info", words.format(name=suite.name, path=place))

        self._disk.run(lambda: export_suite(suite, place, form), written, self._say)

    def _from_chats(self) -> None:
        count, chosen = QInputDialog.getInt(
            self._page,
            self.tr("A suite from your chats"),
            self.tr(
                "The messages that began your newest conversations become prompts.\n"
                "They stay on this machine; checks can be added to them. How many?"
            ),
            _USUAL_CHATS,
            1,
            MOST_CHATS,
        )
        if not chosen:
            return
        name = self.tr("From my chats")
        self._store.run(
            lambda store: suite_from_chats(store, count, name), self._kept_chats, self._say
        )

    def _kept_chats(self, suite: Suite) -> None:
        self._added(suite)
        words = self.tr("“{name}” has {count} prompts from your chats, without checks yet.")
        self._info.post("info", words.format(name=suite.name, count=f"{len(suite.prompts):,}"))
