"""Texts before and after a change, with what changes marked in both."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QPalette

from benchtop.ui.teach.data_rows import Change
from benchtop.ui.theme import tokens

_AROUND = 60
"""Letters that are shown around a place."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("ChangeText", text)


def changes_html(changes: Sequence[Change], total: int, palette: QPalette) -> str:
    """Each change as two lines, what goes struck through and what comes underlined: the colours are not
    the only sign."""
    t = tokens(palette)
    parts = []
    for change in changes:
        before = _marked(change.before, change.places, t.bad, "line-through")
        after = _marked(change.after, change.new_places, t.good, "underline")
        before_word, after_word = escape(_tr("before")), escape(_tr("after"))
        muted = f'style="color:{t.muted.name()}"'
        parts.append(
            f'<p style="margin:0 0 8px 0"><span {muted}>{before_word}</span>&nbsp; {before}<br>'
            f"<span {muted}>{after_word}</span>&nbsp; {after}</p>"
        )
    if total > len(changes):
        more = _tr("and {count} more").format(count=f"{total - len(changes):,}")
        parts.append(f'<p style="margin:0;color:{t.muted.name()}">{escape(more)}</p>')
    return "".join(parts)


def _marked(text: str, places: Sequence[tuple[int, int]], colour: QColor, decoration: str) -> str:
    """The text around the places, with these marked."""
    if not places:
        return _plain(text[: 2 * _AROUND])
    start = max(places[0][0] - _AROUND, 0)
    parts, at = ["…" if start else ""], start
    for begin, end in places:
        gap = text[at:begin]
        if len(gap) > 2 * _AROUND:
            gap = f"{gap[:_AROUND]} … {gap[-_AROUND:]}"
        style = f"color:{colour.name()};text-decoration:{decoration}"
        parts.append(f'{_plain(gap)}<b style="{style}">{_plain(text[begin:end])}</b>')
        at = end
    rest = text[at:]
    parts.append(_plain(rest[:_AROUND]) + ("…" if len(rest) > _AROUND else ""))
    return "".join(parts)


def _plain(text: str) -> str:
    return escape(" ".join(text.split("\n")))
