"""What came of imports, in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from benchtop.ui.teach.data_rows import ImportOutcome


def _tr(text: str) -> str:
    return QCoreApplication.translate("TeachImport", text)


def import_words(outcome: ImportOutcome) -> str:
    """ "owls.jsonl: 312 read, 4 lines left out, 2 were here already"; why a file could not be read."""
    if outcome.error and not outcome.read:
        return outcome.error
    words = _tr("{file}: {what}").format(file=outcome.name, what=outcome_words(outcome))
    return f"{words}. {outcome.error}" if outcome.error else words + "."


def outcome_words(outcome: ImportOutcome) -> str:
    """The same without the name of the file."""
    if outcome.skipped:
        return _tr("not read, stopped by you")
    if outcome.error and not outcome.read:
        return outcome.error
    if outcome.removed and not outcome.read:
        return _tr("its data set was removed; it was not read")
    parts = [_tr("{count} read").format(count=f"{outcome.read:,}")]
    if outcome.again:
        one, many = _tr("1 of them was here already"), _tr("{count} of them were here already")
        parts.append(_counted(outcome.again, one, many))
    if outcome.left_out:
        one, many = _tr("1 line left out"), _tr("{count} lines left out")
        parts.append(_counted(outcome.left_out, one, many))
    if outcome.known:
        one, many = _tr("1 was here already"), _tr("{count} were here already")
        parts.append(_counted(outcome.known, one, many))
    if outcome.stopped:
        parts.append(_tr("stopped by you"))
    if outcome.removed:
        parts.append(_tr("its data set was removed; the rest was not read"))
    return ", ".join(parts)


def imports_words(outcomes: Sequence[ImportOutcome]) -> str:
    """What came of several files: "3 files: 120 read, 2 lines left out. 1 file could not be read."."""
    if len(outcomes) == 1:
        return import_words(outcomes[0])
    whole = ImportOutcome(
        _tr("{count} files").format(count=f"{len(outcomes):,}"),
        sum(one.read for one in outcomes),
        sum(one.left_out for one in outcomes),
        sum(one.known for one in outcomes),
        again=sum(one.again for one in outcomes),
        stopped=any(one.stopped for one in outcomes),
    )
    words = import_words(whole)
    if bad := sum(bool(one.error) or one.removed for one in outcomes):
        one, many = _tr("1 file could not be read."), _tr("{count} files could not be read.")
        words = f"{words} {_counted(bad, one, many)}"
    return words


def _counted(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.format(count=f"{count:,}")
