"""What came of bringing chats in, in words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from benchtop.domain.errors import BenchtopError
from benchtop.services.chat_import import BroughtIn
from benchtop.services.reply_stream import explain

NAMED = 3
"""So many files are named; the rest are counted."""
translate = QCoreApplication.translate


def brought_words(done: BroughtIn) -> str:
    """One sentence for each thing that came of it."""
    parts = [_new(done.new, done.known), _unreadable(done.unreadable)]
    if done.refused is not None:
        parts.append(explain(done.refused))
    return " ".join(part for part in parts if part)


def _new(new: int, known: int) -> str:
    if new == 1:
        words = translate("BroughtWords", "One chat was brought in.")
    elif new:
        words = translate("BroughtWords", "{n} chats were brought in.").format(n=f"{new:,}")
    elif known:
        return translate("BroughtWords", "The chats were here already.")
    else:
        return translate("BroughtWords", "No chat was brought in.")
    if known == 1:
        words += " " + translate("BroughtWords", "One was here already.")
    elif known:
        words += " " + translate("BroughtWords", "{n} were here already.").format(n=f"{known:,}")
    return words


def _unreadable(errors: tuple[BenchtopError, ...]) -> str:
    if not errors:
        return ""
    if len(errors) == 1:
        return explain(errors[0])
    names = [Path(str(error.facts.get("path", ""))).name for error in errors]
    shown = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        words = translate(
            "BroughtWords", "{n} could not be read: {names} and {more} more. The first: {why}"
        )
        more = len(names) - NAMED
        return words.format(n=len(names), names=shown, more=more, why=explain(errors[0]))
    words = translate("BroughtWords", "{n} could not be read: {names}. The first: {why}")
    return words.format(n=len(names), names=shown, why=explain(errors[0]))
